package io.github.leukemia4j.evaluation;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.calibration.ReliabilityBin;
import io.github.leukemia4j.metric.ConfusionMatrix;
import io.github.leukemia4j.metric.RiskCoverage;
import java.util.List;
import java.util.Optional;

/**
 * How one stage fared on all samples whose truth lies below it, whether or not the cascade brought
 * them there.
 *
 * @param stage the inner node
 * @param patients how many different patients these samples name; 0 where none is known
 * @param confusion by the label to which the cascade sent a sample; where it ended before, by the
 *     label that the stage chooses by its own rule, what a refer band leaves open being positive
 * @param measures the stage's metrics
 * @param classes one for each label, in the order of the labels
 * @param reliability the bins behind the calibration error
 * @param calibrationCheck what these errors would be of a calibrated model, and a test; empty
 *     without samples or resamples
 * @param riskCoverage what answering only the surest samples gives
 * @param byPatient the same samples with the patient as what is judged; empty where no patient is
 *     known, or each has one sample
 */
public record StageReport(
    Label stage,
    int patients,
    ConfusionMatrix confusion,
    MetricValues measures,
    List<ClassReport> classes,
    List<ReliabilityBin> reliability,
    Optional<CalibrationCheck> calibrationCheck,
    RiskCoverage riskCoverage,
    Optional<PatientReport> byPatient) {

  /** What the stage chooses among. */
  public LabelSet labels() {
    return confusion.labels();
  }

  /** How many samples it was held against. */
  public long samples() {
    return confusion.total();
  }

  /** How many of the labels occur in the truth. */
  public long labelsThatOccur() {
    return classes.stream().filter(c -> c.samples() > 0).count();
  }
}
