package io.github.leukemia4j.research.search;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.evaluation.ScoredSample;
import io.github.leukemia4j.metric.Metric;
import io.github.leukemia4j.metric.StageMetric;
import io.github.leukemia4j.metric.StageScores;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;

/**
 * By what trials are judged.
 *
 * @param stage of the taxonomy
 */
record Judge(Taxonomy taxonomy, Label stage, StageMetric metric) {
  /** Losses and calibration errors; everything else is better when it is larger. */
  static boolean smallerIsBetter(StageMetric metric) {
    return metric.range() == Metric.Range.POSITIVE || metric.nature() == Metric.Nature.BIASED;
  }

  /** Larger is better. */
  static double score(StageMetric metric, double value) {
    return smallerIsBetter(metric) ? -value : value;
  }

  /** Larger is better. */
  double score(double value) {
    return score(metric, value);
  }

  /** The metric over samples; empty where they do not define it. */
  OptionalDouble value(List<ScoredSample> samples) {
    List<ScoredSample> own = own(samples);
    return own.isEmpty() ? OptionalDouble.empty() : metric.of(scores(own, new int[own.size()], 1));
  }

  /** The samples of the stage. */
  List<ScoredSample> own(List<ScoredSample> samples) {
    return samples.stream()
        .filter(s -> taxonomy.childTowards(stage, s.truth()).isPresent())
        .toList();
  }

  /**
   * What a stage said, as a metric takes it.
   *
   * @param own samples of the stage
   * @param cluster of each
   */
  StageScores scores(List<ScoredSample> own, int[] cluster, int clusters) {
    LabelSet labels = taxonomy.labelSet(stage);
    int n = own.size();
    int[] truth = new int[n];
    int[] chosen = new int[n];
    double[][] probabilities = new double[labels.size()][n];
    boolean[] right = new boolean[n];
    for (int i = 0; i < n; i++) {
      ScoredSample sample = own.get(i);
      Prediction prediction = sample.stages().get(stage);
      truth[i] = labels.indexOf(taxonomy.childTowards(stage, sample.truth()).orElseThrow());
      chosen[i] = labels.indexOf(sample.settled().getOrDefault(stage, prediction.label()));
      right[i] = truth[i] == chosen[i];
      double[] found = prediction.probabilities();
      for (int c = 0; c < labels.size(); c++) {
        probabilities[c][i] = found[prediction.labels().indexOf(labels.get(c))];
      }
    }
    return StageScores.of(
        labels, truth, chosen, probabilities, right, Arrays.copyOf(cluster, n), clusters);
  }
}
