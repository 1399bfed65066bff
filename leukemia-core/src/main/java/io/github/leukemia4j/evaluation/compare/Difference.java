package io.github.leukemia4j.evaluation.compare;

import io.github.leukemia4j.evaluation.Estimate;
import io.github.leukemia4j.statistics.Interval;
import io.github.leukemia4j.statistics.PairedTest;
import java.util.Objects;
import java.util.Optional;

/**
 * A metric of two cascades on the same samples.
 *
 * @param first the first cascade's
 * @param second the second's
 * @param interval of second minus first, where the data support one
 * @param test of no difference
 * @param remark why there is no interval, or what its reader must know, as in {@link Estimate}
 */
public record Difference(
    double first,
    double second,
    Optional<Interval> interval,
    PairedTest test,
    Optional<String> remark) {
  /** Checks for null. */
  public Difference {
    Objects.requireNonNull(interval, "interval");
    Objects.requireNonNull(test, "test");
    Objects.requireNonNull(remark, "remark");
  }

  /** A difference without a remark. */
  public Difference(double first, double second, Optional<Interval> interval, PairedTest test) {
    this(first, second, interval, test, Optional.empty());
  }

  /**
   * Whether the two are told apart: the interval leaves out 0, and the test agrees.
   *
   * @param level of the intervals, such as 0.95
   */
  public boolean established(double level) {
    return interval.filter(i -> i.lower() > 0 || i.upper() < 0).isPresent()
        && test.pValue() <= 1 - level + 1e-12;
  }

  /** Second minus first. */
  public double value() {
    return second - first;
  }
}
