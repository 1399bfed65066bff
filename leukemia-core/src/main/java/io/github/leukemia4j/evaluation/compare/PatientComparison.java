package io.github.leukemia4j.evaluation.compare;

import io.github.leukemia4j.evaluation.PatientReport;
import io.github.leukemia4j.metric.Metric;
import java.util.Map;

/**
 * One stage of two cascades, with the patient as what is judged.
 *
 * @param patients how many have samples at the stage
 * @param mixed how many of them have samples of several labels, and so no label of their own
 * @param pooling how the cells of a patient were made one decision, in words
 * @param decisions differences of the metrics of one decision for each patient; empty where a
 *     patient is mixed
 * @param means differences of the means over patients of the metrics within each, as in {@link
 *     PatientReport#means}
 */
public record PatientComparison(
    int patients,
    int mixed,
    String pooling,
    Map<Metric, Difference> decisions,
    Map<Metric, Difference> means) {}
