package io.github.leukemia4j.evaluation;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.evaluation.EvaluationReport.StageErrors;
import io.github.leukemia4j.metric.Metric;
import io.github.leukemia4j.pipeline.MultilevelResult.Outcome;
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
 * @param sums of each cluster: for each metric, by ordinal, its numerator and its denominator
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
    double[][] sums = new double[clusters.count()][2 * PathMetric.values().length];
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

  /** Every metric of the path under the weights, by ordinal; NaN is undefined. */
  double[] measure(int[] weights) {
    double[] all = new double[2 * PathMetric.values().length];
    for (int u = 0; u < sums.length; u++) {
      for (int f = 0; weights[u] != 0 && f < all.length; f++) {
        all[f] += weights[u] * sums[u][f];
      }
    }
    double[] out = new double[PathMetric.values().length];
    for (int m = 0; m < out.length; m++) {
      out[m] = all[2 * m + 1] > 0 ? all[2 * m] / all[2 * m + 1] : Double.NaN;
    }
    return out;
  }

  /** The share of samples that a metric is, if it is one. */
  Optional<Metric.Share> share(PathMetric metric) {
    long of = total(metric, 1);
    return of == 0 || metric.ordinal() > PathMetric.DECIDED_ACCURACY.ordinal()
        ? Optional.empty()
        : Optional.of(new Metric.Share(total(metric, 0), of));
  }

  /** Whom a metric rests on. */
  Behind behind(PathMetric metric) {
    boolean decided = metric == PathMetric.DECIDED_ACCURACY;
    boolean[] with = new boolean[sums.length];
    for (int u = 0; u < with.length; u++) {
      with[u] = sums[u][2 * (decided ? metric : PathMetric.PATH_ACCURACY).ordinal() + 1] > 0;
    }
    return Behind.of(with, decided ? " with decided cells" : "");
  }

  /** How many samples have a label below the root. */
  long samples() {
    return total(PathMetric.PATH_ACCURACY, 1);
  }

  private long total(PathMetric metric, int part) {
    double total = 0;
    for (double[] cluster : sums) {
      total += cluster[2 * metric.ordinal() + part];
    }
    return Math.round(total);
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

    void addTo(double[] row, boolean decided) {
      if (actual == 0) {
        return; // a label at the root says nothing that could be scored
      }
      double right = failedAt.isEmpty() ? 1 : 0;
      add(row, PathMetric.PATH_ACCURACY, right, 1);
      add(row, PathMetric.DECIDED_ACCURACY, decided ? right : 0, decided ? 1 : 0);
      add(row, PathMetric.HIERARCHICAL_PRECISION, shared, predicted);
      add(row, PathMetric.HIERARCHICAL_RECALL, shared, actual);
      add(row, PathMetric.HIERARCHICAL_F1, 2 * shared, predicted + actual);
      if (predicted > 0) {
        add(row, PathMetric.HIERARCHICAL_PRECISION_MACRO, (double) shared / predicted, 1);
      }
      add(row, PathMetric.HIERARCHICAL_RECALL_MACRO, (double) shared / actual, 1);
      add(row, PathMetric.HIERARCHICAL_F1_MACRO, 2.0 * shared / (predicted + actual), 1);
    }

    private static void add(double[] row, PathMetric metric, double above, double below) {
      row[2 * metric.ordinal()] += above;
      row[2 * metric.ordinal() + 1] += below;
    }
  }
}
