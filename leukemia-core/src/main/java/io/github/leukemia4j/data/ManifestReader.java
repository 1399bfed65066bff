package io.github.leukemia4j.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.csv.CsvFactory;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import io.github.leukemia4j.DataException;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.Taxonomy;
import java.io.BufferedInputStream;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

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
    reader.readRows();
    return reader.dataset();
  }

  private void readRows() throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(csv), 1 << 16);
        CsvParser parser =
            CsvFactory.builder()
                .enable(CsvParser.Feature.SKIP_EMPTY_LINES)
                .build()
                .createParser(in)) {
      List<String> row = new ArrayList<>();
      int line = nextRow(parser, row);
      if (line < 0) {
        throw new DataException(
            csv + " must have a header with the columns file,label; found an empty file.");
      }
      Columns columns = Columns.of(csv, row);
      for (line = nextRow(parser, row); line >= 0; line = nextRow(parser, row)) {
        addRow(columns, row, line);
      }
    } catch (CharConversionException e) {
      throw new DataException(
          csv + " must be UTF-8 text: " + e.getMessage() + ". Save it again as UTF-8.", e);
    } catch (JsonProcessingException e) {
      throw new DataException(
          csv
              + " must be CSV: "
              + e.getOriginalMessage()
              + (e.getLocation() == null ? "" : " (line " + e.getLocation().getLineNr() + ")")
              + ". Correct the quotes of that line.",
          e);
    }
  }

  /** Reads the next row that is not blank; gives its line, from 1, or -1 at the end. */
  private static int nextRow(CsvParser parser, List<String> row) throws IOException {
    for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
      int line = 0;
      row.clear();
      while (parser.nextToken() == JsonToken.VALUE_STRING) {
        // The start of a row has no place of its own; its first value has.
        line = row.isEmpty() ? parser.currentTokenLocation().getLineNr() : line;
        row.add(parser.getText());
      }
      if (row.size() > 1 || (row.size() == 1 && !row.get(0).isBlank())) {
        return line;
      }
    }
    return -1;
  }

  private void addRow(Columns columns, List<String> row, int line) {
    if (row.size() <= Math.max(columns.file(), columns.label())) {
      if (row.stream().anyMatch(value -> !value.isBlank())) {
        problems.add(
            "line " + line + ": has " + row.size() + " columns, too few for file and label");
      }
      return;
    }
    String file = slashed(row.get(columns.file()).strip());
    String name = row.get(columns.label()).strip();
    String patient =
        columns.patient() < 0 || columns.patient() >= row.size()
            ? ""
            : row.get(columns.patient()).strip();
    if (file.isEmpty() && name.isEmpty() && patient.isEmpty()) {
      return; // A row of nothing but commas: what spreadsheets leave below the last one.
    }
    String fault = faultOf(file);
    Label label = fault == null ? labelOf(name) : null;
    if (fault != null) {
      problems.add("line " + line + ": " + fault);
    } else if (label == null) {
      problems.add("line " + line + ": unknown label \"" + name + "\" (file " + file + ")");
    } else {
      Integer before = lineOf.putIfAbsent(file, line);
      if (before == null) {
        samples.add(new Sample(file, new FileBelow(folder(), file), label, patientOf(patient)));
      } else {
        problems.add("line " + line + ": file " + file + " is also in line " + before);
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

  /** Where the columns are, from 0; the patient's is -1 where there is none. */
  private record Columns(int file, int label, int patient) {
    static Columns of(Path csv, List<String> header) {
      List<String> names =
          header.stream().map(name -> name.strip().toLowerCase(Locale.ROOT)).toList();
      List<String> missing =
          List.of("file", "label").stream().filter(name -> !names.contains(name)).toList();
      if (!missing.isEmpty()) {
        throw new DataException(
            csv
                + " must have a header with the columns file,label and, if known, patient; missing: "
                + String.join(", ", missing)
                + "; found: "
                + String.join(", ", header)
                + (header.size() == 1 && header.get(0).matches(".*[;\t].*")
                    ? ". Separate the columns by commas."
                    : ". Add or rename the column."));
      }
      for (String name : List.of("file", "label", "patient")) {
        if (names.indexOf(name) != names.lastIndexOf(name)) {
          throw new DataException(
              csv + " must have one column " + name + "; found several. Remove or rename one.");
        }
      }
      return new Columns(names.indexOf("file"), names.indexOf("label"), names.indexOf("patient"));
    }
  }
}
