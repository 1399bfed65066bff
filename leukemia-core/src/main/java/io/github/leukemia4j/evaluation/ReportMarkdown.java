package io.github.leukemia4j.evaluation;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.statistics.Interval;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The Markdown form of a report: padded tables, so that a terminal shows them straight. */
final class ReportMarkdown {
  private ReportMarkdown() {}

  static String write(EvaluationReport report) {
    StringBuilder out = new StringBuilder();
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        List.of(
            "stage",
            "samples",
            "patients",
            "accuracy",
            "balanced accuracy",
            "AUROC",
            "sensitivity",
            "specificity",
            "ECE"));
    for (StageReport stage : report.stages()) {
      Measures m = stage.measures();
      rows.add(
          List.of(
              stage.stage().name(),
              Long.toString(stage.samples()),
              count(stage.patients()),
              text(m, Metric.ACCURACY),
              text(m, Metric.BALANCED_ACCURACY),
              text(m, Metric.AUROC),
              text(m, Metric.SENSITIVITY),
              text(m, Metric.SPECIFICITY),
              text(m, Metric.EXPECTED_CALIBRATION_ERROR)));
    }
    table(out, rows);
    for (StageReport stage : report.stages()) {
      out.append('\n').append("Stage ").append(stage.stage().name()).append(":\n\n");
      classes(out, stage);
    }
    path(out, report.path());
    notes(out, report);
    return out.toString();
  }

  static String write(ComparisonReport report) {
    StringBuilder out = new StringBuilder();
    for (StageComparison stage : report.stages()) {
      out.append("Stage ")
          .append(stage.stage().name())
          .append(", ")
          .append(stage.samples())
          .append(" samples, patients ")
          .append(count(stage.patients()))
          .append(":\n\n");
      differences(out, stage.differences());
      out.append('\n');
    }
    out.append("Whole path:\n\n");
    differences(out, report.path());
    return out.toString();
  }

  private static void differences(StringBuilder out, Map<Metric, Difference> differences) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("metric", "first", "second", "difference", "p", "test"));
    differences.forEach(
        (metric, d) ->
            rows.add(
                List.of(
                    metric.jsonName(),
                    number(d.first()),
                    number(d.second()),
                    text(d.value(), d.interval()),
                    String.format(Locale.ROOT, "%.4f", d.test().pValue()),
                    d.test().method())));
    table(out, rows);
  }

  private static void classes(StringBuilder out, StageReport stage) {
    List<Label> labels = stage.labels().labels();
    List<String> head = new ArrayList<>(List.of("truth"));
    labels.forEach(label -> head.add("as " + label.name()));
    head.addAll(List.of("recall", "precision", "F1", "AUROC"));
    List<List<String>> rows = new ArrayList<>(List.of(head));
    long[][] counts = stage.confusion().counts();
    for (int i = 0; i < labels.size(); i++) {
      List<String> row = new ArrayList<>(List.of(labels.get(i).name()));
      for (long count : counts[i]) {
        row.add(Long.toString(count));
      }
      Measures m = stage.classes().get(i).measures();
      for (Metric metric : List.of(Metric.RECALL, Metric.PRECISION, Metric.F1, Metric.AUROC)) {
        row.add(text(m, metric));
      }
      rows.add(row);
    }
    table(out, rows);
  }

  private static void path(StringBuilder out, PathReport path) {
    out.append("\nWhole path:\n\n");
    Measures m = path.measures();
    table(
        out,
        List.of(
            List.of(
                "samples",
                "accuracy",
                "hierarchical precision",
                "hierarchical recall",
                "hierarchical F1",
                "decided",
                "stopped early",
                "referred"),
            List.of(
                Long.toString(path.samples()),
                text(m, Metric.PATH_ACCURACY),
                text(m, Metric.HIERARCHICAL_PRECISION),
                text(m, Metric.HIERARCHICAL_RECALL),
                text(m, Metric.HIERARCHICAL_F1),
                Long.toString(path.decided()),
                Long.toString(path.stoppedEarly()),
                Long.toString(path.referred()))));
  }

  private static void notes(StringBuilder out, EvaluationReport report) {
    Set<String> methods = new LinkedHashSet<>();
    report
        .stages()
        .forEach(s -> s.measures().estimates().values().forEach(e -> addMethod(methods, e)));
    report.path().measures().estimates().values().forEach(e -> addMethod(methods, e));
    if (!methods.isEmpty()) {
      out.append("\nIntervals at level ")
          .append(report.options().level())
          .append(": ")
          .append(String.join("; ", methods))
          .append(".\n");
    }
  }

  private static void addMethod(Set<String> methods, Estimate estimate) {
    estimate.interval().map(Interval::method).ifPresent(methods::add);
  }

  private static String count(int patients) {
    return patients == 0 ? "unknown" : Integer.toString(patients);
  }

  private static String text(Measures measures, Metric metric) {
    return measures.get(metric).map(e -> text(e.value(), e.interval())).orElse("-");
  }

  private static String text(double value, Optional<Interval> interval) {
    return number(value)
        + interval.map(i -> " (" + number(i.lower()) + " to " + number(i.upper()) + ")").orElse("");
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }

  private static void table(StringBuilder out, List<List<String>> rows) {
    List<List<String>> lines = new ArrayList<>();
    rows.forEach(row -> lines.add(row.stream().map(ReportMarkdown::escape).toList()));
    int[] widths =
        IntStream.range(0, rows.get(0).size())
            .map(c -> lines.stream().mapToInt(row -> row.get(c).length()).max().orElse(0))
            .map(width -> Math.max(3, width))
            .toArray();
    lines.add(
        1,
        IntStream.of(widths).mapToObj(w -> String.join("", Collections.nCopies(w, "-"))).toList());
    for (List<String> row : lines) {
      out.append(
              IntStream.range(0, row.size())
                  .mapToObj(c -> row.get(c) + " ".repeat(widths[c] - row.get(c).length()))
                  .collect(Collectors.joining(" | ", "| ", " |")))
          .append('\n');
    }
  }

  private static String escape(String cell) {
    return cell.replace("|", "\\|");
  }
}
