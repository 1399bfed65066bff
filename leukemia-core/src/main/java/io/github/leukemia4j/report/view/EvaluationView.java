package io.github.leukemia4j.report.view;

import io.github.leukemia4j.evaluation.EvaluationReport;
import io.github.leukemia4j.evaluation.StageReport;
import java.util.List;
import java.util.stream.Stream;

/**
 * What the page of an evaluation shows.
 *
 * @param title its heading
 * @param date of the page
 * @param note a sentence below the heading; null for none
 * @param report what was found
 * @param stages parents first
 */
public record EvaluationView(
    String title, String date, String note, EvaluationReport report, List<StageView> stages) {
  /** The headings of the page. */
  public List<String> contents() {
    return Stream.of(
            Stream.of("In words", "At a glance"),
            stages.stream().map(StageView::title),
            report.auxiliary().stream().map(EvaluationView::beside),
            Stream.of("Whole path", "What this is a report of"))
        .flatMap(s -> s)
        .toList();
  }

  /** The heading of what is said beside the stages. */
  public static String beside(StageReport head) {
    return "Beside the stages: " + head.stage();
  }

  /** When, and on how many samples and patients. */
  public String meta() {
    int patients = report.path().patients();
    return String.join(
        " \u00b7 ",
        date,
        Numbers.count(report.path().samples(), "sample"),
        patients == 0 ? "patients unknown" : Numbers.count(patients, "patient"));
  }
}
