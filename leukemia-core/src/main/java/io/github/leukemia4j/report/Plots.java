package io.github.leukemia4j.report;

import io.github.leukemia4j.evaluation.EvaluationReport;
import io.github.leukemia4j.evaluation.EvaluationReport.StageCalibration;
import io.github.leukemia4j.evaluation.StageReport;
import io.github.leukemia4j.metric.Interval;
import io.github.leukemia4j.metric.ReliabilityBin;
import io.github.leukemia4j.statistics.Proportions;
import io.github.leukemia4j.training.TrainingHistory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The plots of a stage: the ROC and the precision-recall curve, the reliability diagram and the
 * risk-coverage curve, and learning curves where training histories are given. A plot for which the
 * samples do not suffice is left out.
 */
final class Plots {
  /** Bins of fewer samples are drawn pale: they say next to nothing. */
  static final int FEW = 10;

  private Plots() {}

  /**
   * One plot.
   *
   * @param title for people
   * @param description what it shows, in a sentence
   */
  record Plot(String title, String description, LineChart chart) {}

  /**
   * @param report of the stage's evaluation
   * @param histories of the stage's trainings, several where it was trained more than once, as in
   *     cross-validation; may be empty
   */
  static List<Plot> of(
      StageSamples stage, EvaluationReport report, List<TrainingHistory> histories) {
    List<Plot> plots = new ArrayList<>();
    if (!stage.answers().isEmpty()) {
      roc(stage, plots);
      precisionRecall(stage, plots);
      plots.add(reliability(stage.stage(), report));
      plots.add(riskCoverage(stage.stage()));
    }
    plots.addAll(LearningCurves.of(stage.stage().stage(), histories));
    return plots;
  }

  private static void roc(StageSamples stage, List<Plot> plots) {
    List<CurvePlot> curves = CurvePlot.roc(stage);
    if (curves.isEmpty()) {
      return;
    }
    LineChart chart =
        new LineChart("1 - specificity", "sensitivity")
            .unitSquare()
            .guide(0, 0, 1, 1)
            .lines(curves);
    CurvePlot.decided(stage.stage()).forEach(chart::mark);
    plots.add(
        new Plot(
            "ROC curve",
            "Sensitivity against one minus specificity at every threshold; the dashed line is"
                + " chance, the dot what the stage decided at the threshold in use.",
            chart));
  }

  private static void precisionRecall(StageSamples stage, List<Plot> plots) {
    List<CurvePlot> curves = CurvePlot.precisionRecall(stage);
    if (curves.isEmpty()) {
      return;
    }
    LineChart chart = new LineChart("recall", "precision").unitSquare();
    String guide = "";
    if (stage.stage().labels().size() == 2) {
      int label = CurvePlot.scored(stage.stage().labels())[0];
      double share = (double) stage.stage().classes().get(label).samples() / stage.answers().size();
      chart.guide(0, share, 1, share);
      guide = "; the dashed line is the label's share of the samples, which chance gives";
    }
    plots.add(
        new Plot(
            "Precision-recall curve",
            "Precision against recall at every threshold%s.".formatted(guide),
            chart.lines(curves)));
  }

  private static Plot reliability(StageReport stage, EvaluationReport report) {
    double least = 1.0 / stage.labels().size();
    double level = report.options().level();
    LineChart chart =
        new LineChart("confidence", "right answers")
            .xRange(least >= 0.5 ? 0.5 : 0, 1, "0.0")
            .yRange(0, 1)
            .area(CurvePlot.shareOfSamples(stage))
            .guide(0, 0, 1, 1);
    bins(chart, stage.reliability(), "right answers", level, 0);
    String calibrated = "";
    for (StageCalibration calibration : report.calibration()) {
      if (calibration.stage().equals(stage.stage())) {
        bins(chart, calibration.after().reliability(), "after a temperature", level, 1);
        calibrated = " The second colour: with temperatures fitted on other folds.";
      }
    }
    return new Plot(
        "Reliability diagram",
        """
        The share of right answers against the mean confidence of each bin; on the \
        dashed line a probability can be taken at its word, below it the model is too \
        sure. Lines: exact intervals as if cells were independent, too short where a \
        patient has many; pale: bins of fewer than %s samples.%s Grey: the share of \
        the samples in each bin; no confidence lies below 1/%s.\
        """
            .formatted(FEW, calibrated, stage.labels().size()),
        chart);
  }

  /** The bins that have samples, each as a point with its interval. */
  private static void bins(
      LineChart chart, List<ReliabilityBin> all, String name, double level, int colour) {
    for (boolean few : new boolean[] {false, true}) {
      List<ReliabilityBin> bins =
          all.stream().filter(b -> b.samples() > 0 && b.samples() < FEW == few).toList();
      chart.bars(
          new CurvePlot(
              few ? "%s, fewer than %d".formatted(name, FEW) : name,
              bins.stream().mapToDouble(b -> b.confidence().orElseThrow()).toArray(),
              bins.stream().mapToDouble(b -> b.accuracy().orElseThrow()).toArray()),
          bins.stream().map(bin -> interval(bin, level)).toList(),
          colour,
          few);
    }
  }

  /** Of the share of right answers, as if the samples were independent. */
  static Interval interval(ReliabilityBin bin, double level) {
    long right = Math.round(bin.accuracy().orElseThrow() * bin.samples());
    return Proportions.clopperPearson(right, bin.samples(), level);
  }

  private static Plot riskCoverage(StageReport stage) {
    CurvePlot curve = CurvePlot.riskCoverage(stage);
    double highest = Arrays.stream(curve.y()).max().orElse(0);
    double all = curve.y()[curve.y().length - 1];
    return new Plot(
        "Risk-coverage curve",
        "The share of errors among the answers when only the surest samples are answered; the"
            + " dashed line is the share when all are.",
        new LineChart("share answered", "errors among the answered")
            .xRange(0, 1, "0.0")
            .yRange(0, Math.max(0.05, Math.min(1, Math.ceil(highest * 20) / 20)))
            .guide(0, all, 1, all)
            .strand(curve, 0, false));
  }
}
