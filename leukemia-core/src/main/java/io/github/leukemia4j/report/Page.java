package io.github.leukemia4j.report;

import io.github.leukemia4j.evaluation.Baseline;
import io.github.leukemia4j.evaluation.EvaluationOptions;
import io.github.leukemia4j.evaluation.Measures;
import io.github.leukemia4j.evaluation.Metric;
import io.github.leukemia4j.evaluation.PathReport;
import io.github.leukemia4j.evaluation.PatientReport;
import io.github.leukemia4j.evaluation.StageReport;
import io.github.leukemia4j.statistics.Interval;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Writes the page of an {@link HtmlReport}: what it begins and ends with. Used once. */
final class Page {
  private static final List<Metric> HEADLINES =
      List.of(
          Metric.BALANCED_ACCURACY,
          Metric.AUROC,
          Metric.SENSITIVITY,
          Metric.SPECIFICITY,
          Metric.EXPECTED_CALIBRATION_ERROR);

  private static final List<Metric> OF_PATIENTS =
      List.of(
          Metric.ACCURACY,
          Metric.BALANCED_ACCURACY,
          Metric.AUROC,
          Metric.SENSITIVITY,
          Metric.SPECIFICITY);

  private final HtmlReport source;
  private final EvaluationOptions options;
  private final StageSection sections;
  private final Html html = new Html();

  Page(HtmlReport source, Plots plots) {
    this.source = source;
    this.options = source.report().options();
    this.sections = new StageSection(source, plots, html);
  }

  String write() {
    html.begin(heading());
    head();
    summary();
    source.stages().forEach(sections::write);
    path();
    notes();
    return html.end().toString();
  }

  private String heading() {
    return source.title() + source.dataset().map(name -> ": " + name).orElse("");
  }

  private void head() {
    PathReport path = source.report().path();
    html.raw("<header>\n").element("h1", heading());
    html.element(
        "p",
        "meta",
        source.date()
            + " \u00b7 "
            + Html.count(path.samples(), "sample")
            + " \u00b7 "
            + (path.patients() == 0 ? "patients unknown" : Html.count(path.patients(), "patient")));
    html.element("p", "warning", "Research use only. Not a medical device: not for diagnosis.");
    source.note().ifPresent(note -> html.element("p", note));
    html.raw("</header>\n");
  }

  private void summary() {
    html.raw("<section>\n").element("h2", "At a glance");
    List<StageReport> stages = source.report().stages();
    head("Stage", stages);
    html.beginRow("Samples");
    stages.forEach(stage -> html.number(stage.samples()));
    html.endRow().beginRow("Patients");
    stages.forEach(stage -> html.patients(stage.patients()));
    html.endRow();
    for (Metric metric : HEADLINES) {
      html.beginRow(name(metric));
      stages.forEach(stage -> html.estimate(stage.measures().get(metric)));
      html.endRow();
    }
    html.endTable();
    patients();
    baselines();
    html.raw("</section>\n");
  }

  private void baselines() {
    if (source.report().baselines().isEmpty()) {
      return;
    }
    html.element("h3", "Beside something simpler");
    html.element(
        "p",
        "Balanced accuracy on the same samples. A model that does not clearly beat these has"
            + " learned little of cells.");
    head("", source.report().stages());
    html.beginRow("this model");
    for (StageReport stage : source.report().stages()) {
      html.estimate(stage.measures().get(Metric.BALANCED_ACCURACY));
    }
    html.endRow();
    for (Baseline baseline : source.report().baselines()) {
      html.beginRow(baseline.name());
      for (StageReport stage : source.report().stages()) {
        html.estimate(Optional.ofNullable(baseline.balancedAccuracy().get(stage.stage())));
      }
      html.endRow();
    }
    html.endTable();
    source
        .report()
        .baselines()
        .forEach(b -> html.element("p", "caption", b.name() + ": " + b.how()));
  }

