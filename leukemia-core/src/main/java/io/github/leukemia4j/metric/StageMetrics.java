package io.github.leukemia4j.metric;

import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.evaluation.StageReport;
import java.util.OptionalDouble;

/**
 * The metrics of one classifier without intervals, quick enough for every epoch: the same numbers
 * as a {@link StageReport} gives. Empty where undefined; without samples all are.
 *
 * @param confusion by the most probable label, the first of equally probable ones
 * @param accuracy see {@link Metric#ACCURACY}
 * @param balancedAccuracy see {@link Metric#BALANCED_ACCURACY}
 * @param auroc see {@link Metric#AUROC}
 * @param logLoss see {@link Metric#LOG_LOSS}
 * @param expectedCalibrationError over 15 bins, see {@link Metric#EXPECTED_CALIBRATION_ERROR}
 */
public record StageMetrics(
    ConfusionMatrix confusion,
    OptionalDouble accuracy,
    OptionalDouble balancedAccuracy,
    OptionalDouble auroc,
    OptionalDouble logLoss,
    OptionalDouble expectedCalibrationError) {

  /**
   * @param labels what the classifier chooses among
   * @param truth {@code [samples]}, the true labels' places in the set
   * @param probabilities {@code [samples, labels]}, each in [0, 1]
   * @throws IllegalArgumentException where the shapes do not fit, or a number is no probability
   */
  public static StageMetrics of(LabelSet labels, int[] truth, double[][] probabilities) {
    int n = truth.length;
    int classes = labels.size();
    if (probabilities.length != n) {
      throw new IllegalArgumentException(
          "There must be one row of probabilities for each sample; found "
              + probabilities.length
              + " for "
              + n
              + ".");
    }
    double[][] columns = new double[classes][n];
    int[] chosen = new int[n];
    for (int i = 0; i < n; i++) {
      if (truth[i] < 0 || truth[i] >= classes || probabilities[i].length != classes) {
        throw new IllegalArgumentException(
            "Sample "
                + i
                + " must have a truth below "
                + classes
                + " and as many probabilities, for "
                + labels
                + "; found truth "
                + truth[i]
                + " and "
                + probabilities[i].length
                + " probabilities.");
      }
      for (int c = 0; c < classes; c++) {
        double p = probabilities[i][c];
        if (!(p >= 0 && p <= 1)) {
          throw new IllegalArgumentException(
              "Each probability must lie in [0, 1]; found " + p + " for sample " + i + ".");
        }
        columns[c][i] = p;
        chosen[i] = p > probabilities[i][chosen[i]] ? c : chosen[i];
      }
    }
    int[] one = {1};
    StageData data =
        StageData.of(
            new StageInput(labels, truth, chosen, columns, new boolean[n], new int[n]),
            1,
            EvaluationOptions.defaults());
    double[] values = data.measure(one);
    return new StageMetrics(
        data.confusion(one),
        value(values, Metric.ACCURACY),
        value(values, Metric.BALANCED_ACCURACY),
        value(values, Metric.AUROC),
        value(values, Metric.LOG_LOSS),
        value(values, Metric.EXPECTED_CALIBRATION_ERROR));
  }

  private static OptionalDouble value(double[] values, Metric metric) {
    double value = values[StageData.indexOf(metric)];
    return Double.isNaN(value) ? OptionalDouble.empty() : OptionalDouble.of(value);
  }
}
