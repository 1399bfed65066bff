package io.github.leukemia4j.evaluation;

import io.github.leukemia4j.metric.EvaluationOptions;
import io.github.leukemia4j.metric.Metric;
import io.github.leukemia4j.statistics.ClusterBootstrap;
import io.github.leukemia4j.statistics.Spread;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * How far each number of a row strays. Up to as many clusters as resamples each is left out once
 * (the jackknife); beyond, and for metrics that jump from sample to sample, clusters are drawn (the
 * bootstrap). Few alike clusters may by chance agree better than independent cells would: where
 * clusters are left out, a spread is at least that of independent cells.
 */
final class ResampledSpreads {
  /** Groups of cells from which the spread of independent cells is told. */
  static final int GROUPS = 100;

  private final Clusters clusters;
  private final EvaluationOptions options;
  private final Function<int[], double[]> measure;
  private final Optional<double[][]> without;
  private final Optional<double[][]> withoutCells;
  private double[][] replicates;

  /**
   * @param measure the row of numbers under weights of the clusters
   * @param scattered the same under weights of {@link #GROUPS} groups of cells, dealt out without
   *     regard to clusters; empty where each cell is a unit
   */
  ResampledSpreads(
      Clusters clusters,
      Function<int[], double[]> measure,
      Optional<Function<int[], double[]>> scattered,
      int groups,
      EvaluationOptions options) {
    this.clusters = clusters;
    this.measure = measure;
    this.options = options;
    boolean few = clusters.count() <= options.resamples();
    this.without = few ? Optional.of(leavingOut(clusters.count(), measure)) : Optional.empty();
    this.withoutCells = scattered.filter(s -> few).map(s -> leavingOut(groups, s));
  }

  private static double[][] leavingOut(int clusters, Function<int[], double[]> measure) {
    return IntStream.range(0, clusters)
        .parallel()
        .mapToObj(
            u -> {
              int[] weights = new int[clusters];
              Arrays.fill(weights, 1);
              weights[u] = 0;
              return measure.apply(weights);
            })
        .toArray(double[][]::new);
  }

  /** Empty where the clusters do not tell. */
  Optional<Spread> of(Figure figure, SupportingClusters behind) {
    int column = figure.column();
    if (drawn(figure)) {
      return ClusterBootstrap.spread(column(replicates(), column), behind.fewest());
    }
    Optional<Spread> cells =
        withoutCells.flatMap(
            rows -> {
              boolean[] all = new boolean[rows.length];
              Arrays.fill(all, true);
              return Spread.jackknife(column(rows, column), new int[rows.length], all, 0);
            });
    return Spread.jackknife(
        column(without.get(), column),
        clusters.stratum(),
        behind.clusters(),
        cells.map(Spread::variance).orElse(0.0));
  }

  /** How the spread was found. */
  String method(Figure figure, SupportingClusters behind) {
    String over = " over " + clusters.inWords(behind.clusters());
    return drawn(figure)
        ? (clusters.anyPatient() ? "cluster bootstrap" : "bootstrap") + over
        : "jackknife" + over;
  }

  /** What is read off at a threshold jumps, and the jackknife fails. */
  private boolean drawn(Figure figure) {
    return without.isEmpty() || figure.metric().nature() == Metric.Nature.JUMPING;
  }

  private synchronized double[][] replicates() {
    if (replicates == null) {
      replicates =
          ClusterBootstrap.replicates(
              clusters.stratum(), options.resamples(), options.seed(), measure);
    }
    return replicates;
  }

  private static double[] column(double[][] rows, int column) {
    return Arrays.stream(rows).mapToDouble(row -> row[column]).toArray();
  }
}
