package io.github.leukemia4j.report.view;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.evaluation.ComparisonReport.Difference;
import io.github.leukemia4j.evaluation.EvaluationReport;
import io.github.leukemia4j.evaluation.EvaluationReport.Baseline;
import io.github.leukemia4j.evaluation.EvaluationReport.PathReport;
import io.github.leukemia4j.evaluation.EvaluationReport.StageCalibration;
import io.github.leukemia4j.evaluation.PatientPooling;
import io.github.leukemia4j.evaluation.StageReport;
import io.github.leukemia4j.evaluation.StageReport.ClassReport;
import io.github.leukemia4j.evaluation.StageReport.Estimate;
import io.github.leukemia4j.evaluation.StageReport.MetricValues;
import io.github.leukemia4j.evaluation.StageReport.PatientReport;
import io.github.leukemia4j.metric.Metric;
import io.github.leukemia4j.metric.Metrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The tables of an evaluation. Immutable.
 *
 * @param report whose tables these are
 * @param brief whether metrics have the short names that fit a terminal
 */
public record Tables(EvaluationReport report, boolean brief) {
  /** What people ask for first of the whole path. */
  public static final List<Metric> OF_PATH =
      List.of(
          Metrics.PATH_ACCURACY,
          Metrics.DECIDED_ACCURACY,
          Metrics.HIERARCHICAL_PRECISION,
          Metrics.HIERARCHICAL_RECALL,
          Metrics.HIERARCHICAL_F1);

  private static final List<Metric> OF_CLASS =
      List.of(
          Metrics.RECALL,
          Metrics.PRECISION,
          Metrics.SPECIFICITY,
          Metrics.F1,
          Metrics.F_BETA,
          Metrics.AUROC,
          Metrics.AUPRC);

  private static final List<Double> COVERAGES = List.of(0.2, 0.4, 0.6, 0.8, 0.9, 1.0);

  /** Of a cell of the confusion matrix, so that dark text on it stays readable. */
  private static final double DARKEST = 0.65;

  private String name(Metric metric) {
    return brief ? metric.brief() : metric.title();
  }

  private static List<String> columns(String corner, List<StageReport> stages) {
    return Stream.concat(Stream.of(corner), stages.stream().map(s -> s.stage().name())).toList();
  }

  /** Metrics of stages, one column for each stage: these are few, and a phone is narrow. */
  public Table headlines(List<StageReport> stages, List<? extends Metric> metrics) {
    Table.Builder table = Table.of(columns("Stage", stages)).row("Images");
    stages.forEach(stage -> table.count(stage.samples()));
    table.row("Patients");
    stages.forEach(stage -> table.patients(stage.patients()));
    return rows(table, stages, metrics);
  }

  /** The same of decisions by patient, whose samples are patients. */
  public Table decisions(List<StageReport> stages) {
    Table.Builder table = Table.of(columns("Stage", stages)).row("Patients");
    stages.forEach(stage -> table.count(stage.samples()));
    return rows(table, stages, Metrics.OF_PATIENTS);
  }

  private Table rows(
      Table.Builder table, List<StageReport> stages, List<? extends Metric> metrics) {
    for (Metric metric : metrics) {
      if (stages.stream().anyMatch(s -> applies(s.metrics(), metric))) {
        table.row(name(metric));
        stages.forEach(stage -> estimate(table, stage.metrics(), metric, ""));
      }
    }
    return table.build();
  }

  private static boolean applies(MetricValues measures, Metric metric) {
    return measures.get(metric).isPresent() || measures.undefined().containsKey(metric);
  }

  private static void estimate(Table.Builder table, MetricValues of, Metric metric, String more) {
    Optional<Estimate> found = of.get(metric);
    if (found.isPresent()) {
      table.estimate(found.get(), more);
    } else {
      String reason = of.undefined().get(metric);
      table.none(reason == null ? null : "Undefined: " + reason);
    }
  }

  /** The mean over patients of the metric within each, and over how many patients. */
  public Table means(List<StageReport> stages) {
    Table.Builder table = Table.of(columns("Stage", stages));
    List<PatientReport> patients = stages.stream().flatMap(s -> s.byPatient().stream()).toList();
    for (Metric metric : Metrics.OF_PATIENTS) {
      if (patients.stream().anyMatch(p -> applies(p.means(), metric))) {
        table.row(name(metric));
        patients.forEach(
            p -> estimate(table, p.means(), metric, "n = " + p.behind().getOrDefault(metric, 0)));
      }
    }
    return table.build();
  }

