package io.github.leukemia4j.statistics;

import org.apache.commons.statistics.inference.AlternativeHypothesis;
import org.apache.commons.statistics.inference.BinomialTest;

/** McNemar's test of two classifiers' accuracies on the same independent samples. */
public final class McNemar {
  private McNemar() {}

  /**
   * The exact test: R's {@code binom.test(c(onlyFirst, onlySecond))}. Where the two never differ
   * the p-value is 1.
   *
   * @param onlyFirst samples that the first alone got right, 0 or more
   * @param onlySecond samples that the second alone got right, 0 or more
   * @param samples all samples, those on which both agree included; at least 1
   * @return the two-sided p-value
   * @throws IllegalArgumentException where the counts do not fit
   */
  public static double exact(int onlyFirst, int onlySecond, int samples) {
    if (onlyFirst < 0 || onlySecond < 0 || samples < 1 || onlyFirst + onlySecond > samples) {
      throw new IllegalArgumentException(
          "Counts must be 0 or more and not exceed the samples; found %s and %s of %s."
              .formatted(onlyFirst, onlySecond, samples));
    }
    int differing = onlyFirst + onlySecond;
    double p =
        differing == 0
            ? 1
            : BinomialTest.withDefaults()
                .with(AlternativeHypothesis.TWO_SIDED)
                .test(differing, onlySecond, 0.5)
                .getPValue();
    return Math.min(1, p);
  }
}
