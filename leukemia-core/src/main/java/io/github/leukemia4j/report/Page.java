package io.github.leukemia4j.report;

import io.github.leukemia4j.evaluation.ClassReport;
import io.github.leukemia4j.evaluation.Estimate;
import io.github.leukemia4j.evaluation.EvaluationOptions;
import io.github.leukemia4j.evaluation.Measures;
import io.github.leukemia4j.evaluation.Metric;
import io.github.leukemia4j.evaluation.PathReport;
import io.github.leukemia4j.evaluation.StageReport;
import io.github.leukemia4j.statistics.Interval;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Writes the page of an {@link HtmlReport}. Used once. */
final class Page {
  private static final List<Metric> HEADLINES =
      List.of(
          Metric.BALANCED_ACCURACY,
          Metric.AUROC,
          Metric.SENSITIVITY,
          Metric.SPECIFICITY,
          Metric.EXPECTED_CALIBRATION_ERROR);

  private static final List<Metric> OF_CLASS =
      List.of(
          Metric.RECALL,
          Metric.PRECISION,
          Metric.SPECIFICITY,
          Metric.F1,
          Metric.F_BETA,
          Metric.AUROC,
          Metric.AUPRC);

  /** Of a cell of the confusion matrix, so that dark text on it stays readable. */
  private static final double DARKEST = 0.65;

  private final HtmlReport source;
  private final EvaluationOptions options;
  private final Plots plots;
  private final Html html = new Html();

  Page(HtmlReport source, Plots plots) {
    this.source = source;
    this.options = source.report().options();
    this.plots = plots;
  }

