package io.github.leukemia4j.metric;

import java.util.Objects;

/**
 * A confidence interval.
 *
 * @param lower its lower end
 * @param upper its upper end, not below the lower one
 * @param level the wanted probability that the interval covers the true value, in (0, 1), such as
 *     0.95
 * @param method how it was made, and what that assumes, in words
 */
public record Interval(double lower, double upper, double level, String method) {
  /**
   * @throws IllegalArgumentException where the ends or the level break the rules above
   */
  public Interval {
    Objects.requireNonNull(method, "method");
    if (!(lower <= upper)) {
      throw new IllegalArgumentException(
          "The lower end must not lie above the upper one; found " + lower + " and " + upper + ".");
    }
    requireLevel(level);
  }

  /**
   * @throws IllegalArgumentException where the level is not in (0, 1)
   */
  public static void requireLevel(double level) {
    if (!(level > 0 && level < 1)) {
      throw new IllegalArgumentException(
          "The level must lie in (0, 1), such as 0.95; found " + level + ".");
    }
  }

  /** Whether a value lies in the interval, its ends included. */
  public boolean contains(double value) {
    return lower <= value && value <= upper;
  }

  /** The same interval under another description of its making. */
  public Interval withMethod(String other) {
    return new Interval(lower, upper, level, other);
  }
}
