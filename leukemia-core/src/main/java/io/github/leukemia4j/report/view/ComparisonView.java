package io.github.leukemia4j.report.view;

import java.util.List;
import java.util.stream.Stream;

/**
 * What the pages of a comparison show.
 *
 * @param first what A is
 * @param second what B is
 * @param stages parents first
 * @param path of the whole path
 * @param origin what was compared by which version
 */
public record ComparisonView(
    String first, String second, List<Stage> stages, Differences path, List<String> origin) {
  /**
   * One stage; what there is nothing to say of is null.
   *
   * @param title its heading
   * @param verdict which is better
   * @param basis on how many images and patients
   * @param forest the differences as a drawing
   * @param differences cell by cell
   * @param patients how many there are
   * @param pooling how a patient's cells were made one decision
   * @param mixed why there is no decision by patient; empty where there is
   * @param decisions differences of one decision for each patient
   * @param means differences of the means within patients
   */
  public record Stage(
      String title,
      String verdict,
      String basis,
      ForestPlot forest,
      Differences differences,
      int patients,
      String pooling,
      String mixed,
      Differences decisions,
      Differences means) {}

  /**
   * Differences of metrics.
   *
   * @param first what people ask for first
   * @param more the rest; may have no rows
   */
  public record Differences(Table first, Table more) {}

  /** The headings of the page. */
  public List<String> contents() {
    return Stream.of(
            Stream.of("In words"),
            stages.stream().map(Stage::title),
            Stream.of("Whole path", "Origin"))
        .flatMap(s -> s)
        .toList();
  }
}
