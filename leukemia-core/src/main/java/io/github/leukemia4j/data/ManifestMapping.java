package io.github.leukemia4j.data;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.Taxonomy;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * How to read a CSV manifest with columns of its own: each row's label is made from whatever the
 * row says.
 *
 * <pre>{@code
 * new ManifestMapping(
 *     taxonomy,
 *     "file",
 *     Optional.of("patient_id"),
 *     row ->
 *         switch (row.value("label")) {
 *           case "Blast", "Promyelocyte" -> Optional.of(Label.of(row.value("patient_diagnosis")));
 *           case "Erythroblast" -> Optional.empty();
 *           default -> Optional.of(Label.of("normal"));
 *         });
 * }</pre>
 *
 * @param taxonomy that has all the labels
 * @param fileColumn the column of the files
 * @param patientColumn the column of the patients, if there is one
 * @param label gives a row's label, or nothing for a row to be left out
 */
public record ManifestMapping(
    Taxonomy taxonomy,
    String fileColumn,
    Optional<String> patientColumn,
    Function<ManifestRow, Optional<Label>> label) {
  /** Checks nothing but null. */
  public ManifestMapping {
    Objects.requireNonNull(taxonomy, "taxonomy");
    Objects.requireNonNull(fileColumn, "fileColumn");
    Objects.requireNonNull(patientColumn, "patientColumn");
    Objects.requireNonNull(label, "label");
  }
}
