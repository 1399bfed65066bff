package io.github.leukemia4j.report;

import io.github.leukemia4j.evaluation.compare.ComparisonReport;
import io.github.leukemia4j.report.view.html.JtecomparisonGenerated;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * A comparison of two pipelines as one page that needs nothing else: which is better in a sentence,
 * the differences as a drawing, and of every stage cell by cell and patient by patient, with
 * intervals and tests. It reads on a phone, in the dark, and prints. Immutable.
 */
public final class HtmlComparison {
  private final ComparisonReport report;

  private HtmlComparison(ComparisonReport report) {
    this.report = Objects.requireNonNull(report, "report");
  }

  /**
   * @param report with the names of what is compared
   */
  public static HtmlComparison of(ComparisonReport report) {
    return new HtmlComparison(report);
  }

  /** Writes the page, replacing what is there. */
  public void write(Path file) throws IOException {
    Files.writeString(file, toHtml());
  }

  /** The page, which is well-formed XML, too. The same comparison gives the same page. */
  public String toHtml() {
    return Rendering.html(
        out -> JtecomparisonGenerated.render(out, null, new ComparisonPage(report, false).view()));
  }
}
