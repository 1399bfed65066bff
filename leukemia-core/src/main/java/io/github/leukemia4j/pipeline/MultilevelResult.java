package io.github.leukemia4j.pipeline;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.Prediction;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a pipeline says of one image, with the full distribution of every stage it asked. Immutable.
 */
public final class MultilevelResult {
  /** How the way through the taxonomy ended. */
  public enum Outcome {
    /** At a leaf. */
    DECIDED,
    /** At an inner node, because the next stage was not sure enough: "abnormal, subtype unsure". */
    STOPPED,
    /** At the root: no stage was sure enough. Someone should look. */
    REFERRED
  }

  private final Outcome outcome;
  private final List<Label> path;
  private final double probability;
  private final Map<Label, Prediction> stages;

  private MultilevelResult(
      Outcome outcome, List<Label> path, double probability, Map<Label, Prediction> stages) {
    this.outcome = outcome;
    this.path = path;
    this.probability = probability;
    this.stages = stages;
  }

  /**
   * Follows the most probable labels from the root down.
   *
   * @param stages by inner node, from the root down, each below the label that the one before chose
   * @throws IllegalArgumentException where there is none
   */
  static MultilevelResult decided(Map<Label, Prediction> stages) {
    if (stages.isEmpty()) {
      throw new IllegalArgumentException("A result needs the prediction of at least one stage.");
    }
    List<Label> path = new ArrayList<>();
    double probability = 1;
    for (Map.Entry<Label, Prediction> stage : stages.entrySet()) {
      if (path.isEmpty()) {
        path.add(stage.getKey());
      }
      path.add(stage.getValue().label());
      probability *= stage.getValue().confidence();
    }
    return new MultilevelResult(
        Outcome.DECIDED,
        List.copyOf(path),
        probability,
        Collections.unmodifiableMap(new LinkedHashMap<>(stages)));
  }

  /** How the way through the taxonomy ended. */
  public Outcome outcome() {
    return outcome;
  }

  /** Where it ended: a leaf where decided, an inner node where stopped, the root where referred. */
  public Label label() {
    return path.get(path.size() - 1);
  }

  /** From the root to {@link #label()}, both included. */
  public List<Label> path() {
    return path;
  }

  /** Of the path: the product of its stages' probabilities, in [0, 1]. */
  public double probability() {
    return probability;
  }

  /** What each stage that was asked said, by its inner node, from the root down. */
  public Map<Label, Prediction> stages() {
    return stages;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof MultilevelResult that
        && outcome == that.outcome
        && path.equals(that.path)
        && probability == that.probability
        && stages.equals(that.stages);
  }

  @Override
  public int hashCode() {
    return Objects.hash(outcome, path, probability, stages);
  }

  @Override
  public String toString() {
    return "MultilevelResult["
        + outcome.name().toLowerCase(java.util.Locale.ROOT)
        + " "
        + String.join(" > ", path.stream().map(Label::name).toList())
        + ", probability "
        + Math.round(probability * 1000) / 1000.0
        + "]";
  }
}
