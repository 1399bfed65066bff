package io.github.leukemia4j.report.view;

import io.github.leukemia4j.evaluation.ComparisonReport.Difference;
import io.github.leukemia4j.metric.Interval;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;

/**
 * Differences with their intervals as a drawing: a dot and a line for each metric, and where there
 * is no difference. As SVG in the page's own colours, so that it is dark where the page is. All
 * places are in pixels of the drawing.
 *
 * @param title what it is of
 * @param level of the intervals, as a percentage
 * @param ticks of the axis
 * @param marks one for each metric, from the top
 */
public record ForestPlot(String title, String level, List<Tick> ticks, List<Mark> marks) {
  /** Of the drawing. */
  public static final int WIDTH = 640;

  private static final int NAMES = 254;
  private static final int ROOM = 24;
  private static final int ROW = 28;

  /** A tick at a place, with its label. */
  public record Tick(double x, String type, String label) {}

  /** A metric's dot and, where its type is not null, the line of its interval. */
  public record Mark(double y, String name, double x, String type, double from, double to) {}

  /**
   * @param differences by the name of the metric; at least one
   * @param level of the intervals, such as 0.95
   */
  public static ForestPlot of(String title, Map<String, Difference> differences, double level) {
    double reach = reach(List.copyOf(differences.values()));
    List<Mark> marks = new ArrayList<>();
    differences.forEach(
        (name, d) -> {
          Interval interval = d.interval().orElse(new Interval(d.value(), d.value(), level, ""));
          String type = d.established(level) ? "apart" : d.interval().isPresent() ? "range" : null;
          marks.add(
              new Mark(
                  ROW * (marks.size() + 0.5),
                  name,
                  x(d.value(), reach),
                  type,
                  x(interval.lower(), reach),
                  x(interval.upper(), reach)));
        });
    List<Tick> ticks =
        DoubleStream.of(-reach, -reach / 2, 0, reach / 2, reach)
            .mapToObj(t -> new Tick(x(t, reach), t == 0 ? "zero" : "tick", signed(t)))
            .toList();
    return new ForestPlot(title, Numbers.percent(level), ticks, marks);
  }

  /** Of the drawing. */
  public int height() {
    return bottom() + 44;
  }

  /** Where the axis is. */
  public int bottom() {
    return ROW * marks.size();
  }

  /** The middle of the side on which A is higher. */
  public double left() {
    return ticks.get(1).x();
  }

  /** The middle of the side on which B is higher. */
  public double right() {
    return ticks.get(3).x();
  }

  /** The widest value, rounded up to something that reads well. */
  static double reach(List<Difference> differences) {
    double widest =
        differences.stream()
            .flatMapToDouble(
                d ->
                    DoubleStream.concat(
                        DoubleStream.of(d.value()),
                        d.interval().stream()
                            .flatMapToDouble(i -> DoubleStream.of(i.lower(), i.upper()))))
            .map(Math::abs)
            .max()
            .orElse(0);
    return DoubleStream.of(0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 1)
        .filter(round -> widest <= round)
        .findFirst()
        .orElse(widest);
  }

  private static double x(double value, double reach) {
    double x = NAMES + (value / reach + 1) / 2 * (WIDTH - NAMES - ROOM);
    return Math.round(10 * x) / 10.0;
  }

  private static String signed(double value) {
    String text = Numbers.three(Math.abs(value)).replaceAll("\\.?0+$", "");
    return value == 0 ? "0" : (value > 0 ? "+" : "\u2212") + text;
  }
}
