package io.github.leukemia4j.research.study;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.github.leukemia4j.evaluation.Predictions;
import io.github.leukemia4j.store.AtomicFile;
import io.github.leukemia4j.store.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * The directory of a study: what it is of, and each row as soon as it is done.
 *
 * <pre>
 * study.json                    settings and data, which must stay the same
 * rows/ROW/fold-K/              pipelines of a row of networks
 * rows/ROW/predictions.csv      what the row said of every sample
 * rows/ROW/row.json             what it cost: the row is done
 * </pre>
 *
 * @param directory of the study
 */
record StudyFolder(Path directory) {
  private static final String STUDY = "study.json";
  private static final String ROW = "row.json";
  private static final String PREDICTIONS = "predictions.csv";

  /**
   * What a row cost.
   *
   * @param parameters numbers that were learnt; null where the method keeps its samples instead
   * @param trainingSeconds of all folds; null where it is not known
   * @param imageMilliseconds the median of the folds' medians
   */
  record Cost(Long parameters, Double trainingSeconds, double imageMilliseconds) {
    static Cost of(List<StudyMethod.Fold> folds) {
      OptionalLong parameters = folds.get(0).parameters();
      boolean known = folds.stream().allMatch(f -> f.trainingSeconds().isPresent());
      double[] times =
          folds.stream().mapToDouble(StudyMethod.Fold::imageMilliseconds).sorted().toArray();
      return new Cost(
          parameters.isPresent() ? parameters.getAsLong() : null,
          known
              ? folds.stream()
                  .map(StudyMethod.Fold::trainingSeconds)
                  .mapToDouble(OptionalDouble::getAsDouble)
                  .sum()
              : null,
          times[times.length / 2]);
    }
  }

  /** Where a row's pipeline of a fold is. */
  Path fold(String row, int number) {
    return row(row).resolve("fold-" + number);
  }

  private Path row(String row) {
    return directory.resolve("rows").resolve(row);
  }

  /**
   * Notes what the study is of, or holds it against what is noted.
   *
   * @throws IllegalArgumentException where the directory holds another study
   */
  void begin(Map<String, Object> study) throws IOException {
    Files.createDirectories(directory);
    Path file = directory.resolve(STUDY);
    String text = Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(study);
    if (!Files.exists(file)) {
      AtomicFile.write(file, place -> Files.writeString(place, text));
      return;
    }
    if (!Files.readString(file).equals(text)) {
      throw new IllegalArgumentException(
          "A study goes on only with the data and the settings it began with; found others in %s. Choose another directory, or remove this one."
              .formatted(file));
    }
  }

  /** Whether a row was finished. */
  boolean has(String row) {
    return Files.exists(row(row).resolve(ROW));
  }

  void write(String row, Predictions predictions, Cost cost) throws IOException {
    Files.createDirectories(row(row));
    predictions.write(row(row).resolve(PREDICTIONS));
    AtomicFile.write(row(row).resolve(ROW), place -> Json.MAPPER.writeValue(place.toFile(), cost));
  }

  Predictions predictions(String row) throws IOException {
    return Predictions.read(row(row).resolve(PREDICTIONS));
  }

  Cost cost(String row) throws IOException {
    Path file = row(row).resolve(ROW);
    try {
      return Json.MAPPER.readValue(file.toFile(), Cost.class);
    } catch (JsonProcessingException e) {
      throw new IOException(
          "%s must hold what a row cost; found %s. Remove the file to do the row again."
              .formatted(file, Json.problem(e)),
          e);
    }
  }
}
