package io.github.leukemia4j.research.search;

import io.github.leukemia4j.metric.StageMetric;
import io.github.leukemia4j.report.view.Document.Plot;
import io.github.leukemia4j.report.view.Picture;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The plots of a search. Text needs fonts on the machine. */
final class SearchPlots {
  private static final int WIDTH = 440;
  private static final int HEIGHT = 340;
  private static final int WIDE = 900;
  private static final int SCALE = 2;

  /** Okabe and Ito 2008. */
  private static final Color BLUE = new Color(0x0072B2);

  private static final Color RED = new Color(0xD55E00);
  private static final Color INK = new Color(0x333333);
  private static final Color FAINT = new Color(0xE6E6E6);
  private static final Color GREY = new Color(0x8C8C8C);
  private static final Color PALE = new Color(0xBFC7CE);
  private static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 12);
  private static final BasicStroke DASHED =
      new BasicStroke(
          1f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_BEVEL, 10f, new float[] {4f, 4f}, 0f);

  private final SearchResult result;
  private final StageMetric judgedBy;
  private final String metric;

  SearchPlots(SearchResult result) {
    this.result = result;
    this.judgedBy = result.options().judgedBy();
    this.metric = judgedBy.title().toLowerCase(Locale.ROOT);
  }

  private List<Trial> complete() {
    return result.trials().stream()
        .filter(t -> t.value() != null && t.folds() == result.options().folds())
        .toList();
  }

  /** The value of each trial and the best so far. */
  Plot history() {
    List<Trial> all = result.trials().stream().filter(t -> t.value() != null).toList();
    XYChart chart = chart("trial", metric);
    points(chart, "pruned", all.stream().filter(t -> !complete().contains(t)).toList(), PALE);
    points(chart, "on all folds", complete(), BLUE);
    List<Double> x = new ArrayList<>();
    List<Double> y = new ArrayList<>();
    double best = Double.NEGATIVE_INFINITY;
    for (Trial trial : complete()) {
      if (Judge.score(judgedBy, trial.value()) > best) {
        if (!x.isEmpty()) {
          x.add((double) trial.trial());
          y.add(y.get(y.size() - 1));
        }
        best = Judge.score(judgedBy, trial.value());
        x.add((double) trial.trial());
        y.add(trial.value());
      }
    }
    x.add((double) result.trials().size() - 1);
    y.add(y.get(y.size() - 1));
    line(chart, "best so far", x, y, RED, 2f);
    double byDefault = result.byDefault().value();
    XYSeries guide =
        line(
            chart,
            "default",
            List.of(0.0, Math.max(1.0, result.trials().size() - 1.0)),
            List.of(byDefault, byDefault),
            GREY,
            1f);
    guide.setLineStyle(DASHED);
    return plot(
        "History",
        "Each dot is a trial, pale ones were judged on fewer folds or epochs; the line is the best so far on all folds, the dashed one the default.",
        chart);
  }

  private void points(XYChart chart, String name, List<Trial> trials, Color colour) {
    if (!trials.isEmpty()) {
      XYSeries series =
          chart.addSeries(
              name,
              trials.stream().mapToDouble(Trial::trial).toArray(),
              trials.stream().mapToDouble(Trial::value).toArray());
      series.setLineStyle(SeriesLines.NONE);
      series.setMarker(SeriesMarkers.CIRCLE).setMarkerColor(colour);
    }
  }

  private static XYSeries line(
      XYChart chart, String name, List<Double> x, List<Double> y, Color colour, float width) {
    XYSeries series = chart.addSeries(name, x, y);
    series.setMarker(SeriesMarkers.NONE);
    series.setLineStyle(SeriesLines.SOLID).setLineColor(colour).setLineWidth(width);
    return series;
  }

  /** The metric against each setting that is a range. */
  List<Plot> settings() {
    List<Plot> plots = new ArrayList<>();
    for (Setting setting : result.space().settings()) {
      List<Trial> own =
          complete().stream().filter(t -> t.values().containsKey(setting.name())).toList();
      if (setting.values() instanceof Values.Numbers numbers && own.size() > 1) {
        XYChart chart = chart(setting.name(), metric);
        chart.getStyler().setXAxisLogarithmic(numbers.log());
        XYSeries series =
            chart.addSeries(
                "trials",
                own.stream().mapToDouble(t -> number(t, setting)).toArray(),
                own.stream().mapToDouble(Trial::value).toArray());
        series.setLineStyle(SeriesLines.NONE);
        series.setMarker(SeriesMarkers.CIRCLE).setMarkerColor(BLUE);
        plots.add(
            plot(
                setting.name(),
                "Each dot is a trial on all folds; other settings differ between them.",
                chart));
      }
    }
    return plots;
  }

  private static double number(Trial trial, Setting setting) {
    return ((Number) trial.values().get(setting.name())).doubleValue();
  }

  /** A line for each trial across the settings and the metric, better ones darker, best in red. */
  Plot parallel() {
    List<Trial> trials =
        complete().stream()
            .filter(t -> t.trial() > 0)
            .sorted(Comparator.comparingDouble(t -> Judge.score(judgedBy, t.value())))
            .toList();
    double worst = trials.isEmpty() ? 0 : Judge.score(judgedBy, trials.get(0).value());
    double best =
        trials.isEmpty() ? 1 : Judge.score(judgedBy, trials.get(trials.size() - 1).value());
    BufferedImage image =
        new BufferedImage(SCALE * WIDE, SCALE * HEIGHT, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.scale(SCALE, SCALE);
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, WIDE, HEIGHT);
    graphics.setFont(FONT);
    int axes = result.space().size() + 1;
    for (Trial trial : trials) {
      boolean top = trial.trial() == result.best().trial();
      double share =
          best > worst ? (Judge.score(judgedBy, trial.value()) - worst) / (best - worst) : 1;
      graphics.setColor(top ? RED : mixed(share));
      graphics.setStroke(new BasicStroke(top ? 2.5f : 1.2f));
      trace(graphics, trial, share, axes);
    }
    for (int axis = 0; axis < axes; axis++) {
      axis(graphics, axis, axes, worst, best);
    }
    graphics.dispose();
    return new Plot(
        "Parallel coordinates",
        "A line for each trial on all folds, from setting to setting to its %s; the darker the better, the best in red. A line skips a setting that does not count for it."
            .formatted(metric),
        Picture.of("png", image, "Parallel coordinates of the trials", WIDE, HEIGHT));
  }

  private static Color mixed(double share) {
    double weight = 0.12 + 0.88 * share;
    return new Color(
        (int) (255 + weight * (BLUE.getRed() - 255)),
        (int) (255 + weight * (BLUE.getGreen() - 255)),
        (int) (255 + weight * (BLUE.getBlue() - 255)));
  }

  private static final int TOP = 44;
  private static final int BOTTOM = 300;
  private static final int SIDE = 90;

  private static int x(int axis, int axes) {
    return SIDE + axis * (WIDE - 2 * SIDE) / Math.max(1, axes - 1);
  }

  private static int y(double place) {
    return (int) Math.round(BOTTOM - place * (BOTTOM - TOP));
  }

  private void trace(Graphics2D graphics, Trial trial, double share, int axes) {
    int lastX = -1;
    int lastY = -1;
    for (int axis = 0; axis < axes; axis++) {
      double place;
      if (axis == axes - 1) {
        place = share;
      } else {
        Setting setting = result.space().settings().get(axis);
        Object value = trial.values().get(setting.name());
        if (value == null) {
          continue;
        }
        place = setting.values().place(comparable(setting, value));
      }
      if (lastX >= 0) {
        graphics.drawLine(lastX, lastY, x(axis, axes), y(place));
      }
      lastX = x(axis, axes);
      lastY = y(place);
    }
  }

  /** A number read from JSON may be of another type than the choice that it is. */
  private static Object comparable(Setting setting, Object value) {
    return setting.values() instanceof Values.Choices choices
        ? choices.of().stream()
            .filter(choice -> choice.toString().equals(value.toString()))
            .findFirst()
            .orElse(value)
        : value;
  }

  private void axis(Graphics2D graphics, int axis, int axes, double worst, double best) {
    int x = x(axis, axes);
    graphics.setStroke(new BasicStroke(1f));
    graphics.setColor(GREY);
    graphics.drawLine(x, TOP, x, BOTTOM);
    graphics.setColor(INK);
    boolean last = axis == axes - 1;
    String title = last ? metric : result.space().settings().get(axis).name();
    centred(graphics, shortened(title, (WIDE - 2 * SIDE) / Math.max(1, axes - 1) / 7 + 4), x, 18);
    if (last) {
      centred(graphics, number(Judge.smallerIsBetter(judgedBy) ? -best : best), x, TOP - 8);
      centred(graphics, number(Judge.smallerIsBetter(judgedBy) ? -worst : worst), x, BOTTOM + 18);
    } else if (result.space().settings().get(axis).values() instanceof Values.Numbers numbers) {
      centred(graphics, number(numbers.high()), x, TOP - 8);
      centred(graphics, number(numbers.low()), x, BOTTOM + 18);
    } else if (result.space().settings().get(axis).values() instanceof Values.Choices choices) {
      Set<String> names = new LinkedHashSet<>();
      choices.of().forEach(choice -> names.add(choice.toString()));
      int index = 0;
      for (String name : names) {
        String text = shortened(name, 22);
        int at = y((index++ + 0.5) / names.size()) + 4;
        int wide = graphics.getFontMetrics().stringWidth(text);
        graphics.setColor(new Color(255, 255, 255, 200));
        graphics.fillRect(x + 3, at - 12, wide + 4, 16);
        graphics.setColor(INK);
        graphics.drawString(text, x + 5, at);
      }
    }
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e6
        ? Long.toString((long) value)
        : String.format(Locale.ROOT, "%.3g", value);
  }

  private static String shortened(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most - 1) + "\u2026";
  }

  private static void centred(Graphics2D graphics, String text, int x, int y) {
    int wide = graphics.getFontMetrics().stringWidth(text);
    graphics.drawString(text, Math.max(2, Math.min(WIDE - wide - 2, x - wide / 2)), y);
  }

  private static XYChart chart(String x, String y) {
    XYChart chart =
        new XYChartBuilder().width(WIDTH).height(HEIGHT).xAxisTitle(x).yAxisTitle(y).build();
    XYStyler style = chart.getStyler();
    style
        .setChartBackgroundColor(Color.WHITE)
        .setChartFontColor(INK)
        .setLegendVisible(false)
        .setChartPadding(4)
        .setAntiAlias(true);
    style.setPlotBackgroundColor(Color.WHITE).setPlotBorderVisible(false);
    style
        .setPlotGridLinesColor(FAINT)
        .setPlotGridLinesStroke(new BasicStroke(0.75f))
        .setAxisTickMarksColor(GREY)
        .setAxisTickLabelsColor(INK)
        .setAxisTickLabelsFont(FONT)
        .setAxisTitleFont(FONT);
    style.setMarkerSize(7);
    return chart;
  }

  private static Plot plot(String title, String description, XYChart chart) {
    BufferedImage image =
        new BufferedImage(SCALE * WIDTH, SCALE * HEIGHT, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.scale(SCALE, SCALE);
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, WIDTH, HEIGHT);
    chart.paint(graphics, WIDTH, HEIGHT);
    graphics.dispose();
    return new Plot(title, description, Picture.of("png", image, title, WIDTH, HEIGHT));
  }
}
