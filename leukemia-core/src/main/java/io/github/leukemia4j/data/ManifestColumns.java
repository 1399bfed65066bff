package io.github.leukemia4j.data;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What the columns of a CSV manifest are called, in any case.
 *
 * @param file the column of the files
 * @param label the column of the labels
 * @param patient the column of the patients; where it is not given, {@link
 *     Datasets#manifest(java.nio.file.Path) the header} tells
 * @param auxiliary columns that are to be learnt beside the labels; a row without a label is then a
 *     sample if it has a value in one of them, labelled with the taxonomy's root
 */
public record ManifestColumns(
    String file, String label, Optional<String> patient, List<String> auxiliary) {
  /** {@code file}, {@code label}, and the patients as the header tells. */
  public static final ManifestColumns STANDARD =
      new ManifestColumns("file", "label", Optional.empty(), List.of());

  /** Copies the list. */
  public ManifestColumns {
    Objects.requireNonNull(file, "file");
    Objects.requireNonNull(label, "label");
    Objects.requireNonNull(patient, "patient");
    auxiliary = List.copyOf(auxiliary);
  }

  /** The same with another column of the files. */
  public ManifestColumns withFile(String column) {
    return new ManifestColumns(column, label, patient, auxiliary);
  }

  /** The same with another column of the labels. */
  public ManifestColumns withLabel(String column) {
    return new ManifestColumns(file, column, patient, auxiliary);
  }

  /** The same with a column of the patients. */
  public ManifestColumns withPatient(String column) {
    return new ManifestColumns(file, label, Optional.of(column), auxiliary);
  }

  /** The same with columns that are to be learnt beside the labels. */
  public ManifestColumns withAuxiliary(List<String> columns) {
    return new ManifestColumns(file, label, patient, columns);
  }
}
