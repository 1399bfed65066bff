package io.github.leukemia4j.report.view;

import io.github.leukemia4j.evaluation.ComparisonReport;
import io.github.leukemia4j.evaluation.ComparisonReport.Difference;
import io.github.leukemia4j.evaluation.ComparisonReport.PatientComparison;
import io.github.leukemia4j.evaluation.ComparisonReport.StageComparison;
import io.github.leukemia4j.metric.Metric;
import io.github.leukemia4j.model.ModelBundle.Provenance;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the pages of a comparison show. Immutable.
 *
 * @param report that is shown
 * @param brief for a terminal: metrics have short names, and all stand in one table
 */
public record ComparisonPage(ComparisonReport report, boolean brief) {
  /**
   * Differences of metrics.
   *
   * @param first what people ask for first
   * @param more the rest; may have no rows
   */
  public record Differences(Table first, Table more) {}

  /** The headings of the page. */
  public List<String> contents() {
    return Stream.of(
            Stream.of("In words"),
            report.stages().stream().map(ComparisonPage::title),
            Stream.of("Whole path", "Origin"))
        .flatMap(s -> s)
        .toList();
  }

  /** The heading of a stage. */
  public static String title(StageComparison stage) {
    return "Stage " + stage.stage();
  }

  /** What was compared by which version. */
  public List<String> origin() {
    return List.of(
        "A: %s.".formatted(report.first()),
        "B: %s.".formatted(report.second()),
        "Compared by leukemia4j %s.".formatted(Provenance.libraryVersion()));
  }

  /** Which is better at a stage; empty where nothing can be said. */
  public Optional<String> verdict(StageComparison stage) {
    return InWords.of(report, stage);
  }

  /** On how many images and patients a stage was compared. */
  public static String basis(StageComparison stage) {
    return Numbers.count(stage.samples(), "image")
        + (stage.patients() == 0
            ? ", patients unknown."
            : " of %s.".formatted(Numbers.count(stage.patients(), "patient")));
  }

  /** Why a stage has no decision by patient; empty where it has. */
  public static String mixed(PatientComparison patients) {
    return patients.mixed() == 0
        ? ""
        : "There is no decision by patient: %d of %s have cells of several labels."
            .formatted(patients.mixed(), Numbers.count(patients.patients(), "patient"));
  }

  /** The headline differences of a stage as a drawing; null where there are none. */
  public ForestPlot forest(StageComparison stage) {
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

  /** What people ask for first, and the rest. */
  public Differences differences(Map<Metric, Difference> differences) {
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
        differences,
        metrics,
        brief ? Metric::brief : Metric::title,
        "A",
        "B",
        "B less A",
        report.options().level());
  }
}
