package io.github.leukemia4j.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.ModelFormatException;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.evaluation.EvaluationReport.ReportOrigin;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import io.github.leukemia4j.pipeline.MultilevelResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LeukemiaScoringTest {
  private static final ScoringOptions BYTES = ScoringOptions.ofContents("content");

  @ParameterizedTest
  @CsvSource({"1, 64", "3, 7", "8, 1", "150, 64"})
  void givesTheBitsOfOneMachineWhateverThePartitionsAndBatches(int partitions, int batch)
      throws Exception {
    Dataset<Row> scored =
        LeukemiaScoring.classify(
            SparkFixture.table().repartition(partitions),
            SparkFixture.model(),
            BYTES.withBatch(batch));
    Map<String, Row> found = new TreeMap<>();
    scored.collectAsList().forEach(row -> found.put(row.getAs("id"), row));
    assertThat(found).hasSize(SparkFixture.cells().size());
    try (MultilevelPipeline pipeline = MultilevelPipeline.load(SparkFixture.model())) {
      String digest = ReportOrigin.of(pipeline, "", "", "").modelDigest();
      for (Sample sample : SparkFixture.cells().samples()) {
        requireSame(found.get(sample.id()), pipeline, CellImage.decode(SparkFixture.png(sample)));
        assertThat(found.get(sample.id()).<String>getAs("model")).isEqualTo(digest);
      }
    }
  }

  /** Every column, to the bit. */
  static void requireSame(Row row, MultilevelPipeline pipeline, CellImage image) {
    MultilevelResult expected = pipeline.classify(image);
    assertThat(row.<String>getAs("error")).isNull();
    assertThat(row.<String>getAs("label")).isEqualTo(expected.label().name());
    assertThat(row.<String>getAs("outcome"))
        .isEqualTo(expected.outcome().name().toLowerCase(Locale.ROOT));
    assertThat(row.<Double>getAs("probability")).isEqualTo(expected.probability());
    assertThat(row.<String>getAs("reason")).isEqualTo(expected.reason().orElse(null));
    assertThat(row.<String>getList(row.fieldIndex("findings")))
        .isEqualTo(expected.findings().stream().map(Enum::name).toList());
    Map<String, Row> stages = row.getJavaMap(row.fieldIndex("stages"));
    Map<Label, List<Prediction>> all = pipeline.classifyAtAllStages(List.of(image));
    for (Label stage : pipeline.classifiers().keySet()) {
      Prediction prediction = all.get(stage).get(0);
      Map<String, Double> probabilities = new HashMap<>();
      prediction
          .labels()
          .labels()
          .forEach(label -> probabilities.put(label.name(), prediction.probabilityOf(label)));
      assertThat(stages.get(stage.name()).<String, Double>getJavaMap(1)).isEqualTo(probabilities);
      assertThat(stages.get(stage.name()).getString(0))
          .isEqualTo(pipeline.settle(stage, prediction).name());
    }
  }

  @Test
  void makesARowWithItsReasonOfADamagedImage() throws Exception {
    byte[] whole = SparkFixture.png(SparkFixture.cells().samples().get(0));
    byte[] changed = whole.clone();
    Arrays.fill(changed, 60, 90, (byte) 7);
    List<Row> rows = new ArrayList<>();
    rows.add(row("whole", whole));
    rows.add(row("cut", Arrays.copyOf(whole, whole.length / 2)));
    rows.add(row("changed", changed));
    rows.add(row("empty", new byte[0]));
    rows.add(row("text", "no image".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    rows.add(row("none", null));
    Map<String, Row> found = new TreeMap<>();
    LeukemiaScoring.classify(SparkFixture.table(rows), SparkFixture.model(), BYTES)
        .collectAsList()
        .forEach(row -> found.put(row.getAs("id"), row));
    assertThat(found).hasSize(6);
    assertThat(found.remove("whole").<String>getAs("error")).isNull();
    found.forEach(
        (id, row) -> {
          assertThat(row.<String>getAs("error")).as(id).isNotBlank();
          assertThat(row.<String>getAs("label")).as(id).isNull();
          assertThat(row.isNullAt(row.fieldIndex("stages"))).as(id).isTrue();
          assertThat(row.<String>getAs("model")).as(id).hasSize(64);
        });
    assertThat(found.get("none").<String>getAs("error")).isEqualTo("there is no content");
  }

  @Test
  void refusesAnImageWithTooManyPixelsAsARow() throws Exception {
    Row row =
        LeukemiaScoring.classify(
                SparkFixture.table().limit(1), SparkFixture.model(), BYTES.withMaxPixels(100))
            .first();
    assertThat(row.<String>getAs("error")).contains("100");
  }

  private static Row row(String id, byte[] content) {
    return RowFactory.create(id, "normal", null, content);
  }

  @Test
  void readsPaths(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("cell with blank.png");
    Files.write(file, SparkFixture.png(SparkFixture.cells().samples().get(3)));
    Dataset<Row> table =
        SparkFixture.spark()
            .createDataset(
                List.of(file.toString(), folder.resolve("missing.png").toString()),
                org.apache.spark.sql.Encoders.STRING())
            .toDF("file");
    List<Row> rows =
        LeukemiaScoring.classify(table, SparkFixture.model(), ScoringOptions.ofPaths("file"))
            .collectAsList();
    try (MultilevelPipeline pipeline = MultilevelPipeline.load(SparkFixture.model())) {
      requireSame(rows.get(0), pipeline, CellImage.read(file));
    }
    assertThat(rows.get(1).<String>getAs("error")).contains("missing.png").contains("no such file");
  }

  @Test
  void runsTheCodeOfTheGuide(@TempDir Path folder) throws Exception {
    Files.write(
        folder.resolve("cell.png"), SparkFixture.png(SparkFixture.cells().samples().get(0)));
    assertThat(
            SparkGuide.classify(SparkFixture.spark(), folder.toString(), SparkFixture.model())
                .collectAsList())
        .hasSize(1)
        .allMatch(row -> row.isNullAt(row.fieldIndex("error")));
    SparkFixture.table().limit(2).createOrReplaceTempView("cells");
    assertThat(SparkGuide.bySql(SparkFixture.spark(), SparkFixture.model()).collectAsList())
        .hasSize(2)
        .noneMatch(row -> row.isNullAt(1));
  }

  @Test
  void isAFunctionOfSql() throws Exception {
    try (LeukemiaScoring scoring =
        LeukemiaScoring.of(SparkFixture.spark(), SparkFixture.model(), BYTES)) {
      scoring.register(SparkFixture.spark(), "leukemia");
      SparkFixture.table().limit(20).createOrReplaceTempView("cells");
      List<Row> bySql =
          SparkFixture.spark()
              .sql("SELECT id, leukemia(content) AS said FROM cells ORDER BY id")
              .selectExpr("id", "said.label", "said.stages['cell'].probabilities['abnormal'] AS p")
              .collectAsList();
      List<Row> byTable =
          scoring
              .classify(SparkFixture.spark().table("cells"))
              .orderBy("id")
              .selectExpr("id", "label", "stages['cell'].probabilities['abnormal'] AS p")
              .collectAsList();
      assertThat(bySql).hasSize(20).isEqualTo(byTable);
    }
  }

  @Test
  void classifiesAStreamOfFilesOnceEach(@TempDir Path folder) throws Exception {
    Path images = Files.createDirectory(folder.resolve("images"));
    for (int batch = 0; batch < 2; batch++) {
      for (int i = 0; i < 4; i++) {
        int number = 4 * batch + i;
        Files.write(
            images.resolve(number + ".png"),
            SparkFixture.png(SparkFixture.cells().samples().get(number)));
      }
      FolderStream.start(
              SparkFixture.spark(),
              images.toString(),
              SparkFixture.model(),
              folder.resolve("out").toString(),
              folder.resolve("checkpoint").toString(),
              Trigger.AvailableNow())
          .awaitTermination();
      Dataset<Row> out = SparkFixture.spark().read().parquet(folder.resolve("out").toString());
      assertThat(out.count()).isEqualTo(4 * (batch + 1));
      assertThat(out.select("path").distinct().count()).isEqualTo(4 * (batch + 1));
      assertThat(out.filter("error IS NOT NULL").count()).isZero();
    }
  }

  @Test
  void listsAllFaultsOfATableBeforeAnythingRuns() {
    assertThatThrownBy(
            () ->
                LeukemiaScoring.classify(
                    SparkFixture.table().withColumnRenamed("truth", "label").drop("content"),
                    Path.of("nowhere"),
                    BYTES))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("it must have the column content")
        .hasMessageContaining("[label]")
        .hasMessageContaining("rename");
    assertThatThrownBy(
            () ->
                LeukemiaScoring.classify(
                    SparkFixture.table(), SparkFixture.model(), ScoringOptions.ofContents("id")))
        .hasMessageContaining("the column id must be of the type binary; found string");
  }

  @Test
  void refusesADamagedModelInTheDriver(@TempDir Path folder) throws Exception {
    Path copy = folder.resolve("copy");
    try (MultilevelPipeline pipeline = MultilevelPipeline.load(SparkFixture.model())) {
      pipeline.save(copy);
    }
    try (var files = Files.walk(copy)) {
      Path graph = files.filter(f -> f.toString().endsWith("saved_model.pb")).findFirst().get();
      byte[] bytes = Files.readAllBytes(graph);
      bytes[bytes.length / 2] ^= 1;
      Files.write(graph, bytes);
    }
    assertThatThrownBy(() -> LeukemiaScoring.classify(SparkFixture.table(), copy, BYTES))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("saved_model.pb");
    assertThatThrownBy(() -> LeukemiaScoring.classify(SparkFixture.table(), folder, BYTES))
        .isInstanceOf(ModelFormatException.class);
    assertThatThrownBy(
            () -> LeukemiaScoring.classify(SparkFixture.table(), folder.resolve("no"), BYTES))
        .isInstanceOf(IOException.class);
  }

  @Test
  void takesTheThreadsOfAllTasksOfAnExecutor() {
    SparkConf conf = new SparkConf(false).set("spark.task.cpus", "2");
    assertThat(LeukemiaScoring.threads(conf, "spark://a:1", 0)).isEqualTo(2);
    conf.set("spark.executor.cores", "7");
    assertThat(LeukemiaScoring.threads(conf, "spark://a:1", 0)).isEqualTo(6);
    assertThat(LeukemiaScoring.threads(conf, "spark://a:1", 4)).isEqualTo(4);
    assertThatThrownBy(() -> LeukemiaScoring.threads(conf, "spark://a:1", 3))
        .hasMessageContaining("must be a multiple of spark.task.cpus, which is 2; found 3");
  }
}
