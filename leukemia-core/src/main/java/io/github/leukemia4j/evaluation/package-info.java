/**
 * Predictions held against labels.
 *
 * <pre>
 *  pipeline + data ──Scoring──▶ ScoredSample ──Evaluator──▶ EvaluationReport
 *                                    │                        ├ StageReport   one question
 *                                    │                        ├ PathReport    the pipeline as a whole
 *                                    │                        └ PatientReport patients instead of cells
 *                                    └──Evaluator.compare──▶ compare.ComparisonReport
 * </pre>
 *
 * <p>{@link io.github.leukemia4j.evaluation.Scoring} runs a pipeline over a data set. {@link
 * io.github.leukemia4j.evaluation.Evaluator} measures every {@link
 * io.github.leukemia4j.metric.Metric} of every stage, and gives each an interval that takes
 * patients as the units. {@link io.github.leukemia4j.evaluation.CrossValidation} trains and scores
 * by folds. What is undefined is empty, with a reason.
 */
package io.github.leukemia4j.evaluation;
