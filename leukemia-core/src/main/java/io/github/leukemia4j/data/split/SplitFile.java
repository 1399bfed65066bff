package io.github.leukemia4j.data.split;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import io.github.leukemia4j.DataException;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.Datasets.ManifestColumns;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.data.csv.CsvTable;
import io.github.leukemia4j.store.AtomicFile;
import io.github.leukemia4j.store.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;

/** The JSON file of a {@link Split}. */
final class SplitFile {
  private static final int SCHEMA_VERSION = 1;

  /** What a column of parts is usually called; the first is this library's name. */
  private static final List<String> PART_COLUMNS = List.of("part", "split", "subset");

  /** What the parts are called by others. */
  private static final Map<String, String> PART_NAMES =
      Map.ofEntries(
          Map.entry("train", "train"),
          Map.entry("training", "train"),
          Map.entry("validation", "validation"),
          Map.entry("valid", "validation"),
          Map.entry("val", "validation"),
          Map.entry("dev", "validation"),
          Map.entry("calibration", "calibration"),
          Map.entry("cal", "calibration"),
          Map.entry("test", "test"),
          Map.entry("testing", "test"),
          Map.entry("holdout", "test"));

  private SplitFile() {}

  /** Unknown properties are ignored: a later version may add some without a new schema. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  private record Content(
      Integer schemaVersion,
      String dataset,
      Long seed,
      Object summary,
      Map<String, List<String>> parts) {}

  static void write(Split split, Path file) throws IOException {
    Map<String, List<String>> parts = new LinkedHashMap<>();
    for (String name : Split.PARTS) {
      parts.put(name, split.part(name).samples().stream().map(Sample::id).toList());
    }
    Content content =
        new Content(
            SCHEMA_VERSION,
            split.train().name(),
            split.seed().isPresent() ? split.seed().getAsLong() : null,
            split.summary(),
            parts);
    DefaultPrettyPrinter lines = new DefaultPrettyPrinter();
    lines.indentArraysWith(DefaultIndenter.SYSTEM_LINEFEED_INSTANCE.withLinefeed("\n"));
    lines.indentObjectsWith(DefaultIndenter.SYSTEM_LINEFEED_INSTANCE.withLinefeed("\n"));
    AtomicFile.write(
        file, place -> Files.write(place, Json.MAPPER.writer(lines).writeValueAsBytes(content)));
  }

  static Split read(Path file, Dataset dataset) throws IOException {
    if (file.toString().toLowerCase(Locale.ROOT).endsWith(".csv")) {
      return read(file, ManifestColumns.STANDARD.file(), partColumn(file), dataset);
    }
    Content content = parse(file);
    for (String part : content.parts().keySet()) {
      if (!Split.PARTS.contains(part)) {
        throw new DataException(
            "%s must have no parts but %s; found \"%s\". Rename it."
                .formatted(file, Split.PARTS, part));
      }
    }
    OptionalLong seed =
        content.seed() == null ? OptionalLong.empty() : OptionalLong.of(content.seed());
    return split(file, dataset, content.parts(), String.valueOf(content.dataset()), seed);
  }

  static Split read(Path csv, String fileColumn, String partColumn, Dataset dataset)
      throws IOException {
    Map<String, List<String>> parts = new LinkedHashMap<>();
    List<String> problems = new ArrayList<>();
    CsvTable.read(
        csv,
        List.of(fileColumn, partColumn),
        row -> {
          String part = PART_NAMES.get(row.value(partColumn).toLowerCase(Locale.ROOT));
          if (part == null) {
            problems.add(
                "line %d: \"%s\" (file %s)"
                    .formatted(row.line(), row.value(partColumn), row.value(fileColumn)));
          } else {
            String id = CsvTable.slashed(row.value(fileColumn));
            parts.computeIfAbsent(part, p -> new ArrayList<>()).add(id);
          }
        });
    if (!problems.isEmpty()) {
      throw new DataException(
          "%s must have a part of a split in the column %s of every row, one of %s; correct these rows:"
              .formatted(csv, partColumn, PART_NAMES.keySet().stream().sorted().toList()),
          problems);
    }
    return split(csv, dataset, parts, csv.getFileName().toString(), OptionalLong.empty());
  }

  private static String partColumn(Path csv) throws IOException {
    List<String> header = CsvTable.header(csv);
    List<String> like =
        header.stream().filter(c -> PART_COLUMNS.contains(c.toLowerCase(Locale.ROOT))).toList();
    return like.size() == 1 ? like.get(0) : PART_COLUMNS.get(0);
  }

  private static Split split(
      Path file,
      Dataset dataset,
      Map<String, List<String>> idsOf,
      String madeOf,
      OptionalLong seed) {
    Map<String, Sample> byId = new HashMap<>();
    dataset.samples().forEach(s -> byId.put(s.id(), s));
    Map<String, String> partOf = new HashMap<>();
    List<Dataset> parts = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    for (String name : Split.PARTS) {
      List<Sample> samples = new ArrayList<>();
      for (String id : idsOf.getOrDefault(name, List.of())) {
        String before = partOf.putIfAbsent(id, name);
        if (before != null) {
          problems.add(name + " names " + id + ", which " + before + " names already");
        } else if (byId.containsKey(id)) {
          samples.add(byId.get(id));
        } else {
          problems.add(name + " names " + id + ", which the data set does not have");
        }
      }
      parts.add(dataset.withSamples(samples));
    }
    byId.keySet().stream()
        .filter(id -> !partOf.containsKey(id))
        .sorted()
        .forEach(id -> problems.add("no part names " + id));
    if (!problems.isEmpty()) {
      throw new DataException(
          """
          %s must name every sample of %s once and no others. Open the data set that it \
          was made of (%s), without its unreadable images if they were left out then, or \
          make a new split:\
          """
              .formatted(file, dataset.name(), madeOf),
          problems);
    }
    if (parts.get(0).size() == 0) {
      throw new DataException(file + " must name samples in the part train; found none.");
    }
    return Split.of(parts.get(0), parts.get(1), parts.get(2), parts.get(3), seed);
  }

  private static Content parse(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    Content content;
    try {
      content = Json.MAPPER.readValue(bytes, Content.class);
    } catch (JsonProcessingException e) {
      throw new DataException(
          "%s must be a split as this library writes it: %s. Make the split again."
              .formatted(file, e.getOriginalMessage()),
          e);
    }
    if (content == null || content.schemaVersion() == null || content.parts() == null) {
      throw new DataException(
          "%s must be a split with \"schemaVersion\" and \"parts\"; found other JSON. Give the file that Split.write wrote."
              .formatted(file));
    }
    if (content.schemaVersion() != SCHEMA_VERSION) {
      throw new DataException(
          "%s must have schema version %s; found %s. Use the version of this library that wrote it, or make the split again."
              .formatted(file, SCHEMA_VERSION, content.schemaVersion()));
    }
    return content;
  }
}
