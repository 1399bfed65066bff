package io.github.leukemia4j.report;

import io.github.leukemia4j.metric.Interval;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** One plot in the house style. The only class that knows XChart. Not thread-safe. */
final class LineChart {
  /** In pixels of the page; the picture has twice as many. */
  static final int WIDTH = 440;

  private static final int HEIGHT = 340;

  /** Of a plot whose axes both run from 0 to 1, legend and labels included. */
  private static final int SQUARE = 440;

  private static final int SCALE = 2;

  /**
   * Beyond the ends of an axis, without which XChart neither labels them nor shows a whole line.
   */
  private static final double ROOM = 0.02;

  /**
   * Okabe and Ito 2008: told apart by every kind of colour vision. The last three are of Paul
   * Tol's, for ten folds.
   */
  private static final List<Color> PALETTE =
      List.of(
          new Color(0x0072B2),
          new Color(0xD55E00),
          new Color(0x009E73),
          new Color(0xCC79A7),
          new Color(0xE69F00),
          new Color(0x56B4E9),
          new Color(0x333333),
          new Color(0x882255),
          new Color(0x999933),
          new Color(0x332288));

  static final Color INK = new Color(0x333333);
  private static final Color FAINT = new Color(0xE6E6E6);
  private static final Color GREY = new Color(0x8C8C8C);

