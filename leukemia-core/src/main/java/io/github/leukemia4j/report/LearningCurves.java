package io.github.leukemia4j.report;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.report.Plots.Plot;
import io.github.leukemia4j.training.TrainingConfig.SelectionConfig.Criterion;
import io.github.leukemia4j.training.TrainingHistory;
import io.github.leukemia4j.training.TrainingHistory.Epoch;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import javax.imageio.ImageIO;

/**
 * How a training went: the loss on the training and on the validation part, and the balanced
 * accuracy on the validation part, each with the epoch whose weights were kept.
 */
final class LearningCurves {
  /** What the files end with. */
  private static final String SUFFIX = "-learning-curves.png";

  /** Height of the title, in pixels of the picture. */
  private static final int TITLE = 56;

  private LearningCurves() {}

  /**
   * Writes a picture for each stage of a saved pipeline into its directory, called as its bundle
   * and the stage, such as {@code 1-cell-abnormal-learning-curves.png}, without the stage where the
   * network answers one; replaces what is there. A stage without a history has no picture.
   */
  static void write(Path pipeline) throws IOException {
    for (ModelBundle bundle : PipelineBundles.in(pipeline)) {
      Map<String, TrainingHistory> histories = PipelineBundles.histories(bundle);
      for (Map.Entry<String, TrainingHistory> stage : histories.entrySet()) {
        if (!stage.getValue().epochs().isEmpty()) {
          String which = histories.size() == 1 ? "" : "-" + stage.getKey();
          Path file = pipeline.resolve(bundle.directory().getFileName() + which + SUFFIX);
          ImageIO.write(picture(Label.of(stage.getKey()), stage.getValue()), "png", file.toFile());
        }
      }
    }
  }

  /** Loss and balanced accuracy side by side below a title, to be shown at half their size. */
  static BufferedImage picture(Label stage, TrainingHistory history) {
    List<BufferedImage> panels =
        of(stage, List.of(history)).stream().map(plot -> plot.chart().image()).toList();
    int width = panels.stream().mapToInt(BufferedImage::getWidth).sum();
    int height = TITLE + panels.get(0).getHeight();
    BufferedImage all = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = all.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, width, TITLE);
    graphics.setColor(LineChart.INK);
    graphics.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 28));
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    graphics.drawString("%s: kept %s".formatted(stage, history.selection()), 24, 40);
    int at = 0;
    for (BufferedImage panel : panels) {
      graphics.drawImage(panel, at, TITLE, null);
      at += panel.getWidth();
    }
    graphics.dispose();
    return all;
  }

  /** Two plots, on which several trainings are lines of their own; none without an epoch. */
  static List<Plot> of(Label stage, List<TrainingHistory> histories) {
    List<TrainingHistory> some = histories.stream().filter(h -> !h.epochs().isEmpty()).toList();
    if (some.isEmpty()) {
      return List.of();
    }
    boolean one = some.size() == 1;
    int last = some.stream().mapToInt(h -> h.epochs().size()).max().orElse(1);
    LineChart loss = new LineChart("epoch", "loss").xRange(1, Math.max(2, last), "0");
    LineChart accuracy =
        new LineChart("epoch", "balanced accuracy").xRange(1, Math.max(2, last), "0");
    for (int run = 0; run < some.size(); run++) {
      TrainingHistory history = some.get(run);
      String name = one ? "validation" : String.valueOf(run + 1);
      CurvePlot training =
          curve(one ? "training" : "training " + name, history, Epoch::trainingLoss);
      CurvePlot validation = curve(name, history, Epoch::validationLoss);
      if (one) {
        loss.strand(training, 1, true).strand(validation, 0, true);
      } else {
        loss.beside(training, run).strand(validation, run, true);
      }
      accuracy.strand(curve(name, history, Epoch::validationBalancedAccuracy), run, true);
    }
    for (TrainingHistory history : some) {
      String kept = history.criterion() == Criterion.LAST ? "kept: the last" : "kept epoch";
      double[] epoch = {history.bestEpoch()};
      Epoch best = history.best();
      loss.mark(new CurvePlot(kept, epoch, new double[] {best.validationLoss()}));
      accuracy.mark(new CurvePlot(kept, epoch, new double[] {best.validationBalancedAccuracy()}));
    }
    double highest =
        Math.max(highest(some, Epoch::trainingLoss), highest(some, Epoch::validationLoss));
    double least = -highest(some, epoch -> -epoch.validationBalancedAccuracy());
    String runs =
        one
            ? " Kept was %s.".formatted(some.get(0).selection())
            : " One colour for each of %d trainings, such as folds, in their order."
                .formatted(some.size());
    return List.of(
        new Plot(
            "Learning curves of the stage %s: loss".formatted(stage),
            (one
                    ? "The loss on the training part, with augmentation and dropout, and on the"
                        + " validation part."
                    : "The loss on the validation part; dashed: on the training part, with"
                        + " augmentation and dropout.")
                + runs,
            loss.yRange(0, Math.max(0.1, Math.ceil(highest * 10) / 10))),
        new Plot(
            "Learning curves of the stage %s: balanced accuracy".formatted(stage),
            "Mean recall over the labels on the validation part." + runs,
            accuracy.yRange(Math.floor(least * 10) / 10, 1)));
  }

  private static double highest(List<TrainingHistory> histories, ToDoubleFunction<Epoch> value) {
    return histories.stream()
        .flatMap(history -> history.epochs().stream())
        .mapToDouble(value)
        .max()
        .orElseThrow();
  }

  private static CurvePlot curve(
      String name, TrainingHistory history, ToDoubleFunction<Epoch> value) {
    return new CurvePlot(
        name,
        history.epochs().stream().mapToDouble(Epoch::epoch).toArray(),
        history.epochs().stream().mapToDouble(value).toArray());
  }
}
