package io.github.leukemia4j.report;

import io.github.leukemia4j.evaluation.ComparisonReport;
import io.github.leukemia4j.evaluation.EvaluationReport;
import io.github.leukemia4j.report.view.ComparisonPage;
import io.github.leukemia4j.report.view.Rendering;
import io.github.leukemia4j.report.view.ReportJson;
import io.github.leukemia4j.report.view.Tables;
import io.github.leukemia4j.report.view.html.JtecomparisonGenerated;
import io.github.leukemia4j.report.view.markdown.JteevaluationGenerated;

/**
 * Reports as text: Markdown for people, whose tables also read well on a terminal of 80 columns,
 * JSON for programs, and pages for a browser. A page is one file that needs no other. The page of
 * an evaluation shows its samples, too: {@link HtmlReport} makes it. All methods are thread-safe.
 */
public final class Reports {
  private Reports() {}

  /** What came out in words first, then stage by stage the figures. */
  public static String markdown(EvaluationReport report) {
    return Rendering.markdown(
        out -> JteevaluationGenerated.render(out, null, new Tables(report, true)));
  }

  /** Which is better in words first, then stage by stage the differences. */
  public static String markdown(ComparisonReport report) {
    return Rendering.markdown(
        out ->
            io.github.leukemia4j.report.view.markdown.JtecomparisonGenerated.render(
                out, null, new ComparisonPage(report, true)));
  }

  /**
   * Indented JSON with the names of {@code docs/evaluation-report.schema.json}. A metric that has
   * no value is an object whose estimate is null and whose remark is the reason.
   */
  public static String json(EvaluationReport report) {
    return ReportJson.of(report);
  }

  /** Indented JSON with the names of {@code docs/comparison-report.schema.json}. */
  public static String json(ComparisonReport report) {
    return ReportJson.of(report);
  }

  /**
   * A page on which of the two pipelines is better: in a sentence, the differences as a drawing,
   * and of every stage cell by cell and patient by patient, with intervals and tests. The same
   * comparison gives the same page.
   *
   * @param report with the names of what is compared
   */
  public static String html(ComparisonReport report) {
    return Rendering.html(
        out -> JtecomparisonGenerated.render(out, null, new ComparisonPage(report, false)));
  }
}
