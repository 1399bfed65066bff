package io.github.leukemia4j.spark;

import io.github.leukemia4j.ModelFormatException;
import io.github.leukemia4j.backend.OpenOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Classifies tables of images with one pipeline. The model travels to each executor once, as a zip
 * in a broadcast variable; the first task there unpacks it into a private temporary directory,
 * verifies and opens it, and all tasks of the executor share it until its JVM ends.
 *
 * <p>A row's result has the bits that {@link
 * io.github.leukemia4j.pipeline.MultilevelPipeline#classify} gives on one machine of the same kind,
 * whatever the partitions, their order, batches and retries. An image that cannot be decoded, or is
 * not there, is a row with its error. Thread-safe. {@link #close} frees the broadcast; tables that
 * are not computed by then cannot be computed any more.
 *
 * <p>Research software, not a medical device.
 */
public final class LeukemiaScoring implements AutoCloseable {
  private static final String TASK_CPUS = "spark.task.cpus";
  private static final String EXECUTOR_CORES = "spark.executor.cores";

  private final ScoringOptions options;
  private final Broadcast<ModelParcel> model;
  private final Broadcast<SerializableConfiguration> hadoop;

  private LeukemiaScoring(
      ScoringOptions options,
      Broadcast<ModelParcel> model,
      Broadcast<SerializableConfiguration> hadoop) {
    this.options = options;
    this.model = model;
    this.hadoop = hadoop;
  }

  /**
   * Verifies a pipeline and hands it to the executors of a session. Loads nothing native in the
   * driver.
   *
   * @param model the pipeline's directory on the driver, or a zip file of it
   * @throws IOException where the model is missing or cannot be read
   * @throws ModelFormatException where it is damaged or no pipeline
   * @throws IllegalArgumentException where the threads are not a multiple of {@code
   *     spark.task.cpus}
   */
  public static LeukemiaScoring of(SparkSession spark, Path model, ScoringOptions options)
      throws IOException {
    Objects.requireNonNull(spark, "spark");
    OpenOptions open =
        options
            .open()
            .withThreads(
                threads(
                    spark.sparkContext().getConf(),
                    spark.sparkContext().master(),
                    options.open().threads()));
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    return new LeukemiaScoring(
        options,
        context.broadcast(ModelParcel.of(model, open)),
        context.broadcast(new SerializableConfiguration(context.hadoopConfiguration())));
  }

  /**
   * Classifies a table with a pipeline that is handed to the executors for it. Nothing runs before
   * the rows are asked for.
   *
   * @param images a table with the columns that the options name; may be a stream
   * @param model the pipeline's directory on the driver, or a zip file of it
   * @return the columns of the table but for the contents, and those of {@link #schema()}
   * @throws IOException where the model is missing or cannot be read
   * @throws ModelFormatException where it is damaged or no pipeline
   * @throws IllegalArgumentException where the table lacks a column or has one of the results;
   *     lists all faults
   */
  public static Dataset<Row> classify(Dataset<Row> images, Path model, ScoringOptions options)
      throws IOException {
    RowImages.require(images.schema(), ScoredColumns.SCHEMA, options);
    return of(images.sparkSession(), model, options).classify(images);
  }

  /**
   * Classifies a table. Nothing runs before the rows are asked for.
   *
   * @param images a table with the columns that the options name; may be a stream
   * @return the columns of the table but for the contents, and those of {@link #schema()}
   * @throws IllegalArgumentException where the table lacks a column or has one of the results;
   *     lists all faults
   */
  public Dataset<Row> classify(Dataset<Row> images) {
    RowImages of = RowImages.of(images.schema(), ScoredColumns.SCHEMA, options, hadoop);
    return images.mapPartitions(
        new PartitionScorer(model, of, options.batch()), Encoders.row(of.schema()));
  }

  /**
   * Makes the pipeline a function of SQL from the content of an image file to a struct of {@link
   * #schema()}. It classifies image by image, which is slower than {@link #classify}.
   *
   * @param name such as {@code leukemia}, for {@code SELECT leukemia(content).label FROM images}
   */
  public void register(SparkSession spark, String name) {
    Broadcast<ModelParcel> parcel = model;
    long maxPixels = options.maxPixels();
    UDF1<byte[], Row> function = content -> classifyOne(parcel, maxPixels, content);
    spark.udf().register(name, function, ScoredColumns.SCHEMA);
  }

  private static Row classifyOne(Broadcast<ModelParcel> parcel, long maxPixels, byte[] content) {
    EncodedImage image =
        new EncodedImage() {
          @Override
          public byte[] content() {
            return content;
          }

          @Override
          public String name() {
            return null;
          }
        };
    return RowFactory.create(
        new BatchScorer(JvmModels.open(parcel.value()), maxPixels, false)
            .score(List.of(image))
            .get(0));
  }

  /**
   * The columns of a classified image:
   *
   * <ul>
   *   <li>{@code label} where the cascade ended, {@code outcome} (decided, stopped, referred) and
   *       {@code probability} of the path, in [0, 1];
   *   <li>{@code stages}: for each stage by name {@code chosen}, the label that it would choose,
   *       and {@code probabilities} by label, also of stages that the cascade did not ask;
   *   <li>{@code findings} that speak against the image, and the {@code reason} why it was stopped
   *       or referred, null where it was decided;
   *   <li>{@code error}: why there is no result, null where there is one; all of the above are null
   *       beside an error;
   *   <li>{@code model}: the SHA-256 over the files of the networks.
   * </ul>
   */
  public static StructType schema() {
    return ScoredColumns.SCHEMA;
  }

  /** Frees the model in the driver and, but for those that are open, in the executors. */
  @Override
  public void close() {
    model.destroy();
    hadoop.destroy();
  }

  /**
   * The threads of the arithmetic of an executor, which TensorFlow keeps for a whole JVM: as many
   * as its tasks may use together.
   *
   * @param wished 0 for as many
   */
  static int threads(SparkConf conf, String master, int wished) {
    int cpus = conf.getInt(TASK_CPUS, 1);
    if (wished > 0) {
      if (wished % cpus != 0) {
        throw new IllegalArgumentException(
            "The threads of an executor must be a multiple of %s, which is %d; found %d. Leave them at 0, or set %s."
                .formatted(TASK_CPUS, cpus, wished, TASK_CPUS));
      }
      return wished;
    }
    if (master.startsWith("local")) {
      return 0; // tasks and arithmetic share the driver's processors
    }
    int cores = conf.getInt(EXECUTOR_CORES, cpus);
    return Math.max(cpus, cores / cpus * cpus);
  }
}
