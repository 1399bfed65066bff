package io.github.leukemia4j.spark;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.bit_count;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_set;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.count_distinct;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.sort_array;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.evaluation.inspection.Fingerprint;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.StreamSupport;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Looks for leaks in tables of images of any size: images that are there twice, images that show
 * the same though their files differ, and patients on both sides of a split. The rules are those of
 * {@link io.github.leukemia4j.evaluation.inspection.Inspection} on one machine.
 */
public final class LeukemiaInspection {
  static final String DIGEST = "digest";
  static final String HASH = "hash";
  static final String DETAILS = "details";

  /** Of an image, so that ten thousand copies do not make fifty million pairs. */
  static final int MOST_PARTNERS = 100;

  private static final StructType SCHEMA =
      new StructType()
          .add(DIGEST, DataTypes.StringType)
          .add(HASH, DataTypes.LongType)
          .add(DETAILS, DataTypes.BinaryType)
          .add(ScoredColumns.ERROR, DataTypes.StringType);

  private LeukemiaInspection() {}

  /**
   * Reads every image once.
   *
   * @param images a table with the columns that the options name
   * @return the columns of the table but for the contents, and {@code digest}, the SHA-256 of the
   *     pixels, {@code hash}, the difference hash, {@code details}, null where there is too little
   *     to see in the image to be like another, and {@code error}, why it cannot be read
   * @throws IllegalArgumentException where the table lacks a column or has one of the results
   */
  public static Dataset<Row> fingerprints(Dataset<Row> images, ScoringOptions options) {
    JavaSparkContext context =
        JavaSparkContext.fromSparkContext(images.sparkSession().sparkContext());
    RowImages of =
        RowImages.of(
            images.schema(),
            SCHEMA,
            options,
            context.broadcast(new SerializableConfiguration(context.hadoopConfiguration())));
    MapPartitionsFunction<Row, Row> each = rows -> fingerprints(of, rows);
    return images.mapPartitions(each, Encoders.row(of.schema()));
  }

  private static Iterator<Row> fingerprints(RowImages of, Iterator<Row> rows) {
    Iterable<Row> all = () -> rows;
    return StreamSupport.stream(all.spliterator(), false)
        .map(row -> of.joined(row, fingerprint(of.image(row).decode(of.maxPixels()))))
        .iterator();
  }

  private static Object[] fingerprint(EncodedImage.Decoded decoded) {
    if (decoded.image() == null) {
      return new Object[] {null, null, null, decoded.error()};
    }
    Fingerprint found = Fingerprint.of(decoded.image());
    return new Object[] {
      decoded.image().digest(), found.hash(), found.blank() ? null : found.details(), null
    };
  }

  /**
   * The images whose pixels another image has, too.
   *
   * @param fingerprinted what {@link #fingerprints} gave
   * @param taxonomy by which labels contradict each other; not looked at without true labels
   * @return one row for each: {@code digest}, {@code id}, {@code truth}, {@code patient}, {@code
   *     images} with these pixels, {@code acrossPatients} and {@code contradicting}, of all of them
   *     together
   */
  public static Dataset<Row> identical(
      Dataset<Row> fingerprinted, SampleColumns columns, Taxonomy taxonomy) {
    Dataset<Row> samples = samples(fingerprinted, columns, DIGEST);
    Dataset<Row> groups =
        samples
            .groupBy(DIGEST)
            .agg(
                count(lit(1)).as("images"),
                count_distinct(col("patient")).gt(1).as("acrossPatients"),
                contradicting(taxonomy).apply(sort_array(collect_set("truth"))).as("contradicting"))
            .filter("images > 1");
    return samples.join(groups, DIGEST);
  }

