package io.github.leukemia4j.spark;

import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.synthetic.SmallPipeline;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** One session and one small model for all tests of a JVM. */
final class SparkFixture {
  private static SparkSession session;
  private static Path model;
  private static Dataset cells;

  private SparkFixture() {}

  static synchronized SparkSession spark() {
    if (session == null) {
      session =
          SparkSession.builder()
              .master("local[2]")
              .appName("leukemia4j tests")
              .config("spark.ui.enabled", "false")
              .config("spark.driver.host", "127.0.0.1")
              .config("spark.driver.bindAddress", "127.0.0.1")
              .config("spark.sql.shuffle.partitions", "3")
              .config("spark.sql.warehouse.dir", temporary().toString())
              .getOrCreate();
    }
    return session;
  }

  static synchronized Dataset cells() {
    if (cells == null) {
      cells = SmallPipeline.dataset();
    }
    return cells;
  }

  static synchronized Path model() throws Exception {
    if (model == null) {
      model = SmallPipeline.train(cells(), temporary().resolve("pipeline"));
    }
    return model;
  }

  static Path temporary() {
    try {
      return Files.createTempDirectory("leukemia4j-spark-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static byte[] png(Sample sample) {
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      ImageIO.write(sample.read().toBufferedImage(), "png", out);
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** {@code id, truth, patient, content} of all cells. */
  static org.apache.spark.sql.Dataset<Row> table() {
    List<Row> rows = new ArrayList<>();
    for (Sample sample : cells().samples()) {
      rows.add(
          RowFactory.create(
              sample.id(), sample.label().name(), sample.patient().orElse(null), png(sample)));
    }
    return table(rows);
  }

  static org.apache.spark.sql.Dataset<Row> table(List<Row> rows) {
    return spark()
        .createDataFrame(
            rows,
            new StructType()
                .add("id", DataTypes.StringType)
                .add("truth", DataTypes.StringType)
                .add("patient", DataTypes.StringType)
                .add("content", DataTypes.BinaryType));
  }
}
