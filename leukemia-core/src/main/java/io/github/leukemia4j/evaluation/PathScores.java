package io.github.leukemia4j.evaluation;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.evaluation.EvaluationReport.StageErrors;
import io.github.leukemia4j.metric.Metric;
import io.github.leukemia4j.metric.Metrics;
import io.github.leukemia4j.pipeline.MultilevelResult.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How far down the tree each sample was led rightly, prepared like {@link
 * io.github.leukemia4j.metric.StageScores}. The root is no node of a path: it is always right.
 * Immutable.
 *
 * @param sums of each cluster: of each of {@link Metrics#OF_PATH} the numerator and the denominator
 * @param errors by stage, parents first
 */
record PathScores(double[][] sums, Map<Label, StageErrors> errors) {

  static PathScores of(Taxonomy taxonomy, List<ScoredSample> samples, Clusters clusters) {
    Map<Label, Map<Label, Step>> steps = new HashMap<>();
    for (Label truth : taxonomy.labels()) {
      Map<Label, Step> byDecided = new HashMap<>();
      taxonomy.labels().forEach(label -> byDecided.put(label, Step.of(taxonomy, truth, label)));
      steps.put(truth, byDecided);
    }
    double[][] sums = new double[clusters.count()][2 * Metrics.OF_PATH.size()];
    Map<Label, StageErrors> errors = new LinkedHashMap<>();
    taxonomy.innerNodes().forEach(node -> errors.put(node, new StageErrors(0, 0, 0)));
    for (int i = 0; i < samples.size(); i++) {
      ScoredSample sample = samples.get(i);
      Step step = steps.get(sample.truth()).get(sample.decided());
      step.addTo(sums[clusters.of()[i]], sample.outcome() == Outcome.DECIDED);
      step.failedAt().ifPresent(node -> errors.merge(node, error(sample, node), StageErrors::plus));
    }
    return new PathScores(sums, errors);
  }

  private static StageErrors error(ScoredSample sample, Label node) {
    if (!sample.decided().equals(node)) {
      return new StageErrors(1, 0, 0);
    }
    return sample.outcome() == Outcome.REFERRED
        ? new StageErrors(0, 0, 1)
        : new StageErrors(0, 1, 0);
  }

  /** Puts every metric under the weights into a row, from a place on; NaN is undefined. */
  void measure(int[] weights, double[] row, int start) {
    double[] all = new double[2 * Metrics.OF_PATH.size()];
    for (int u = 0; u < sums.length; u++) {
      for (int f = 0; weights[u] != 0 && f < all.length; f++) {
        all[f] += weights[u] * sums[u][f];
      }
    }
    for (int m = 0; 2 * m < all.length; m++) {
      row[start + m] = all[2 * m + 1] > 0 ? all[2 * m] / all[2 * m + 1] : Double.NaN;
    }
  }

  /** The metrics, which stand in rows from a place on. */
  List<Figure> figures(int start) {
    List<Figure> figures = new ArrayList<>();
    for (Metric metric : Metrics.OF_PATH) {
      int m = figures.size();
      boolean decided = metric == Metrics.DECIDED_ACCURACY;
      boolean[] with = new boolean[sums.length];
      for (int u = 0; u < with.length; u++) {
        with[u] = sums[u][decided ? 2 * m + 1 : 1] > 0;
      }
      long trials = total(2 * m + 1);
      figures.add(
          new Figure(
              metric,
              start + m,
              SupportingClusters.of(with, decided ? " with decided cells" : ""),
              trials > 0 && (decided || metric == Metrics.PATH_ACCURACY)
                  ? Optional.of(new Metric.Share(total(2 * m), trials))
                  : Optional.empty(),
              metric.undefined()));
    }
    return List.copyOf(figures);
  }

  /** How many samples have a label below the root. */
  long samples() {
    return total(1);
  }

  private long total(int column) {
    return Math.round(Arrays.stream(sums).mapToDouble(cluster -> cluster[column]).sum());
  }

  /**
   * A true and a decided label held against each other.
   *
   * @param shared nodes below the root on both ways
   * @param predicted nodes on the way to the decided label, cut at the truth where it lies below
   * @param actual nodes on the way to the truth
   * @param failedAt the stage at which the ways part, if they do
   */
  private record Step(int shared, int predicted, int actual, Optional<Label> failedAt) {
    static Step of(Taxonomy taxonomy, Label truth, Label decided) {
      List<Label> actual = taxonomy.pathTo(truth);
      List<Label> predicted = taxonomy.pathTo(decided);
      if (predicted.contains(truth)) {
        predicted = actual;
      }
      int shared = 0;
      while (shared < Math.min(actual.size(), predicted.size())
          && actual.get(shared).equals(predicted.get(shared))) {
        shared++;
      }
      return new Step(
          shared - 1,
          predicted.size() - 1,
          actual.size() - 1,
          shared == actual.size() ? Optional.empty() : Optional.of(actual.get(shared - 1)));
    }

    /** Adds numerator and denominator of each of {@link Metrics#OF_PATH}. */
    void addTo(double[] row, boolean decided) {
      if (actual == 0) {
        return; // a label at the root says nothing that could be scored
      }
      double right = failedAt.isEmpty() ? 1 : 0;
      int any = predicted > 0 ? 1 : 0;
      double[] terms = {
        right,
        1,
        decided ? right : 0,
        decided ? 1 : 0,
        shared,
        predicted,
        shared,
        actual,
        2 * shared,
        predicted + actual,
        (double) shared / Math.max(1, predicted),
        any,
        (double) shared / actual,
        1,
        2.0 * shared / (predicted + actual),
        1
      };
      Arrays.setAll(row, f -> row[f] + terms[f]);
    }
  }
}
