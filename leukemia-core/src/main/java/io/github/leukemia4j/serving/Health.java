package io.github.leukemia4j.serving;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * Whether a service answers.
 *
 * @param problem what is wrong; empty where nothing is
 * @param took how long the blank image took, or how long it was waited for
 */
public record Health(Optional<String> problem, Duration took) {
  /** Checks nothing but null. */
  public Health {
    Objects.requireNonNull(problem, "problem");
    Objects.requireNonNull(took, "took");
  }

  /** Whether nothing is wrong. */
  public boolean ok() {
    return problem.isEmpty();
  }
}
