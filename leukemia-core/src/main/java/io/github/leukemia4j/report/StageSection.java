package io.github.leukemia4j.report;

import io.github.leukemia4j.evaluation.ClassReport;
import io.github.leukemia4j.evaluation.Estimate;
import io.github.leukemia4j.evaluation.MetricValues;
import io.github.leukemia4j.evaluation.StageCalibration;
import io.github.leukemia4j.evaluation.StageReport;
import io.github.leukemia4j.metric.EvaluationOptions;
import io.github.leukemia4j.metric.Metric;
import io.github.leukemia4j.metric.Metrics;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Writes what the page of an {@link HtmlReport} says of one stage. */
final class StageSection {
  private static final List<Metric> OF_CLASS =
      List.of(
          Metrics.RECALL,
          Metrics.PRECISION,
          Metrics.SPECIFICITY,
          Metrics.F1,
          Metrics.F_BETA,
          Metrics.AUROC,
          Metrics.AUPRC);

  /** More are no kinds of cells. */
  private static final int MOST_FOLDERS = 40;

  private static final List<Double> COVERAGES = List.of(0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 1.0);

  /** Of a cell of the confusion matrix, so that dark text on it stays readable. */
  private static final double DARKEST = 0.65;

  private final HtmlReport source;
  private final EvaluationOptions options;
  private final Plots plots;
  private final Html html;

  StageSection(HtmlReport source, Plots plots, Html html) {
    this.source = source;
    this.options = source.report().options();
    this.plots = plots;
    this.html = html;
  }

  void write(StageSamples samples) {
    StageReport stage = samples.stage();
    html.section("Stage " + stage.stage().name());
    html.element(
        "p",
        "Chooses among "
            + String.join(", ", stage.labels().labels().stream().map(l -> l.name()).toList())
            + stage.labels().positive().map(l -> "; positive is " + l.name()).orElse("")
            + ". Held against "
            + Html.count(stage.samples(), "image")
            + (stage.patients() == 0 ? "" : " of " + Html.count(stage.patients(), "patient"))
            + ".");
    confusion(stage);
    figures(stage);
    surest(stage);
    calibration(stage);
    folds(stage);
    PatientRows.write(html, samples);
    cells(samples);
    folders(samples);
    html.element("h3", "Each label against the others");
    classes(stage);
    html.raw("<details>").element("summary", "All metrics of the stage");
    measures(stage.measures());
    html.raw("</details>\n");
    html.raw("</section>\n");
  }

  private void confusion(StageReport stage) {
    List<ClassReport> classes = stage.classes();
    html.element("h3", "Confusion matrix");
    html.raw("<div class=\"scroll\"><table class=\"confusion\"><thead><tr>").element("th", "Truth");
    classes.forEach(c -> html.element("th", "number", "as " + c.label().name()));
    html.rows();
    long[][] counts = stage.confusion().counts();
    for (int i = 0; i < counts.length; i++) {
      html.beginRow(classes.get(i).label().name());
      for (long count : counts[i]) {
        long row = classes.get(i).samples();
        double share = row == 0 ? 0 : (double) count / row;
        html.raw(
            String.format(
                Locale.ROOT,
                "<td class=\"number\" style=\"background: rgba(0, 114, 178, %.2f)\">"
                    + "<data value=\"%d\">%d</data> <small>%.0f%%</small></td>",
                share * DARKEST,
                count,
                count,
                100 * share));
      }
      html.endRow();
    }
    html.endTable();
    html.element("p", "caption", "Samples, and their share of the row.");
  }

  private void figures(StageReport stage) {
    html.raw("<div class=\"plots\">\n");
    for (Plots.Plot plot : plots.of(stage.stage())) {
      html.raw("<figure>")
          .element("h3", plot.title())
          .image(
              "image/png",
              plot.png(),
              plot.title() + " of the stage " + stage.stage().name() + ". " + plot.description(),
              LineChart.WIDTH,
              plot.height())
          .raw("\n")
          .element("figcaption", plot.description())
          .raw("</figure>\n");
    }
    html.raw("</div>\n");
  }

