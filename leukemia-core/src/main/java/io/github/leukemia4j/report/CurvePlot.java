package io.github.leukemia4j.report;

import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.evaluation.StageReport;
import io.github.leukemia4j.evaluation.StageReport.Estimate;
import io.github.leukemia4j.evaluation.StageReport.MetricValues;
import io.github.leukemia4j.evaluation.StageReport.RiskCoverage;
import io.github.leukemia4j.metric.Metric;
import io.github.leukemia4j.metric.Metrics;
import io.github.leukemia4j.metric.ReliabilityBin;
import io.github.leukemia4j.report.view.Numbers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A line through points.
 *
 * @param name what the plot calls it
 * @param x of each point
 * @param y of each point
 */
record CurvePlot(String name, double[] x, double[] y) {
  /** More are not told apart on paper. */
  static final int MOST_POINTS = 2000;

  /** Sensitivity over one minus specificity; one curve for each class that can be told apart. */
  static List<CurvePlot> roc(StageSamples samples) {
    List<CurvePlot> curves = new ArrayList<>();
    for (int label : scored(samples.stage().labels())) {
      ScoreCurve scores = ScoreCurve.of(samples.scores(label), samples.isClass(label));
      if (scores.positives() > 0 && scores.negatives() > 0) {
        curves.add(
            new CurvePlot(
                name(samples.stage(), label, Metrics.AUROC, "AUROC"),
                thinned(
                    scores.points().stream()
                        .mapToDouble(p -> (double) p.falsePositives() / scores.negatives())
                        .toArray()),
                thinned(
                    scores.points().stream()
                        .mapToDouble(p -> (double) p.truePositives() / scores.positives())
                        .toArray())));
      }
    }
    return curves;
  }

  /**
   * Where on {@link #roc} the decisions lie that were made, whatever their threshold: a point for
   * each of its curves.
   */
  static List<CurvePlot> decided(StageReport stage) {
    List<CurvePlot> points = new ArrayList<>();
    for (int label : scored(stage.labels())) {
      MetricValues of = stage.classes().get(label).metrics();
      if (of.get(Metrics.SPECIFICITY).isPresent() && of.get(Metrics.RECALL).isPresent()) {
        points.add(
            new CurvePlot(
                "as decided",
                new double[] {1 - of.value(Metrics.SPECIFICITY).getAsDouble()},
                new double[] {of.value(Metrics.RECALL).getAsDouble()}));
      }
    }
    return points;
  }

  /**
   * Precision over recall as the steps whose area is the average precision, with two points for
   * each threshold.
   */
  static List<CurvePlot> precisionRecall(StageSamples samples) {
    List<CurvePlot> curves = new ArrayList<>();
    for (int label : scored(samples.stage().labels())) {
      ScoreCurve scores = ScoreCurve.of(samples.scores(label), samples.isClass(label));
      if (scores.positives() == 0) {
        continue;
      }
      double[] recall = new double[2 * scores.points().size() - 2];
      double[] precision = new double[recall.length];
      double before = 0;
      for (int i = 1; i < scores.points().size(); i++) {
        ScoreCurve.Point point = scores.points().get(i);
        recall[2 * i - 2] = before;
        before = (double) point.truePositives() / scores.positives();
        recall[2 * i - 1] = before;
        precision[2 * i - 2] =
            (double) point.truePositives() / (point.truePositives() + point.falsePositives());
        precision[2 * i - 1] = precision[2 * i - 2];
      }
      curves.add(
          new CurvePlot(
              name(samples.stage(), label, Metrics.AUPRC, "average precision"),
              thinned(recall),
              thinned(precision)));
    }
    return curves;
  }

  /** The share of the samples in each bin, as the outline of a histogram. */
  static CurvePlot shareOfSamples(StageReport stage) {
    List<ReliabilityBin> bins = stage.reliability();
    long all = bins.stream().mapToLong(ReliabilityBin::samples).sum();
    double[] x = new double[4 * bins.size()];
    double[] y = new double[x.length];
    for (int b = 0; b < bins.size(); b++) {
      ReliabilityBin bin = bins.get(b);
      double share = all == 0 ? 0 : (double) bin.samples() / all;
      x[4 * b] = bin.from();
      x[4 * b + 1] = bin.from();
      y[4 * b + 1] = share;
      x[4 * b + 2] = bin.to();
      y[4 * b + 2] = share;
      x[4 * b + 3] = bin.to();
    }
    return new CurvePlot("share of samples", x, y);
  }

  /** The share of errors among the answered samples over the share that is answered. */
  static CurvePlot riskCoverage(StageReport stage) {
    List<RiskCoverage.Point> points = stage.riskCoverage().points();
    return new CurvePlot(
        "errors",
        thinned(points.stream().mapToDouble(RiskCoverage.Point::coverage).toArray()),
        thinned(points.stream().mapToDouble(RiskCoverage.Point::risk).toArray()));
  }

  /** With two labels the curve of one says all: the positive one, or the second. */
  static int[] scored(LabelSet labels) {
    return labels.size() == 2
        ? new int[] {labels.positiveIndex().orElse(1)}
        : IntStream.range(0, labels.size()).toArray();
  }

  /** The value is the report's own, so that plot and table cannot differ. */
  private static String name(StageReport stage, int label, Metric metric, String called) {
    Optional<Estimate> found = stage.classes().get(label).metrics().get(metric);
    return stage.labels().get(label)
        + found
            .map(e -> ", %s %s".formatted(called, Numbers.text(e.value(), e.interval(), 3)))
            .orElse("");
  }

  /** Evenly, the first and the last point kept. */
  private static double[] thinned(double[] values) {
    if (values.length <= MOST_POINTS) {
      return values;
    }
    return IntStream.range(0, MOST_POINTS)
        .mapToDouble(i -> values[(int) ((long) i * (values.length - 1) / (MOST_POINTS - 1))])
        .toArray();
  }
}