  private static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 12);

  private static final BasicStroke DASHED =
      new BasicStroke(
          1f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_BEVEL, 10f, new float[] {4f, 4f}, 0f);

  private final XYChart chart;
  private int marks;
  private int height = HEIGHT;

  /** A line of the legend, which stands above the plot, where it covers nothing. */
  private record Entry(String name, Color colour, boolean dot) {}

  private static final int LEGEND_LINE = 18;
  private static final int SWATCH = 18;

  private final List<Entry> legend = new ArrayList<>();

  LineChart(String xTitle, String yTitle) {
    chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .xAxisTitle(xTitle)
            .yAxisTitle(yTitle)
            .build();
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
        .setAxisTitleFont(FONT)
        .setAxisTickPadding(4)
        .setAxisTickMarkLength(4);
    style.setPlotMargin(0);
    style.setPlotContentSize(1);
    style.setXAxisTickMarkSpacingHint(56).setYAxisTickMarkSpacingHint(44);
    style.setMarkerSize(5);
  }

  private static Color colour(int index) {
    return PALETTE.get(index % PALETTE.size());
  }

  /** Both axes from 0 to 1, the picture nearly a square. */
  LineChart unitSquare() {
    height = SQUARE;
    return xRange(0, 1, "0.0").yRange(0, 1);
  }

  LineChart xRange(double from, double to, String pattern) {
    double room = ROOM * (to - from);
    chart.getStyler().setXAxisMin(from - room).setXAxisMax(to + room);
    chart.getStyler().setXAxisDecimalPattern(pattern);
    return this;
  }

  LineChart yRange(double from, double to) {
    double room = ROOM * (to - from);
    chart.getStyler().setYAxisMin(from - room).setYAxisMax(to + room);
    chart.getStyler().setYAxisDecimalPattern(to - from < 0.4 ? "0.00" : "0.0");
    return this;
  }

  /** A line for each curve, in the colours of the palette. */
  LineChart lines(List<CurvePlot> curves) {
    for (CurvePlot curve : curves) {
      Color colour = colour(curves.indexOf(curve));
      add(curve.name(), curve, colour, 1.6f);
      legend.add(new Entry(curve.name(), colour, false));
    }
    return this;
  }

  /** A thin line. */
  LineChart strand(CurvePlot curve, int colour, boolean named) {
    add(curve.name(), curve, colour(colour), 1f);
    if (named) {
      legend.add(new Entry(curve.name(), colour(colour), false));
    }
    return this;
  }

  /** A dashed line that belongs to another of the same colour; the legend does not name it. */
  LineChart beside(CurvePlot curve, int colour) {
    add(curve.name(), curve, colour(colour), 1f).setLineStyle(DASHED);
    return this;
  }

  /** A dashed line to compare with. */
  LineChart guide(double x0, double y0, double x1, double y1) {
    CurvePlot line = new CurvePlot("guide", new double[] {x0, x1}, new double[] {y0, y1});
    add(line.name(), line, GREY, 1f).setLineStyle(DASHED);
    return this;
  }

  /** Points with a vertical line through each; those of few samples are pale. */
  LineChart bars(CurvePlot points, List<Interval> intervals, int colour, boolean pale) {
    if (intervals.isEmpty()) {
      return this;
    }
    Color full = colour(colour);
    Color ink = pale ? new Color(full.getRed(), full.getGreen(), full.getBlue(), 90) : full;
    for (int i = 0; i < intervals.size(); i++) {
      double[] x = {points.x()[i], points.x()[i]};
      double[] y = {intervals.get(i).lower(), intervals.get(i).upper()};
      add(points.name() + " bar " + i, new CurvePlot("", x, y), ink, 1.2f);
    }
    dots(points.name(), points, ink);
    legend.add(new Entry(points.name(), ink, true));
    return this;
  }

  /** Points on lines that deserve a mark; the legend names the first. */
  LineChart mark(CurvePlot point) {
    if (marks++ == 0) {
      legend.add(new Entry(point.name(), INK, true));
    }
    dots("mark " + marks, point, INK);
    return this;
  }

  LineChart area(CurvePlot curve) {
    XYSeries series = add(curve.name(), curve, new Color(0xA8A8A8), 0.75f);
    series.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Area);
    series.setFillColor(new Color(0xEDEDED));
    legend.add(new Entry(curve.name(), new Color(0xC4C4C4), false));
    return this;
  }

  private void dots(String name, CurvePlot points, Color colour) {
    XYSeries series = add(name, points, colour, 1f);
    series.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
    series.setMarker(SeriesMarkers.CIRCLE);
    series.setMarkerColor(colour);
  }

  /** A solid line without markers. */
  private XYSeries add(String name, CurvePlot curve, Color colour, float width) {
    XYSeries series = chart.addSeries(name, curve.x(), curve.y());
    series.setLineColor(colour);
    series.setLineWidth(width);
    // Else every further series is dashed in another way.
    series.setLineStyle(SeriesLines.SOLID);
    series.setMarker(SeriesMarkers.NONE);
    return series;
  }

  /** In pixels of the page. */
  int height() {
    return height;
  }

  /** The picture, of twice the width and height at which it is shown. */
  BufferedImage image() {
    BufferedImage image =
        new BufferedImage(SCALE * WIDTH, SCALE * height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.scale(SCALE, SCALE);
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, WIDTH, height);
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    int top = drawLegend(graphics);
    graphics.translate(0, top);
    chart.paint(graphics, WIDTH, height - top);
    graphics.dispose();
    return image;
  }

  /** From left to right, in as many lines as it takes; gives the height. */
  private int drawLegend(Graphics2D graphics) {
    if (legend.isEmpty()) {
      return 0;
    }
    graphics.setFont(FONT);
    int left = 8;
    int x = left;
    int y = LEGEND_LINE - 2;
    for (Entry entry : legend) {
      int wide = SWATCH + 6 + graphics.getFontMetrics().stringWidth(entry.name()) + 14;
      if (x > left && x + wide > WIDTH) {
        x = left;
        y += LEGEND_LINE;
      }
      graphics.setColor(entry.colour());
      if (entry.dot()) {
        graphics.fillOval(x + SWATCH / 2 - 3, y - 8, 7, 7);
      } else {
        graphics.fillRect(x, y - 6, SWATCH, 3);
      }
      graphics.setColor(INK);
      graphics.drawString(entry.name(), x + SWATCH + 6, y);
      x += wide;
    }
    return y + 6;
  }
}
