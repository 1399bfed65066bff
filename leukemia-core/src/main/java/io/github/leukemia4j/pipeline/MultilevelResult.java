package io.github.leukemia4j.pipeline;

import io.github.leukemia4j.Finding;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.Prediction;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

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

  /**
   * Left to a person at the root, because something speaks against the image.
   *
   * @param stages those that were asked
   */
  static MultilevelResult referred(Map<Label, Prediction> stages) {
    return new MultilevelResult(
        Outcome.REFERRED,
        decided(stages).path.subList(0, 1),
        1,
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

  /** Of the path: the product of its stages' probabilities, in [0, 1]; 1 where referred. */
  public double probability() {
    return probability;
  }

  /** What speaks against the image, by any stage that was asked; empty where nothing was found. */
  public Set<Finding> findings() {
    Set<Finding> found = EnumSet.noneOf(Finding.class);
    stages.values().forEach(prediction -> found.addAll(prediction.findings()));
    return Collections.unmodifiableSet(found);
  }

  /** Why it was referred, in words, such as {@code out of focus, clipped}; empty where decided. */
  public Optional<String> reason() {
    if (outcome != Outcome.REFERRED || findings().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        findings().stream()
            .map(finding -> finding.name().toLowerCase(Locale.ROOT).replace('_', ' '))
            .collect(Collectors.joining(", ")));
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
        + outcome.name().toLowerCase(Locale.ROOT)
        + " "
        + String.join(" > ", path.stream().map(Label::name).toList())
        + ", probability "
        + Math.round(probability * 1000) / 1000.0
        + "]";
  }
}
