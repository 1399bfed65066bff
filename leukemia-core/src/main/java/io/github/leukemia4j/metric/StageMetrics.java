package io.github.leukemia4j.metric;

import io.github.leukemia4j.LabelSet;
import java.util.OptionalDouble;

/**
 * The metrics of one classifier without intervals, quick enough for every epoch: the same numbers
 * as a report gives. Empty where undefined; without samples all are.
 *
 * @param confusion by the most probable label, the first of equally probable ones
 * @param accuracy see {@link Metrics#ACCURACY}
 * @param balancedAccuracy see {@link Metrics#BALANCED_ACCURACY}
 * @param auroc see {@link Metrics#AUROC}
 * @param logLoss see {@link Metrics#LOG_LOSS}
 * @param expectedCalibrationError over 15 bins, see {@link Metrics#EXPECTED_CALIBRATION_ERROR}
 */
public record StageMetrics(
    ConfusionMatrix confusion,
    OptionalDouble accuracy,
    OptionalDouble balancedAccuracy,
    OptionalDouble auroc,
    OptionalDouble logLoss,
    OptionalDouble expectedCalibrationError) {

  /**
   * Measures the samples of one stage.
   *
   * @param labels what the classifier chooses among
   * @param truth {@code [samples]}, the true labels' places in the set
   * @param probabilities {@code [samples, labels]}, each in [0, 1]
   * @throws IllegalArgumentException where the shapes do not fit, or a number is no probability
   */
  public static StageMetrics of(LabelSet labels, int[] truth, double[][] probabilities) {
    StageScores scores = StageScores.of(labels, truth, probabilities);
    return new StageMetrics(
        scores.confusion(),
        Metrics.ACCURACY.of(scores),
        Metrics.BALANCED_ACCURACY.of(scores),
        Metrics.AUROC.of(scores),
        Metrics.LOG_LOSS.of(scores),
        Metrics.EXPECTED_CALIBRATION_ERROR.of(scores));
  }
}
