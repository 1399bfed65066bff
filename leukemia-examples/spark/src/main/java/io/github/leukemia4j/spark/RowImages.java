package io.github.leukemia4j.spark;

import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;

/** The images in the rows of a table, and rows that have results in place of them. Immutable. */
final class RowImages implements Serializable {
  private static final long serialVersionUID = 1;

  private final Broadcast<SerializableConfiguration> hadoop;
  private final int content;
  private final int path;
  private final int[] kept;
  private final long maxPixels;
  private final StructType schema;

  private RowImages(
      Broadcast<SerializableConfiguration> hadoop,
      int content,
      int path,
      int[] kept,
      long maxPixels,
      StructType schema) {
    this.hadoop = hadoop;
    this.content = content;
    this.path = path;
    this.kept = kept;
    this.maxPixels = maxPixels;
    this.schema = schema;
  }

  /**
   * Finds the columns.
   *
   * @param given the table's
   * @param results of each image
   * @param hadoop to read paths with
   * @throws IllegalArgumentException where the table lacks a column, or has one of the results;
   *     lists all faults
   */
  static RowImages of(
      StructType given,
      StructType results,
      ScoringOptions options,
      Broadcast<SerializableConfiguration> hadoop) {
    require(given, results, options);
    List<String> names = Arrays.asList(given.fieldNames());
    int content = options.content().map(names::indexOf).orElse(-1);
    int path = options.path().map(names::indexOf).orElse(-1);
    int[] kept = IntStream.range(0, given.size()).filter(i -> i != content).toArray();
    StructType schema = new StructType();
    for (int i : kept) {
      schema = schema.add(given.fields()[i]);
    }
    for (StructField field : results.fields()) {
      schema = schema.add(field);
    }
    return new RowImages(hadoop, content, path, kept, options.maxPixels(), schema);
  }

  static void require(StructType given, StructType results, ScoringOptions options) {
    List<String> faults = new ArrayList<>();
    options.content().ifPresent(name -> require(given, name, DataTypes.BinaryType, faults));
    if (options.content().isEmpty()) {
      options.path().ifPresent(name -> require(given, name, DataTypes.StringType, faults));
    }
    Set<String> reserved = Arrays.stream(results.fieldNames()).collect(Collectors.toSet());
    Set<String> taken = new TreeSet<>();
    for (String name : given.fieldNames()) {
      if (reserved.contains(name.toLowerCase(Locale.ROOT))
          && !options.content().equals(Optional.of(name))) {
        taken.add(name);
      }
    }
    if (!taken.isEmpty()) {
      faults.add(
          "it must not have the columns of the results; found %s: rename them, such as label to truth"
              .formatted(taken));
    }
    if (!faults.isEmpty()) {
      throw new IllegalArgumentException(
          "A table of images must have images and room for results: %s."
              .formatted(String.join("; ", faults)));
    }
  }

  private static void require(StructType given, String name, DataType type, List<String> faults) {
    if (!Arrays.asList(given.fieldNames()).contains(name)) {
      faults.add(
          "it must have the column %s; found %s"
              .formatted(name, Arrays.toString(given.fieldNames())));
    } else if (!given.apply(name).dataType().equals(type)) {
      faults.add(
          "the column %s must be of the type %s; found %s"
              .formatted(name, type.simpleString(), given.apply(name).dataType().simpleString()));
    }
  }

  /** Of the rows with results. */
  StructType schema() {
    return schema;
  }

  long maxPixels() {
    return maxPixels;
  }

  /** A row's image. */
  EncodedImage image(Row row) {
    return new OfRow(row);
  }

  /** How many bytes the content of an image has; 0 where it is not read yet. */
  long bytes(Row row) {
    return content < 0 || row.isNullAt(content) ? 0 : row.<byte[]>getAs(content).length;
  }

  /** A row without its image, and its results. */
  Row joined(Row row, Object[] results) {
    Object[] values = new Object[kept.length + results.length];
    for (int k = 0; k < kept.length; k++) {
      values[k] = row.get(kept[k]);
    }
    System.arraycopy(results, 0, values, kept.length, results.length);
    return RowFactory.create(values);
  }

  private final class OfRow implements EncodedImage {
    private final Row row;

    OfRow(Row row) {
      this.row = row;
    }

    @Override
    public String name() {
      return path < 0 || row.isNullAt(path) ? null : row.getString(path);
    }

    @Override
    public byte[] content() throws IOException {
      if (content >= 0) {
        return row.getAs(content);
      }
      if (name() == null) {
        return null;
      }
      Path file;
      try {
        file = new Path(name());
      } catch (IllegalArgumentException e) {
        throw new IOException("not a path: " + e.getMessage(), e);
      }
      FileSystem files = file.getFileSystem(hadoop.value().value());
      try (InputStream in = files.open(file)) {
        return in.readAllBytes();
      }
    }
  }
}
