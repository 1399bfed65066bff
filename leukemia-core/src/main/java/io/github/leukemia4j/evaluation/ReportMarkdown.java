package io.github.leukemia4j.evaluation;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.statistics.Interval;
import io.github.leukemia4j.statistics.PairedTest;
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
  private static final List<Metric> HEADLINES =
      List.of(
          Metric.ACCURACY,
          Metric.BALANCED_ACCURACY,
          Metric.AUROC,
          Metric.SENSITIVITY,
          Metric.SPECIFICITY,
          Metric.EXPECTED_CALIBRATION_ERROR);

  private ReportMarkdown() {}

  static String write(EvaluationReport report) {
    StringBuilder out = new StringBuilder();
    stages(out, true, report.stages());
    patients(out, report);
    for (StageReport stage : report.stages()) {
      out.append("\nStage ").append(stage.stage().name()).append(":\n\n");
      classes(out, stage);
    }
    path(out, report.path());
    baselines(out, report);
    calibration(out, report);
    riskCoverage(out, report);
    notes(out, report);
    return out.toString();
  }

  private static void stages(StringBuilder out, boolean cells, List<StageReport> stages) {
    List<List<String>> rows = new ArrayList<>();
    List<String> head = new ArrayList<>(List.of("stage", "patients"));
    head.addAll(
        List.of("accuracy", "balanced accuracy", "AUROC", "sensitivity", "specificity", "ECE"));
    rows.add(head);
    for (StageReport stage : stages) {
      List<String> row = new ArrayList<>(List.of(stage.stage().name(), count(stage.patients())));
      HEADLINES.forEach(metric -> row.add(text(stage.measures(), metric)));
      rows.add(row);
      if (cells) {
        row.add(1, Long.toString(stage.samples()));
      }
    }
    if (cells) {
      head.add(1, "samples");
    }
    table(out, rows);
  }

  private static void patients(StringBuilder out, EvaluationReport report) {
    List<StageReport> decisions = new ArrayList<>();
    List<List<String>> means = new ArrayList<>();
    List<String> mixed = new ArrayList<>();
    for (StageReport stage : report.stages()) {
      stage
          .byPatient()
          .filter(p -> p.patients() > 0)
          .ifPresent(
              p -> {
                p.decisions().ifPresent(decisions::add);
                if (p.mixed() > 0) {
                  mixed.add(stage.stage() + " (" + p.mixed() + " of " + p.patients() + ")");
                }
                means.add(means(stage.stage().name(), p));
              });
    }
    if (means.isEmpty()) {
      return;
    }
    if (!decisions.isEmpty()) {
      out.append("\nPatients, one decision for each (")
          .append(Evaluator.POOLING.describe())
          .append(" of the cells):\n\n");
      stages(out, false, decisions);
    }
    if (!mixed.isEmpty()) {
      out.append("\nNot decided by patient, since patients have cells of several labels: ")
          .append(String.join(", ", mixed))
          .append(".\n");
    }
    out.append("\nMean over patients of the metric within each (n patients on whom it is defined):")
        .append("\n\n");
    means.add(
        0,
        List.of("stage", "accuracy", "balanced accuracy", "AUROC", "sensitivity", "specificity"));
    table(out, means);
  }

  private static List<String> means(String stage, PatientReport patients) {
    List<String> row = new ArrayList<>(List.of(stage));
    for (Metric metric : PatientMeans.METRICS) {
      row.add(
          patients.means().get(metric).isEmpty()
              ? "-"
              : text(patients.means(), metric) + ", n " + patients.behind().get(metric));
    }
    return row;
  }

  private static void baselines(StringBuilder out, EvaluationReport report) {
    if (report.baselines().isEmpty()) {
      return;
    }
    out.append("\nBalanced accuracy beside something simpler:\n\n");
    List<List<String>> rows = new ArrayList<>();
    List<String> head = new ArrayList<>(List.of(""));
    List<String> model = new ArrayList<>(List.of("this model"));
    for (StageReport stage : report.stages()) {
      head.add(stage.stage().name());
      model.add(text(stage.measures(), Metric.BALANCED_ACCURACY));
    }
    rows.add(head);
    rows.add(model);
    for (Baseline baseline : report.baselines()) {
      List<String> row = new ArrayList<>(List.of(baseline.name()));
      for (StageReport stage : report.stages()) {
        Estimate found = baseline.balancedAccuracy().get(stage.stage());
        row.add(found == null ? "-" : text(found.value(), found.interval()));
      }
      rows.add(row);
    }
    table(out, rows);
    report
        .baselines()
        .forEach(b -> out.append('\n').append(b.name()).append(": ").append(b.how()).append('\n'));
  }

  private static void calibration(StringBuilder out, EvaluationReport report) {
    if (report.calibration().isEmpty()) {
      return;
    }
    out.append("\nCalibration by a temperature, for each fold fitted on the other folds:\n\n");
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("stage", "metric", "before", "after", "difference", "p"));
    for (StageCalibration stage : report.calibration()) {
      StageReport before = report.stage(stage.stage());
      stage
          .differences()
          .forEach(
              (metric, d) ->
                  rows.add(
                      List.of(
                          stage.stage().name(),
                          metric.jsonName(),
                          text(before.measures(), metric),
                          text(stage.after().measures(), metric),
                          text(d.value(), d.interval()),
                          p(d.test()))));
    }
    table(out, rows);
    out.append("\nTemperatures: ")
        .append(
            report.calibration().stream()
                .map(
                    s ->
                        s.stage()
                            + " "
                            + s.temperatures().stream()
                                .map(t -> t.accepted() ? number(t.value()) : "1 (none accepted)")
                                .collect(Collectors.joining(", ")))
                .collect(Collectors.joining("; ")))
        .append(".\n");
  }

  private static void riskCoverage(StringBuilder out, EvaluationReport report) {
    List<Double> coverages = List.of(0.2, 0.4, 0.6, 0.8, 0.9, 1.0);
    List<List<String>> rows = new ArrayList<>();
    List<String> head = new ArrayList<>(List.of("stage"));
    coverages.forEach(c -> head.add(String.format(Locale.ROOT, "%.0f%%", 100 * c)));
    head.add("area");
    rows.add(head);
    for (StageReport stage : report.stages()) {
      if (stage.riskCoverage().area().isPresent()) {
        List<String> row = new ArrayList<>(List.of(stage.stage().name()));
        coverages.forEach(c -> row.add(number(stage.riskCoverage().at(c).orElseThrow().risk())));
        row.add(number(stage.riskCoverage().area().getAsDouble()));
        rows.add(row);
      }
    }
    if (rows.size() > 1) {
      out.append("\nShare of errors when only the surest of the samples are answered:\n\n");
      table(out, rows);
    }
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
      stage.byPatient().ifPresent(p -> patients(out, stage, p));
    }
    out.append("Whole path:\n\n");
    differences(out, report.path());
    return out.toString();
  }

  private static void patients(
      StringBuilder out, StageComparison stage, PatientComparison patients) {
    if (!patients.decisions().isEmpty()) {
      out.append("Stage ")
          .append(stage.stage().name())
          .append(", one decision for each of ")
          .append(patients.patients())
          .append(" patients (")
          .append(patients.pooling())
          .append(" of the cells):\n\n");
      differences(out, patients.decisions());
      out.append('\n');
    }
    if (!patients.means().isEmpty()) {
      out.append("Stage ")
          .append(stage.stage().name())
          .append(", mean over patients of the metric within each:\n\n");
      differences(out, patients.means());
      out.append('\n');
    }
  }

  private static void differences(StringBuilder out, Map<Metric, Difference> differences) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("metric", "first", "second", "difference", "p", "test"));
    // What people ask for first stands first.
    Set<Metric> metrics = new LinkedHashSet<>(HEADLINES);
    metrics.retainAll(differences.keySet());
    metrics.addAll(differences.keySet());
    for (Metric metric : metrics) {
      Difference d = differences.get(metric);
      rows.add(
          List.of(
              metric.jsonName(),
              number(d.first()),
              number(d.second()),
              text(d.value(), d.interval()),
              p(d.test()),
              d.test().method()));
    }
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
    for (StageReport stage : report.stages()) {
      addMethods(methods, stage.measures());
      stage
          .byPatient()
          .ifPresent(
              p -> {
                p.decisions().ifPresent(decisions -> addMethods(methods, decisions.measures()));
                addMethods(methods, p.means());
              });
    }
    addMethods(methods, report.path().measures());
    if (!methods.isEmpty()) {
      out.append("\nIntervals at level ")
          .append(report.options().level())
          .append(": ")
          .append(String.join("; ", methods))
          .append(".\n");
    }
  }

  private static void addMethods(Set<String> methods, Measures measures) {
    measures
        .estimates()
        .values()
        .forEach(e -> e.interval().map(Interval::method).ifPresent(methods::add));
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

  private static String p(PairedTest test) {
    return String.format(Locale.ROOT, "%.4f", test.pValue());
  }

  private static String number(double value) {
    return String.format(
        Locale.ROOT, "%.3f", Math.round(value * 1000) / 1000.0 + 0.0); // not -0.000
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
