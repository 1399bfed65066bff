package io.github.leukemia4j.service;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.pipeline.MultilevelResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What the service says of images, as JSON and as CSV. */
final class Answers {
  private static final CsvMapper CSV = CsvMapper.builder().build();

  private Answers() {}

  /**
   * What is said of the images of one request.
   *
   * @param model its digest
   */
  record Answer(String model, List<ImageAnswer> images) {}

  /**
   * What is said of one image: its result or its error.
   *
   * @param file as it was named
   * @param sha256 of the file that came
   * @param error why there is no result
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record ImageAnswer(
      String file,
      String sha256,
      Integer width,
      Integer height,
      MultilevelResult result,
      String error) {}

  /** One row for each image; the columns are those of classify-batch, and digests. */
  static String csv(Answer answer, Taxonomy taxonomy) throws IOException {
    List<String> header =
        new ArrayList<>(
            List.of(
                "file",
                "sha256",
                "model",
                "outcome",
                "label",
                "probability",
                "path",
                "reason",
                "findings",
                "error"));
    for (Label stage : taxonomy.innerNodes()) {
      taxonomy.children(stage).forEach(label -> header.add(stage + "." + label));
    }
    StringBuilder text = new StringBuilder(line(header));
    for (ImageAnswer image : answer.images()) {
      text.append(line(row(answer.model(), image, taxonomy)));
    }
    return text.toString();
  }

  private static List<String> row(String model, ImageAnswer image, Taxonomy taxonomy) {
    List<String> row = new ArrayList<>(List.of(image.file(), image.sha256(), model));
    MultilevelResult found = image.result();
    if (found == null) {
      row.addAll(List.of("failed", "", "", "", "", "", image.error()));
    } else {
      row.add(found.outcome().name().toLowerCase(Locale.ROOT));
      row.add(found.label().name());
      row.add(String.valueOf(found.probability()));
      row.add(String.join(" > ", found.path().stream().map(Label::name).toList()));
      row.add(found.reason().orElse(""));
      row.add(String.join(" ", found.findings().stream().map(Enum::name).toList()));
      row.add("");
    }
    for (Label stage : taxonomy.innerNodes()) {
      Prediction asked = found == null ? null : found.stages().get(stage);
      for (Label label : taxonomy.children(stage)) {
        row.add(asked == null ? "" : String.valueOf(asked.probabilityOf(label)));
      }
    }
    return row;
  }

  private static String line(List<String> row) throws IOException {
    return CSV.writer()
        .writeValueAsString(row.stream().map(Answers::harmless).toArray(String[]::new));
  }

  /** Spreadsheets take a cell that begins so for a formula. */
  private static String harmless(String cell) {
    return !cell.isEmpty() && "=+-@\t\r".indexOf(cell.charAt(0)) >= 0 && !isNumber(cell)
        ? "'" + cell
        : cell;
  }

  private static boolean isNumber(String cell) {
    return cell.matches("-?\\d.*");
  }
}
