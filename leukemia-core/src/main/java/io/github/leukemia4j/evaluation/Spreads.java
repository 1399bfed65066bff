package io.github.leukemia4j.evaluation;

import io.github.leukemia4j.metric.Behind;
import io.github.leukemia4j.metric.EvaluationOptions;
import io.github.leukemia4j.metric.Metric;
import io.github.leukemia4j.statistics.ClusterBootstrap;
import io.github.leukemia4j.statistics.Spread;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * How far each number of a row strays. Up to as many units as resamples each is left out once (the
 * jackknife); beyond, and for metrics that jump from sample to sample, units are drawn (the
 * bootstrap). Few alike units may by chance agree better than independent cells would: where units
 * are left out, a spread is at least that of independent cells.
 */
final class Spreads {
  /** Thresholds are read off the samples, and the jackknife fails where a statistic jumps. */
  private static final Set<Metric> JUMPING =
      EnumSet.of(Metric.SENSITIVITY_AT_SPECIFICITY, Metric.SPECIFICITY_AT_SENSITIVITY);

  /** Groups of cells from which the spread of independent cells is told. */
  static final int GROUPS = 100;

  private final Units units;
  private final EvaluationOptions options;
  private final Function<int[], double[]> measure;
  private final Optional<double[][]> without;
  private final Optional<double[][]> withoutCells;
  private double[][] replicates;

  /**
   * @param measure the row of numbers under weights of the units
   * @param scattered the same under weights of {@link #GROUPS} groups of cells, dealt out without
   *     regard to units; empty where each cell is a unit
   */
  Spreads(
      Units units,
      Function<int[], double[]> measure,
      Optional<Function<int[], double[]>> scattered,
      int groups,
      EvaluationOptions options) {
    this.units = units;
    this.measure = measure;
    this.options = options;
    boolean few = units.count() <= options.resamples();
    this.without = few ? Optional.of(leavingOut(units.count(), measure)) : Optional.empty();
    this.withoutCells = scattered.filter(s -> few).map(s -> leavingOut(groups, s));
  }

  private static double[][] leavingOut(int units, Function<int[], double[]> measure) {
    return IntStream.range(0, units)
        .parallel()
        .mapToObj(
            u -> {
              int[] weights = new int[units];
              Arrays.fill(weights, 1);
              weights[u] = 0;
              return measure.apply(weights);
            })
        .toArray(double[][]::new);
  }

  /** Empty where the units do not tell. */
  Optional<Spread> of(Metric metric, int column, Behind behind) {
    if (without.isEmpty() || JUMPING.contains(metric)) {
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
        units.stratum(),
        behind.units(),
        cells.map(Spread::variance).orElse(0.0));
  }

  /** How the spread was found. */
  String method(Metric metric, Behind behind) {
    String over = " over " + units.inWords(behind.units());
    return without.isEmpty() || JUMPING.contains(metric)
        ? (units.anyPatient() ? "cluster bootstrap" : "bootstrap") + over
        : "jackknife" + over;
  }

  private synchronized double[][] replicates() {
    if (replicates == null) {
      replicates =
          ClusterBootstrap.replicates(
              units.stratum(), options.resamples(), options.seed(), measure);
    }
    return replicates;
  }

  private static double[] column(double[][] rows, int column) {
    return Arrays.stream(rows).mapToDouble(row -> row[column]).toArray();
  }
}
