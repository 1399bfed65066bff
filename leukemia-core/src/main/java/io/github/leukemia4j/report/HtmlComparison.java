package io.github.leukemia4j.report;

import io.github.leukemia4j.evaluation.ComparisonReport;
import io.github.leukemia4j.evaluation.Difference;
import io.github.leukemia4j.evaluation.Metric;
import io.github.leukemia4j.evaluation.PatientComparison;
import io.github.leukemia4j.evaluation.StageComparison;
import io.github.leukemia4j.statistics.Interval;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * A comparison of two cascades as one page that needs nothing else: of every stage the differences
 * cell by cell and patient by patient, with intervals and tests. It reads on a phone and prints.
 * Immutable.
 */
public final class HtmlComparison {
  private static final Set<Metric> HEADLINES =
      EnumSet.of(
          Metric.BALANCED_ACCURACY,
          Metric.AUROC,
          Metric.SENSITIVITY,
          Metric.SPECIFICITY,
          Metric.EXPECTED_CALIBRATION_ERROR);

  private final ComparisonReport report;
  private final String first;
  private final String second;

  private HtmlComparison(ComparisonReport report, String first, String second) {
    this.report = Objects.requireNonNull(report, "report");
    this.first = Objects.requireNonNull(first, "first");
    this.second = Objects.requireNonNull(second, "second");
  }

  /**
   * @param first what the first cascade is called
   * @param second what the second is called
   */
  public static HtmlComparison of(ComparisonReport report, String first, String second) {
    return new HtmlComparison(report, first, second);
  }

  /** Writes the page, replacing what is there. */
  public void write(Path file) throws IOException {
    Files.writeString(file, toHtml());
  }

  /** The page, which is well-formed XML, too. */
  public String toHtml() {
    Html html = new Html();
    html.begin("Comparison").raw("<header>\n").element("h1", "Comparison");
    html.element("p", "meta", LocalDate.now(ZoneOffset.UTC).toString());
    html.element("p", "warning", "Research use only. Not a medical device: not for diagnosis.");
    html.raw("<dl class=\"which\">\n")
        .element("dt", "First")
        .element("dd", first)
        .element("dt", "Second")
        .element("dd", second)
        .raw("</dl>\n");
    html.element(
        "p",
        "Both on the same samples; differences are second minus first. Nothing is corrected for"
            + " looking at many metrics: name the one that matters beforehand.");
    html.raw("</header>\n");
    Set<String> methods = new LinkedHashSet<>();
    for (StageComparison stage : report.stages()) {
      stage(html, stage, methods);
    }
    html.raw("<section class=\"stage\">\n").element("h2", "Whole path");
    differences(html, report.path(), methods);
    html.raw("</section>\n<footer>\n").element("h2", "How it was made").raw("<ul>\n");
    methods.forEach(method -> html.element("li", method + "."));
    return html.raw("</ul>\n</footer>\n").end().toString();
  }

  private void stage(Html html, StageComparison stage, Set<String> methods) {
    html.raw("<section class=\"stage\">\n").element("h2", "Stage " + stage.stage());
    html.element("h3", "Cell by cell");
    html.element(
        "p",
        Html.count(stage.samples(), "sample")
            + (stage.patients() == 0
                ? ", patients unknown."
                : " of " + Html.count(stage.patients(), "patient") + "."));
    differences(html, stage.differences(), methods);
    stage.byPatient().filter(p -> p.patients() > 0).ifPresent(p -> patients(html, p, methods));
    html.raw("</section>\n");
  }

  private void patients(Html html, PatientComparison patients, Set<String> methods) {
    if (!patients.decisions().isEmpty()) {
      html.element("h3", "One decision for each patient");
      html.element(
          "p",
          Html.count(patients.patients(), "patient")
              + ", each decided by the "
              + patients.pooling()
              + " of the cells.");
      differences(html, patients.decisions(), methods);
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
    differences(html, patients.means(), methods);
  }

  /** What people ask for first stands first. */
  private void differences(Html html, Map<Metric, Difference> differences, Set<String> methods) {
    html.beginTable("Metric", "First", "Second", "Difference", "p").rows();
    for (boolean headline : new boolean[] {true, false}) {
      differences.forEach(
          (metric, d) -> {
            if (HEADLINES.contains(metric) == headline) {
              html.beginRow(MetricNames.of(metric, report.options()))
                  .value(d.first())
                  .value(d.second())
                  .estimate(d.value(), d.interval(), "")
                  .p(d.test())
                  .endRow();
              d.interval()
                  .map(Interval::method)
                  .ifPresent(
                      m -> methods.add("Interval at level " + report.options().level() + ": " + m));
              methods.add("Test of no difference: " + d.test().method());
            }
          });
    }
    html.endTable();
  }
}
