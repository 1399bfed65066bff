/**
 * Predictions held against labels.
 *
 * <pre>{@code
 * pipeline + data --ScoredSample.of--> ScoredSample --Evaluator.evaluate--> EvaluationReport
 *                                   |                         | PathReport    the whole pipeline
 *                                   |                         | StageReport   one stage
 *                                   |                             | ClassReport   one label
 *                                   |                             | PatientReport patients, not cells
 *                                   |
 *                                   +--Evaluator.compare--> ComparisonReport of two pipelines
 * }</pre>
 *
 * <p>Inside, {@code IntervalFinder} decides which interval a metric gets, or why it gets none:
 *
 * <pre>{@code
 * ScoredSample -> Clusters (patients) -> Figures (all metrics as one row of numbers)
 *                                              |  under weights of the clusters
 *                                              v
 *                 ResampledSpreads: jackknife or bootstrap -> IntervalFinder -> Interval
 *                                                        ^
 *                 statistics: Clopper-Pearson, DeLong ---+
 * }</pre>
 *
 * <p>{@link io.github.leukemia4j.evaluation.ScoredSample#of} runs a pipeline over a data set.
 * {@link io.github.leukemia4j.evaluation.Evaluator} measures every {@link
 * io.github.leukemia4j.metric.Metric} of every stage. It gives each an interval, where one can be
 * made. Patients are its units, not cells. What is undefined is empty, with a reason. It keeps a
 * pipeline from being judged by samples that it was made from. A {@link
 * io.github.leukemia4j.evaluation.PatientPooling} makes one decision of a patient's cells.
 */
package io.github.leukemia4j.evaluation;
