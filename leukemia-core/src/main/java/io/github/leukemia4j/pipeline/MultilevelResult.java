package io.github.leukemia4j.pipeline;

import io.github.leukemia4j.Finding;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.calibration.Decision;
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
  private final Optional<Set<Label>> candidates;
  private final Optional<String> reason;

  private MultilevelResult(
      Outcome outcome,
      List<Label> path,
      double probability,
      Map<Label, Prediction> stages,
      Optional<Set<Label>> candidates,
      Optional<String> reason) {
    this.outcome = outcome;
    this.path = path;
    this.probability = probability;
    this.stages = stages;
    this.candidates = candidates;
    this.reason = reason;
  }

  /** The way of one image through the stages, from the root down. Not thread-safe. */
  static final class Steps {
    private final List<Label> path = new ArrayList<>();
    private final Map<Label, Prediction> stages = new LinkedHashMap<>();
    private double probability = 1;
    private Optional<Set<Label>> candidates = Optional.empty();
    private Optional<String> reason = Optional.empty();

    Steps(Label root) {
      path.add(root);
    }

    /** What the stage of the node that was reached says. */
    void go(Label node, Prediction prediction, Decision.Call call) {
      stages.put(node, prediction);
      candidates = call.candidates();
      reason = call.reason().map(words -> "stage " + node + ": " + words);
      call.label()
          .ifPresent(
              next -> {
                path.add(next);
                probability *= prediction.probabilityOf(next);
              });
    }

    /** Something speaks against the image: it is left to a person as a whole. */
    void refuse(Label node, Prediction prediction) {
      stages.put(node, prediction);
      path.subList(1, path.size()).clear();
      probability = 1;
      candidates = Optional.empty();
      reason =
          Optional.of(
              findings(stages).stream()
                  .map(finding -> finding.name().toLowerCase(Locale.ROOT).replace('_', ' '))
                  .collect(Collectors.joining(", ")));
    }

    MultilevelResult end() {
      return new MultilevelResult(
          reason.isEmpty()
              ? Outcome.DECIDED
              : path.size() == 1 ? Outcome.REFERRED : Outcome.STOPPED,
          List.copyOf(path),
          probability,
          Collections.unmodifiableMap(new LinkedHashMap<>(stages)),
          candidates,
          reason);
    }
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

  /**
   * The label that a stage on the way went on with, which with thresholds need not be its most
   * probable one; empty where it left the question open or was not asked.
   */
  public Optional<Label> chosen(Label innerNode) {
    int at = path.indexOf(innerNode);
    return at < 0 || at == path.size() - 1 ? Optional.empty() : Optional.of(path.get(at + 1));
  }

  /**
   * Of the path that was taken: the product of the probabilities that its stages give to its
   * labels, in [0, 1]; 1 where referred. With thresholds these need not be the most probable ones.
   */
  public double probability() {
    return probability;
  }

  /** What speaks against the image, by any stage that was asked; empty where nothing was found. */
  public Set<Finding> findings() {
    return findings(stages);
  }

  private static Set<Finding> findings(Map<Label, Prediction> stages) {
    Set<Finding> found = EnumSet.noneOf(Finding.class);
    stages.values().forEach(prediction -> found.addAll(prediction.findings()));
    return Collections.unmodifiableSet(found);
  }

  /**
   * The labels that the last stage that was asked does not rule out, in its order: one where it was
   * decided by conformal sets, several or none where it was not. Empty where that stage has no
   * conformal sets, or something speaks against the image.
   */
  public Optional<Set<Label>> candidates() {
    return candidates;
  }

  /**
   * Why it was stopped or referred, in words; empty where decided. Such as {@code out of focus,
   * clipped}, or {@code stage cell: abnormal has the probability 0.430, between the thresholds
   * 0.200 and 0.800}, or {@code stage abnormal: cannot tell between AML, APL, at coverage 0.9}.
   */
  public Optional<String> reason() {
    return reason;
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
        && stages.equals(that.stages)
        && candidates.equals(that.candidates)
        && reason.equals(that.reason);
  }

  @Override
  public int hashCode() {
    return Objects.hash(outcome, path, probability, stages, candidates, reason);
  }

  @Override
  public String toString() {
    return "MultilevelResult["
        + outcome.name().toLowerCase(Locale.ROOT)
        + " "
        + String.join(" > ", path.stream().map(Label::name).toList())
        + ", probability "
        + Math.round(probability * 1000) / 1000.0
        + (findings().isEmpty() ? "" : ", findings " + findings())
        + "]";
  }
}
