package io.github.leukemia4j.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import io.github.leukemia4j.DataException;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.Prediction.Finding;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.pipeline.MultilevelResult;
import io.github.leukemia4j.serving.ImageStreams.ImageResult;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Results, one line for each image, appended to a file that may be there already. A last line that
 * was not finished, because the program was killed, is cut off.
 */
final class ResultFile implements Closeable {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final CsvMapper CSV =
      CsvMapper.builder().enable(CsvParser.Feature.WRAP_AS_ARRAY).build();

  private final Path file;
  private final boolean csv;
  private final List<String> header;
  private final Taxonomy taxonomy;
  private final Set<String> done;
  private final Writer writer;

  private ResultFile(Path file, Taxonomy taxonomy) throws IOException {
    this.file = file;
    this.csv = isCsv(file);
    this.taxonomy = taxonomy;
    this.header = header(taxonomy);
    if (Files.exists(file)) {
      cutUnfinishedLine(file);
    }
    this.done = Files.exists(file) ? read() : new HashSet<>();
    boolean empty = !Files.exists(file) || Files.size(file) == 0;
    this.writer =
        Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    if (csv && empty) {
      writer.write(csvLine(header));
    }
  }

  /**
   * @param file ends in csv or jsonl; may be missing
   * @param taxonomy of the pipeline whose results are written
   * @throws DataException where the file holds something else
   */
  static ResultFile open(Path file, Taxonomy taxonomy) throws IOException {
    return new ResultFile(file, taxonomy);
  }

  static boolean isCsv(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    if (!name.endsWith(".csv") && !name.endsWith(".jsonl")) {
      throw new IllegalArgumentException(
          "The results' file must end in .csv or .jsonl; found " + file + ".");
    }
    return name.endsWith(".csv");
  }

  private static List<String> header(Taxonomy taxonomy) {
    List<String> names =
        new ArrayList<>(
            List.of(
                "file",
                "outcome",
                "label",
                "probability",
                "path",
                "reason",
                "candidates",
                "findings",
                "error"));
    for (Label stage : taxonomy.innerNodes()) {
      taxonomy.children(stage).forEach(label -> names.add(stage + "." + label));
    }
    return names;
  }

  private static void cutUnfinishedLine(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      long end = channel.size();
      ByteBuffer one = ByteBuffer.allocate(1);
      while (end > 0) {
        one.clear();
        channel.read(one, end - 1);
        if (one.get(0) == '\n') {
          break;
        }
        end--;
      }
      channel.truncate(end);
    }
  }

  /** The images that have a line. */
  Set<String> done() {
    return Set.copyOf(done);
  }

  private Set<String> read() throws IOException {
    Set<String> names = new HashSet<>();
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      boolean first = true;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (csv && first) {
          requireHeader(line);
        } else {
          names.add(csv ? fields(line).get(0) : jsonName(line));
        }
        first = false;
      }
    } catch (JsonProcessingException e) {
      throw new DataException(
          "%s must hold results that classify-batch wrote; found %s. Choose another file."
              .formatted(file, e.getOriginalMessage()),
          e);
    }
    return names;
  }

  private void requireHeader(String line) throws IOException {
    if (!fields(line).equals(header)) {
      throw new DataException(
          "%s must have the columns of this model's results, %s; found %s. Choose another file, or the model that wrote this one."
              .formatted(file, header, line));
    }
  }

  private static List<String> fields(String line) throws IOException {
    try (MappingIterator<String[]> rows = CSV.readerFor(String[].class).readValues(line)) {
      return List.of(rows.next());
    }
  }

  private static String jsonName(String line) throws JsonProcessingException {
    JsonNode name = JSON.readTree(line).path("file");
    if (!name.isTextual()) {
      throw new DataException("A line of results must name its file; found " + line + ".");
    }
    return name.textValue();
  }

  void write(String name, ImageResult result) throws IOException {
    if (csv && (name.contains("\n") || name.contains("\r"))) {
      throw new DataException(
          "An image's name must not have line breaks in a CSV file; found \"%s\". Rename it, or write to a .jsonl file."
              .formatted(name));
    }
    writer.write(csv ? csvLine(row(name, result)) : jsonLine(name, result) + "\n");
  }

  /** One line: the file, and its result or why there is none; see docs/results-json.md. */
  static String jsonLine(String file, ImageResult result) throws JsonProcessingException {
    ObjectNode line = JSON.createObjectNode().put("file", file);
    if (result.result().isPresent()) {
      line.setAll(JSON.<ObjectNode>valueToTree(result.result().get()));
    } else {
      line.put("error", reason(result));
    }
    return JSON.writeValueAsString(line);
  }

  private List<String> row(String name, ImageResult result) {
    List<String> row = new ArrayList<>(List.of(name));
    if (result.result().isEmpty()) {
      row.addAll(List.of("failed", "", "", "", "", "", "", reason(result)));
      header.stream().skip(row.size()).forEach(column -> row.add(""));
      return row;
    }
    MultilevelResult found = result.result().get();
    row.add(found.outcome().name().toLowerCase(Locale.ROOT));
    row.add(found.label().name());
    row.add(String.valueOf(found.probability()));
    row.add(String.join(" > ", found.path().stream().map(Label::name).toList()));
    row.add(found.reason().orElse(""));
    row.add(
        found
            .candidates()
            .map(set -> String.join(" | ", set.stream().map(Label::name).toList()))
            .orElse(""));
    row.add(String.join(" ", found.findings().stream().map(Finding::name).toList()));
    row.add("");
    for (Label stage : taxonomy.innerNodes()) {
      Prediction asked = found.stages().get(stage);
      for (Label label : taxonomy.children(stage)) {
        row.add(asked == null ? "" : String.valueOf(asked.probabilityOf(label)));
      }
    }
    return row;
  }

  /** On one line, so that a line is a result. */
  private static String reason(ImageResult result) {
    Exception failure = result.failure().orElseThrow();
    String message = failure.getMessage() == null ? "" : ": " + failure.getMessage();
    return (failure.getClass().getSimpleName() + message).replaceAll("\\s+", " ");
  }

  private static String csvLine(List<String> row) throws JsonProcessingException {
    return CSV.writer().writeValueAsString(row.toArray(String[]::new));
  }

  void flush() throws IOException {
    writer.flush();
  }

  @Override
  public void close() throws IOException {
    writer.close();
  }
}
