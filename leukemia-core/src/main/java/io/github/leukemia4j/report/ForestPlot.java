package io.github.leukemia4j.report;

import io.github.leukemia4j.evaluation.compare.Difference;
import io.github.leukemia4j.metric.EvaluationOptions;
import io.github.leukemia4j.metric.Metric;
import io.github.leukemia4j.metric.Metrics;
import io.github.leukemia4j.statistics.Interval;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Differences with their intervals as a drawing: a dot and a line for each metric, and where there
 * is no difference. As SVG in the page's own colours, so that it is dark where the page is.
 */
final class ForestPlot {
  private static final int WIDTH = 640;
  private static final int NAMES = 230;
  private static final int ROW = 28;
  private static final int FOOT = 44;

  private ForestPlot() {}

  /** Nothing where no metric has a difference. */
  static void write(
      Html html, String title, Map<Metric, Difference> differences, EvaluationOptions options) {
    List<Metric> metrics = Metrics.HEADLINES.stream().filter(differences::containsKey).toList();
    if (metrics.isEmpty()) {
      return;
    }
    double reach = reach(metrics.stream().map(differences::get).toList());
    int height = ROW * metrics.size() + FOOT;
    html.raw(
        "<figure class=\"forest\"><svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">\n"
            .formatted(WIDTH, height, Html.escape(title)));
    double bottom = ROW * metrics.size();
    for (double tick : new double[] {-reach, -reach / 2, 0, reach / 2, reach}) {
      html.raw(line(tick == 0 ? "zero" : "tick", x(tick, reach), 0, x(tick, reach), bottom));
      text(html, x(tick, reach), bottom + 16, "middle", signed(tick));
    }
    text(html, x(-reach / 2, reach), bottom + 36, "middle", "\u2190 A is higher");
    text(html, x(reach / 2, reach), bottom + 36, "middle", "B is higher \u2192");
    for (int i = 0; i < metrics.size(); i++) {
      Difference d = differences.get(metrics.get(i));
      double y = ROW * (i + 0.5);
      text(html, 0, y + 5, "start", metrics.get(i).title());
      boolean apart = d.established(options.level());
      d.interval().ifPresent(interval -> html.raw(range(interval, apart, reach, y)));
      html.raw(
          String.format(
              Locale.ROOT, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"5\" />\n", x(d.value(), reach), y));
    }
    html.raw("</svg>")
        .element(
            "figcaption",
            "Differences, B less A, with their "
                + Html.percent(options.level())
                + " intervals; bold where interval and test tell A and B apart. Of the calibration"
                + " error lower is better, of the others higher. A dot without a line has no"
                + " interval.")
        .raw("</figure>\n");
  }

  private static String range(Interval interval, boolean apart, double reach, double y) {
    return line(
        apart ? "apart" : "range", x(interval.lower(), reach), y, x(interval.upper(), reach), y);
  }

  /** The widest value, rounded up to something that reads well. */
  static double reach(List<Difference> differences) {
    double widest = 0;
    for (Difference d : differences) {
      widest = Math.max(widest, Math.abs(d.value()));
      if (d.interval().isPresent()) {
        Interval interval = d.interval().get();
        widest = Math.max(widest, Math.max(Math.abs(interval.lower()), Math.abs(interval.upper())));
      }
    }
    for (double round : new double[] {0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 1}) {
      if (widest <= round) {
        return round;
      }
    }
    return widest;
  }

  private static double x(double value, double reach) {
    double room = 24;
    return NAMES + room + (value / reach + 1) / 2 * (WIDTH - NAMES - 2 * room);
  }

  private static String line(String type, double x1, double y1, double x2, double y2) {
    return String.format(
        Locale.ROOT,
        "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" />\n",
        type,
        x1,
        y1,
        x2,
        y2);
  }

  private static void text(Html html, double x, double y, String anchor, String text) {
    html.raw(
            String.format(
                Locale.ROOT, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">", x, y, anchor))
        .text(text)
        .raw("</text>\n");
  }

  private static String signed(double value) {
    return value == 0
        ? "0"
        : (value > 0 ? "+" : "\u2212")
            + String.format(Locale.ROOT, "%.3f", Math.abs(value)).replaceAll("0+$", "");
  }
}
