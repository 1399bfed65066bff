package io.github.leukemia4j.evaluation;

import io.github.leukemia4j.metric.Metric;
import io.github.leukemia4j.metric.Metrics;
import io.github.leukemia4j.metric.StageMetric;
import io.github.leukemia4j.metric.StageScores;
import java.util.Optional;

/**
 * One number of a report: a metric of a stage, of one of its labels, or of the path. Knows its
 * place in a row of {@link Figures}, which is nobody else's business.
 */
sealed interface Figure {
  /** What is measured. */
  Metric metric();

  /** Where it stands in a row. */
  int column();

  /** Which patients it rests on. */
  Behind behind();

  /** The share of samples that it is, if it is one. */
  Optional<Metric.Share> share();

  /** Why it has no value, if it has none. */
  String reason();

  /** Its value in a row, NaN where undefined. */
  default double in(double[] row) {
    return row[column()];
  }

  /**
   * Of a stage, or of one label of it.
   *
   * @param scores of the stage, or of the label against the others
   */
  record OfStage(StageMetric metric, int column, StageScores scores) implements Figure {
    @Override
    public Behind behind() {
      return Behind.of(metric, scores);
    }

    @Override
    public Optional<Metric.Share> share() {
      return metric.share(scores);
    }

    @Override
    public String reason() {
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

  /** Of the pipeline as a whole. */
  record OfPath(PathMetric metric, int column, PathScores path) implements Figure {
    @Override
    public Behind behind() {
      return path.behind(metric);
    }

    @Override
    public Optional<Metric.Share> share() {
      return path.share(metric);
    }

    @Override
    public String reason() {
      return metric.undefined();
    }
  }
}
