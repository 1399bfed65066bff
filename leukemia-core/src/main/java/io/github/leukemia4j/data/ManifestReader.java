package io.github.leukemia4j.data;

import io.github.leukemia4j.DataException;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.Taxonomy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Reads a CSV manifest; see {@link Datasets#manifest}. Rows are streamed, and labels, patients and
 * the folder are shared between them, because manifests may have millions of rows.
 */
final class ManifestReader {
  private final Path csv;
  private final Optional<Taxonomy> taxonomy;
  private final Map<String, Label> labels = new HashMap<>();
  private final Map<String, Optional<String>> patients = new HashMap<>();
  private final Map<String, Integer> lineOf = new HashMap<>();
  private final List<Sample> samples = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();

  private ManifestReader(Path csv, Optional<Taxonomy> taxonomy) {
    this.csv = csv;
    this.taxonomy = taxonomy;
    taxonomy.ifPresent(tree -> tree.labels().forEach(l -> labels.put(l.name(), l)));
  }

  static Dataset read(Path csv) throws IOException {
    Path beside = csv.resolveSibling(Datasets.TAXONOMY_FILE);
    Optional<Taxonomy> taxonomy =
        Files.exists(beside) ? Optional.of(Taxonomy.read(beside)) : Optional.empty();
    ManifestReader reader = new ManifestReader(csv, taxonomy);
    CsvTable.read(
        csv,
        List.of("file", "label"),
        row -> {
          String name = row.value(row.index("label"));
          if (row.size() <= Math.max(row.index("file"), row.index("label"))) {
            reader.complain(row, "has " + row.size() + " columns, too few for file and label");
          } else {
            reader.add(row, row.value(row.index("file")), reader.labelOf(name), name, "patient");
          }
        });
    return reader.dataset();
  }

  static Dataset read(Path csv, ManifestMapping mapping) throws IOException {
    ManifestReader reader = new ManifestReader(csv, Optional.of(mapping.taxonomy()));
    CsvTable.read(
        csv,
        Stream.concat(Stream.of(mapping.fileColumn()), mapping.patientColumn().stream()).toList(),
        row -> {
          String file = row.value(mapping.fileColumn());
          Optional<Label> label = mapping.label().apply(row);
          label.ifPresent(
              l ->
                  reader.add(
                      row,
                      file,
                      mapping.taxonomy().contains(l) ? l : null,
                      l.name(),
                      mapping.patientColumn().orElse("")));
        });
    return reader.dataset();
  }

  private void complain(CsvTable row, String problem) {
    problems.add("line " + row.line() + ": " + problem);
  }

  /** A label of null is an unknown one, which the row calls by this name. */
  private void add(CsvTable row, String path, Label label, String name, String patientColumn) {
    String file = slashed(path);
    String fault = faultOf(file);
    if (fault != null) {
      complain(row, fault);
    } else if (label == null) {
      complain(row, "unknown label \"" + name + "\" (file " + file + ")");
    } else {
      Integer before = lineOf.putIfAbsent(file, row.line());
      if (before == null) {
        String patient = row.has(patientColumn) ? row.value(row.index(patientColumn)) : "";
        samples.add(new Sample(file, new FileBelow(folder(), file), label, patientOf(patient)));
      } else {
        complain(row, "file " + file + " is also in line " + before);
      }
    }
  }

  private Path folder() {
    return csv.getParent() == null ? Path.of("") : csv.getParent();
  }

  /** With slashes for backslashes, and without the steps that lead nowhere. */
  private static String slashed(String file) {
    String slashes = file.replace('\\', '/');
    while (slashes.startsWith("./")) {
      slashes = slashes.substring(2);
    }
    while (slashes.contains("/./")) {
      slashes = slashes.replace("/./", "/");
    }
    return slashes;
  }

  private static String faultOf(String file) {
    if (file.isEmpty()) {
      return "has no file";
    }
    boolean absolute =
        file.startsWith("/") || (file.length() > 1 && file.charAt(1) == ':' && isLetter(file));
    if (absolute || file.equals("..") || file.startsWith("../") || file.contains("/../")) {
      return "file " + file + " must be relative to the manifest's folder and stay below it";
    }
    if (file.contains("//")
        || file.endsWith("/")
        || file.chars().anyMatch(Character::isISOControl)) {
      return "file \"" + file.replaceAll("\\p{Cntrl}", "?") + "\" is no path of a file";
    }
    return null;
  }

  private static boolean isLetter(String file) {
    char first = Character.toLowerCase(file.charAt(0));
    return first >= 'a' && first <= 'z';
  }

  /** Null where there is no such label. */
  private Label labelOf(String name) {
    Label known = labels.get(name);
    if (known != null || taxonomy.isPresent() || name.isEmpty()) {
      return known;
    }
    try {
      Label label = Label.of(name);
      labels.put(name, label);
      return label;
    } catch (IllegalArgumentException e) {
      return null; // Breaks the rules of a label's name, so it cannot be in any taxonomy.
    }
  }

  private Optional<String> patientOf(String patient) {
    return patient.isEmpty() ? Optional.empty() : patients.computeIfAbsent(patient, Optional::of);
  }

  private Dataset dataset() {
    if (!problems.isEmpty()) {
      throw new DataException(
          csv
              + " must list every file once, by a path below its folder, with a label of "
              + taxonomy
                  .map(t -> "the taxonomy " + t)
                  .orElse("at most " + Label.MAX_LENGTH + " letters")
              + ". Correct these rows"
              + (taxonomy.isPresent() ? ", or add the label to " + Datasets.TAXONOMY_FILE : "")
              + ":",
          problems);
    }
    if (samples.isEmpty()) {
      throw new DataException(
          csv + " must have at least one row below its header; found none. Add the images.");
    }
    String name =
        csv.getFileName().toString().equals(Datasets.MANIFEST_FILE)
            ? FolderReader.nameOf(folder())
            : csv.getFileName().toString().replaceFirst("\\.[^.]*$", "");
    return Dataset.read(
        "CSV manifest",
        name,
        taxonomy.orElseGet(this::flatTaxonomy),
        List.copyOf(samples),
        Map.of());
  }

  private Taxonomy flatTaxonomy() {
    TreeSet<String> names = new TreeSet<>(labels.keySet());
    if (names.size() < 2) {
      throw new DataException(
          csv
              + " must have at least two labels, or there is nothing to classify; found only "
              + names
              + ". Add images of a second class, or put a "
              + Datasets.TAXONOMY_FILE
              + " with all the classes beside it.");
    }
    try {
      return Taxonomy.of(FolderReader.ROOT).with(FolderReader.ROOT, names.toArray(String[]::new));
    } catch (IllegalArgumentException e) {
      throw new DataException(csv + ": " + e.getMessage(), e);
    }
  }
}
