package io.github.leukemia4j.evaluation.compare;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.metric.Metric;
import java.util.Map;
import java.util.Optional;

/**
 * One stage of two cascades.
 *
 * @param stage the inner node
 * @param samples how many it was held against
 * @param patients how many different patients these name; 0 where none is known
 * @param differences of the metrics that both have
 * @param byPatient the same with the patient as what is judged; empty where no patient is known, or
 *     each has one sample
 */
public record StageComparison(
    Label stage,
    long samples,
    int patients,
    Map<Metric, Difference> differences,
    Optional<PatientComparison> byPatient) {}
