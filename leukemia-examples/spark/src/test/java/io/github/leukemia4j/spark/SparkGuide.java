package io.github.leukemia4j.spark;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** The code of docs/spark.md. */
final class SparkGuide {
  private SparkGuide() {}

  // [folder]
  /** The labels of the images of a folder; what cannot be read has its reason. */
  static Dataset<Row> classify(SparkSession spark, String folder, Path model) throws IOException {
    Dataset<Row> images =
        spark.read().format("binaryFile").option("recursiveFileLookup", "true").load(folder);
    return LeukemiaScoring.classify(images, model, ScoringOptions.binaryFile())
        .select("path", "label", "outcome", "probability", "reason", "error");
  }

  // [folder]

  // [sql]
  /** Registers the function leukemia(content). */
  static Dataset<Row> bySql(SparkSession spark, Path model) throws IOException {
    LeukemiaScoring.of(spark, model, ScoringOptions.ofContents("content"))
        .register(spark, "leukemia");
    return spark.sql("SELECT id, leukemia(content).label FROM cells");
  }
  // [sql]
}
