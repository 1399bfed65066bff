package io.github.leukemia4j.cli;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.data.check.Verification;
import io.github.leukemia4j.data.split.Split;
import io.github.leukemia4j.data.split.Splitter;
import io.github.leukemia4j.evaluation.Evaluator;
import io.github.leukemia4j.evaluation.ScoredSample;
import io.github.leukemia4j.evaluation.StageReport;
import io.github.leukemia4j.loss.Loss;
import io.github.leukemia4j.metric.EvaluationOptions;
import io.github.leukemia4j.metric.Metric;
import io.github.leukemia4j.metric.Metrics;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import io.github.leukemia4j.store.AtomicDirectory;
import io.github.leukemia4j.training.BatchConfig.Sampling;
import io.github.leukemia4j.training.RunOptions;
import io.github.leukemia4j.training.TrainingConfig;
import io.github.leukemia4j.training.TrainingListener;
import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;
import org.knowm.xchart.AnnotationText;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Trains one network under several losses on the same splits and seeds, with the positive label
 * made rarer and rarer, and tells what each costs and gains on unseen patients. Losses are compared
 * at the threshold 0.5 that they come with, and by AUROC, which has no threshold.
 */
final class CompareLosses {
  /** The losses that are compared, by name, as {@link Loss#parse} reads them. */
  static final Map<String, String> LOSSES = new LinkedHashMap<>();

  static {
    LOSSES.put("cross-entropy", "cross-entropy");
    LOSSES.put("weighted cross-entropy", "cross-entropy(classWeights=0.3:0.7)");
    LOSSES.put("focal cross-entropy", "cross-entropy(focal=2)");
    LOSSES.put("Dice", "dice");
    LOSSES.put("Tversky", "tversky(0.3,0.7)");
    LOSSES.put("focal Tversky", "tversky(0.3,0.7,focal=0.75)");
    LOSSES.put("mixture", "default");
  }

  private static final List<Metric> METRICS =
      List.of(
          Metrics.SENSITIVITY,
          Metrics.SPECIFICITY,
          Metrics.BALANCED_ACCURACY,
          Metrics.AUROC,
          Metrics.EXPECTED_CALIBRATION_ERROR);

  /** Okabe and Ito 2008: told apart by every kind of colour vision; as many as losses. */
  private static final List<Color> COLOURS =
      List.of(
          new Color(0x333333),
          new Color(0x0072B2),
          new Color(0xD55E00),
          new Color(0x009E73),
          new Color(0xCC79A7),
          new Color(0xE69F00),
          new Color(0x56B4E9));

  private static final List<Marker> MARKERS =
      List.of(
          SeriesMarkers.CIRCLE,
          SeriesMarkers.SQUARE,
          SeriesMarkers.DIAMOND,
          SeriesMarkers.TRIANGLE_UP,
          SeriesMarkers.TRIANGLE_DOWN,
          SeriesMarkers.CROSS,
          SeriesMarkers.PLUS);

  /** Beyond the ends of an axis, and between a point and its mark. */
  private static final double ROOM = 0.02;

  private final TrainingConfig config;
  private final RunOptions run;
  private final List<Integer> imbalances;
  private final int seeds;
  private final Path scratch;
  private final Consumer<String> progress;

  /**
   * One line of the table.
   *
   * @param loss its name
   * @param imbalance how many negative samples there are for each positive one in training
   * @param sampling how batches were drawn
   * @param metrics mean and standard deviation over seeds
   */
  record Row(
      String loss, int imbalance, Sampling sampling, Map<Metric, SummaryStatistics> metrics) {}

  /**
   * @param config of which loss, sampling and seed are replaced
   * @param run how the trainings run
   * @param imbalances negative samples for each positive one in the training part
   * @param seeds how many splits and trainings for each
   * @param scratch for models, which are removed again
   * @param progress told what is trained next
   */
  CompareLosses(
      TrainingConfig config,
      RunOptions run,
      List<Integer> imbalances,
      int seeds,
      Path scratch,
      Consumer<String> progress) {
    this.config = config;
    this.run = run;
    this.imbalances = List.copyOf(imbalances);
    this.seeds = seeds;
    this.scratch = scratch;
    this.progress = progress;
  }

