package io.github.leukemia4j.report.inspection;

import io.github.leukemia4j.evaluation.inspection.InspectionReport;
import io.github.leukemia4j.report.view.InspectionPage;
import io.github.leukemia4j.report.view.Rendering;
import io.github.leukemia4j.report.view.ReportJson;
import io.github.leukemia4j.report.view.html.JteinspectionGenerated;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Inspections as text, in the forms that {@code Reports} has. All methods are thread-safe. */
public final class InspectionReports {
  private InspectionReports() {}

  /** What gives the labels away in words first, then labels, counts and files with faults. */
  public static String markdown(InspectionReport report) {
    InspectionPage page = new InspectionPage(report);
    return Rendering.markdown(
        out ->
            io.github.leukemia4j.report.view.markdown.JteinspectionGenerated.render(
                out, null, page));
  }

  /** Indented JSON with stable names. */
  public static String json(InspectionReport report) {
    return ReportJson.of(report);
  }

  /**
   * A page on what a data set holds, with cells of each label, what gives the labels away without
   * the cell, and files that are the same. Names of files and patients appear on it.
   *
   * @throws IOException where an image has gone since it was inspected
   */
  public static String html(InspectionReport report) throws IOException {
    InspectionPage page = new InspectionPage(report);
    try {
      return Rendering.html(out -> JteinspectionGenerated.render(out, null, page));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
