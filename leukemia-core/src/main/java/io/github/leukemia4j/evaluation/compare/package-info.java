/**
 * By how much two pipelines differ on the same samples.
 *
 * <pre>{@code
 * ScoredSample of one pipeline    --+
 *                                   +--Evaluator.compare--> ComparisonReport
 * ScoredSample of another pipeline -+                          | StageComparison
 *                                                              |   | Difference of each metric
 *                                                              |   | PatientComparison
 * }</pre>
 *
 * <p>{@link io.github.leukemia4j.evaluation.Evaluator#compare} makes a {@link
 * io.github.leukemia4j.evaluation.compare.ComparisonReport}. It has a {@link
 * io.github.leukemia4j.evaluation.compare.StageComparison} for each stage. Each {@link
 * io.github.leukemia4j.evaluation.compare.Difference} has the p-value of a test, and an interval
 * where one can be made. {@link io.github.leukemia4j.evaluation.compare.PatientComparison} compares
 * patients instead of cells.
 */
package io.github.leukemia4j.evaluation.compare;
