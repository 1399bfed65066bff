package io.github.leukemia4j.evaluation;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.metric.EvaluationOptions;
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
 * @param auxiliary what is said beside the stages, such as a column of the data that was learnt:
 *     one for each head, on the samples whose value is known
 * @param origin which model and which data this is a report of, where that was said
 */
public record EvaluationReport(
    List<StageReport> stages,
    PathReport path,
    EvaluationOptions options,
    List<Baseline> baselines,
    List<StageCalibration> calibration,
    UnfitImages unfit,
    List<StageReport> auxiliary,
    Optional<ReportOrigin> origin) {
  /** Copies the lists. */
  public EvaluationReport {
    stages = List.copyOf(stages);
    baselines = List.copyOf(baselines);
    calibration = List.copyOf(calibration);
    Objects.requireNonNull(unfit, "unfit");
    auxiliary = List.copyOf(auxiliary);
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
        auxiliary,
        origin);
  }

  /** The same report with this calibration. */
  public EvaluationReport withCalibration(List<StageCalibration> ofStages) {
    return new EvaluationReport(
        stages, path, options, baselines, ofStages, unfit, auxiliary, origin);
  }

  /** The same report with the model and the data that it is of. */
  public EvaluationReport withOrigin(ReportOrigin of) {
    return new EvaluationReport(
        stages, path, options, baselines, calibration, unfit, auxiliary, Optional.of(of));
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
                    "The stage must be one of %s; found %s."
                        .formatted(stages.stream().map(StageReport::stage).toList(), innerNode)));
  }
}
