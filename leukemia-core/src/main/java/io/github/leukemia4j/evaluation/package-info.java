/**
 * Predictions held against labels. {@link io.github.leukemia4j.evaluation.Evaluator} turns {@link
 * io.github.leukemia4j.evaluation.ScoredSample}s into an {@link
 * io.github.leukemia4j.evaluation.EvaluationReport}; {@link
 * io.github.leukemia4j.evaluation.ConfusionMatrix} and {@link
 * io.github.leukemia4j.evaluation.ScoreCurve} hold the pure functions behind it. What is undefined
 * is empty or null with a reason, never NaN.
 */
package io.github.leukemia4j.evaluation;
