package io.github.leukemia4j.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;

import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.metric.EvaluationOptions;
import io.github.leukemia4j.report.Reports;
import io.github.leukemia4j.store.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Observation;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.apache.spark.sql.streaming.Trigger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The program of the jar for {@code spark-submit}: scores, evaluates and inspects tables. {@code
 * docs/spark.md} shows how it is started.
 */
@Command(
    name = "leukemia-spark.jar",
    description = "Classifies, evaluates and inspects tables of cell images on Apache Spark.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
public final class LeukemiaSpark {
  /** Images are small: some hundreds of them make a task, where Spark would take 30. */
  private static final String OPEN_COST = "spark.sql.files.openCostInBytes";

  private static final String SMALL_OPEN_COST = "65536";

  LeukemiaSpark() {}

  /**
   * @param args the command and its options; {@code --help} lists them
   */
  public static void main(String[] args) {
    int status = new CommandLine(new LeukemiaSpark()).execute(args);
    if (status != 0) {
      System.exit(status);
    }
  }

  private static SparkSession session(String name) {
    SparkSession.Builder builder = SparkSession.builder().appName(name);
    SparkSession spark = builder.getOrCreate();
    if (!spark.sparkContext().getConf().contains(OPEN_COST)) {
      spark.conf().set(OPEN_COST, SMALL_OPEN_COST);
    }
    return spark;
  }

  /** Where images come from. */
  private static final class Images {
    @Option(
        names = "--images",
        paramLabel = "FOLDER",
        description = "Image files below a folder; a column path names them.")
    private String folder;

    @Option(
        names = "--table",
        paramLabel = "PARQUET",
        description = "A table, instead of a folder.")
    private String table;

    @Option(
        names = "--content",
        paramLabel = "COLUMN",
        description = "The table's column with the bytes of image files.")
    private String content;

    @Option(
        names = "--path",
        paramLabel = "COLUMN",
        description = "The table's column with the paths of image files.")
    private String path;

    @Option(
        names = "--partitions",
        paramLabel = "N",
        description = "Deals the rows out to so many tasks; as they come unless given.")
    private int partitions;

    Dataset<Row> read(SparkSession spark) {
      if ((folder == null) == (table == null)) {
        throw new IllegalArgumentException("Give either a folder of images or a table.");
      }
      Dataset<Row> rows =
          folder == null
              ? spark.read().parquet(table)
              : spark
                  .read()
                  .format("binaryFile")
                  .option("recursiveFileLookup", "true")
                  .load(folder);
      return partitions > 0 ? rows.repartition(partitions) : rows;
    }

    ScoringOptions options() {
      if (folder != null) {
        return ScoringOptions.binaryFile();
      }
      ScoringOptions any = ScoringOptions.binaryFile();
      return new ScoringOptions(
          Optional.ofNullable(content),
          Optional.ofNullable(path),
          any.batch(),
          any.maxPixels(),
          any.open());
    }
  }

  /** What is known of samples beside their images. */
  private static final class Samples {
    @Option(
        names = "--id",
        paramLabel = "COLUMN",
        defaultValue = "path",
        description = "Unique in the table; default ${DEFAULT-VALUE}.")
    private String id;

    @Option(names = "--truth", paramLabel = "COLUMN", description = "The true label.")
    private String truth;

    @Option(names = "--patient", paramLabel = "COLUMN", description = "Whose cell it is.")
    private String patient;

    @Option(
        names = "--labels",
        paramLabel = "TABLE",
        description =
            "A CSV file with a header, or a Parquet table, which is joined by the id and has these"
                + " columns.")
    private String labels;

    @Option(
        names = "--taxonomy",
        paramLabel = "JSON",
        required = true,
        description = "The tree of labels.")
    private Path taxonomy;

    SampleColumns columns() {
      return new SampleColumns(id, Optional.ofNullable(truth), Optional.ofNullable(patient));
    }

    Dataset<Row> joined(SparkSession spark, Dataset<Row> rows) {
      if (labels == null) {
        return rows;
      }
      Dataset<Row> known =
          labels.endsWith(".csv")
              ? spark.read().option("header", "true").csv(labels)
              : spark.read().parquet(labels);
      return rows.join(known, id);
    }
  }

  @Command(name = "score", description = "Classifies images into a Parquet table.")
  int score(
      @Mixin Images images,
      @Option(names = "--model", required = true, paramLabel = "DIR|ZIP") Path model,
      @Option(names = "--out", required = true, paramLabel = "PARQUET") String out)
      throws IOException, InterruptedException {
    SparkSession spark = session("leukemia4j score");
    long start = System.nanoTime();
    Observation counts = Observation.apply();
    LeukemiaScoring.classify(images.read(spark), model, images.options())
        .observe(
            counts, count(lit(1)).as("rows"), count(col(ScoredColumns.ERROR)).as("withoutResult"))
        .write()
        .parquet(out);
    double seconds = (System.nanoTime() - start) / 1e9;
    long rows = (Long) counts.getAsJava().get("rows");
    System.out.printf(
        Locale.ROOT,
        "%d rows, %d without a result, in %.1f s, %.0f rows a second%n",
        rows,
        (Long) counts.getAsJava().get("withoutResult"),
        seconds,
        rows / seconds);
    spark.stop();
    return 0;
  }

  @Command(
      name = "stream",
      description = "Classifies the image files of a folder, and those that come, into a table.")
  int stream(
      @Option(names = "--images", required = true, paramLabel = "FOLDER") String folder,
      @Option(names = "--model", required = true, paramLabel = "DIR|ZIP") Path model,
      @Option(names = "--out", required = true, paramLabel = "PARQUET") String out,
      @Option(
              names = "--checkpoint",
              required = true,
              paramLabel = "FOLDER",
              description = "Remembers which files are done.")
          String checkpoint,
      @Option(names = "--once", description = "Ends when all files that are there are done.")
          boolean once)
      throws IOException, TimeoutException, StreamingQueryException {
    SparkSession spark = session("leukemia4j stream");
    FolderStream.start(
            spark,
            folder,
            model,
            out,
            checkpoint,
            once ? Trigger.AvailableNow() : Trigger.ProcessingTime(0))
        .awaitTermination();
    spark.stop();
    return 0;
  }

  @Command(name = "evaluate", description = "Makes the report of a scored table.")
  int evaluate(
      @Mixin Samples samples,
      @Option(names = "--scored", required = true, paramLabel = "PARQUET") String scored,
      @Option(names = "--json", paramLabel = "FILE") Path json,
      @Option(names = "--markdown", paramLabel = "FILE") Path markdown)
      throws IOException {
    SparkSession spark = session("leukemia4j evaluate");
    LeukemiaEvaluation.Evaluated evaluated =
        LeukemiaEvaluation.evaluate(
            samples.joined(spark, spark.read().parquet(scored)),
            samples.columns(),
            Taxonomy.read(samples.taxonomy),
            EvaluationOptions.defaults());
    String text = Reports.markdown(evaluated.report());
    if (json != null) {
      write(json, Reports.json(evaluated.report()));
    }
    if (markdown != null) {
      write(markdown, text);
    }
    System.out.println(text);
    System.out.printf("%d rows have no result, and are of no figure.%n", evaluated.withoutResult());
    spark.stop();
    return 0;
  }

  private static void write(Path file, String text) throws IOException {
    AtomicFile.write(file, place -> Files.writeString(place, text));
  }

  @Command(
      name = "inspect",
      description = "Finds identical images, near-duplicates and patients in several parts.")
  int inspect(
      @Mixin Images images,
      @Mixin Samples samples,
      @Option(
              names = "--part",
              paramLabel = "COLUMN",
              description = "Names the part of a split: patients must not be in two.")
          String part,
      @Option(
              names = "--out",
              required = true,
              paramLabel = "FOLDER",
              description = "For the tables identical, near and patients.")
          String out)
      throws IOException {
    SparkSession spark = session("leukemia4j inspect");
    Taxonomy taxonomy = Taxonomy.read(samples.taxonomy);
    SampleColumns columns = samples.columns();
    Dataset<Row> prints = LeukemiaInspection.fingerprints(images.read(spark), images.options());
    prints.write().parquet(out + "/fingerprints");
    Dataset<Row> rows = samples.joined(spark, spark.read().parquet(out + "/fingerprints"));
    LeukemiaInspection.identical(rows, columns, taxonomy).write().parquet(out + "/identical");
    LeukemiaInspection.nearDuplicates(rows, columns, taxonomy).write().parquet(out + "/near");
    if (part != null) {
      LeukemiaInspection.patientsAcross(rows, columns, part).write().parquet(out + "/patients");
    }
    for (String table : List.of("identical", "near")) {
      Dataset<Row> found = spark.read().parquet(out + "/" + table);
      Column across = col("acrossPatients");
      System.out.printf(
          "%s: %d, of several patients %d%n", table, found.count(), found.filter(across).count());
    }
    spark.stop();
    return 0;
  }
}
