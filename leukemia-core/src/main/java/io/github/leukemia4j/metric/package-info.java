/**
 * Numbers that say how good a classifier's answers are, as pure functions of labels, answers and
 * probabilities. Training measures validation with them after every epoch ({@link
 * io.github.leukemia4j.metric.StageMetrics}), evaluation every figure of a report. {@link
 * io.github.leukemia4j.metric.ConfusionMatrix} counts, {@link
 * io.github.leukemia4j.metric.ScoreCurve} tries every threshold. What is undefined is empty, never
 * NaN.
 */
package io.github.leukemia4j.metric;
