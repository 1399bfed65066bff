package io.github.leukemia4j.report;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.evaluation.EvaluationReport;
import io.github.leukemia4j.evaluation.ScoredSample;
import io.github.leukemia4j.evaluation.StageCalibration;
import io.github.leukemia4j.evaluation.StageReport;
import io.github.leukemia4j.training.TrainingHistory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The plots of an evaluation, drawn by XChart: of every stage the ROC and the precision-recall
 * curve, the reliability diagram and the risk-coverage curve, and learning curves where training
 * histories are given. A plot for which the samples do not suffice is left out. Immutable.
 */
public final class Plots {
  private final List<Plot> plots;

  private Plots(List<Plot> plots) {
    this.plots = List.copyOf(plots);
  }

  /**
   * One plot.
   *
   * @param stage whose plot it is
   * @param name of its kind, such as {@code precision-recall}; part of the file's name
   * @param title for people
   * @param description what it shows, in a sentence
   * @param height at which it is shown, in pixels, where it is 440 wide
   * @param png the picture, of twice that width and height
   */
  public record Plot(
      Label stage, String name, String title, String description, int height, byte[] png) {

    /** Copies the picture. */
    public Plot {
      png = png.clone();
    }

    @Override
    public byte[] png() {
      return png.clone();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Plot that
          && stage.equals(that.stage)
          && name.equals(that.name)
          && title.equals(that.title)
          && description.equals(that.description)
          && height == that.height
          && Arrays.equals(png, that.png);
    }

    @Override
    public int hashCode() {
      return 31 * stage.hashCode() + name.hashCode();
    }

    @Override
    public String toString() {
      return stage + " " + name;
    }
  }

  /**
   * @param report of the samples
   * @param samples of which the report was made
   * @param histories of the trainings of each stage, several where it was trained more than once,
   *     as in cross-validation; may be empty
   * @throws IllegalArgumentException where the samples are not those of the report
   */
  public static Plots of(
      EvaluationReport report,
      List<ScoredSample> samples,
      Map<Label, List<TrainingHistory>> histories) {
    return ofStages(report, StageSamples.of(report, samples), histories);
  }

  static Plots ofStages(
      EvaluationReport report,
      List<StageSamples> stages,
      Map<Label, List<TrainingHistory>> histories) {
    List<Plot> plots = new ArrayList<>();
    for (StageSamples stage : stages) {
      if (!stage.answers().isEmpty()) {
        roc(stage, plots);
        precisionRecall(stage, plots);
        reliability(stage.stage(), report, plots);
        riskCoverage(stage, plots);
      }
      LearningCurves.draw(
          stage.stage().stage(), histories.getOrDefault(stage.stage().stage(), List.of()), plots);
    }
    return new Plots(plots);
  }

  /** All plots, stage by stage. */
  public List<Plot> all() {
    return plots;
  }

  /** The plots of one stage. */
  public List<Plot> of(Label stage) {
    return plots.stream().filter(plot -> plot.stage().equals(stage)).toList();
  }

  /**
   * Writes every plot as {@code <number of the stage>-<stage>-<name>.png}, replacing what is there.
   *
   * @param directory is made where it is missing
   * @return the files, in the order of {@link #all()}
   */
  public List<Path> write(Path directory) throws IOException {
    Files.createDirectories(directory);
    List<Label> stages = plots.stream().map(Plot::stage).distinct().toList();
    List<Path> files = new ArrayList<>();
    for (Plot plot : plots) {
      // The number keeps stages apart whose names differ only in what no file system takes.
      String name =
          (stages.indexOf(plot.stage()) + 1)
              + "-"
              + plot.stage().name().replaceAll("[^A-Za-z0-9_-]", "_")
              + "-"
              + plot.name()
              + ".png";
      files.add(Files.write(directory.resolve(name), plot.png()));
    }
    return files;
  }

  private static void roc(StageSamples stage, List<Plot> plots) {
    List<CurvePlot> curves = CurvePlot.roc(stage);
    if (curves.isEmpty()) {
      return;
    }
    LineChart chart = new LineChart("1 - specificity", "sensitivity").unitSquare();
    chart.guide("", 0, 0, 1, 1);
    for (int c = 0; c < curves.size(); c++) {
      chart.line(curves.get(c), c);
    }
    List<CurvePlot> decided = CurvePlot.decided(stage);
    for (int c = 0; c < decided.size(); c++) {
      chart.mark(decided.get(c), c == 0);
    }
    plots.add(
        new Plot(
            stage.stage().stage(),
            "roc",
            "ROC curve",
            "Sensitivity against one minus specificity at every threshold; the dashed line is"
                + " chance, the dot what the stage decided at the threshold in use.",
            chart.height(),
            chart.png()));
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
      chart.guide("", 0, share, 1, share);
      guide = "; the dashed line is the label's share of the samples, which chance gives";
    }
    for (int c = 0; c < curves.size(); c++) {
      chart.line(curves.get(c), c);
    }
    plots.add(
        new Plot(
            stage.stage().stage(),
            "precision-recall",
            "Precision-recall curve",
            "Precision against recall at every threshold" + guide + ".",
            chart.height(),
            chart.png()));
  }

  private static void reliability(StageReport stage, EvaluationReport report, List<Plot> plots) {
    double least = 1.0 / stage.labels().size();
    double level = report.options().level();
    LineChart chart =
        new LineChart("confidence", "right answers")
            .xRange(least >= 0.5 ? 0.5 : 0, 1, "0.0")
            .yRange(0, 1)
            .area(CurvePlot.shareOfSamples(stage))
            .guide("", 0, 0, 1, 1);
    Bins.of(stage.reliability()).draw(chart, "right answers", level, 0);
    String calibrated = "";
    for (StageCalibration calibration : report.calibration()) {
      if (calibration.stage().equals(stage.stage())) {
        Bins.of(calibration.after().reliability()).draw(chart, "after a temperature", level, 1);
        calibrated = " The second colour: with temperatures fitted on other folds.";
      }
    }
    plots.add(
        new Plot(
            stage.stage(),
            "reliability",
            "Reliability diagram",
            """
                The share of right answers against the mean confidence of each bin; on the \
                dashed line a probability can be taken at its word, below it the model is too \
                sure. Lines: exact intervals as if cells were independent, too short where a \
                patient has many; pale: bins of fewer than %s samples.%s Grey: the share of \
                the samples in each bin; no confidence lies below 1/%s."""
                .formatted(Bins.FEW, calibrated, stage.labels().size()),
            chart.height(),
            chart.png()));
  }

  private static void riskCoverage(StageSamples stage, List<Plot> plots) {
    CurvePlot curve = CurvePlot.riskCoverage(stage.stage());
    double highest = Arrays.stream(curve.y()).max().orElse(0);
    double all = curve.y()[curve.y().length - 1];
    plots.add(
        new Plot(
            stage.stage().stage(),
            "risk-coverage",
            "Risk-coverage curve",
            "The share of errors among the answers when only the surest samples are answered; the"
                + " dashed line is the share when all are.",
            LineChart.HEIGHT,
            new LineChart("share answered", "errors among the answered")
                .xRange(0, 1, "0.0")
                .yRange(0, Math.max(0.05, Math.min(1, Math.ceil(highest * 20) / 20)))
                .guide("", 0, all, 1, all)
                .strand(curve, 0, false)
                .png()));
  }
}
