package io.github.leukemia4j.serving;

import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * Whether a service answers. Any Jackson mapper writes it, as {@code {"ok": true, "problem": null,
 * "tookMillis": 12}}.
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

  private record Document(boolean ok, String problem, long tookMillis) {}

  @JsonValue
  private Document document() {
    return new Document(ok(), problem.orElse(null), took.toMillis());
  }
}
