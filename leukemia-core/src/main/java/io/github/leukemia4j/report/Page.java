package io.github.leukemia4j.report;

import io.github.leukemia4j.evaluation.Baseline;
import io.github.leukemia4j.evaluation.EvaluationReport;
import io.github.leukemia4j.evaluation.PathReport;
import io.github.leukemia4j.evaluation.PatientReport;
import io.github.leukemia4j.evaluation.StageReport;
import io.github.leukemia4j.evaluation.UnfitImages;
import io.github.leukemia4j.metric.EvaluationOptions;
import io.github.leukemia4j.metric.Metric;
import io.github.leukemia4j.metric.Metrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes the page of an {@link HtmlReport}: what it begins and ends with. Used once. */
final class Page {
  private final HtmlReport source;
  private final EvaluationReport report;
  private final EvaluationOptions options;
  private final StageSection sections;
  private final Html html = new Html();

  Page(HtmlReport source, Plots plots) {
    this.source = source;
    this.report = source.report();
    this.options = report.options();
    this.sections = new StageSection(source, plots, html);
  }

  String write() {
    html.begin(heading());
    head();
    List<String> contents = new ArrayList<>(List.of("In words", "At a glance"));
    report.stages().forEach(stage -> contents.add("Stage " + stage.stage()));
    contents.addAll(List.of("Whole path", "What this is a report of"));
    html.contents(contents);
    words();
    summary();
    source.stages().forEach(sections::write);
    path();
    origin();
    return html.end().toString();
  }

  private String heading() {
    return source.title() + source.dataset().map(name -> ": " + name).orElse("");
  }

  private void head() {
    PathReport path = report.path();
    html.raw("<header>\n").element("h1", heading());
    html.element(
        "p",
        "meta",
        source.date()
            + " \u00b7 "
            + Html.count(path.samples(), "sample")
            + " \u00b7 "
            + (path.patients() == 0 ? "patients unknown" : Html.count(path.patients(), "patient")));
    html.research();
    source.note().ifPresent(note -> html.element("p", note));
    html.raw("</header>\n");
  }

  private void words() {
    html.section("In words").raw("<dl class=\"words\">\n");
    for (StageReport stage : report.stages()) {
      html.element("dt", "Stage " + stage.stage());
      InWords.of(report, stage).forEach(sentence -> html.element("dd", sentence));
    }
    html.raw("</dl>\n");
    if (report.unfit().samples() > 0) {
      html.element("p", report.unfit().sentence());
    }
    html.raw("</section>\n");
  }

  private void summary() {
    html.section("At a glance");
    List<StageReport> stages = report.stages();
    head("Stage", stages);
    html.beginRow("Images");
    stages.forEach(stage -> html.number(stage.samples()));
    html.endRow().beginRow("Patients");
    stages.forEach(stage -> html.patients(stage.patients()));
    html.endRow();
    rows(stages, Metrics.HEADLINES);
    html.endTable();
    calibrated(stages);
    unfit();
    patients();
    baselines();
    html.raw("</section>\n");
  }

  private void rows(List<StageReport> stages, List<? extends Metric> metrics) {
    for (Metric metric : metrics) {
      html.beginRow(metric.title());
      stages.forEach(stage -> html.estimate(stage.measures().get(metric)));
      html.endRow();
    }
  }

  /** What a calibration error is to be held against. */
  private void calibrated(List<StageReport> stages) {
    for (StageReport stage : stages) {
      stage
          .calibrationCheck()
          .ifPresent(
              check ->
                  html.raw("<p class=\"caption\">")
                      .text(
                          "Stage " + stage.stage() + ": a calibrated model would have an error of ")
                      .raw(Html.data(check.expectedError()))
                      .text(" on samples of this size; p of a calibrated model ")
                      .raw(Html.data(check.pValue()))
                      .text(" (" + check.method() + ").")
                      .raw("</p>\n"));
    }
  }

  private void unfit() {
    UnfitImages unfit = report.unfit();
    if (unfit.unfit() == 0) {
      return;
    }
    html.element("h3", "Without the unfit images");
    html.element("p", unfit.sentence() + " The figures above count them all.");
    if (unfit.without().isEmpty()) {
      html.element("p", "No image is left without them.");
      return;
    }
    List<StageReport> fit = unfit.without().get().stages();
    head("Stage", fit);
    html.beginRow("Images");
    fit.forEach(stage -> html.number(stage.samples()));
    html.endRow();
    rows(fit, Metrics.HEADLINES);
    html.endTable();
  }

