package io.github.leukemia4j.evaluation;

import io.github.leukemia4j.Label;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
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
 * @param unfit the images with which the gate found fault, and the figures without them
 * @param origin which model and which data this is a report of, where that was said
 */
public record EvaluationReport(
    List<StageReport> stages,
    PathReport path,
    EvaluationOptions options,
    List<Baseline> baselines,
    List<StageCalibration> calibration,
    UnfitImages unfit,
    Optional<ReportOrigin> origin) {
  /** Copies the lists. */
  public EvaluationReport {
    stages = List.copyOf(stages);
    baselines = List.copyOf(baselines);
    calibration = List.copyOf(calibration);
    Objects.requireNonNull(unfit, "unfit");
    Objects.requireNonNull(origin, "origin");
  }

  /** The same report with one more baseline. */
  public EvaluationReport withBaseline(Baseline baseline) {
    return new EvaluationReport(
        stages,
        path,
        options,
        Stream.concat(baselines.stream(), Stream.of(baseline)).toList(),
        calibration,
        unfit,
        origin);
  }

  /** The same report with this calibration. */
  public EvaluationReport withCalibration(List<StageCalibration> ofStages) {
    return new EvaluationReport(stages, path, options, baselines, ofStages, unfit, origin);
  }

  /** The same report with the model and the data that it is of. */
  public EvaluationReport withOrigin(ReportOrigin of) {
    return new EvaluationReport(
        stages, path, options, baselines, calibration, unfit, Optional.of(of));
  }

  /**
   * The result of a stage in sentences: how many of 100 are right, whether that is more than chance
   * and than the baselines give, and whether there are too few patients to say.
   *
   * @param stage of this report
   */
  public List<String> inWords(StageReport stage) {
    return InWords.of(this, stage);
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