  /**
   * The pairs of images that show the same though their pixels differ. Of an image, at most its
   * first {@value #MOST_PARTNERS} partners in the order of ids are told.
   *
   * @param fingerprinted what {@link #fingerprints} gave
   * @param taxonomy by which labels contradict each other; not looked at without true labels
   * @return {@code first} and {@code second}, the ids in their order, {@code distance} of the
   *     hashes in bits, {@code correlation} of the details, {@code acrossPatients} and {@code
   *     contradicting}
   */
  public static Dataset<Row> nearDuplicates(
      Dataset<Row> fingerprinted, SampleColumns columns, Taxonomy taxonomy) {
    Dataset<Row> samples =
        samples(fingerprinted, columns, DIGEST, HASH, DETAILS).filter(col(DETAILS).isNotNull());
    Dataset<Row> a = renamed(samples, "A");
    Dataset<Row> b = renamed(samples, "B");
    Dataset<Row> same =
        a.join(b, col("hashA").equalTo(col("hashB")).and(col("idA").lt(col("idB"))));
    Dataset<Row> near =
        a.join(HashPairs.near(samples.select(HASH)), "hashA")
            .join(b, "hashB")
            .select(columns(same));
    UserDefinedFunction correlation =
        udf(
            (UDF2<byte[], byte[], Double>)
                (x, y) -> new Fingerprint(0, x).correlation(new Fingerprint(0, y)),
            DataTypes.DoubleType);
    Column ordered = col("idA").lt(col("idB"));
    Dataset<Row> pairs =
        same.unionByName(near)
            .filter(col("digestA").notEqual(col("digestB")))
            .withColumn("correlation", correlation.apply(col("detailsA"), col("detailsB")))
            .filter(col("correlation").geq(Fingerprint.LEAST_CORRELATION))
            .select(
                when(ordered, col("idA")).otherwise(col("idB")).as("first"),
                when(ordered, col("idB")).otherwise(col("idA")).as("second"),
                bit_count(col("hashA").bitwiseXOR(col("hashB"))).as("distance"),
                col("correlation"),
                coalesce(col("patientA").notEqual(col("patientB")), lit(false))
                    .as("acrossPatients"),
                contradicting(taxonomy)
                    .apply(array(col("truthA"), col("truthB")))
                    .as("contradicting"));
    return pairs
        .withColumn("place", row_number().over(Window.partitionBy("second").orderBy(col("first"))))
        .filter(col("place").leq(MOST_PARTNERS))
        .drop("place");
  }

  /**
   * The patients that have images in more than one part of a split.
   *
   * @param table of samples
   * @param part the column that names the part of each row; rows without one are passed over
   * @return {@code patient} and its {@code parts}
   */
  public static Dataset<Row> patientsAcross(
      Dataset<Row> table, SampleColumns columns, String part) {
    columns.require(table.schema(), part);
    String patient =
        columns
            .patient()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "To be found in two parts, patients must be known; no column is named for them."));
    return table
        .filter(col(patient).isNotNull().and(col(part).isNotNull()))
        .groupBy(col(patient).as("patient"))
        .agg(sort_array(collect_set(col(part))).as("parts"))
        .filter("size(parts) > 1");
  }

  private static Dataset<Row> samples(
      Dataset<Row> fingerprinted, SampleColumns columns, String... more) {
    columns.require(fingerprinted.schema(), SCHEMA.fieldNames());
    Column none = lit(null).cast("string");
    Column[] all = new Column[3 + more.length];
    all[0] = col(columns.id()).as("id");
    all[1] = columns.truth().map(name -> col(name)).orElse(none).as("truth");
    all[2] = columns.patient().map(name -> col(name)).orElse(none).as("patient");
    for (int i = 0; i < more.length; i++) {
      all[3 + i] = col(more[i]);
    }
    return fingerprinted.filter(col(ScoredColumns.ERROR).isNull()).select(all);
  }

  private static Dataset<Row> renamed(Dataset<Row> samples, String suffix) {
    Dataset<Row> renamed = samples;
    for (String name : samples.columns()) {
      renamed = renamed.withColumnRenamed(name, name + suffix);
    }
    return renamed;
  }

  private static Column[] columns(Dataset<Row> table) {
    return Arrays.stream(table.columns()).map(name -> col(name)).toArray(Column[]::new);
  }

  /** Whether two labels are such that neither lies at or above the other. */
  private static UserDefinedFunction contradicting(Taxonomy taxonomy) {
    String json = taxonomy.toJson();
    return udf(
        (UDF1<scala.collection.Seq<String>, Boolean>)
            names -> contradict(json, CollectionConverters.asJava(names)),
        DataTypes.BooleanType);
  }

  private static boolean contradict(String taxonomy, List<String> names) {
    List<Label> labels =
        names.stream().filter(name -> name != null).distinct().map(Label::of).toList();
    if (labels.size() < 2) {
      return false;
    }
    Taxonomy tree = Taxonomy.parse(taxonomy);
    return labels.stream()
        .anyMatch(
            a ->
                labels.stream()
                    .anyMatch(b -> !tree.pathTo(a).contains(b) && !tree.pathTo(b).contains(a)));
  }
}
