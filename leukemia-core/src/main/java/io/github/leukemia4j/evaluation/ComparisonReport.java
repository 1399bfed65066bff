package io.github.leukemia4j.evaluation;

import io.github.leukemia4j.Label;
import java.util.List;
import java.util.Map;

/**
 * How two cascades differ on the same samples. Nothing is corrected for looking at many metrics:
 * name the one that matters beforehand.
 *
 * @param stages one for each inner node of the taxonomy, parents first
 * @param path of the cascades as wholes, the metrics that both have
 * @param options how they were compared
 */
public record ComparisonReport(
    List<StageComparison> stages, Map<Metric, Difference> path, EvaluationOptions options) {

  /**
   * One stage's comparison.
   *
   * @throws IllegalArgumentException where the label is no stage
   */
  public StageComparison stage(Label innerNode) {
    return stages.stream()
        .filter(s -> s.stage().equals(innerNode))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "The stage must be one of "
                        + stages.stream().map(StageComparison::stage).toList()
                        + "; found "
                        + innerNode
                        + "."));
  }

  /** The comparison as indented JSON with stable names. */
  public String toJson() {
    return ReportJson.write(this);
  }

  /** The comparison as Markdown tables, which also read well on a terminal. */
  public String toMarkdown() {
    return ReportMarkdown.write(this);
  }
}
