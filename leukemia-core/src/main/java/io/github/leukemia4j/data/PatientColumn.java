package io.github.leukemia4j.data;

import io.github.leukemia4j.DataException;
import io.github.leukemia4j.data.csv.CsvTable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Finds the column of patients in a CSV manifest, and reads them. Used for one reading. */
final class PatientColumn {
  private static final String STANDARD = "patient";

  /** Of letters and digits alone, in lower case. */
  private static final Set<String> USUAL_NAMES =
      Set.of(
          ("patientid patientno patientnr patientnumber patientname patientcode patientidentifier"
                  + " idpatient patients pid mrn caseid subject subjectid subjectno subjectnumber"
                  + " subjectcode donor donorid donorno person personid participant participantid"
                  + " individual individualid")
              .split(" "));

  /** What people write for a patient who is not known, beside what programs write. */
  private static final Set<String> UNKNOWN = Set.of("none", "unknown", "?", "-");

  private final Optional<String> column;
  private final boolean guessed;
  private final Map<String, Optional<String>> patients = new HashMap<>();
  private final Map<String, Integer> missing = new TreeMap<>();
  private int fromNames;

  private PatientColumn(Optional<String> column, boolean guessed) {
    this.column = column;
    this.guessed = guessed;
  }

  /**
   * @param asked the column that the user names, if any
   * @throws DataException where several columns may be meant
   */
  static PatientColumn of(Path csv, List<String> header, Optional<String> asked) {
    if (asked.isPresent() || header.stream().anyMatch(STANDARD::equalsIgnoreCase)) {
      return new PatientColumn(Optional.of(asked.orElse(STANDARD)), false);
    }
    List<String> like = header.stream().filter(PatientColumn::isUsualName).toList();
    if (like.size() > 1) {
      throw new DataException(
          "%s must have one column that tells the patients; found %s. Rename the right one to %s, or name it when opening (ManifestColumns)."
              .formatted(csv, String.join(" and ", like), STANDARD));
    }
    return new PatientColumn(like.stream().findFirst(), true);
  }

  private static boolean isUsualName(String column) {
    return USUAL_NAMES.contains(column.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", ""));
  }

  /** The column that tells the patients, if there is one. */
  Optional<String> column() {
    return column;
  }

  /** The patient of a row; without a column, the one that the file's name tells. */
  Optional<String> of(CsvTable row, String file) {
    if (column.isEmpty()) {
      Optional<String> subject = FolderReader.subject(file.substring(file.lastIndexOf('/') + 1));
      fromNames += subject.isPresent() ? 1 : 0;
      return subject.flatMap(s -> patients.computeIfAbsent(s, Optional::of));
    }
    String patient = row.value(row.index(column.get()));
    if (patient.isEmpty()) {
      return Optional.empty();
    }
    if (ManifestReader.isMissing(patient) || UNKNOWN.contains(patient.toLowerCase(Locale.ROOT))) {
      missing.merge(patient, 1, Integer::sum);
      return Optional.empty();
    }
    return patients.computeIfAbsent(patient, Optional::of);
  }

  /** What to tell of it. */
  List<String> notices() {
    List<String> notices = new ArrayList<>();
    if (guessed && column.isPresent()) {
      notices.add(
          "The column %s is taken for that of the patients. Rename it to %s if it is, and otherwise to something else."
              .formatted(column.get(), STANDARD));
    }
    if (fromNames > 0) {
      notices.add(
          "There is no column %s; the names of %d images are those of C-NMC 2019 and tell the patients."
              .formatted(STANDARD, fromNames));
    }
    ManifestReader.alike(patients.keySet())
        .forEach(
            names ->
                notices.add(
                    "The patients %s are two people; write them alike if they are one."
                        .formatted(names)));
    if (!missing.isEmpty()) {
      notices.add(
          "Patients of these names are taken for unknown ones, each image on its own: %s. Give them other names if they are people."
              .formatted(
                  String.join(
                      ", ",
                      missing.entrySet().stream()
                          .map(e -> "\"%s\" (%d images)".formatted(e.getKey(), e.getValue()))
                          .toList())));
    }
    return notices;
  }
}
