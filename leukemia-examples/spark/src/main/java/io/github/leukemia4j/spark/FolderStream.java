package io.github.leukemia4j.spark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeoutException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** A stream of Spark's that classifies the files of a folder, and those that come. */
final class FolderStream {
  private static final StructType BINARY_FILE =
      new StructType()
          .add("path", DataTypes.StringType, false)
          .add("modificationTime", DataTypes.TimestampType, false)
          .add("length", DataTypes.LongType, false)
          .add("content", DataTypes.BinaryType);

  private FolderStream() {}

  /**
   * Starts the stream. Each file is one row, once, also where the stream is stopped or killed and
   * started again with the same checkpoint.
   *
   * @param folder that is watched; files must appear whole in it, as by a move
   * @param model of a pipeline
   * @param out a Parquet table that grows
   * @param checkpoint a folder of the stream's own
   * @param trigger when it looks for files
   */
  static StreamingQuery start(
      SparkSession spark, String folder, Path model, String out, String checkpoint, Trigger trigger)
      throws IOException, TimeoutException {
    Dataset<Row> images =
        spark
            .readStream()
            .format("binaryFile")
            .schema(BINARY_FILE)
            .option("recursiveFileLookup", "true")
            .load(folder);
    return LeukemiaScoring.classify(images, model, ScoringOptions.binaryFile())
        .writeStream()
        .format("parquet")
        .option("checkpointLocation", checkpoint)
        .trigger(trigger)
        .start(out);
  }
}
