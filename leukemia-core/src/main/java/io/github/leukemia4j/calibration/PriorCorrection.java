package io.github.leukemia4j.calibration;

import java.util.Arrays;

/**
 * Moves logits from the class frequencies of training to others: adds the logarithm of their ratio
 * (Saerens et al. 2002). Right where the looks of each class stay the same and only the frequencies
 * differ, as after balanced sampling. Immutable.
 */
public final class PriorCorrection {
  private final double[] shift;

  private PriorCorrection(double[] shift) {
    this.shift = shift;
  }

  /**
   * @param training how frequent each class was among the drawn training samples; above 0, in any
   *     unit
   * @param wanted how frequent each class is where the model is used; above 0, in any unit
   * @throws IllegalArgumentException where the lengths differ or a frequency is not above 0
   */
  public static PriorCorrection of(double[] training, double[] wanted) {
    if (training.length != wanted.length
        || !Arrays.stream(training).allMatch(PriorCorrection::isFrequency)
        || !Arrays.stream(wanted).allMatch(PriorCorrection::isFrequency)) {
      throw new IllegalArgumentException(
          "There must be one frequency above 0 for each class; found "
              + Arrays.toString(training)
              + " in training and "
              + Arrays.toString(wanted)
              + " wanted.");
    }
    double ofTraining = Arrays.stream(training).sum();
    double ofWanted = Arrays.stream(wanted).sum();
    double[] shift = new double[training.length];
    Arrays.setAll(shift, k -> Math.log(wanted[k] / ofWanted) - Math.log(training[k] / ofTraining));
    return new PriorCorrection(shift);
  }

  private static boolean isFrequency(double value) {
    return value > 0 && Double.isFinite(value);
  }

  /** The corrected logits, {@code [classes]}, before any temperature. */
  public double[] apply(double[] logits) {
    if (logits.length != shift.length) {
      throw new IllegalArgumentException(
          "There must be " + shift.length + " logits; found " + logits.length + ".");
    }
    double[] corrected = logits.clone();
    for (int k = 0; k < corrected.length; k++) {
      corrected[k] += shift[k];
    }
    return corrected;
  }
}
