package io.github.leukemia4j.calibration;

/**
 * Two thresholds of the positive label's probability, between which a person should look.
 *
 * @param lower below it a sample is called negative, in [0, 1]
 * @param upper at or above it a sample is called positive, not below {@code lower}
 */
record AbstentionBand(double lower, double upper) {
  /** What is called. */
  public enum Call {
    /** Not the positive label. */
    NEGATIVE,
    /** Neither: a person should look. */
    REFER,
    /** The positive label. */
    POSITIVE
  }

  /**
   * @throws IllegalArgumentException where the thresholds break the rules above
   */
  public AbstentionBand {
    if (!(lower >= 0 && lower <= upper && upper <= 1)) {
      throw new IllegalArgumentException(
          "Thresholds must lie in [0, 1], the lower not above the upper; found %s and %s."
              .formatted(lower, upper));
    }
  }

  /**
   * The band between a threshold that guards sensitivity and one that guards specificity. Where the
   * first is the higher one, a single threshold keeps both promises: the band is empty, at the
   * first threshold, so that the sensitivity is the one that was guarded and the specificity even
   * better.
   */
  public static AbstentionBand between(
      OperatingPoint forSensitivity, OperatingPoint forSpecificity) {
    double lower = forSensitivity.threshold();
    return new AbstentionBand(lower, Math.max(lower, forSpecificity.threshold()));
  }

  /** What a probability of the positive label is called. */
  public Call call(double probability) {
    if (probability < lower) {
      return Call.NEGATIVE;
    }
    return probability >= upper ? Call.POSITIVE : Call.REFER;
  }
}