  /**
   * Trains and tests everything.
   *
   * @param dataset whose root has two children, one of them positive; deeper labels are cut
   */
  List<Row> run(Dataset dataset) throws IOException, InterruptedException {
    Dataset binary = dataset.forStage(dataset.taxonomy().root());
    Verification verification = Verification.of(binary).requireReadable();
    List<Row> rows = new ArrayList<>();
    for (int imbalance : imbalances) {
      for (Sampling sampling : List.of(Sampling.NATURAL, Sampling.BALANCED)) {
        for (Map.Entry<String, String> loss : LOSSES.entrySet()) {
          Map<Metric, SummaryStatistics> metrics = new LinkedHashMap<>();
          METRICS.forEach(metric -> metrics.put(metric, new SummaryStatistics()));
          for (int seed = 1; seed <= seeds; seed++) {
            progress.accept(
                "1:" + imbalance + ", " + sampling + ", " + loss.getKey() + ", seed " + seed);
            Split split = thinned(Splitter.of(seed).split(binary, verification), imbalance, seed);
            StageReport report = trainAndTest(split, Loss.parse(loss.getValue()), sampling, seed);
            metrics.forEach(
                (metric, values) -> report.metrics().value(metric).ifPresent(values::addValue));
          }
          rows.add(new Row(loss.getKey(), imbalance, sampling, metrics));
        }
      }
    }
    return rows;
  }

  /** The split with positive samples left out of training and validation; the test part stays. */
  private static Split thinned(Split split, int imbalance, long seed) {
    return Split.of(
        thinned(split.train(), imbalance, seed),
        thinned(split.validation(), imbalance, seed),
        split.calibration(),
        split.test());
  }

  private static Dataset thinned(Dataset part, int imbalance, long seed) {
    Taxonomy taxonomy = part.taxonomy();
    Label positive = taxonomy.positive(taxonomy.root()).orElseThrow();
    Map<Boolean, List<Sample>> rare =
        part.samples().stream().collect(Collectors.partitioningBy(s -> s.label().equals(positive)));
    List<Sample> kept = new ArrayList<>(rare.get(false));
    int wanted = Math.max(2, Math.min(rare.get(true).size(), kept.size() / imbalance));
    SplittableRandom random = new SplittableRandom(seed);
    Map<String, Long> keys = new LinkedHashMap<>();
    rare.get(true).forEach(s -> keys.put(s.id(), random.nextLong()));
    rare.get(true).stream()
        .sorted(Comparator.comparing(s -> keys.get(s.id())))
        .limit(wanted)
        .forEach(kept::add);
    return part.withSamples(kept);
  }

  private StageReport trainAndTest(Split split, Loss loss, Sampling sampling, long seed)
      throws IOException, InterruptedException {
    Path model = scratch.resolve("compare-losses-model");
    TrainingConfig own = config.toBuilder().loss(loss).sampling(sampling).seed(seed).build();
    try (MultilevelPipeline pipeline =
        MultilevelPipeline.train(split, own, run, model, TrainingListener.NONE)) {
      return Evaluator.evaluate(
              split.taxonomy(),
              ScoredSample.of(pipeline, split.test(), done -> {}),
              EvaluationOptions.defaults().withResamples(0))
          .stage(split.taxonomy().root());
    } finally {
      if (Files.exists(model)) {
        AtomicDirectory.delete(model);
      }
    }
  }

  /** The rows as a Markdown table: mean and, in brackets, standard deviation over seeds. */
  static String toMarkdown(List<Row> rows) {
    StringBuilder table =
        new StringBuilder(
            "| imbalance | batches | loss | sensitivity | specificity | balanced accuracy | AUROC |"
                + " ECE |\n"
                + "|---|---|---|---|---|---|---|---|\n");
    for (Row row : rows) {
      table.append(
          "| 1:%d | %s | %s |".formatted(row.imbalance(), name(row.sampling()), row.loss()));
      row.metrics().values().forEach(v -> table.append(" " + cell(v, "%.3f (%.3f)") + " |"));
      table.append('\n');
    }
    return table.toString();
  }

