/**
 * Predictions held against labels.
 *
 * <pre>{@code
 * pipeline + data --Scoring--> ScoredSample --Evaluator.evaluate--> EvaluationReport
 *                                   |                                 | StageReport   one stage
 *                                   |                                 | PathReport    the whole pipeline
 *                                   |                                 | PatientReport patients, not cells
 *                                   |
 *                                   +--Evaluator.compare--> compare.ComparisonReport
 * }</pre>
 *
 * <p>{@link io.github.leukemia4j.evaluation.Scoring} runs a pipeline over a data set. {@link
 * io.github.leukemia4j.evaluation.Evaluator} measures every {@link
 * io.github.leukemia4j.metric.Metric} of every stage. It gives each an interval, where one can be
 * made. Patients are its units, not cells. {@link io.github.leukemia4j.evaluation.CrossValidation}
 * trains and scores by folds. {@link io.github.leukemia4j.evaluation.LeakCheck} keeps a pipeline
 * from being judged by samples that it was made from. {@link
 * io.github.leukemia4j.evaluation.ColourBaseline} says how far colour alone would get. What is
 * undefined is empty, with a reason.
 */
package io.github.leukemia4j.evaluation;
