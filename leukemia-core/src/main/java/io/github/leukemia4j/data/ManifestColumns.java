package io.github.leukemia4j.data;

import java.util.Objects;
import java.util.Optional;

/**
 * What the columns of a CSV manifest are called, in any case.
 *
 * @param file the column of the files
 * @param label the column of the labels
 * @param patient the column of the patients; where it is not given, {@link
 *     Datasets#manifest(java.nio.file.Path) the header} tells
 */
public record ManifestColumns(String file, String label, Optional<String> patient) {
  /** {@code file}, {@code label}, and the patients as the header tells. */
  public static final ManifestColumns STANDARD =
      new ManifestColumns("file", "label", Optional.empty());

  /** Checks nothing but null. */
  public ManifestColumns {
    Objects.requireNonNull(file, "file");
    Objects.requireNonNull(label, "label");
    Objects.requireNonNull(patient, "patient");
  }

  /** The same with another column of the files. */
  public ManifestColumns withFile(String column) {
    return new ManifestColumns(column, label, patient);
  }

  /** The same with another column of the labels. */
  public ManifestColumns withLabel(String column) {
    return new ManifestColumns(file, column, patient);
  }

  /** The same with a column of the patients. */
  public ManifestColumns withPatient(String column) {
    return new ManifestColumns(file, label, Optional.of(column));
  }
}
