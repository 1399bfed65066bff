package io.github.leukemia4j.metric;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A metric of the answers to one question: of a stage as a whole, or of one of its labels against
 * the others. A pure function: it keeps nothing, and gives the same number for the same samples in
 * any order. Its interval, its comparison between two models and its place in reports come of
 * themselves.
 *
 * <p>A metric of your own is found by {@link java.util.ServiceLoader}, or given to {@link
 * EvaluationOptions#withMetrics}. The kit {@code io.github.leukemia4j.testkit.MetricContract} tests
 * it.
 */
public interface StageMetric extends Metric {
  /** Says which samples a metric rests on, so that reports can tell where they are too few. */
  enum Basis {
    /** All samples; the rarest label counts. */
    EVERY_LABEL,
    /** The samples of the positive label. */
    POSITIVES,
    /** The samples of the other labels. */
    OTHERS,
    /** The samples that were called positive. */
    CALLED,
    /** The samples of the positive label and those that were called so. */
    POSITIVES_AND_CALLED,
    /** All samples; the fewer of the positive label and the others count. */
    POSITIVES_AND_OTHERS
  }

  /**
   * Computes the metric.
   *
   * @param scores the samples, each counting as often as {@link StageScores#weight} says
   * @return empty where the metric is undefined, such as a ratio with a zero denominator; else
   *     finite
   */
  OptionalDouble of(StageScores scores);

  /**
   * The share of samples that the metric is; empty where it is none, or has no trials. A share gets
   * an exact interval.
   */
  default Optional<Share> share(StageScores scores) {
    return Optional.empty();
  }

  /** Which samples it rests on; all, by default. */
  default Basis basis() {
    return Basis.EVERY_LABEL;
  }
}