  String write() {
    html.raw("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\" />\n")
        .raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\" />\n")
        .element("title", heading())
        .raw("<style>\n" + style() + "</style>\n</head>\n<body>\n");
    head();
    summary();
    source.stages().forEach(this::stage);
    path();
    notes();
    return html.raw("</body>\n</html>\n").toString();
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
            + count(path.samples(), "sample")
            + " \u00b7 "
            + (path.patients() == 0 ? "patients unknown" : count(path.patients(), "patient")));
    html.element("p", "warning", "Research use only. Not a medical device: not for diagnosis.");
    source.note().ifPresent(note -> html.element("p", note));
    html.raw("</header>\n");
  }

  private void summary() {
    html.raw("<section>\n").element("h2", "At a glance");
    beginTable("Stage", "Samples", "Patients");
    HEADLINES.forEach(metric -> html.element("th", "number", MetricNames.of(metric, options)));
    html.raw("</tr></thead><tbody>\n");
    for (StageReport stage : source.report().stages()) {
      html.raw("<tr>").raw("<th scope=\"row\">").text(stage.stage().name()).raw("</th>");
      number(stage.samples());
      patients(stage.patients());
      for (Metric metric : HEADLINES) {
        estimate(stage.measures().get(metric));
      }
      html.raw("</tr>\n");
    }
    endTable();
    baselines();
    html.raw("</section>\n");
  }

  private void baselines() {
    if (source.baselines().isEmpty()) {
      return;
    }
    html.element("h3", "Beside something simpler");
    html.element(
        "p",
        "Balanced accuracy on the same samples. A model that does not clearly beat these has"
            + " learned little of cells.");
    beginTable("");
    source.report().stages().forEach(stage -> html.element("th", "number", stage.stage().name()));
    html.raw("</tr></thead><tbody>\n<tr><th scope=\"row\">this model</th>");
    for (StageReport stage : source.report().stages()) {
      estimate(stage.measures().get(Metric.BALANCED_ACCURACY));
    }
    html.raw("</tr>\n");
    for (Baseline baseline : source.baselines()) {
      html.raw("<tr><th scope=\"row\">").text(baseline.name()).raw("</th>");
      for (StageReport stage : source.report().stages()) {
        estimate(Optional.ofNullable(baseline.balancedAccuracy().get(stage.stage())));
      }
      html.raw("</tr>\n");
    }
    endTable();
  }

  private void stage(StageSamples samples) {
    StageReport stage = samples.stage();
    html.raw("<section class=\"stage\">\n").element("h2", "Stage " + stage.stage().name());
    html.element(
        "p",
        "Chooses among "
            + String.join(", ", stage.labels().labels().stream().map(l -> l.name()).toList())
            + stage.labels().positive().map(l -> "; positive is " + l.name()).orElse("")
            + ". Held against "
            + count(stage.samples(), "sample")
            + (stage.patients() == 0 ? "" : " of " + count(stage.patients(), "patient"))
            + ".");
    confusion(stage);
    figures(stage);
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
    html.raw("</tr></thead><tbody>\n");
    long[][] counts = stage.confusion().counts();
    for (int i = 0; i < counts.length; i++) {
      html.raw("<tr><th scope=\"row\">").text(classes.get(i).label().name()).raw("</th>");
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
      html.raw("</tr>\n");
    }
    endTable();
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

  private void measures(Measures measures) {
    beginTable("Metric");
    html.element("th", "number", "Value")
        .element("th", "number", percent(options.level()) + " interval")
        .raw("</tr></thead><tbody>\n");
    Set<Metric> metrics = new TreeSet<>(measures.estimates().keySet());
    metrics.addAll(measures.undefined().keySet());
    for (Metric metric : metrics) {
      html.raw("<tr><th scope=\"row\">").text(MetricNames.of(metric, options)).raw("</th>");
      Optional<Estimate> estimate = measures.get(metric);
      if (estimate.isPresent()) {
        html.raw("<td class=\"number\">").raw(data(estimate.get().value())).raw("</td>");
        html.raw("<td class=\"number\">")
            .raw(estimate.get().interval().map(Page::ends).orElse("\u2013"))
            .raw("</td>");
      } else {
        html.raw("<td class=\"number\">\u2013</td><td class=\"why\">")
            .text("undefined: " + measures.undefined().get(metric))
            .raw("</td>");
      }
      html.raw("</tr>\n");
    }
    endTable();
  }

  private void classes(StageReport stage) {
    beginTable("Label", "Samples", "Predicted");
    OF_CLASS.forEach(
        metric ->
            html.element(
                "th",
                "number",
                metric == Metric.AUPRC ? "AUPRC" : MetricNames.of(metric, options)));
    html.raw("</tr></thead><tbody>\n");
    for (ClassReport one : stage.classes()) {
      html.raw("<tr><th scope=\"row\">").text(one.label().name()).raw("</th>");
      number(one.samples());
      number(one.predicted());
      OF_CLASS.forEach(metric -> estimate(one.measures().get(metric)));
      html.raw("</tr>\n");
    }
    endTable();
  }

  private void errors(StageSamples samples) {
    List<StageSamples.Answer> errors = ConfidentErrors.of(samples);
    if (errors.isEmpty()) {
      return;
    }
    StageReport stage = samples.stage();
    html.element("h3", "Most confident errors");
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
          .raw("(" + data(error.confidence()) + ")<br />\n")
          .text("truth ")
          .element("b", stage.labels().get(error.truth()).name())
          .element("span", "file", error.id())
          .raw("</figcaption></figure>\n");
    }
    html.raw("</div>\n");
  }

  private void path() {
    PathReport path = source.report().path();
    html.raw("<section class=\"stage\">\n").element("h2", "Whole path");
    html.element(
        "p",
        count(path.samples(), "sample")
            + ": "
            + path.decided()
            + " decided, "
            + path.stoppedEarly()
            + " stopped early, "
            + path.referred()
            + " referred to a person.");
    measures(path.measures());
    if (!path.errors().isEmpty()) {
      html.element("h3", "Where the way was lost");
      beginTable("First wrong at stage", "Sent to another label", "Stopped", "Referred");
      html.raw("</tr></thead><tbody>\n");
      path.errors()
          .forEach(
              (stage, found) -> {
                html.raw("<tr><th scope=\"row\">").text(stage.name()).raw("</th>");
                number(found.wrong());
                number(found.stopped());
                number(found.referred());
                html.raw("</tr>\n");
              });
      endTable();
    }
    html.raw("</section>\n");
  }

  private void notes() {
    Set<String> methods = new LinkedHashSet<>();
    source.report().stages().forEach(stage -> methods(stage.measures(), methods));
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

  private void beginTable(String first, String... numbers) {
    html.raw("<div class=\"scroll\"><table><thead><tr>").raw("<th>").text(first).raw("</th>");
    for (String name : numbers) {
      html.element("th", "number", name);
    }
  }

  private void endTable() {
    html.raw("</tbody></table></div>\n");
  }

  private void number(long value) {
    html.raw("<td class=\"number\"><data value=\"" + value + "\">" + value + "</data></td>");
  }

  private void patients(int value) {
    if (value == 0) {
      html.raw("<td class=\"number\">unknown</td>");
    } else {
      number(value);
    }
  }

  private void estimate(Optional<Estimate> estimate) {
    html.raw("<td class=\"number\">")
        .raw(estimate.map(e -> data(e.value())).orElse("\u2013"))
        .raw(
            estimate
                .flatMap(Estimate::interval)
                .map(interval -> "<small>" + ends(interval) + "</small>")
                .orElse(""))
        .raw("</td>");
  }

  private static String ends(Interval interval) {
    return data(interval.lower()) + " to " + data(interval.upper());
  }

  /** Rounded for people, whole for programs. */
  private static String data(double value) {
    return "<data value=\"" + value + "\">" + String.format(Locale.ROOT, "%.3f", value) + "</data>";
  }

  private static String count(long number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }

  private static String percent(double share) {
    double percent = Math.round(share * 1e4) / 1e2;
    return (percent == Math.rint(percent) ? Long.toString((long) percent) : percent + "") + "%";
  }

  private static String style() {
    try (InputStream in = Page.class.getResourceAsStream("report.css")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("The style of reports must be in the library's jar.", e);
    }
  }
}