  /** A head that answers no stage: its samples, its accuracies and the recall of each value. */
  public Table auxiliary(StageReport head) {
    Table.Builder table = Table.of(head.stage().name(), "Value");
    table.row("Images").count(head.samples()).row("Patients").patients(head.patients());
    for (Metric metric : List.of(Metrics.ACCURACY, Metrics.BALANCED_ACCURACY)) {
      estimate(table.row(name(metric)), head.metrics(), metric, "");
    }
    for (ClassReport value : head.classes()) {
      estimate(
          table.row("Recall of " + value.label()),
          value.metrics(),
          Metrics.RECALL,
          "n = " + value.samples());
    }
    return table.build();
  }

  /** The balanced accuracy beside something simpler. */
  public Table baselines(List<StageReport> stages) {
    Table.Builder table = Table.of(columns("Stage", stages)).row("this model");
    stages.forEach(s -> table.estimate(s.metrics().get(Metrics.BALANCED_ACCURACY)));
    for (Baseline baseline : report.baselines()) {
      table.row(baseline.name());
      stages.forEach(
          s -> table.estimate(Optional.ofNullable(baseline.balancedAccuracy().get(s.stage()))));
    }
    table.row("chance");
    stages.forEach(s -> table.value(1.0 / s.labelsThatOccur()));
    return table.build();
  }

  /** Every metric with its interval, or the reason why it has no value. */
  public Table all(MetricValues measures) {
    return some(measures, measures.measured());
  }

  /** Of these metrics those that apply. */
  public Table some(MetricValues measures, List<? extends Metric> metrics) {
    Table.Builder table = Table.of("Metric", "Value");
    for (Metric metric : metrics) {
      if (applies(measures, metric)) {
        table.row(name(metric));
        estimate(table, measures, metric, "");
      }
    }
    return table.build();
  }

  /** At which stage samples first went wrong. */
  public Table errors(PathReport path) {
    Table.Builder table =
        Table.of("First wrong at stage", "Sent to another label", "Stopped", "Referred");
    path.errors()
        .forEach(
            (stage, found) ->
                table
                    .row(stage.name())
                    .count(found.wrong())
                    .count(found.stopped())
                    .count(found.referred()));
    return table.build();
  }

  /** Samples by truth and answer, with their share of the row. */
  public Table confusion(StageReport stage) {
    List<ClassReport> classes = stage.classes();
    Table.Builder table =
        Table.of(
                Stream.concat(
                        Stream.of("Truth"), classes.stream().map(c -> "as " + c.label().name()))
                    .toList())
            .type("confusion");
    long[][] counts = stage.confusion().counts();
    for (int i = 0; i < counts.length; i++) {
      long all = classes.get(i).samples();
      table.row(classes.get(i).label().name());
      for (long count : counts[i]) {
        String shade = Numbers.fixed(all == 0 ? 0 : DARKEST * count / all, 2);
        table.share(count, all, "background: rgba(0, 114, 178, %s)".formatted(shade));
      }
    }
    return table.build();
  }

  /** Each label against the others; what fits a terminal, where names are brief. */
  public Table classes(StageReport stage) {
    List<? extends Metric> metrics = brief ? OF_CLASS.subList(0, 2) : OF_CLASS;
    List<String> columns = new ArrayList<>(List.of("Label"));
    if (!brief) {
      columns.addAll(List.of("Samples", "Predicted"));
    }
    metrics.forEach(m -> columns.add(m == Metrics.AUPRC ? "AUPRC" : name(m)));
    Table.Builder table = Table.of(columns).type("wide");
    for (ClassReport one : stage.classes()) {
      table.row(one.label().name());
      if (!brief) {
        table.count(one.samples()).count(one.predicted());
      }
      metrics.forEach(m -> estimate(table, one.metrics(), m, ""));
    }
    return table.build();
  }

  /** What answering only the surest gives; no rows where nothing was answered. */
  public Table surest(List<StageReport> stages) {
    List<String> columns = new ArrayList<>(List.of("Share answered, at least"));
    COVERAGES.forEach(c -> columns.add(Numbers.percent(c)));
    Table.Builder table = Table.of(columns);
    for (StageReport stage : stages) {
      if (stage.riskCoverage().area().isPresent()) {
        table.row(stage.stage() + ": errors among them");
        COVERAGES.forEach(c -> table.value(stage.riskCoverage().at(c).orElseThrow().risk()));
        table.row(stage.stage() + ": least probability");
        COVERAGES.forEach(
            c -> table.value(stage.riskCoverage().at(c).orElseThrow().leastConfidence()));
      }
    }
    return table.build();
  }

