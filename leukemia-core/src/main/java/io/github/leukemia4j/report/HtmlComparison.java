package io.github.leukemia4j.report;

import io.github.leukemia4j.evaluation.compare.ComparisonReport;
import io.github.leukemia4j.evaluation.compare.Difference;
import io.github.leukemia4j.evaluation.compare.PatientComparison;
import io.github.leukemia4j.evaluation.compare.StageComparison;
import io.github.leukemia4j.metric.Metric;
import io.github.leukemia4j.metric.Metrics;
import io.github.leukemia4j.model.Provenance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A comparison of two cascades as one page that needs nothing else: which is better in a sentence,
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
    Html html = new Html();
    html.begin("Comparison of A and B").raw("<header>\n").element("h1", "Comparison of A and B");
    html.research();
    html.raw("<dl class=\"which\">\n")
        .element("dt", "A")
        .element("dd", report.first().name())
        .element("dt", "B")
        .element("dd", report.second().name())
        .raw("</dl>\n</header>\n");
    List<String> contents = new ArrayList<>();
    contents.add("In words");
    report.stages().forEach(s -> contents.add("Stage " + s.stage()));
    contents.addAll(List.of("Whole path", "Origin"));
    html.contents(contents);
    html.section("In words").raw("<ul class=\"words\">\n");
    for (StageComparison stage : report.stages()) {
      InWords.of(report, stage)
          .ifPresent(
              v ->
                  html.raw("<li>")
                      .element("b", "Stage " + stage.stage() + ": ")
                      .text(v)
                      .raw("</li>\n"));
    }
    html.raw("</ul>\n")
        .element(
            "p",
            "caption",
            "Both on the same images; differences are B less A. Nothing is corrected for looking at"
                + " many metrics: name the one that matters beforehand.");
    html.raw("</section>\n");
    report.stages().forEach(stage -> stage(html, stage));
    html.section("Whole path");
    differences(html, report.path());
    html.raw("</section>\n").section("Origin").raw("<ul>\n");
    origin(html, "A", report.first());
    origin(html, "B", report.second());
    html.element("li", "Compared by leukemia4j " + Provenance.libraryVersion() + ".");
    return html.raw("</ul>\n</section>\n").end().toString();
  }

  private static void origin(Html html, String letter, ComparisonReport.Compared compared) {
    html.element("li", "digest", letter + ": " + compared + ".");
  }

  private void stage(Html html, StageComparison stage) {
    html.section("Stage " + stage.stage());
    html.element("h3", "Cell by cell");
    html.element(
        "p",
        Html.count(stage.samples(), "image")
            + (stage.patients() == 0
                ? ", patients unknown."
                : " of " + Html.count(stage.patients(), "patient") + "."));
    ForestPlot.write(
        html, "Differences at the stage " + stage.stage(), stage.differences(), report.options());
    differences(html, stage.differences());
    stage.byPatient().filter(p -> p.patients() > 0).ifPresent(p -> patients(html, p));
    html.raw("</section>\n");
  }

  private void patients(Html html, PatientComparison patients) {
    if (!patients.decisions().isEmpty()) {
      html.element("h3", "One decision for each patient");
      html.element(
          "p",
          Html.count(patients.patients(), "patient")
              + ", each decided by the "
              + patients.pooling()
              + " of the cells.");
      differences(html, patients.decisions());
    }
    html.element("h3", "Within patients");
    html.element(
        "p",
        "Mean over patients of the metric within each."
            + (patients.mixed() == 0
                ? ""
                : " There is no decision by patient: "
                    + patients.mixed()
                    + " of "
                    + Html.count(patients.patients(), "patient")
                    + " have cells of several labels."));
    differences(html, patients.means());
  }

  /** What people ask for first is shown, the rest on demand. */
  private void differences(Html html, Map<Metric, Difference> differences) {
    List<Metric> first = Metrics.HEADLINES.stream().filter(differences::containsKey).toList();
    List<Metric> more = differences.keySet().stream().filter(m -> !first.contains(m)).toList();
    if (first.isEmpty()) {
      table(html, differences, more);
      return;
    }
    table(html, differences, first);
    if (!more.isEmpty()) {
      html.raw("<details>").element("summary", Html.count(more.size(), "more metric"));
      table(html, differences, more);
      html.raw("</details>\n");
    }
  }

  private void table(Html html, Map<Metric, Difference> differences, List<Metric> metrics) {
    html.beginTable("Metric", "A", "B", "B less A", "p").rows();
    for (Metric metric : metrics) {
      Difference d = differences.get(metric);
      boolean apart = d.established(report.options().level());
      html.beginRow(metric.title(), apart ? "apart" : "");
      html.value(d.first())
          .value(d.second())
          .estimate(d.value(), d.interval(), d.remark(), "")
          .p(d.test())
          .endRow();
    }
    html.endTable();
  }
}
