package io.github.leukemia4j.pipeline;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonValue;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.Prediction.Finding;
import io.github.leukemia4j.calibration.Decision;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a pipeline says of one image, with the full distribution of every stage it asked. Immutable.
 *
 * <p>Any Jackson mapper writes it as JSON and reads the same again, to the bit; {@code
 * docs/results-json.md} describes the form, and the resource {@code
 * io/github/leukemia4j/schema/result.schema.json} is its schema.
 */
public final class MultilevelResult {
  /** How the way through the taxonomy ended. */
  public enum Outcome {
    /** At a leaf. */
    DECIDED,
    /** At an inner node, because the next stage was not sure enough: "abnormal, subtype unsure". */
    STOPPED,
    /** At the root: no stage was sure enough. Someone should look. */
    REFERRED;

    private static Outcome of(List<Label> path, Optional<String> reason) {
      return reason.isEmpty() ? DECIDED : path.size() == 1 ? REFERRED : STOPPED;
    }

    @JsonValue
    private String jsonName() {
      return name().toLowerCase(Locale.ROOT);
    }
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
          Outcome.of(path, reason),
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

  /** Of the JSON form; see docs/results-json.md. */
  private static final int SCHEMA_VERSION = 1;

  private record Stage(Label name, Label chosen, Prediction prediction) {}

  /** As JSON; what can be derived is written for readers, and checked when it is read. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  private record Document(
      Integer schemaVersion,
      Outcome outcome,
      Label label,
      List<Label> path,
      Double probability,
      Set<Finding> findings,
      String reason,
      List<Label> candidates,
      List<Stage> stages) {}

  @JsonValue
  private Document document() {
    return new Document(
        SCHEMA_VERSION,
        outcome,
        label(),
        path,
        probability,
        findings(),
        reason.orElse(null),
        candidates.map(List::copyOf).orElse(null),
        stages.keySet().stream()
            .map(stage -> new Stage(stage, chosen(stage).orElse(null), stages.get(stage)))
            .toList());
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  private static MultilevelResult of(Document document) {
    if (!Objects.equals(document.schemaVersion, SCHEMA_VERSION)
        || document.path == null
        || document.path.isEmpty()
        || document.stages == null) {
      throw new IllegalArgumentException(
          "A result must have the schema version %d, a path and stages; found %s."
              .formatted(SCHEMA_VERSION, document));
    }
    List<Label> path = List.copyOf(document.path);
    Map<Label, Prediction> stages = new LinkedHashMap<>();
    document.stages.forEach(
        stage ->
            stages.put(
                Objects.requireNonNull(stage.name), Objects.requireNonNull(stage.prediction)));
    Optional<String> reason = Optional.ofNullable(document.reason);
    double probability = 1;
    for (int i = 0; i + 1 < path.size(); i++) {
      Prediction asked = stages.get(path.get(i));
      if (asked == null) {
        throw new IllegalArgumentException(
            "Every label of a result's path but the last must be a stage; found %s."
                .formatted(document));
      }
      probability *= asked.probabilityOf(path.get(i + 1));
    }
    MultilevelResult read =
        new MultilevelResult(
            Outcome.of(path, reason),
            path,
            probability,
            Collections.unmodifiableMap(stages),
            Optional.ofNullable(document.candidates)
                .map(LinkedHashSet::new)
                .map(Collections::unmodifiableSet),
            reason);
    if (!read.document().equals(document)) {
      throw new IllegalArgumentException(
          "What a result says must follow from its path, its stages and its reason, which is %s; found %s."
              .formatted(read.document(), document));
    }
    return read;
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
    StringBuilder text = new StringBuilder("MultilevelResult[");
    text.append(outcome.name().toLowerCase(Locale.ROOT));
    text.append(' ').append(String.join(" > ", path.stream().map(Label::name).toList()));
    if (outcome != Outcome.REFERRED) {
      text.append(", probability ").append(Math.round(probability * 1000) / 1000.0);
    }
    reason.ifPresent(words -> text.append(", because of ").append(words));
    if (!findings().isEmpty()) {
      text.append(", findings ").append(findings());
    }
    return text.append(']').toString();
  }
}
