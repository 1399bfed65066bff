package io.github.leukemia4j.report;

import io.github.leukemia4j.evaluation.ComparisonReport;
import io.github.leukemia4j.evaluation.ComparisonReport.Difference;
import io.github.leukemia4j.evaluation.ComparisonReport.PatientComparison;
import io.github.leukemia4j.evaluation.ComparisonReport.StageComparison;
import io.github.leukemia4j.metric.Metric;
import io.github.leukemia4j.model.Provenance;
import io.github.leukemia4j.report.view.ComparisonView;
import io.github.leukemia4j.report.view.ComparisonView.Differences;
import io.github.leukemia4j.report.view.ForestPlot;
import io.github.leukemia4j.report.view.InWords;
import io.github.leukemia4j.report.view.Numbers;
import io.github.leukemia4j.report.view.Table;
import io.github.leukemia4j.report.view.Tables;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What the pages of a comparison show. */
final class ComparisonPage {
  private final ComparisonReport report;
  private final boolean brief;

  /**
   * @param brief for a terminal: metrics have short names, and all stand in one table
   */
  ComparisonPage(ComparisonReport report, boolean brief) {
    this.report = report;
    this.brief = brief;
  }

  ComparisonView view() {
    return new ComparisonView(
        report.first().name(),
        report.second().name(),
        report.stages().stream().map(this::stage).toList(),
        differences(report.path()),
        List.of(
            "A: %s.".formatted(report.first()),
            "B: %s.".formatted(report.second()),
            "Compared by leukemia4j %s.".formatted(Provenance.libraryVersion())));
  }

  private ComparisonView.Stage stage(StageComparison stage) {
    Optional<PatientComparison> patients = stage.byPatient().filter(p -> p.patients() > 0);
    return new ComparisonView.Stage(
        "Stage " + stage.stage(),
        InWords.of(report, stage).orElse(null),
        Numbers.count(stage.samples(), "image")
            + (stage.patients() == 0
                ? ", patients unknown."
                : " of %s.".formatted(Numbers.count(stage.patients(), "patient"))),
        forest(stage),
        differences(stage.differences()),
        patients.map(PatientComparison::patients).orElse(0),
        patients.map(PatientComparison::pooling).orElse(""),
        patients
            .filter(p -> p.mixed() > 0)
            .map(
                p ->
                    "There is no decision by patient: %d of %s have cells of several labels."
                        .formatted(p.mixed(), Numbers.count(p.patients(), "patient")))
            .orElse(""),
        patients.map(p -> differences(p.decisions())).orElse(null),
        patients.map(p -> differences(p.means())).orElse(null));
  }

  private ForestPlot forest(StageComparison stage) {
    Map<String, Difference> headlines = new LinkedHashMap<>();
    for (Metric metric : report.options().headlines()) {
      Optional.ofNullable(stage.differences().get(metric))
          .ifPresent(d -> headlines.put(metric.title(), d));
    }
    return headlines.isEmpty()
        ? null
        : ForestPlot.of(
            "Differences at the stage " + stage.stage(), headlines, report.options().level());
  }

  /** What people ask for first, and the rest; null where there is nothing. */
  private Differences differences(Map<Metric, Difference> differences) {
    if (differences.isEmpty()) {
      return null;
    }
    List<Metric> first =
        report.options().headlines().stream().filter(differences::containsKey).toList();
    List<Metric> more = differences.keySet().stream().filter(m -> !first.contains(m)).toList();
    return first.isEmpty() || brief
        ? new Differences(
            table(differences, Stream.concat(first.stream(), more.stream()).toList()),
            table(differences, List.of()))
        : new Differences(table(differences, first), table(differences, more));
  }

  private Table table(Map<Metric, Difference> differences, List<? extends Metric> metrics) {
    return Tables.differences(
        differences, metrics, this::name, "A", "B", "B less A", report.options().level());
  }

  private String name(Metric metric) {
    return brief ? metric.brief() : metric.title();
  }
}
