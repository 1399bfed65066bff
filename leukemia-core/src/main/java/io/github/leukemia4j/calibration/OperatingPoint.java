package io.github.leukemia4j.calibration;

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
  /** Whether a probability is called positive. */
  public boolean isPositive(double probability) {
    return probability >= threshold;
  }
}
