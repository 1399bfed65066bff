package io.github.leukemia4j.evaluation;

import io.github.leukemia4j.Label;
import java.util.List;
import java.util.stream.Stream;

/**
 * What {@link Evaluator} found. Immutable.
 *
 * @param stages one for each inner node of the taxonomy, parents first
 * @param path the cascade as a whole
 * @param options how it was evaluated
 * @param baselines something simpler on the same samples, to be read beside
 * @param calibration what cross-fitted temperatures do to the probabilities of each stage; empty
 *     where none were fitted
 */
public record EvaluationReport(
    List<StageReport> stages,
    PathReport path,
    EvaluationOptions options,
    List<Baseline> baselines,
    List<StageCalibration> calibration) {
  /** Copies the lists. */
  public EvaluationReport {
    stages = List.copyOf(stages);
    baselines = List.copyOf(baselines);
    calibration = List.copyOf(calibration);
  }

  /** The same report with one more baseline. */
  public EvaluationReport withBaseline(Baseline baseline) {
    return new EvaluationReport(
        stages,
        path,
        options,
        Stream.concat(baselines.stream(), Stream.of(baseline)).toList(),
        calibration);
  }

  /** The same report with this calibration. */
  public EvaluationReport withCalibration(List<StageCalibration> ofStages) {
    return new EvaluationReport(stages, path, options, baselines, ofStages);
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