  /** Every metric with its interval, or the reason why it has no value. */
  void measures(MetricValues measures) {
    html.beginTable("Metric");
    html.element("th", "number", "Value")
        .element("th", "number", Html.percent(options.level()) + " interval")
        .rows();
    for (Metric metric : measures.metrics()) {
      html.beginRow(name(metric));
      Optional<Estimate> estimate = measures.get(metric);
      if (estimate.isPresent()) {
        html.raw("<td class=\"number\">").raw(Html.data(estimate.get().value())).raw("</td>");
        html.raw("<td class=\"number\">")
            .raw(
                estimate
                    .get()
                    .interval()
                    .map(i -> Html.ends(i) + html.note(i.method()))
                    .orElse("\u2013"))
            .raw(estimate.get().remark().map(html::note).orElse(""))
            .raw("</td>");
      } else {
        html.raw("<td class=\"number\">\u2013</td><td class=\"why\">")
            .text("undefined: " + measures.undefined().get(metric))
            .raw("</td>");
      }
      html.endRow();
    }
    html.endTable();
  }

  private void classes(StageReport stage) {
    html.beginWideTable("Label", "Samples", "Predicted");
    OF_CLASS.forEach(
        metric -> html.element("th", "number", metric == Metrics.AUPRC ? "AUPRC" : name(metric)));
    html.rows();
    for (ClassReport one : stage.classes()) {
      html.beginRow(one.label().name());
      html.number(one.samples());
      html.number(one.predicted());
      OF_CLASS.forEach(metric -> html.estimate(one.measures().get(metric)));
      html.endRow();
    }
    html.endTable();
  }

  private void cells(StageSamples samples) {
    row(
        samples,
        "Sure and wrong: the most confident errors",
        "Wrong answers of which the stage was surest: look here for wrong labels, bad pictures and"
            + " cells between two kinds.",
        ConfidentErrors.of(samples));
    if (source.hasImages()) {
      row(samples, "Sure and right", "", ConfidentErrors.right(samples));
      row(samples, "Least sure", "", ConfidentErrors.unsure(samples));
    }
  }

  /** The share of each side that the stage's network sees; 1 where that is not known. */
  private double crop(StageReport stage) {
    return source
        .report()
        .origin()
        .flatMap(
            origin ->
                origin.stages().stream()
                    .filter(s -> s.name().equals(stage.stage().name()))
                    .findFirst())
        .map(s -> s.settings().get("centreCrop"))
        .map(Double::valueOf)
        .orElse(1.0);
  }

  private void row(
      StageSamples samples, String title, String note, List<StageSamples.Answer> answers) {
    if (answers.isEmpty()) {
      return;
    }
    StageReport stage = samples.stage();
    double crop = crop(stage);
    html.raw("<div class=\"keep\">\n").element("h3", title);
    if (!note.isEmpty()) {
      html.element(
          "p",
          note + (crop < 1 && source.hasImages() ? " The frame is what the network sees." : ""));
    }
    html.raw("<div class=\"errors\">\n");
    for (StageSamples.Answer answer : answers) {
      String called = stage.labels().get(answer.chosen()).name();
      String truth = stage.labels().get(answer.truth()).name();
      html.raw("<figure>");
      Optional<ConfidentErrors.Thumbnail> found = source.thumbnail(answer.id(), crop);
      if (found.isPresent()) {
        ConfidentErrors.Thumbnail image = found.get();
        html.image(
            "image/jpeg",
            image.jpeg(),
            "Cell of truth " + truth + ", called " + called,
            image.width(),
            image.height());
      } else if (source.hasImages()) {
        html.element("div", "missing", "no image");
      }
      html.raw("<figcaption>")
          .text("called ")
          .element("b", called)
          .raw("(" + Html.data(answer.confidence()) + ")<br />\n")
          .text("truth ")
          .element("b", truth)
          .raw(answer.patient() == 0 ? "" : "<br />patient " + answer.patient())
          .element("span", "file", answer.id())
          .raw("</figcaption></figure>\n");
    }
    html.raw("</div>\n</div>\n");
  }

