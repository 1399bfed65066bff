package io.github.leukemia4j.report;

import io.github.leukemia4j.evaluation.Estimate;
import io.github.leukemia4j.evaluation.EvaluationReport;
import io.github.leukemia4j.evaluation.MetricValues;
import io.github.leukemia4j.evaluation.PathMetric;
import io.github.leukemia4j.evaluation.PatientReport;
import io.github.leukemia4j.evaluation.StageReport;
import io.github.leukemia4j.metric.Metric;
import io.github.leukemia4j.metric.Metrics;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.model.ModelCard;
import io.github.leukemia4j.model.ModelManifest;
import io.github.leukemia4j.model.Provenance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.function.Function;

/**
 * The model card of a whole pipeline with what the test found. It stands beside the bundles, whose
 * own cards know only the validation part, since a bundle never changes once it is made. All
 * methods are thread-safe.
 */
public final class PipelineCard {
  /** What the card is called in the pipeline's directory. */
  public static final String FILE = "MODEL_CARD.md";

  private static final List<Metric> METRICS =
      List.of(
          Metrics.ACCURACY,
          Metrics.BALANCED_ACCURACY,
          Metrics.AUROC,
          Metrics.SENSITIVITY,
          Metrics.SPECIFICITY,
          Metrics.MCC,
          Metrics.LOG_LOSS,
          Metrics.EXPECTED_CALIBRATION_ERROR);

  private static final List<Metric> PATIENT_METRICS =
      List.of(
          Metrics.ACCURACY,
          Metrics.BALANCED_ACCURACY,
          Metrics.AUROC,
          Metrics.SENSITIVITY,
          Metrics.SPECIFICITY);

  private PipelineCard() {}

  /**
   * Writes the card of a saved pipeline into its directory, replacing an older one.
   *
   * @param pipeline the directory
   * @param report of the pipeline on samples that it was not trained on
   * @param evaluatedOn which samples these are, in words, such as {@code the test part}
   * @return the card
   * @throws IllegalArgumentException where the directory holds no model
   * @throws IOException where something cannot be read or written
   */
  public static Path write(Path pipeline, EvaluationReport report, String evaluatedOn)
      throws IOException {
    List<ModelManifest> stages = Bundles.in(pipeline).stream().map(ModelBundle::manifest).toList();
    return Files.writeString(pipeline.resolve(FILE), of(stages, report, evaluatedOn));
  }

  /**
   * The card in Markdown.
   *
   * @param stages the manifests of the pipeline's models, parents first
   * @param report of the pipeline on samples that it was not trained on
   * @param evaluatedOn which samples these are, in words, such as {@code the test part}
   * @throws IllegalArgumentException where there are no stages
   */
  public static String of(List<ModelManifest> stages, EvaluationReport report, String evaluatedOn) {
    if (stages.isEmpty()) {
      throw new IllegalArgumentException(
          "A pipeline must have at least one model to have a card; found none.");
    }
    StringJoiner card = new StringJoiner("\n", "", "\n");
    Provenance from = stages.get(0).provenance();
    card.add("# Model card: pipeline trained on " + line(from.dataset()));
    card.add("");
    card.add("**Research use only. Not a medical device: it must not diagnose or treat.**");
    card.add("");
    card.add("## What it does");
    card.add("");
    for (ModelManifest stage : stages) {
      card.add(
          "- Stage "
              + line(stage.name())
              + ": chooses among "
              + line(String.join(", ", stage.labels()))
              + (stage.positive() == null ? "" : "; positive is " + line(stage.positive()))
              + ".");
    }
    card.add("");
    card.add("## Intended use");
    card.add("");
    card.add(
        "Research on images of single blood or marrow cells, cropped and stained like those that it"
            + " was trained on, by people who can judge a smear themselves. Not for screening,"
            + " diagnosis, treatment or the release of a result without a person; not for other"
            + " stains, magnifications, specimens or ages before it was tested on them.");
    card.add("");
    card.add("## Data");
    card.add("");
    card.add("Digest of the data set: `" + from.datasetDigest() + "`.");
    card.add("");
    card.add("| stage | part | samples | patients known |");
    card.add("|---|---|---|---|");
    for (ModelManifest stage : stages) {
      stage
          .provenance()
          .samples()
          .forEach(
              (part, samples) ->
                  card.add(
                      row(
                          stage.name(),
                          part,
                          samples.toString(),
                          String.valueOf(stage.provenance().patients().get(part)))));
    }
    card.add("");
    card.add("No known patient is in two parts: a split that breaks this is refused.");
    card.add("");
    metrics(card, report, evaluatedOn);
    calibration(card, stages, report);
    card.add("## Operating point");
    card.add("");
    for (ModelManifest stage : stages) {
      card.add("Stage " + line(stage.name()) + ":");
      card.add("");
      ModelCard.calibration(stage).forEach(item -> card.add(line(item)));
      card.add("");
    }
    card.add(
        "A threshold holds for cells like those that it was chosen on: choose it anew with data of"
            + " the place of use. Of the "
            + report.path().samples()
            + " samples of this test "
            + report.path().decided()
            + " were decided, "
            + report.path().stoppedEarly()
            + " stopped early, "
            + report.path().referred()
            + " referred.");
    card.add("");
    card.add("## Limits");
    card.add("");
    card.add(
        "Trained on one data set; stains, microscopes, patients and the mix of diseases differ"
            + " elsewhere, and so will these figures. Labels are as good as their annotators. A"
            + " cell of a kind that was not in training is still called one of the labels. Cells of"
            + " one patient resemble each other: count patients, not cells, when judging how sure a"
            + " figure is. Not tested prospectively; no comparison across age, sex or origin was"
            + " made.");
    card.add("");
    provenance(card, stages);
    checklist(card, ReportingChecklist.of(stages, report, evaluatedOn));
    return card.toString();
  }

