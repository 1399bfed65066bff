package io.github.leukemia4j.research.study;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.evaluation.ComparisonReport.Difference;
import io.github.leukemia4j.evaluation.EvaluationReport;
import io.github.leukemia4j.evaluation.StageReport.Estimate;
import io.github.leukemia4j.metric.Metrics;
import io.github.leukemia4j.report.view.Numbers;
import io.github.leukemia4j.report.view.Table;
import io.github.leukemia4j.research.study.LearningCurve.Point;
import io.github.leukemia4j.store.AtomicFile;
import io.github.leukemia4j.store.Json;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Writes a learning curve: a table, a picture for each stage, and JSON. Stateless. */
final class LearningCurveFiles {
  private static final Color RANDOM = new Color(0x0072B2);
  private static final Color TRANSFERRED = new Color(0xD55E00);

  private LearningCurveFiles() {}

  /** Into {@code learning-curve.md}, {@code learning-curve.json} and {@code STAGE.png}. */
  static void write(Path directory, LearningCurve curve) throws IOException {
    String markdown = markdown(curve);
    AtomicFile.write(
        directory.resolve("learning-curve.md"), place -> Files.writeString(place, markdown));
    AtomicFile.write(
        directory.resolve("learning-curve.json"),
        place ->
            Json.MAPPER.writerWithDefaultPrettyPrinter().writeValue(place.toFile(), json(curve)));
    for (int s = 0; s < curve.stages().size(); s++) {
      XYChart chart = chart(curve, curve.stages().get(s));
      AtomicFile.write(
          directory.resolve("learning-curve-%d.png".formatted(s + 1)),
          place -> BitmapEncoder.saveBitmap(chart, place.toString(), BitmapFormat.PNG));
    }
  }

  private static Optional<Estimate> accuracy(EvaluationReport report, Label stage) {
    return report == null
        ? Optional.empty()
        : report.stage(stage).metrics().get(Metrics.BALANCED_ACCURACY);
  }

  static String markdown(LearningCurve curve) {
    StringBuilder text =
        new StringBuilder(
            """
            # Learning curve

            Balanced accuracy on patients that no network has seen, with its interval over patients. Every network took as \
            many steps, as far as %d times the epochs go.
            """
                .formatted(LearningCurve.LONGEST));
    boolean both = curve.points().stream().anyMatch(point -> point.transferred() != null);
    for (Label stage : curve.stages()) {
      List<String> columns =
          new ArrayList<>(List.of("Share of patients", "Patients", "Random weights"));
      if (both) {
        columns.addAll(List.of("Another model's", "Gain", "p"));
      }
      Table.Builder table = Table.of(columns);
      for (Point point : curve.points()) {
        table
            .row(Numbers.percent(point.share()))
            .text(Numbers.fixed(point.patients(), 1), "number")
            .estimate(accuracy(point.random(), stage));
        if (both) {
          table.estimate(accuracy(point.transferred(), stage));
          Difference gain = point.gain().get(stage);
          if (gain == null) {
            table.none(null).none(null);
          } else {
            table
                .estimate(gain.value(), gain.interval(), gain.remark(), "")
                .p(gain.pValue(), gain.test());
          }
        }
      }
      text.append("\n## Stage %s\n\n".formatted(stage)).append(table.build().markdown());
    }
    return text.toString();
  }

  static XYChart chart(LearningCurve curve, Label stage) {
    XYChart chart =
        new XYChartBuilder()
            .width(900)
            .height(560)
            .title("Stage " + stage)
            .xAxisTitle("patients to learn from")
            .yAxisTitle("balanced accuracy on other patients")
            .build();
    chart.getStyler().setChartBackgroundColor(Color.WHITE).setPlotBackgroundColor(Color.WHITE);
    chart.getStyler().setLegendPosition(LegendPosition.InsideSE);
    chart.getStyler().setPlotGridLinesColor(new Color(0xE6E6E6));
    chart.getStyler().setXAxisMin(0.0);
    add(chart, curve, "random weights at the start", RANDOM, p -> accuracy(p.random(), stage));
    add(
        chart,
        curve,
        "another model's weights at the start",
        TRANSFERRED,
        p -> accuracy(p.transferred(), stage));
    return chart;
  }

  private static void add(
      XYChart chart,
      LearningCurve curve,
      String name,
      Color colour,
      Function<Point, Optional<Estimate>> of) {
    List<Double> x = new ArrayList<>();
    List<Double> y = new ArrayList<>();
    List<Double> half = new ArrayList<>();
    for (Point point : curve.points()) {
      of.apply(point)
          .ifPresent(
              estimate -> {
                x.add(point.patients());
                y.add(estimate.value());
                half.add(estimate.interval().map(i -> (i.upper() - i.lower()) / 2).orElse(0.0));
              });
    }
    if (!x.isEmpty()) {
      XYSeries series = chart.addSeries(name, x, y, half);
      series.setMarkerColor(colour);
      series.setMarker(SeriesMarkers.CIRCLE);
      series.setLineColor(colour);
    }
  }

  private static Map<String, Object> json(LearningCurve curve) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("schemaVersion", 1);
    List<Map<String, Object>> points = new ArrayList<>();
    for (Point point : curve.points()) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("share", point.share());
      one.put("patients", point.patients());
      for (Label stage : curve.stages()) {
        Map<String, Object> of = new LinkedHashMap<>();
        of.put("random", numbers(accuracy(point.random(), stage)));
        of.put("transferred", numbers(accuracy(point.transferred(), stage)));
        Difference gain = point.gain().get(stage);
        of.put("gain", gain == null ? null : gain.value());
        of.put("p", gain == null ? null : gain.pValue());
        one.put(stage.name(), of);
      }
      points.add(one);
    }
    all.put("points", points);
    return all;
  }

  private static Map<String, Object> numbers(Optional<Estimate> estimate) {
    if (estimate.isEmpty()) {
      return null;
    }
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("value", estimate.get().value());
    var interval = estimate.get().interval();
    all.put(
        "lower", interval.map(i -> OptionalDouble.of(i.lower())).orElse(OptionalDouble.empty()));
    all.put(
        "upper", interval.map(i -> OptionalDouble.of(i.upper())).orElse(OptionalDouble.empty()));
    return all;
  }
}