  /** The patients' view of all stages, which is what a reader should quote. */
  private void patients() {
    List<StageReport> stages =
        source.report().stages().stream()
            .filter(stage -> stage.byPatient().filter(p -> p.patients() > 0).isPresent())
            .toList();
    if (stages.isEmpty()) {
      return;
    }
    html.element("h3", "Patient by patient");
    List<StageReport> decided =
        stages.stream().flatMap(s -> s.byPatient().get().decisions().stream()).toList();
    if (!decided.isEmpty()) {
      html.element(
          "p",
          "One decision for each patient, by the "
              + stages.get(0).byPatient().get().pooling()
              + " of the patient's cells, held against the patient's label.");
      head("Stage", decided);
      html.beginRow("Patients");
      decided.forEach(stage -> html.number(stage.samples()));
      html.endRow();
      for (Metric metric : OF_PATIENTS) {
        html.beginRow(name(metric));
        decided.forEach(stage -> html.estimate(stage.measures().get(metric)));
        html.endRow();
      }
      html.endTable();
    }
    stages.stream()
        .filter(stage -> stage.byPatient().get().mixed() > 0)
        .forEach(
            stage ->
                html.element(
                    "p",
                    "Stage "
                        + stage.stage()
                        + " has no decision by patient: "
                        + stage.byPatient().get().mixed()
                        + " of "
                        + Html.count(stage.byPatient().get().patients(), "patient")
                        + " have cells of several labels."));
    html.element(
        "p",
        "Mean over patients of the metric within each, so that patients with many cells count no"
            + " more than others:");
    head("Stage", stages);
    for (Metric metric : OF_PATIENTS) {
      html.beginRow(name(metric));
      for (StageReport stage : stages) {
        PatientReport patients = stage.byPatient().get();
        patients
            .means()
            .get(metric)
            .ifPresentOrElse(
                mean ->
                    html.estimate(
                        mean.value(), mean.interval(), "n = " + patients.behind().get(metric)),
                () -> html.estimate(Optional.empty()));
      }
      html.endRow();
    }
    html.endTable();
  }

  /** One column for each stage: these are few, and a phone is narrow. */
  private void head(String corner, List<StageReport> stages) {
    html.beginTable(corner, stages.stream().map(s -> s.stage().name()).toArray(String[]::new))
        .rows();
  }

  private String name(Metric metric) {
    return MetricNames.of(metric, options);
  }

  private void path() {
    PathReport path = source.report().path();
    html.raw("<section class=\"stage\">\n").element("h2", "Whole path");
    html.element(
        "p",
        Html.count(path.samples(), "sample")
            + ": "
            + path.decided()
            + " decided, "
            + path.stoppedEarly()
            + " stopped early, "
            + path.referred()
            + " referred to a person.");
    sections.measures(path.measures());
    if (!path.errors().isEmpty()) {
      html.element("h3", "Where the way was lost");
      html.beginTable("First wrong at stage", "Sent to another label", "Stopped", "Referred");
      html.rows();
      path.errors()
          .forEach(
              (stage, found) -> {
                html.beginRow(stage.name());
                html.number(found.wrong());
                html.number(found.stopped());
                html.number(found.referred());
                html.endRow();
              });
      html.endTable();
    }
    html.raw("</section>\n");
  }

  private void notes() {
    Set<String> methods = new LinkedHashSet<>();
    for (StageReport stage : source.report().stages()) {
      methods(stage.measures(), methods);
      stage
          .byPatient()
          .ifPresent(
              p -> {
                p.decisions().ifPresent(decisions -> methods(decisions.measures(), methods));
                methods(p.means(), methods);
              });
    }
    methods(source.report().path().measures(), methods);
    html.raw("<footer>\n").element("h2", "How it was made");
    html.raw("<ul>\n");
    for (String method : methods) {
      html.element("li", "Interval at level " + options.level() + ": " + method + ".");
    }
    html.element("li", "A dash stands for what is undefined or has no interval.");
    html.element(
        "li",
        "Every stage is held against all samples whose truth lies below it, whether or not the"
            + " cascade brought them there; end-to-end accuracy and the whole path count only what"
            + " it did bring.");
    html.raw("</ul>\n</footer>\n");
  }

  private static void methods(Measures measures, Set<String> methods) {
    measures
        .estimates()
        .values()
        .forEach(estimate -> estimate.interval().map(Interval::method).ifPresent(methods::add));
  }
}
