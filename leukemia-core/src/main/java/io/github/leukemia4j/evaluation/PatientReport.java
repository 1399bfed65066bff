package io.github.leukemia4j.evaluation;

import io.github.leukemia4j.metric.Metric;
import io.github.leukemia4j.metric.Metrics;
import java.util.Map;
import java.util.Optional;

/**
 * How a stage fared on patients instead of cells. Samples without patient are left out.
 *
 * @param patients how many have samples at the stage
 * @param mixed how many of them have samples of several labels, and so no label of their own
 * @param pooling how the cells of a patient were made one decision, in words
 * @param decisions one decision for each patient, held against the patient's label: its samples are
 *     patients; empty where a patient is mixed, and where the stage has no patient
 * @param means of each metric within each patient, the mean over the patients on whom it is
 *     defined: {@link Metrics#ACCURACY}, {@link Metrics#BALANCED_ACCURACY} and {@link
 *     Metrics#AUROC} of patients with several labels, {@link Metrics#SENSITIVITY} and {@link
 *     Metrics#SPECIFICITY}
 * @param behind over how many patients each mean was taken
 */
public record PatientReport(
    int patients,
    int mixed,
    String pooling,
    Optional<StageReport> decisions,
    MetricValues means,
    Map<Metric, Integer> behind) {}
