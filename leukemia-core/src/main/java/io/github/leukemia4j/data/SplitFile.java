package io.github.leukemia4j.data;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.leukemia4j.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;

/** The JSON file of a {@link Split}. */
final class SplitFile {
  private static final int SCHEMA_VERSION = 1;

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

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
    Path beside = file.resolveSibling(file.getFileName() + "." + UUID.randomUUID() + ".tmp");
    try {
      Files.write(beside, JSON.writer(lines).writeValueAsBytes(content));
      Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(beside);
    }
  }

  static Split read(Path file, Dataset dataset) throws IOException {
    Content content = parse(file);
    Map<String, Sample> byId = new HashMap<>();
    dataset.samples().forEach(s -> byId.put(s.id(), s));
    List<Dataset> parts = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    for (String name : Split.PARTS) {
      List<Sample> samples = new ArrayList<>();
      for (String id : content.parts().getOrDefault(name, List.of())) {
        Sample sample = byId.remove(id);
        if (sample == null) {
          problems.add(name + " names " + id + ", which the data set does not have (or not twice)");
        } else {
          samples.add(sample);
        }
      }
      parts.add(dataset.part(samples));
    }
    byId.keySet().stream().sorted().forEach(id -> problems.add("no part names " + id));
    if (!problems.isEmpty()) {
      throw new DataException(
          file
              + " must name every sample of "
              + dataset.name()
              + " once and no others. Open the data set that it was made of ("
              + content.dataset()
              + "), without its unreadable images if they were left out then, or make a new"
              + " split:",
          problems);
    }
    if (parts.get(0).size() == 0) {
      throw new DataException(file + " must name samples in the part train; found none.");
    }
    return Split.of(
        parts.get(0),
        parts.get(1),
        parts.get(2),
        parts.get(3),
        content.seed() == null ? OptionalLong.empty() : OptionalLong.of(content.seed()));
  }

  private static Content parse(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    Content content;
    try {
      content = JSON.readValue(bytes, Content.class);
    } catch (JsonProcessingException e) {
      throw new DataException(
          file
              + " must be a split as this library writes it: "
              + e.getOriginalMessage()
              + ". Make the split again.",
          e);
    }
    if (content == null || content.schemaVersion() == null || content.parts() == null) {
      throw new DataException(
          file
              + " must be a split with \"schemaVersion\" and \"parts\"; found other JSON. Give the"
              + " file that Split.write wrote.");
    }
    if (content.schemaVersion() != SCHEMA_VERSION) {
      throw new DataException(
          file
              + " must have schema version "
              + SCHEMA_VERSION
              + "; found "
              + content.schemaVersion()
              + ". Use the version of this library that wrote it, or make the split again.");
    }
    return content;
  }
}
