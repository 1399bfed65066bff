package io.github.leukemia4j.evaluation;

import io.github.leukemia4j.statistics.Interval;
import java.util.Objects;
import java.util.Optional;

/**
 * A metric's value and how sure it is.
 *
 * @param value the value on the samples, finite
 * @param interval its confidence interval, where one could be made
 * @param remark why there is no interval, or what its reader must know, such as that too few
 *     patients stand behind it: a sentence without its full stop; empty where there is nothing to
 *     say
 */
public record Estimate(double value, Optional<Interval> interval, Optional<String> remark) {
  /**
   * @throws IllegalArgumentException where the value is not finite
   */
  public Estimate {
    Objects.requireNonNull(interval, "interval");
    Objects.requireNonNull(remark, "remark");
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("An estimate must be finite; found " + value + ".");
    }
  }

  /** An estimate without a remark. */
  public Estimate(double value, Optional<Interval> interval) {
    this(value, interval, Optional.empty());
  }
}
