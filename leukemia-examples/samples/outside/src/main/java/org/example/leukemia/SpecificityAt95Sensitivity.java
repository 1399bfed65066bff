package org.example.leukemia;

import io.github.leukemia4j.metric.StageMetric;
import io.github.leukemia4j.metric.StageScores;
import java.util.OptionalDouble;

// [metric]
/**
 * The best specificity of the positive label among thresholds that find at least 95 % of its
 * samples.
 */
public record SpecificityAt95Sensitivity() implements StageMetric {
  @Override
  public String id() {
    return "exampleSpecificityAt95Sensitivity";
  }

  @Override
  public String title() {
    return "Specificity at 95 % sensitivity";
  }

  @Override
  public String brief() {
    return "spec. at sens. 95";
  }

  @Override
  public OptionalDouble of(StageScores scores) {
    return scores.positive().isEmpty()
        ? OptionalDouble.empty()
        : scores.specificityAt(scores.positive().getAsInt(), 0.95);
  }

  @Override
  public Basis basis() {
    return Basis.POSITIVES_AND_OTHERS;
  }
}
// [metric]
