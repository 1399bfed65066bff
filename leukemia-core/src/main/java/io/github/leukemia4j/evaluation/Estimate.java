package io.github.leukemia4j.evaluation;

import io.github.leukemia4j.statistics.Interval;
import java.util.Objects;
import java.util.Optional;

/**
 * A metric's value and how sure it is.
 *
 * @param value the value on the samples, finite
 * @param interval its confidence interval, where one could be made
 */
public record Estimate(double value, Optional<Interval> interval) {
  /**
   * @throws IllegalArgumentException where the value is not finite
   */
  public Estimate {
    Objects.requireNonNull(interval, "interval");
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("An estimate must be finite; found " + value + ".");
    }
  }
}
