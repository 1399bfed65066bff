package io.github.leukemia4j.report;

import io.github.leukemia4j.evaluation.EvaluationReport;
import io.github.leukemia4j.evaluation.compare.ComparisonReport;
import io.github.leukemia4j.report.view.Tables;
import io.github.leukemia4j.report.view.markdown.JtecomparisonGenerated;
import io.github.leukemia4j.report.view.markdown.JteevaluationGenerated;

/**
 * The Markdown form of reports, whose tables also read well on a terminal of 80 columns: what came
 * out in words first, then stage by stage the figures. All methods are thread-safe.
 */
public final class ReportMarkdown {
  private ReportMarkdown() {}

  /** The evaluation as Markdown tables. */
  public static String of(EvaluationReport report) {
    return Rendering.markdown(
        out ->
            JteevaluationGenerated.render(
                out, null, report, stage -> InWords.of(report, stage), new Tables(report, true)));
  }

  /** The comparison as Markdown tables. */
  public static String of(ComparisonReport report) {
    return Rendering.markdown(
        out ->
            JtecomparisonGenerated.render(
                out, null, report, new ComparisonPage(report, true).view()));
  }
}
