package io.github.leukemia4j.report;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.evaluation.Baseline;
import io.github.leukemia4j.evaluation.Estimate;
import io.github.leukemia4j.evaluation.EvaluationReport;
import io.github.leukemia4j.evaluation.MetricValues;
import io.github.leukemia4j.evaluation.PathMetric;
import io.github.leukemia4j.evaluation.PathReport;
import io.github.leukemia4j.evaluation.PatientReport;
import io.github.leukemia4j.evaluation.ReportOrigin;
import io.github.leukemia4j.evaluation.StageCalibration;
import io.github.leukemia4j.evaluation.StageReport;
import io.github.leukemia4j.evaluation.UnfitImages;
import io.github.leukemia4j.evaluation.compare.ComparisonReport;
import io.github.leukemia4j.evaluation.compare.Difference;
import io.github.leukemia4j.metric.EvaluationOptions;
import io.github.leukemia4j.metric.Metric;
import io.github.leukemia4j.metric.Metrics;
import io.github.leukemia4j.statistics.PairedTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The Markdown form of reports, whose tables also read well on a terminal: what came out in words
 * first, then stage by stage the figures. All methods are thread-safe.
 */
public final class ReportMarkdown {
  private final EvaluationReport report;
  private final Markdown out = new Markdown();
  private final String level;

  private ReportMarkdown(EvaluationReport report) {
    this.report = report;
    this.level = level(report.options());
  }

  /** The evaluation as Markdown tables. */
  public static String of(EvaluationReport report) {
    return new ReportMarkdown(report).write();
  }

  /** The comparison as Markdown tables. */
  public static String of(ComparisonReport report) {
    return ComparisonMarkdown.write(report);
  }

  static String level(EvaluationOptions options) {
    double percent = Math.round(options.level() * 1e4) / 1e2;
    return (percent == Math.rint(percent) ? Long.toString((long) percent) : percent + "")
        + "% interval";
  }

  private String write() {
    words();
    report.stages().forEach(this::stage);
    path();
    unfit();
    baselines();
    calibration();
    riskCoverage();
    report.origin().ifPresent(this::origin);
    return out.toString();
  }

  private void words() {
    for (StageReport stage : report.stages()) {
      out.item("Stage " + stage.stage() + ": " + String.join(" ", InWords.of(report, stage)));
    }
  }

  private void stage(StageReport stage) {
    String name = "Stage " + stage.stage();
    out.heading(
        "%s, %d images, patients %s:"
            .formatted(
                name,
                stage.samples(),
                stage.patients() == 0 ? "unknown" : Integer.toString(stage.patients())));
    measures(stage.measures(), Metrics.HEADLINES, Map.of());
    stage
        .calibrationCheck()
        .ifPresent(
            check ->
                out.line("")
                    .text(
                        "A calibrated model would have a calibration error of %s on samples of this size; p of a calibrated model: %s."
                            .formatted(Markdown.number(check.expectedError()), p(check.pValue()))));
    confusion(stage);
    stage.byPatient().filter(p -> p.patients() > 0).ifPresent(p -> patients(name, p));
  }

  private void measures(
      MetricValues measures, List<? extends Metric> metrics, Map<Metric, Integer> patients) {
    List<List<String>> rows = new ArrayList<>();
    List<String> head = new ArrayList<>(List.of("metric", "value", level, "how"));
    if (!patients.isEmpty()) {
      head.add("patients");
    }
    rows.add(head);
    for (Metric metric : metrics) {
      Optional<Estimate> found = measures.get(metric);
      if (found.isEmpty() && !measures.undefined().containsKey(metric)) {
        continue;
      }
      List<String> row = new ArrayList<>(List.of(metric.brief()));
      row.addAll(
          found
              .map(
                  e ->
                      List.of(Markdown.number(e.value()), Markdown.ends(e.interval()), out.note(e)))
              .orElseGet(() -> List.of("-", "-", out.note(measures.undefined().get(metric)))));
      if (!patients.isEmpty()) {
        row.add(found.isPresent() ? String.valueOf(patients.get(metric)) : "-");
      }
      rows.add(row);
    }
    out.table(rows);
  }

