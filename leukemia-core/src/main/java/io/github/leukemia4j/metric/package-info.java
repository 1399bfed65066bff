/**
 * Numbers that say how good a classifier's answers are. They are pure functions of labels, answers
 * and probabilities.
 *
 * <pre>{@code
 * labels, choices, probabilities -> StageScores --StageMetric.of--> a number, or nothing
 *                                                       ^
 *                                         Metrics: those built in, and those found
 *
 * labels and choices -> ConfusionMatrix
 * confidences        -> ReliabilityBin
 * }</pre>
 *
 * <p>{@link io.github.leukemia4j.metric.StageScores} hold what one stage said of each sample, and
 * how often each sample counts. A {@link io.github.leukemia4j.metric.StageMetric} makes one number
 * of them; it is the interface for a metric of your own. {@link
 * io.github.leukemia4j.metric.Metrics} has the built-in ones. {@link
 * io.github.leukemia4j.metric.ConfusionMatrix} counts. An evaluation measures all built-in metrics
 * and those that {@link io.github.leukemia4j.metric.EvaluationOptions} add. A metric that is
 * undefined is empty, never NaN. An {@link io.github.leukemia4j.metric.Interval} says how sure one
 * is.
 */
package io.github.leukemia4j.metric;
