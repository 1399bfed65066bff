/**
 * Tables of cell images on Apache Spark.
 *
 * <pre>{@code
 * images: bytes or paths --LeukemiaScoring--> scored: label, outcome, probability, stages, error
 *                                                 |
 *                                                 +--LeukemiaEvaluation--> EvaluationReport
 *
 * images: bytes or paths --LeukemiaInspection--> identical, near-duplicates, shared patients
 * }</pre>
 *
 * <p>{@link io.github.leukemia4j.spark.LeukemiaScoring} classifies a table, as a function of Java
 * or of SQL, with the bits of one machine; {@link io.github.leukemia4j.spark.ScoringOptions} say
 * where the images are. {@link io.github.leukemia4j.spark.LeukemiaEvaluation} makes the report of
 * one machine of a scored table. {@link io.github.leukemia4j.spark.LeukemiaInspection} looks for
 * leaks; {@link io.github.leukemia4j.spark.SampleColumns} say which sample a row is. {@link
 * io.github.leukemia4j.spark.LeukemiaSpark} is the program for {@code spark-submit}.
 *
 * <p>Inside, {@code ModelParcel} is the model on its way and {@code JvmModels} where it is open;
 * {@code PartitionScorer} takes the rows of a partition in batches to {@code BatchScorer}. {@code
 * BandedHashes} and {@code HashPairs} find hashes that are near each other.
 */
package io.github.leukemia4j.spark;