  /** Mean and standard deviation; one repeat has no spread. */
  private static String cell(SummaryStatistics values, String several) {
    return String.format(
        Locale.ROOT,
        values.getN() < 2 ? "%.3f" : several,
        values.getMean(),
        values.getStandardDeviation());
  }

  /**
   * The rows for a terminal of 80 columns: a table for each imbalance and way of drawing batches,
   * with the mean over seeds, and its standard deviation where there are several.
   */
  static String toText(List<Row> rows) {
    StringBuilder text = new StringBuilder();
    String before = "";
    for (Row row : rows) {
      String title = "1:%d, %s batches".formatted(row.imbalance(), name(row.sampling()));
      if (!title.equals(before)) {
        text.append(before.isEmpty() ? "" : "\n");
        text.append(
            "%s\n%-22s %-10s %-10s %-10s %-10s %-10s\n"
                .formatted(title, "", "sensitiv.", "specific.", "bal. acc.", "AUROC", "ECE"));
        before = title;
      }
      text.append("%-22s".formatted(row.loss()));
      row.metrics().values().forEach(v -> text.append(" %-10s".formatted(cell(v, "%.2f/%.2f"))));
      text.append('\n');
    }
    return text.append("\nMean/standard deviation over seeds.\n").toString();
  }

  private static String name(Sampling sampling) {
    return sampling.name().toLowerCase(Locale.ROOT);
  }

  /** Sensitivity against specificity at the threshold 0.5, one line for each loss. */
  static void plot(List<Row> rows, Sampling sampling, Path png) throws IOException {
    BitmapEncoder.saveBitmap(chart(rows, sampling), png.toString(), BitmapFormat.PNG);
  }

  /** Each loss has a colour and a marker of its own; each point is marked with its imbalance. */
  static XYChart chart(List<Row> rows, Sampling sampling) {
    XYChart chart =
        new XYChartBuilder()
            .width(1100)
            .height(760)
            .title("Along a line positives get rarer; %s batches".formatted(name(sampling)))
            .xAxisTitle("specificity at threshold 0.5")
            .yAxisTitle("sensitivity at threshold 0.5")
            .build();
    chart.getStyler().setChartBackgroundColor(Color.WHITE).setPlotBackgroundColor(Color.WHITE);
    chart.getStyler().setPlotGridLinesColor(new Color(0xE6E6E6));
    chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideE);
    chart.getStyler().setDecimalPattern("0.00");
    chart.getStyler().setMarkerSize(9);
    chart.getStyler().setXAxisMin(-ROOM).setXAxisMax(1 + ROOM);
    chart.getStyler().setYAxisMin(-ROOM).setYAxisMax(1 + ROOM);
    chart.getStyler().setAnnotationTextFont(new Font(Font.SANS_SERIF, Font.PLAIN, 11));
    int index = 0;
    for (String loss : LOSSES.keySet()) {
      List<Row> line =
          rows.stream().filter(r -> r.loss().equals(loss) && r.sampling() == sampling).toList();
      if (!line.isEmpty()) {
        XYSeries series =
            chart.addSeries(
                loss, means(line, Metrics.SPECIFICITY), means(line, Metrics.SENSITIVITY));
        series.setLineColor(COLOURS.get(index));
        series.setLineStyle(SeriesLines.SOLID);
        series.setLineWidth(1.5f);
        series.setMarker(MARKERS.get(index));
        series.setMarkerColor(COLOURS.get(index));
        for (int i = 0; i < line.size(); i++) {
          chart.addAnnotation(
              new AnnotationText(
                  "1:" + line.get(i).imbalance(),
                  series.getXData()[i],
                  series.getYData()[i] + ROOM,
                  false));
        }
      }
      index++;
    }
    return chart;
  }

  private static double[] means(List<Row> line, Metric metric) {
    return line.stream().mapToDouble(row -> row.metrics().get(metric).getMean()).toArray();
  }
}
