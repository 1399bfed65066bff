package io.github.leukemia4j.evaluation;

import io.github.leukemia4j.Label;

/**
 * How one class of a stage fared against the others.
 *
 * @param label the class
 * @param samples whose truth lies at or below it
 * @param predicted samples for which it was chosen
 * @param measures recall, precision, specificity, F1, F-beta, AUROC, average precision
 */
public record ClassReport(Label label, long samples, long predicted, MetricValues measures) {}
