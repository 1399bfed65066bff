package io.github.leukemia4j.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import io.github.leukemia4j.DataException;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.evaluation.EvaluationReport;
import io.github.leukemia4j.evaluation.Evaluator;
import io.github.leukemia4j.evaluation.ScoredSample;
import io.github.leukemia4j.metric.EvaluationOptions;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * Evaluates tables that {@link LeukemiaScoring} scored. The executors join, check, select and sort;
 * the driver gets of each row what a report depends on, in the order of the ids, and makes the
 * report that {@link Evaluator} makes on one machine: exactly the same, whatever the partitions.
 * {@code docs/spark.md} says how much memory of the driver a million rows take.
 */
public final class LeukemiaEvaluation {
  private LeukemiaEvaluation() {}

  /**
   * A report, and what it is not of.
   *
   * @param report of the rows that have a result
   * @param withoutResult how many rows have an error instead; they are of no figure
   * @param model the SHA-256 over the files of the networks, as the table says
   */
  public record Evaluated(EvaluationReport report, long withoutResult, String model) {}

  /**
   * Evaluates a scored table.
   *
   * @param scored with the columns of {@link LeukemiaScoring#schema()} and those of the samples
   * @param columns which name a true label
   * @param taxonomy of the labels
   * @throws IllegalArgumentException where columns are missing, or a label is not in the taxonomy
   * @throws DataException where an id is there twice, a row has no true label, or the rows were
   *     scored by several models; lists all faults
   */
  public static Evaluated evaluate(
      Dataset<Row> scored, SampleColumns columns, Taxonomy taxonomy, EvaluationOptions options) {
    columns.require(scored.schema(), ScoredColumns.SCHEMA.fieldNames());
    String truth =
        columns
            .truth()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "An evaluation must know the true labels; no column is named for them."));
    Column patient = columns.patient().map(name -> col(name)).orElse(lit(null).cast("string"));
    Dataset<Row> samples =
        scored
            .select(
                col(columns.id()).as("id"),
                col(truth).as("truth"),
                patient.as("patient"),
                col(ScoredColumns.LABEL),
                col(ScoredColumns.OUTCOME),
                col(ScoredColumns.STAGES),
                col(ScoredColumns.FINDINGS),
                col(ScoredColumns.ERROR),
                col(ScoredColumns.MODEL))
            .persist(StorageLevel.MEMORY_AND_DISK());
    try {
      Row counts = checked(samples);
      long withoutResult = counts.getLong(1);
      List<ScoredSample> all = new ArrayList<>();
      SampleReader reader = new SampleReader(taxonomy);
      Iterator<Row> rows =
          samples
              .filter(col(ScoredColumns.ERROR).isNull())
              .drop(ScoredColumns.ERROR, ScoredColumns.MODEL)
              .orderBy(col("id"))
              .toLocalIterator();
      rows.forEachRemaining(row -> all.add(reader.read(row)));
      return new Evaluated(
          Evaluator.evaluate(taxonomy, all, options), withoutResult, counts.getString(3));
    } finally {
      samples.unpersist();
    }
  }

  private static Row checked(Dataset<Row> samples) {
    Row counts =
        samples
            .agg(
                count(lit(1)),
                sum(when(col(ScoredColumns.ERROR).isNotNull(), 1L).otherwise(0L)),
                sum(when(col("truth").isNull(), 1L).otherwise(0L)),
                min(ScoredColumns.MODEL),
                max(ScoredColumns.MODEL))
            .first();
    if (counts.getLong(0) == 0) {
      throw new DataException("A table must have rows to be evaluated; found none.");
    }
    List<String> faults = new ArrayList<>();
    if (counts.getLong(2) > 0) {
      faults.add(
          "every row must have a true label; found %d without one".formatted(counts.getLong(2)));
    }
    if (!counts.getString(3).equals(counts.getString(4))) {
      faults.add(
          "all rows must be scored by one model; found %s and %s"
              .formatted(counts.getString(3), counts.getString(4)));
    }
    List<Row> twice =
        samples
            .groupBy("id")
            .agg(count(lit(1)).as("rows"))
            .filter("rows > 1")
            .orderBy("id")
            .limit(5)
            .collectAsList();
    if (!twice.isEmpty()) {
      faults.add(
          "every id must be there once; found %s more often"
              .formatted(twice.stream().map(row -> row.getString(0)).toList()));
    }
    if (!faults.isEmpty()) {
      throw new DataException(
          "A scored table must be whole to be evaluated: %s.".formatted(String.join("; ", faults)));
    }
    return counts;
  }
}
