package io.github.leukemia4j.evaluation;

import io.github.leukemia4j.statistics.Interval;
import io.github.leukemia4j.statistics.PairedTest;
import java.util.Optional;

/**
 * A metric of two cascades on the same samples.
 *
 * @param first the first cascade's
 * @param second the second's
 * @param interval of second minus first, where the data support one
 * @param test of no difference
 */
public record Difference(
    double first, double second, Optional<Interval> interval, PairedTest test) {
  /** Second minus first. */
  public double value() {
    return second - first;
  }
}
