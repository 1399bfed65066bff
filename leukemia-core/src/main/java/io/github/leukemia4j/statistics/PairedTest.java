package io.github.leukemia4j.statistics;

import java.util.Objects;

/**
 * The outcome of a two-sided test of two classifiers on the same samples.
 *
 * @param difference second minus first
 * @param pValue how often a difference at least as far from 0 would occur were there none, in [0,
 *     1]
 * @param method how it was found, and what that assumes, in words
 */
public record PairedTest(double difference, double pValue, String method) {
  /**
   * @throws IllegalArgumentException where the p-value is not in [0, 1]
   */
  public PairedTest {
    Objects.requireNonNull(method, "method");
    if (!(pValue >= 0 && pValue <= 1)) {
      throw new IllegalArgumentException("A p-value must lie in [0, 1]; found " + pValue + ".");
    }
  }
}
