package io.github.leukemia4j.report.view;

import io.github.leukemia4j.evaluation.EvaluationReport.StageCalibration;
import io.github.leukemia4j.evaluation.StageReport;
import java.util.List;

/**
 * What the page of an evaluation shows of one stage, but for what its report says.
 *
 * @param report of the stage
 * @param figures the plots
 * @param calibration what cross-fitted temperatures change; null where none were fitted
 * @param folds fold by fold; null where there are none
 * @param patients patient by patient; null where none is known
 * @param strips cells that deserve a look
 * @param folders errors by folder; null where there are none to compare
 */
public record StageView(
    StageReport report,
    List<Figure> figures,
    StageCalibration calibration,
    Table folds,
    Table patients,
    List<Strip> strips,
    Table folders) {
  /** A plot. */
  public record Figure(String title, Picture picture, String description) {}

  /** A row of cells below a title and a note, which may be empty. */
  public record Strip(String title, String note, List<Shown> cells) {}

  /**
   * A cell and its answer.
   *
   * @param picture null where the image is not there
   * @param missing whether it should be
   * @param patient number of the patient; 0 where unknown
   */
  public record Shown(
      Picture picture,
      boolean missing,
      String called,
      double confidence,
      String truth,
      int patient,
      String id) {}

  /** The heading. */
  public String title() {
    return "Stage " + report.stage();
  }

  /** What the stage does, and on what it was judged. */
  public String about() {
    return "Chooses among %s%s. Held against %s%s."
        .formatted(
            String.join(", ", report.labels().labels().stream().map(l -> l.name()).toList()),
            report.labels().positive().map(l -> "; positive is " + l.name()).orElse(""),
            Numbers.count(report.samples(), "image"),
            report.patients() == 0 ? "" : " of " + Numbers.count(report.patients(), "patient"));
  }
}
