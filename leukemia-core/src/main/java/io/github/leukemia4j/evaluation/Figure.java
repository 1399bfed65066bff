package io.github.leukemia4j.evaluation;

import io.github.leukemia4j.metric.Metric;
import io.github.leukemia4j.metric.Metrics;
import io.github.leukemia4j.metric.StageMetric;
import io.github.leukemia4j.metric.StageScores;
import java.util.Optional;

/**
 * One number of a report: a metric of a stage, of one of its labels, or of the path. Knows its
 * place in a row of {@link Figures}, which is nobody else's business.
 *
 * @param metric what is measured
 * @param column where it stands in a row
 * @param behind which patients it rests on
 * @param share the share of samples that it is, if it is one
 * @param reason why it has no value, if it has none
 */
record Figure(
    Metric metric,
    int column,
    SupportingClusters behind,
    Optional<Metric.Share> share,
    String reason) {
  /** Of a stage, or of one label against the others. */
  static Figure of(StageMetric metric, int column, StageScores scores) {
    return new Figure(
        metric,
        column,
        SupportingClusters.of(metric, scores),
        metric.share(scores),
        reason(metric, scores));
  }

  /** Its value in a row, NaN where undefined. */
  double in(double[] row) {
    return row[column];
  }

  private static String reason(StageMetric metric, StageScores scores) {
    if (scores.ofOneLabel()) {
      return metric == Metrics.AUPRC
              && scores.labels().size() == 2
              && scores.positive().getAsInt() != scores.scored()
          ? "of two labels it is measured for the positive one only"
          : metric.undefined();
    }
    if (metric.basis() != StageMetric.Basis.EVERY_LABEL && scores.positive().isEmpty()) {
      return "the stage names no positive label";
    }
    return scores.confusion().total() == 0 ? "there are no samples" : metric.undefined();
  }
}