  private void confusion(StageReport stage) {
    List<Label> labels = stage.labels().labels();
    List<String> head = new ArrayList<>(List.of("truth"));
    labels.forEach(label -> head.add("as " + label.name()));
    List<List<String>> rows = new ArrayList<>(List.of(head));
    List<List<String>> shares = new ArrayList<>();
    shares.add(List.of("label", "recall", "how", "precision", "how"));
    long[][] counts = stage.confusion().counts();
    for (int i = 0; i < labels.size(); i++) {
      List<String> row = new ArrayList<>(List.of(labels.get(i).name()));
      for (long count : counts[i]) {
        row.add(Long.toString(count));
      }
      rows.add(row);
      List<String> share = new ArrayList<>(List.of(labels.get(i).name()));
      for (Metric metric : List.of(Metrics.RECALL, Metrics.PRECISION)) {
        Optional<Estimate> found = stage.classes().get(i).measures().get(metric);
        share.add(found.map(e -> Markdown.text(e.value(), e.interval())).orElse("-"));
        share.add(found.map(out::note).orElse(""));
      }
      shares.add(share);
    }
    out.line("");
    // The letters belong to the second table.
    Markdown first = new Markdown().table(rows);
    out.line(first.toString()).table(shares);
  }

  private void patients(String name, PatientReport patients) {
    if (patients.decisions().isPresent()) {
      out.heading(
          "%s, one decision for each of %d patients (%s of the cells):"
              .formatted(name, patients.patients(), patients.pooling()));
      measures(patients.decisions().get().measures(), Metrics.OF_PATIENTS, Map.of());
    }
    if (patients.mixed() > 0) {
      out.line("")
          .text(
              "Not decided by patient: %d of %d have cells of several labels."
                  .formatted(patients.mixed(), patients.patients()));
    }
    out.heading(name + ", mean over patients of the metric within each:");
    measures(patients.means(), Metrics.OF_PATIENTS, patients.behind());
  }

  private void path() {
    PathReport path = report.path();
    out.heading("Whole path:");
    measures(
        path.measures(),
        List.of(
            PathMetric.PATH_ACCURACY,
            PathMetric.DECIDED_ACCURACY,
            PathMetric.HIERARCHICAL_PRECISION,
            PathMetric.HIERARCHICAL_RECALL,
            PathMetric.HIERARCHICAL_F1),
        Map.of());
    out.line("")
        .text(
            "Of %d images %d were decided, %d stopped early, %d referred to a person."
                .formatted(path.samples(), path.decided(), path.stoppedEarly(), path.referred()));
  }

