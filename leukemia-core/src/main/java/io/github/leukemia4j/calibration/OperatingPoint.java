package io.github.leukemia4j.calibration;

import java.util.Objects;
import java.util.OptionalDouble;

/**
 * A threshold of the positive label's probability, and what it rests on: a sample is called
 * positive where its probability is at or above the threshold.
 *
 * @param threshold in [0, 1]
 * @param aim what was wanted, in words
 * @param sensitivity on the calibration samples, averaged over patients; empty without positives
 * @param specificity the same of the others
 * @param confidence with which the guarantee holds; empty where there is none
 * @param units how many patients (or independent cells) of the guarded kind it rests on
 * @param evidence the method and the data, in words
 */
public record OperatingPoint(
    double threshold,
    String aim,
    OptionalDouble sensitivity,
    OptionalDouble specificity,
    OptionalDouble confidence,
    int units,
    String evidence) {
  /**
   * @throws IllegalArgumentException where a number is out of its range
   */
  public OperatingPoint {
    Objects.requireNonNull(aim, "aim");
    Objects.requireNonNull(evidence, "evidence");
    if (!(isProbability(threshold)
        && isProbability(sensitivity.orElse(0))
        && isProbability(specificity.orElse(0))
        && confidence.orElse(0.5) > 0
        && confidence.orElse(0.5) < 1
        && units >= 0)) {
      throw new IllegalArgumentException(
          "Threshold, sensitivity and specificity must lie in [0, 1], the confidence in (0, 1), and units be 0 or more; found %s, %s, %s, %s and %s."
              .formatted(threshold, sensitivity, specificity, confidence, units));
    }
  }

  private static boolean isProbability(double value) {
    return value >= 0 && value <= 1;
  }

  /** The same with more said of its data. */
  OperatingPoint withEvidence(String words) {
    return new OperatingPoint(threshold, aim, sensitivity, specificity, confidence, units, words);
  }

  /** Whether a probability is called positive. */
  public boolean isPositive(double probability) {
    return probability >= threshold;
  }
}
