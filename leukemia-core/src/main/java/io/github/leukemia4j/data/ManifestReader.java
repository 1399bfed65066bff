package io.github.leukemia4j.data;

import io.github.leukemia4j.DataException;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.data.Datasets.ManifestColumns;
import io.github.leukemia4j.data.csv.CsvTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Reads a CSV manifest; see {@link Datasets#manifest}. Rows are streamed, and labels, patients and
 * the folder are shared between them, because manifests may have millions of rows.
 */
final class ManifestReader {
  private static final Set<String> LIKE_LABEL =
      Set.of("label", "class", "category", "type", "celltype", "cell_type", "diagnosis", "target");

  /** What programs write for a missing value, which would else become a class. */
  private static final Set<String> MISSING = Set.of("na", "n/a", "#n/a", "nan", "null", "<na>");

  private static final String TOO_LONG =
      "has more values than the header has columns: put text with a comma into quotes";

  private final Path csv;
  private final Optional<Taxonomy> taxonomy;
  private final Map<String, Label> labels = new HashMap<>();
  private final Map<String, Integer> lineOf = new HashMap<>();
  private final List<Sample> samples = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();
  private final Map<Map<String, String>, Map<String, String>> attributes = new HashMap<>();
  private final List<String> auxiliary;
  private final Set<String> known = new TreeSet<>();
  private PatientColumn patients;
  private Map<String, Integer> further;

  private ManifestReader(Path csv, Optional<Taxonomy> taxonomy, ManifestColumns columns) {
    this.csv = csv;
    this.taxonomy = taxonomy;
    this.auxiliary = columns.auxiliary();
    this.known.addAll(List.of(columns.file(), columns.label()));
    taxonomy.ifPresent(tree -> tree.labels().forEach(l -> labels.put(l.name(), l)));
  }

  static Dataset read(Path csv, ManifestColumns columns) throws IOException {
    Path beside = csv.resolveSibling(Datasets.TAXONOMY_FILE);
    Optional<Taxonomy> taxonomy =
        Files.exists(beside) ? Optional.of(Taxonomy.read(beside)) : Optional.empty();
    List<String> header = CsvTable.header(csv);
    requireLabels(csv, header, columns);
    ManifestReader reader = new ManifestReader(csv, taxonomy, columns);
    reader.patients = PatientColumn.of(csv, header, columns.patient());
    CsvTable.read(
        csv,
        Stream.of(
                Stream.of(columns.file(), columns.label()),
                columns.patient().stream(),
                columns.auxiliary().stream())
            .flatMap(names -> names)
            .toList(),
        row -> {
          int file = row.index(columns.file());
          int label = row.index(columns.label());
          String name = row.value(label);
          if (row.size() <= Math.max(file, label)) {
            reader.complain(
                row,
                "has %d columns, too few for %s and %s"
                    .formatted(row.size(), columns.file(), columns.label()));
          } else {
            reader.add(row, row.value(file), reader.labelOf(row, name), name);
          }
        });
    return reader.dataset();
  }

  /** Says which column may be that of the labels, where there is none of the name. */
  private static void requireLabels(Path csv, List<String> header, ManifestColumns columns) {
    boolean there = header.stream().anyMatch(columns.label()::equalsIgnoreCase);
    List<String> likely =
        header.stream().filter(name -> LIKE_LABEL.contains(name.toLowerCase(Locale.ROOT))).toList();
    if (!there && !likely.isEmpty()) {
      throw new DataException(
          "%s must have a header with the columns %s,%s; missing: %s; found: %s. If the labels stand in the column %s, rename it to %s, or name it when opening (ManifestColumns)."
              .formatted(
                  csv,
                  columns.file(),
                  columns.label(),
                  columns.label(),
                  String.join(", ", header),
                  String.join(" or ", likely),
                  columns.label()));
    }
  }

  private void complain(CsvTable row, String problem) {
    problems.add("line " + row.line() + ": " + problem);
  }

  /** A label of null is an unknown one, which the row calls by this name. */
  private void add(CsvTable row, String path, Label label, String name) {
    String file = CsvTable.slashed(path);
    String fault = row.isTooLong() ? TOO_LONG : faultOf(file);
    if (fault != null) {
      complain(row, fault);
    } else if (label == null) {
      complain(row, "unknown label \"" + name + "\" (file " + file + ")");
    } else {
      Integer before = lineOf.putIfAbsent(file, row.line());
      if (before == null) {
        add(row, file, label);
      } else {
        complain(row, "file " + file + " is also in line " + before);
      }
    }
  }

  private void add(CsvTable row, String file, Label label) {
    ImageSource source = ImageSource.file(folder(), file);
    try {
      samples.add(new Sample(file, source, label, patients.of(row, file), attributes(row)));
    } catch (IllegalArgumentException e) {
      complain(row, e.getMessage());
    }
  }

  /** Those of rows that say the same are one map. */
  private Map<String, String> attributes(CsvTable row) {
    if (further == null) {
      patients.column().ifPresent(known::add);
      further = row.columnsBut(known);
    }
    Map<String, String> found = new HashMap<>();
    further.forEach(
        (name, index) -> {
          String value = row.value(index);
          if (!isMissing(value)) {
            found.put(name, value);
          }
        });
    return attributes.computeIfAbsent(found, same -> same);
  }

  static boolean isMissing(String value) {
    return value.isEmpty() || MISSING.contains(value.toLowerCase(Locale.ROOT));
  }

  private Path folder() {
    return csv.getParent() == null ? Path.of("") : csv.getParent();
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
  private Label labelOf(CsvTable row, String name) {
    Label found = labels.get(name);
    boolean missing = isMissing(name);
    if (found == null && missing && auxiliary.stream().anyMatch(c -> !isMissing(row.value(c)))) {
      return taxonomy.map(Taxonomy::root).orElse(Label.of(FolderReader.ROOT));
    }
    if (found != null || taxonomy.isPresent() || missing) {
      return found;
    }
    try {
      Label label = Label.of(name);
      labels.put(name, label);
      return label;
    } catch (IllegalArgumentException e) {
      return null; // Breaks the rules of a label's name, so it cannot be in any taxonomy.
    }
  }

  private Dataset dataset() {
    if (!problems.isEmpty()) {
      throw new DataException(
          "%s must list every file once, by a path below its folder, with a label of %s. Correct these rows%s:"
              .formatted(
                  csv,
                  taxonomy
                      .map(t -> "the taxonomy " + t)
                      .orElse("at most " + Label.MAX_LENGTH + " letters"),
                  taxonomy.isPresent() ? ", or add the label to " + Datasets.TAXONOMY_FILE : ""),
          problems);
    }
    if (samples.isEmpty()) {
      throw new DataException(
          "%s must have at least one row with an image below its header; found none. Add the images."
              .formatted(csv));
    }
    String name =
        csv.getFileName().toString().equals(Datasets.MANIFEST_FILE)
            ? FolderReader.nameOf(folder())
            : csv.getFileName().toString().replaceFirst("\\.[^.]*$", "");
    return Dataset.read(
            "CSV manifest", name, taxonomy.orElseGet(this::flatTaxonomy), samples, Map.of())
        .withNotices(patients.notices())
        .withNotices(taxonomy.isPresent() ? List.of() : likeLabels());
  }

  private List<String> likeLabels() {
    return alike(labels.keySet()).stream()
        .map(
            names ->
                "The labels %s are two classes; write them alike if they are one.".formatted(names))
        .toList();
  }

  /** Names that differ in their case, or in how accents are encoded, alone. */
  static List<String> alike(Collection<String> names) {
    Map<String, List<String>> alike = new TreeMap<>();
    for (String name : new TreeSet<>(names)) {
      String folded = Normalizer.normalize(name, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
      alike.computeIfAbsent(folded, n -> new ArrayList<>()).add(name);
    }
    return alike.values().stream()
        .filter(same -> same.size() > 1)
        .map(same -> String.join(" and ", same))
        .toList();
  }

  private Taxonomy flatTaxonomy() {
    TreeSet<String> names = new TreeSet<>(labels.keySet());
    if (names.size() < 2) {
      throw new DataException(
          """
          %s must have at least two labels, or there is nothing to classify; found only \
          %s. Add images of a second class, or put a %s with all the classes beside it.\
          """
              .formatted(csv, names, Datasets.TAXONOMY_FILE));
    }
    try {
      return Taxonomy.of(FolderReader.ROOT).with(FolderReader.ROOT, names.toArray(String[]::new));
    } catch (IllegalArgumentException e) {
      throw new DataException(csv + ": " + e.getMessage(), e);
    }
  }
}
