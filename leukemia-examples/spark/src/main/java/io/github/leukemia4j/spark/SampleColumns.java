package io.github.leukemia4j.spark;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.types.StructType;

/**
 * The columns, all of texts, in which a table says which sample a row is.
 *
 * @param id unique in the table, such as the path of the image
 * @param truth the true label; empty where none is known
 * @param patient whose cell it is, null in a row where that is not known; empty where none is
 */
public record SampleColumns(String id, Optional<String> truth, Optional<String> patient) {
  /** Checks nothing but null. */
  public SampleColumns {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(truth, "truth");
    Objects.requireNonNull(patient, "patient");
  }

  /** The columns of an id, a true label and a patient. */
  public static SampleColumns of(String id, String truth, String patient) {
    return new SampleColumns(id, Optional.of(truth), Optional.of(patient));
  }

  /**
   * Fails unless a table has these columns and some more.
   *
   * @throws IllegalArgumentException which lists all that are missing
   */
  void require(StructType given, String... more) {
    List<String> there = Arrays.asList(given.fieldNames());
    List<String> missing = new ArrayList<>();
    Stream.of(Stream.of(id), truth.stream(), patient.stream(), Arrays.stream(more))
        .flatMap(names -> names)
        .filter(name -> !there.contains(name))
        .forEach(missing::add);
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException(
          "The table must have the columns %s; found only %s.".formatted(missing, there));
    }
  }
}