  private static void metrics(StringJoiner card, EvaluationReport report, String evaluatedOn) {
    card.add("## Metrics");
    card.add("");
    card.add("On " + line(evaluatedOn) + ".");
    card.add("");
    card.add("| stage | metric | value | interval | method |");
    card.add("|---|---|---|---|---|");
    List<String> methods = new ArrayList<>();
    for (StageReport stage : report.stages()) {
      rows(card, stage.stage().name(), stage.measures(), METRICS, report, methods);
    }
    rows(
        card,
        "whole path",
        report.path().measures(),
        List.of(PathMetric.PATH_ACCURACY, PathMetric.DECIDED_ACCURACY, PathMetric.HIERARCHICAL_F1),
        report,
        methods);
    card.add("");
    methods(card, methods, report);
    patients(card, report);
    if (report.unfit().samples() > 0) {
      card.add(
          report.unfit().sentence()
              + (report.unfit().unfit() == 0 ? "" : " The figures above count them all."));
      card.add("");
    }
  }

  /** What the letters of the table above stand for. */
  private static void methods(StringJoiner card, List<String> methods, EvaluationReport report) {
    if (methods.isEmpty()) {
      return;
    }
    card.add("Intervals at level " + report.options().level() + ":");
    card.add("");
    for (int i = 0; i < methods.size(); i++) {
      card.add("- " + Html.letter(i) + ": " + line(methods.get(i)));
    }
    card.add("");
  }

  private static void rows(
      StringJoiner card,
      String name,
      MetricValues measures,
      List<Metric> metrics,
      EvaluationReport report,
      List<String> methods) {
    for (Metric metric : metrics) {
      String called = metric.title();
      if (measures.get(metric).isPresent()) {
        Estimate estimate = measures.get(metric).orElseThrow();
        card.add(
            row(
                name,
                called,
                number(estimate.value()),
                interval(estimate),
                method(estimate, methods)));
      } else if (measures.undefined().containsKey(metric)) {
        card.add(row(name, called, "undefined", measures.undefined().get(metric), ""));
      }
    }
  }

  private static String interval(Estimate estimate) {
    return estimate
        .interval()
        .map(i -> number(i.lower()) + " to " + number(i.upper()))
        .orElse("none");
  }

  /** The letter of the interval's method. */
  private static String method(Estimate estimate, List<String> methods) {
    if (estimate.interval().isEmpty()) {
      return "";
    }
    String method = estimate.interval().get().method();
    if (!methods.contains(method)) {
      methods.add(method);
    }
    return Html.letter(methods.indexOf(method));
  }