  /** What cross-fitted temperatures change. */
  public Table calibration(StageCalibration calibration) {
    return differences(
        calibration.differences(),
        List.copyOf(calibration.differences().keySet()),
        this::name,
        "Before",
        "After",
        "Change",
        report.options().level());
  }

  /** Differences of metrics. */
  public static Table differences(
      Map<Metric, Difference> differences,
      List<? extends Metric> metrics,
      Function<Metric, String> name,
      String first,
      String second,
      String change,
      double level) {
    Table.Builder table = Table.of("Metric", first, second, change, "p");
    for (Metric metric : metrics) {
      Difference d = differences.get(metric);
      table
          .row(name.apply(metric), d.established(level) ? "apart" : null)
          .value(d.first())
          .value(d.second())
          .estimate(d.value(), d.interval(), d.remark(), "")
          .p(d.pValue(), d.test());
    }
    return table.build();
  }

  /** One row for each fold, without intervals: a fold is small, and folds are not independent. */
  public Table folds(Label stage, List<EvaluationReport> folds) {
    List<? extends Metric> metrics = List.of(Metrics.BALANCED_ACCURACY, Metrics.AUROC);
    Table.Builder table =
        Table.of("Fold", "Patients", "Images", name(metrics.get(0)), name(metrics.get(1)));
    for (EvaluationReport fold : folds) {
      StageReport of = fold.stage(stage);
      table
          .row(Integer.toString(folds.indexOf(fold) + 1))
          .patients(of.patients())
          .count(of.samples());
      metrics.forEach(
          m ->
              of.metrics()
                  .get(m)
                  .ifPresentOrElse(e -> table.value(e.value()), () -> table.none(null)));
    }
    return table.build();
  }

  /** The stages whose samples are of several labels. */
  public List<StageReport> told() {
    return report.stages().stream().filter(s -> s.labelsThatOccur() > 1).toList();
  }

  /** The stages of which patients are known. */
  public List<StageReport> ofPatients() {
    return report.stages().stream()
        .filter(s -> s.byPatient().filter(p -> p.patients() > 0).isPresent())
        .toList();
  }

  /** The decisions by patient of those that have some. */
  public List<StageReport> decided() {
    return ofPatients().stream().flatMap(s -> s.byPatient().get().decisions().stream()).toList();
  }

  /** How the cells of a patient were made one decision, in words. */
  public String pooling() {
    return ofPatients().stream()
        .map(s -> s.byPatient().get().pooling())
        .findFirst()
        .orElseGet(() -> PatientPooling.meanLogOdds().describe());
  }

  /** What is to be said of patients beside the tables. */
  public List<String> mixed() {
    return ofPatients().stream()
        .filter(s -> s.byPatient().get().mixed() > 0)
        .map(
            s ->
                "Stage %s has no decision by patient: %d of %s have cells of several labels."
                    .formatted(
                        s.stage(),
                        s.byPatient().get().mixed(),
                        Numbers.count(s.byPatient().get().patients(), "patient")))
        .toList();
  }

  /** What each stage's calibration error is to be held against. */
  public List<String> calibrated() {
    return report.stages().stream()
        .flatMap(
            s ->
                s.calibrationCheck().stream()
                    .map(
                        c ->
                            "Stage %s: a calibrated model would have a calibration error of %s on samples of this size; p of a calibrated model: %s (%s)."
                                .formatted(
                                    s.stage(),
                                    Numbers.three(c.expectedError()),
                                    Numbers.p(c.pValue()),
                                    c.method())))
        .toList();
  }

  /** The temperatures of a calibration. */
  public static String temperatures(StageCalibration calibration) {
    return String.join(
        ", ",
        calibration.temperatures().stream()
            .map(t -> t.accepted() ? Numbers.fixed(t.value(), 2) : "none accepted")
            .toList());
  }

  /** How many samples the path led where. */
  public String outcomes() {
    PathReport path = report.path();
    return "Of %s %d were decided, %d stopped early, %d referred to a person."
        .formatted(
            Numbers.count(path.samples(), "image"),
            path.decided(),
            path.stoppedEarly(),
            path.referred());
  }
}
