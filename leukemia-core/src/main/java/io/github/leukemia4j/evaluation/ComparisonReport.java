package io.github.leukemia4j.evaluation.compare;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.metric.EvaluationOptions;
import io.github.leukemia4j.metric.Metric;
import io.github.leukemia4j.store.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * How two cascades differ on the same samples. Nothing is corrected for looking at many metrics:
 * name the one that matters beforehand.
 *
 * @param stages one for each inner node of the taxonomy, parents first
 * @param path of the cascades as wholes, the metrics that both have
 * @param options how they were compared
 * @param first what is compared first, called A
 * @param second what is compared second, called B
 */
public record ComparisonReport(
    List<StageComparison> stages,
    Map<Metric, Difference> path,
    EvaluationOptions options,
    Compared first,
    Compared second) {
  /**
   * One of the two.
   *
   * @param name what it is called
   * @param digest SHA-256 of the file of its predictions; empty where they came from no file
   */
  public record Compared(String name, String digest) {
    /**
     * What is in a file of predictions.
     *
     * @param name what it is called
     * @throws IOException where the file cannot be read
     */
    public static Compared of(String name, Path predictions) throws IOException {
      return new Compared(name, Sha256.of(Files.readAllBytes(predictions)));
    }

    @Override
    public String toString() {
      return name + (digest.isEmpty() ? "" : " (SHA-256 " + digest + ")");
    }
  }

  /** The same comparison with names. */
  public ComparisonReport named(Compared a, Compared b) {
    return new ComparisonReport(stages, path, options, a, b);
  }

  /**
   * One stage's comparison.
   *
   * @throws IllegalArgumentException where the label is no stage
   */
  public StageComparison stage(Label innerNode) {
    return stages.stream()
        .filter(s -> s.stage().equals(innerNode))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "The stage must be one of %s; found %s."
                        .formatted(
                            stages.stream().map(StageComparison::stage).toList(), innerNode)));
  }
}
