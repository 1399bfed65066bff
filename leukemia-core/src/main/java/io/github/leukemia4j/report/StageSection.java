package io.github.leukemia4j.report;

import io.github.leukemia4j.evaluation.ClassReport;
import io.github.leukemia4j.evaluation.Estimate;
import io.github.leukemia4j.evaluation.EvaluationOptions;
import io.github.leukemia4j.evaluation.Measures;
import io.github.leukemia4j.evaluation.Metric;
import io.github.leukemia4j.evaluation.StageCalibration;
import io.github.leukemia4j.evaluation.StageReport;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Writes what the page of an {@link HtmlReport} says of one stage. */
final class StageSection {
  private static final List<Metric> OF_CLASS =
      List.of(
          Metric.RECALL,
          Metric.PRECISION,
          Metric.SPECIFICITY,
          Metric.F1,
          Metric.F_BETA,
          Metric.AUROC,
          Metric.AUPRC);

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
    html.raw("<section class=\"stage\">\n").element("h2", "Stage " + stage.stage().name());
    html.element(
        "p",
        "Chooses among "
            + String.join(", ", stage.labels().labels().stream().map(l -> l.name()).toList())
            + stage.labels().positive().map(l -> "; positive is " + l.name()).orElse("")
            + ". Held against "
            + Html.count(stage.samples(), "sample")
            + (stage.patients() == 0 ? "" : " of " + Html.count(stage.patients(), "patient"))
            + ".");
    confusion(stage);
    figures(stage);
    surest(stage);
    calibration(stage);
    html.element("h3", "Metrics");
    measures(stage.measures());
    html.element("h3", "Each label against the others");
    classes(stage);
    errors(samples);
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
              plot.title() + " of the stage " + stage.stage().name(),
              LineChart.WIDTH,
              LineChart.HEIGHT)
          .raw("\n")
          .element("figcaption", plot.description())
          .raw("</figure>\n");
    }
    html.raw("</div>\n");
  }

  /** Every metric with its interval, or the reason why it has no value. */
  void measures(Measures measures) {
    html.beginTable("Metric");
    html.element("th", "number", "Value")
        .element("th", "number", Html.percent(options.level()) + " interval")
        .rows();
    Set<Metric> metrics = new TreeSet<>(measures.estimates().keySet());
    metrics.addAll(measures.undefined().keySet());
    for (Metric metric : metrics) {
      html.beginRow(name(metric));
      Optional<Estimate> estimate = measures.get(metric);
      if (estimate.isPresent()) {
        html.raw("<td class=\"number\">").raw(Html.data(estimate.get().value())).raw("</td>");
        html.raw("<td class=\"number\">")
            .raw(estimate.get().interval().map(Html::ends).orElse("\u2013"))
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
        metric -> html.element("th", "number", metric == Metric.AUPRC ? "AUPRC" : name(metric)));
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

  private void errors(StageSamples samples) {
    List<StageSamples.Answer> errors = ConfidentErrors.of(samples);
    if (errors.isEmpty()) {
      return;
    }
    StageReport stage = samples.stage();
    html.raw("<div class=\"keep\">\n").element("h3", "Most confident errors");
    html.element(
        "p",
        "Wrong answers of which the stage was surest: look here for wrong labels, bad pictures and"
            + " cells between two kinds.");
    html.raw("<div class=\"errors\">\n");
    for (StageSamples.Answer error : errors) {
      html.raw("<figure>");
      Optional<ConfidentErrors.Thumbnail> found = source.thumbnail(error.id());
      if (found.isPresent()) {
        ConfidentErrors.Thumbnail image = found.get();
        html.image("image/jpeg", image.jpeg(), error.id(), image.width(), image.height());
      } else if (source.hasImages()) {
        html.element("div", "missing", "no image");
      }
      html.raw("<figcaption>")
          .text("called ")
          .element("b", stage.labels().get(error.chosen()).name())
          .raw("(" + Html.data(error.confidence()) + ")<br />\n")
          .text("truth ")
          .element("b", stage.labels().get(error.truth()).name())
          .element("span", "file", error.id())
          .raw("</figcaption></figure>\n");
    }
    html.raw("</div>\n</div>\n");
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
                    .estimate(d.value(), d.interval(), "")
                    .p(d.test())
                    .endRow());
    html.endTable();
  }

  private void surest(StageReport stage) {
    if (stage.riskCoverage().area().isEmpty()) {
      return;
    }
    html.element("h3", "Answering only the surest");
    html.beginTable("Share answered, at least");
    COVERAGES.forEach(c -> html.element("th", "number", Html.percent(c)));
    html.rows().beginRow("Errors among them");
    COVERAGES.forEach(c -> html.value(stage.riskCoverage().at(c).orElseThrow().risk()));
    html.endRow().beginRow("Least probability");
    COVERAGES.forEach(c -> html.value(stage.riskCoverage().at(c).orElseThrow().leastConfidence()));
    html.endRow().endTable();
  }

  private String name(Metric metric) {
    return MetricNames.of(metric, options);
  }
}