  private void baselines() {
    List<StageReport> told = report.stages().stream().filter(s -> s.labelsThatOccur() > 1).toList();
    if (report.baselines().isEmpty() || told.isEmpty()) {
      return;
    }
    html.element("h3", "Beside something simpler");
    html.element(
        "p",
        "Balanced accuracy on the same samples. A model that does not clearly beat these has"
            + " learned little of cells.");
    head("", told);
    html.beginRow("this model");
    told.forEach(stage -> html.estimate(stage.measures().get(Metrics.BALANCED_ACCURACY)));
    html.endRow();
    for (Baseline baseline : report.baselines()) {
      html.beginRow(baseline.name());
      for (StageReport stage : told) {
        html.estimate(Optional.ofNullable(baseline.balancedAccuracy().get(stage.stage())));
      }
      html.endRow();
    }
    html.beginRow("chance");
    told.forEach(stage -> html.value(1.0 / stage.labelsThatOccur()));
    html.endRow().endTable();
    report.baselines().forEach(b -> html.element("p", "caption", b.name() + ": " + b.how()));
  }

  /** The patients' view of all stages, which is what a reader should quote. */
  private void patients() {
    List<StageReport> stages =
        report.stages().stream()
            .filter(stage -> stage.byPatient().filter(p -> p.patients() > 0).isPresent())
            .toList();
    if (stages.isEmpty()) {
      return;
    }
    html.element("h3", "With the patient as what is judged");
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
      rows(decided, Metrics.OF_PATIENTS);
      html.endTable();
    }
    for (StageReport stage : stages) {
      PatientReport patients = stage.byPatient().get();
      if (patients.mixed() > 0) {
        html.element(
            "p",
            "Stage %s has no decision by patient: %d of %s have cells of several labels."
                .formatted(
                    stage.stage(), patients.mixed(), Html.count(patients.patients(), "patient")));
      }
    }
    html.element(
        "p",
        "Mean over patients of the metric within each, so that patients with many cells count no"
            + " more than others:");
    head("Stage", stages);
    for (Metric metric : Metrics.OF_PATIENTS) {
      html.beginRow(metric.title());
      for (StageReport stage : stages) {
        PatientReport patients = stage.byPatient().get();
        patients
            .means()
            .get(metric)
            .ifPresentOrElse(
                mean ->
                    html.estimate(
                        mean.value(),
                        mean.interval(),
                        mean.remark(),
                        "n = " + patients.behind().get(metric)),
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

  private void path() {
    PathReport path = report.path();
    html.section("Whole path");
    html.element(
        "p",
        "%s: %d decided, %d stopped early, %d referred to a person."
            .formatted(
                Html.count(path.samples(), "sample"),
                path.decided(),
                path.stoppedEarly(),
                path.referred()));
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
    html.element(
        "p",
        "caption",
        "Every stage is held against all samples whose truth lies below it, whether or not the"
            + " cascade brought them there; end-to-end accuracy and the whole path count only what"
            + " it did bring. A dash stands for what is undefined or has no interval; a letter for"
            + " the method below the same table.");
    html.raw("</section>\n");
  }

  private void origin() {
    html.section("What this is a report of");
    if (report.origin().isEmpty()) {
      html.element("p", "Whoever made this report did not say of which model and data it is.");
    } else {
      html.raw("<ul>\n");
      report.origin().get().sentences().forEach(s -> html.element("li", "digest", s));
      html.raw("</ul>\n");
      settings();
    }
    html.raw("</section>\n");
  }

  private void settings() {
    report.origin().get().stages().stream()
        .filter(stage -> !stage.settings().isEmpty())
        .forEach(
            stage -> {
              html.raw("<details>")
                  .element("summary", "Settings of the training of the stage " + stage.name());
              html.raw("<dl class=\"which\">\n");
              for (Map.Entry<String, String> setting : stage.settings().entrySet()) {
                html.element("dt", setting.getKey()).element("dd", setting.getValue());
              }
              html.raw("</dl></details>\n");
            });
  }
}
