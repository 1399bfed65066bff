package io.github.leukemia4j.evaluation;

import io.github.leukemia4j.Label;
import java.util.List;

/**
 * What {@link Evaluator} found. Immutable.
 *
 * @param stages one for each inner node of the taxonomy, parents first
 * @param path the cascade as a whole
 * @param options how it was evaluated
 */
public record EvaluationReport(
    List<StageReport> stages, PathReport path, EvaluationOptions options) {
  /** Copies the list. */
  public EvaluationReport {
    stages = List.copyOf(stages);
  }

  /**
   * The report of one stage.
   *
   * @throws IllegalArgumentException where the label is no stage
   */
  public StageReport stage(Label innerNode) {
    return stages.stream()
        .filter(s -> s.stage().equals(innerNode))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "The stage must be one of "
                        + stages.stream().map(StageReport::stage).toList()
                        + "; found "
                        + innerNode
                        + "."));
  }

  /**
   * The report as indented JSON with stable names. A metric that has no value is null, and its
   * reason stands under {@code undefined}.
   */
  public String toJson() {
    return ReportJson.write(this);
  }

  /** The report as Markdown tables, which also read well on a terminal. */
  public String toMarkdown() {
    return ReportMarkdown.write(this);
  }
}
