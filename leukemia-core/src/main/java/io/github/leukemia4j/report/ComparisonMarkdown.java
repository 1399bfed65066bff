package io.github.leukemia4j.report;

import io.github.leukemia4j.evaluation.compare.ComparisonReport;
import io.github.leukemia4j.evaluation.compare.Difference;
import io.github.leukemia4j.evaluation.compare.PatientComparison;
import io.github.leukemia4j.evaluation.compare.StageComparison;
import io.github.leukemia4j.metric.Metric;
import io.github.leukemia4j.metric.Metrics;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The Markdown form of a comparison. */
final class ComparisonMarkdown {
  private final ComparisonReport report;
  private final Markdown out = new Markdown();

  private ComparisonMarkdown(ComparisonReport report) {
    this.report = report;
  }

  static String write(ComparisonReport report) {
    return new ComparisonMarkdown(report).write();
  }

  private String write() {
    compared("A", report.first());
    compared("B", report.second());
    out.line("");
    for (StageComparison stage : report.stages()) {
      InWords.of(report, stage)
          .ifPresent(verdict -> out.item("Stage " + stage.stage() + ": " + verdict));
    }
    for (StageComparison stage : report.stages()) {
      out.heading(
          "Stage %s, %d images, patients %s:"
              .formatted(
                  stage.stage(),
                  stage.samples(),
                  stage.patients() == 0 ? "unknown" : Integer.toString(stage.patients())));
      differences(stage.differences());
      stage.byPatient().ifPresent(p -> patients(stage, p));
    }
    out.heading("Whole path:");
    differences(report.path());
    return out.toString();
  }

  private void compared(String letter, ComparisonReport.Compared one) {
    out.line(letter + ": " + one.name());
    if (!one.digest().isEmpty()) {
      out.line("   SHA-256 " + one.digest());
    }
  }

  private void patients(StageComparison stage, PatientComparison patients) {
    if (!patients.decisions().isEmpty()) {
      out.heading(
          "Stage %s, one decision for each of %d patients (%s of the cells):"
              .formatted(stage.stage(), patients.patients(), patients.pooling()));
      differences(patients.decisions());
    }
    if (!patients.means().isEmpty()) {
      out.heading(
          "Stage %s, mean over patients of the metric within each:".formatted(stage.stage()));
      differences(patients.means());
    }
  }

  /** What people ask for first stands first. */
  static List<Metric> ordered(Map<Metric, Difference> differences) {
    Set<Metric> metrics = new LinkedHashSet<>(Metrics.HEADLINES);
    metrics.retainAll(differences.keySet());
    metrics.addAll(differences.keySet());
    return List.copyOf(metrics);
  }

  private void differences(Map<Metric, Difference> differences) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("metric", "A", "B", "B less A", "p", "how"));
    for (Metric metric : ordered(differences)) {
      Difference d = differences.get(metric);
      rows.add(
          List.of(
              metric.brief(),
              Markdown.number(d.first()),
              Markdown.number(d.second()),
              Markdown.text(d.value(), d.interval()),
              ReportMarkdown.p(d.test()),
              ReportMarkdown.notes(out, d)));
    }
    out.table(rows);
  }
}