  /** Nothing where no patient is known, or each has one sample. */
  private static void patients(StringJoiner card, EvaluationReport report) {
    List<StageReport> stages =
        report.stages().stream()
            .filter(s -> s.byPatient().filter(p -> p.patients() > 0).isPresent())
            .toList();
    if (stages.isEmpty()) {
      return;
    }
    card.add(
        "With the patient as what is judged: the mean over patients of the metric within each, over"
            + " those on whom it is defined, and, where no patient has cells of several labels, one"
            + " decision for each patient, the "
            + stages.get(0).byPatient().orElseThrow().pooling()
            + " of the cells.");
    card.add("");
    card.add("| stage | by patient | metric | patients | value | interval | method |");
    card.add("|---|---|---|---|---|---|---|");
    List<String> methods = new ArrayList<>();
    for (StageReport stage : stages) {
      PatientReport patients = stage.byPatient().orElseThrow();
      String name = stage.stage().name();
      patients
          .decisions()
          .ifPresent(
              decisions ->
                  patientRows(
                      card,
                      List.of(name, "decision"),
                      decisions.measures(),
                      metric -> patients.patients(),
                      report,
                      methods));
      patientRows(
          card,
          List.of(name, "mean within"),
          patients.means(),
          patients.behind()::get,
          report,
          methods);
    }
    card.add("");
    methods(card, methods, report);
  }

  private static void patientRows(
      StringJoiner card,
      List<String> names,
      MetricValues measures,
      Function<Metric, Integer> patients,
      EvaluationReport report,
      List<String> methods) {
    for (Metric metric : PATIENT_METRICS) {
      measures
          .get(metric)
          .ifPresent(
              estimate ->
                  card.add(
                      row(
                          names.get(0),
                          names.get(1),
                          metric.title(),
                          patients.apply(metric).toString(),
                          number(estimate.value()),
                          interval(estimate),
                          method(estimate, methods))));
    }
  }

  private static void calibration(
      StringJoiner card, List<ModelManifest> stages, EvaluationReport report) {
    card.add("## Calibration");
    card.add("");
    card.add("| stage | batches drawn | temperature | expected calibration error |");
    card.add("|---|---|---|---|");
    for (ModelManifest stage : stages) {
      card.add(
          row(
              stage.name(),
              stage.priors().sampling(),
              stage.temperature() == 1 ? "1 (not changed)" : number(stage.temperature()),
              report.stages().stream()
                  .filter(s -> s.stage().name().equals(stage.name()))
                  .findFirst()
                  .flatMap(s -> s.measures().get(Metrics.EXPECTED_CALIBRATION_ERROR))
                  .map(e -> number(e.value()))
                  .orElse("unknown")));
    }
    card.add("");
    card.add(
        "Logits are corrected from the shares shown in training to the natural ones, then divided"
            + " by the temperature. Probabilities hold for the natural shares of the training data:"
            + " state your own prevalence when opening the pipeline.");
    card.add("");
  }

  private static void provenance(StringJoiner card, List<ModelManifest> stages) {
    card.add("## Provenance");
    card.add("");
    for (ModelManifest stage : stages) {
      Provenance from = stage.provenance();
      card.add(
          "- Stage "
              + line(stage.name())
              + ": leukemia4j "
              + line(from.library())
              + ", "
              + line(from.backend())
              + ", Java "
              + line(from.java())
              + ", "
              + line(from.os())
              + ", "
              + line(from.device())
              + ", "
              + from.threads()
              + " threads, seed "
              + from.seed()
              + ", "
              + from.created()
              + ". Loss: `"
              + stage.loss()
              + "`.");
    }
    card.add("");
  }

  private static void checklist(StringJoiner card, List<ReportingChecklist.Item> items) {
    card.add("## Reporting checklist");
    card.add("");
    card.add(
        "Items of TRIPOD+AI (Collins et al., BMJ 2024) and CLAIM (Tejani et al., Radiology: AI"
            + " 2024) that this run can answer, in our words. What is missing here, such as"
            + " setting, eligibility, reference standard, ethics and funding, is for the authors.");
    card.add("");
    card.add("| TRIPOD+AI | CLAIM | topic | answer |");
    card.add("|---|---|---|---|");
    items.forEach(item -> card.add(row(item.tripod(), item.claim(), item.topic(), item.answer())));
  }

  private static String row(String... cells) {
    StringJoiner row = new StringJoiner(" | ", "| ", " |");
    for (String cell : cells) {
      row.add(line(cell).replace("|", "\\|"));
    }
    return row.toString();
  }

  private static String line(String text) {
    return text.replaceAll("\\s+", " ");
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }
}
