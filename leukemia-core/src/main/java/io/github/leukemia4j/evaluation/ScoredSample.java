package io.github.leukemia4j.evaluation;

import io.github.leukemia4j.Finding;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.pipeline.MultilevelResult;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What a cascade said about one labelled sample.
 *
 * @param id the sample's, for messages
 * @param truth its label, at any level of the taxonomy
 * @param patient whose cell it is, if known
 * @param stages what every stage says, by its inner node, whether or not the cascade went through
 *     it: at least the stages above the truth, so that each can be judged on all samples that it
 *     should know
 * @param decided where the cascade ended: a leaf, or the inner node at which it stopped
 * @param outcome how it ended
 * @param settled the label that each stage chooses by its own rule, as {@link
 *     io.github.leukemia4j.pipeline.MultilevelPipeline#settle} says; a stage that is not there
 *     chooses the most probable one
 * @param findings what the stages that were asked found to speak against the image, as {@link
 *     MultilevelResult#findings} says; empty where nothing was found or nothing looked
 * @param auxiliary what is said beside the stages, by the name of the head, where the sample's own
 *     value is known
 */
public record ScoredSample(
    String id,
    Label truth,
    Optional<String> patient,
    Map<Label, Prediction> stages,
    Label decided,
    MultilevelResult.Outcome outcome,
    Map<Label, Label> settled,
    Set<Finding> findings,
    Map<Label, Auxiliary> auxiliary) {
  /**
   * What a head that answers no stage says of a sample, and what is true.
   *
   * @param truth the sample's own value
   * @param prediction of the head, which has this value among its labels
   */
  public record Auxiliary(Label truth, Prediction prediction) {}

  /** Copies the maps and the set. */
  public ScoredSample {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(truth, "truth");
    Objects.requireNonNull(patient, "patient");
    Objects.requireNonNull(decided, "decided");
    Objects.requireNonNull(outcome, "outcome");
    stages = Map.copyOf(stages);
    settled = Map.copyOf(settled);
    findings = Set.copyOf(findings);
    auxiliary = Map.copyOf(auxiliary);
  }

  /** What a cascade said beside which nothing was learnt. */
  public ScoredSample(
      String id,
      Label truth,
      Optional<String> patient,
      Map<Label, Prediction> stages,
      Label decided,
      MultilevelResult.Outcome outcome,
      Map<Label, Label> settled,
      Set<Finding> findings) {
    this(id, truth, patient, stages, decided, outcome, settled, findings, Map.of());
  }

  /** What a cascade said whose stages choose the most probable label. */
  public ScoredSample(
      String id,
      Label truth,
      Optional<String> patient,
      Map<Label, Prediction> stages,
      Label decided,
      MultilevelResult.Outcome outcome) {
    this(id, truth, patient, stages, decided, outcome, Map.of(), Set.of());
  }

  /** What a cascade said of an image with which nothing was found. */
  public ScoredSample(
      String id,
      Label truth,
      Optional<String> patient,
      Map<Label, Prediction> stages,
      Label decided,
      MultilevelResult.Outcome outcome,
      Map<Label, Label> settled) {
    this(id, truth, patient, stages, decided, outcome, settled, Set.of());
  }
}