  private void unfit() {
    UnfitImages unfit = report.unfit();
    if (unfit.samples() == 0) {
      return;
    }
    out.heading("Unfit images:");
    out.text(unfit.sentence());
    if (unfit.unfit() == 0) {
      return;
    }
    if (unfit.without().isEmpty()) {
      out.text("No image is left without them.");
      return;
    }
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("stage", "metric", "all images", "without unfit ones", "how"));
    for (StageReport stage : report.stages()) {
      StageReport fit = unfit.without().get().stage(stage.stage());
      for (Metric metric : Metrics.HEADLINES) {
        Optional<Estimate> all = stage.measures().get(metric);
        Optional<Estimate> rest = fit.measures().get(metric);
        if (all.isPresent()) {
          rows.add(
              List.of(
                  stage.stage().name(),
                  metric.brief(),
                  Markdown.number(all.get().value()),
                  rest.map(e -> Markdown.text(e.value(), e.interval())).orElse("-"),
                  rest.map(out::note).orElse("")));
        }
      }
    }
    out.line("").table(rows);
  }

  private void baselines() {
    List<StageReport> told = report.stages().stream().filter(s -> s.labelsThatOccur() > 1).toList();
    if (report.baselines().isEmpty() || told.isEmpty()) {
      return;
    }
    out.heading("Balanced accuracy beside something simpler:");
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("stage", "of", "value", level, "how"));
    for (StageReport stage : told) {
      rows.add(simpler(stage, "this model", stage.measures().get(Metrics.BALANCED_ACCURACY)));
      for (Baseline baseline : report.baselines()) {
        rows.add(
            simpler(
                stage,
                baseline.name(),
                Optional.ofNullable(baseline.balancedAccuracy().get(stage.stage()))));
      }
      rows.add(
          List.of(
              stage.stage().name(),
              "chance",
              Markdown.number(1.0 / stage.labelsThatOccur()),
              "-",
              ""));
    }
    out.table(rows);
    report.baselines().forEach(b -> out.line("").text(b.name() + ": " + b.how()));
  }

  private List<String> simpler(StageReport stage, String of, Optional<Estimate> found) {
    return List.of(
        stage.stage().name(),
        of,
        found.map(e -> Markdown.number(e.value())).orElse("-"),
        found.map(e -> Markdown.ends(e.interval())).orElse("-"),
        found.map(out::note).orElse(""));
  }

  private void calibration() {
    for (StageCalibration stage : report.calibration()) {
      out.heading(
          "Stage %s, calibration by a temperature, for each fold fitted on the others:"
              .formatted(stage.stage()));
      List<List<String>> rows = new ArrayList<>();
      rows.add(List.of("metric", "before", "after", "difference", "p", "how"));
      stage
          .differences()
          .forEach(
              (metric, d) ->
                  rows.add(
                      List.of(
                          metric.brief(),
                          Markdown.number(d.first()),
                          Markdown.number(d.second()),
                          Markdown.text(d.value(), d.interval()),
                          p(d.test()),
                          notes(out, d))));
      out.table(rows).line("");
      out.text(
          "Temperatures: "
              + stage.temperatures().stream()
                  .map(t -> t.accepted() ? Markdown.number(t.value()) : "1 (none accepted)")
                  .collect(Collectors.joining(", "))
              + ".");
    }
  }

  private void riskCoverage() {
    List<Double> coverages = List.of(0.2, 0.4, 0.6, 0.8, 0.9, 1.0);
    List<List<String>> rows = new ArrayList<>();
    List<String> head = new ArrayList<>(List.of("stage"));
    coverages.forEach(c -> head.add(String.format(Locale.ROOT, "%.0f%%", 100 * c)));
    head.add("area");
    rows.add(head);
    for (StageReport stage : report.stages()) {
      if (stage.riskCoverage().area().isPresent()) {
        List<String> row = new ArrayList<>(List.of(stage.stage().name()));
        coverages.forEach(
            c -> row.add(Markdown.number(stage.riskCoverage().at(c).orElseThrow().risk())));
        row.add(Markdown.number(stage.riskCoverage().area().getAsDouble()));
        rows.add(row);
      }
    }
    if (rows.size() > 1) {
      out.heading("Share of errors when only the surest of the images are answered:");
      out.table(rows);
    }
  }

  private void origin(ReportOrigin origin) {
    out.heading("What this is a report of:");
    origin.sentences().forEach(out::item);
  }

  /** The letters of a difference's interval and test. */
  static String notes(Markdown out, Difference d) {
    List<String> of = new ArrayList<>();
    d.interval().ifPresent(i -> of.add(out.note("Interval: " + i.method())));
    of.add(out.note("Test: " + d.test().method()));
    d.remark().ifPresent(r -> of.add(out.note(r)));
    return String.join("", of);
  }

  static String p(PairedTest test) {
    return p(test.pValue());
  }

  private static String p(double value) {
    return value < 0.001 ? "<0.001" : String.format(Locale.ROOT, "%.3f", value);
  }
}