  /** How many are wrong in each folder of the data, which often names a kind of cell. */
  private void folders(StageSamples samples) {
    Map<String, long[]> folders = new TreeMap<>();
    for (StageSamples.Answer answer : samples.answers()) {
      int end = answer.id().lastIndexOf('/');
      long[] counts =
          folders.computeIfAbsent(end < 0 ? "" : answer.id().substring(0, end), f -> new long[2]);
      counts[0]++;
      counts[1] += answer.right() ? 0 : 1;
    }
    if (folders.size() < 2 || folders.size() > MOST_FOLDERS) {
      return;
    }
    html.element("h3", "Errors by folder");
    html.beginTable("Folder", "Images", "Wrong").rows();
    folders.entrySet().stream()
        .sorted(
            Comparator.comparingDouble(
                    (Map.Entry<String, long[]> e) -> -(double) e.getValue()[1] / e.getValue()[0])
                .thenComparing(Map.Entry::getKey))
        .forEach(
            e -> {
              long[] counts = e.getValue();
              html.beginRow(e.getKey().isEmpty() ? "(none)" : e.getKey()).number(counts[0]);
              html.raw(
                  "<td class=\"number\"><data value=\"%d\">%d</data><small>%d%%</small></td>"
                      .formatted(counts[1], counts[1], Math.round(100.0 * counts[1] / counts[0])));
              html.endRow();
            });
    html.endTable();
  }

  private void calibration(StageReport stage) {
    Optional<StageCalibration> found =
        source.report().calibration().stream()
            .filter(c -> c.stage().equals(stage.stage()))
            .findFirst();
    if (found.isEmpty()) {
      return;
    }
    StageCalibration calibration = found.get();
    html.element("h3", "Calibration by a temperature");
    html.element(
        "p",
        "The probabilities of each fold, scaled by a temperature that was fitted on the other"
            + " folds: "
            + calibration.temperatures().stream()
                .map(
                    t ->
                        t.accepted()
                            ? String.format(Locale.ROOT, "%.2f", t.value())
                            : "none accepted")
                .collect(Collectors.joining(", "))
            + ". Above 1 the network was too sure.");
    html.beginTable("", "Before", "After", "Difference", "p").rows();
    calibration
        .differences()
        .forEach(
            (metric, d) ->
                html.beginRow(name(metric))
                    .estimate(stage.measures().get(metric))
                    .estimate(calibration.after().measures().get(metric))
                    .estimate(d.value(), d.interval(), d.remark(), "")
                    .p(d.test())
                    .endRow());
    html.endTable();
  }

  /** One row for each fold, without intervals: a fold is small, and folds are not independent. */
  private void folds(StageReport stage) {
    if (source.folds().isEmpty()) {
      return;
    }
    html.element("h3", "Fold by fold");
    html.beginTable("Fold", "Patients", "Images", name(Metrics.BALANCED_ACCURACY), "AUROC").rows();
    for (int fold = 0; fold < source.folds().size(); fold++) {
      StageReport of = source.folds().get(fold).stage(stage.stage());
      html.beginRow(String.valueOf(fold + 1)).patients(of.patients()).number(of.samples());
      for (Metric metric : List.of(Metrics.BALANCED_ACCURACY, Metrics.AUROC)) {
        OptionalDouble value = of.measures().value(metric);
        if (value.isPresent()) {
          html.value(value.getAsDouble());
        } else {
          html.estimate(Optional.empty());
        }
      }
      html.endRow();
    }
    html.endTable();
  }

  private void surest(StageReport stage) {
    if (stage.riskCoverage().area().isEmpty()) {
      return;
    }
    html.element("h3", "Answering only the surest");
    html.beginTable("Share answered, at least");
    COVERAGES.forEach(c -> html.element("th", "number", Html.percent(c)));
    html.rows().beginRow("Errors among the answered");
    COVERAGES.forEach(c -> html.value(stage.riskCoverage().at(c).orElseThrow().risk()));
    html.endRow().beginRow("Least probability");
    COVERAGES.forEach(c -> html.value(stage.riskCoverage().at(c).orElseThrow().leastConfidence()));
    html.endRow().endTable();
  }

  private String name(Metric metric) {
    return metric.title();
  }
}
