package io.github.leukemia4j.evaluation;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import java.util.List;
import java.util.Optional;

/**
 * How one stage fared on all samples whose truth lies below it, whether or not the cascade brought
 * them there.
 *
 * @param stage the inner node
 * @param patients how many different patients these samples name; 0 where none is known
 * @param confusion by the label to which the cascade sent a sample, or the most probable one where
 *     it ended before
 * @param measures the stage's metrics
 * @param classes one for each label, in the order of the labels
 * @param reliability the bins behind the calibration error
 * @param riskCoverage what answering only the surest samples gives
 * @param byPatient the same samples with the patient as what is judged; empty where no patient is
 *     known, or each has one sample
 */
public record StageReport(
    Label stage,
    int patients,
    ConfusionMatrix confusion,
    Measures measures,
    List<ClassReport> classes,
    List<ReliabilityBin> reliability,
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
}
