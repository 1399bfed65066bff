package io.github.leukemia4j.evaluation;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.metric.Metrics;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Something simple that a model must beat to be worth having, such as a classifier that sees colour
 * alone.
 *
 * @param name what reports call it
 * @param how what it may know, and on what it was tested, in a sentence
 * @param balancedAccuracy on the same samples, by stage; a stage may be missing
 */
public record Baseline(String name, String how, Map<Label, Estimate> balancedAccuracy) {
  /**
   * Copies the map.
   *
   * @throws IllegalArgumentException where the name is blank
   */
  public Baseline {
    Objects.requireNonNull(name, "name");
    if (name.isBlank()) {
      throw new IllegalArgumentException("A baseline must have a name; found a blank one.");
    }
    Objects.requireNonNull(how, "how");
    balancedAccuracy = Collections.unmodifiableMap(new LinkedHashMap<>(balancedAccuracy));
  }

  /** A baseline that was itself evaluated. */
  public static Baseline of(String name, String how, EvaluationReport report) {
    Map<Label, Estimate> found = new LinkedHashMap<>();
    for (StageReport stage : report.stages()) {
      stage
          .measures()
          .get(Metrics.BALANCED_ACCURACY)
          .ifPresent(estimate -> found.put(stage.stage(), estimate));
    }
    return new Baseline(name, how, found);
  }
}
