package io.github.leukemia4j.report;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.report.Plots.Plot;
import io.github.leukemia4j.training.SelectionConfig.Criterion;
import io.github.leukemia4j.training.TrainingHistory;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import javax.imageio.ImageIO;

/**
 * How a training went, as one picture: on the left the loss on the training and on the validation
 * part, on the right the balanced accuracy on the validation part, each with the epoch whose
 * weights were kept. Drawn by XChart.
 */
public final class LearningCurves {
  /** What the files end with. */
  public static final String SUFFIX = "-learning-curves.png";

  /** Height of the title, in pixels of the picture. */
  private static final int TITLE = 56;

  private LearningCurves() {}

  /**
   * The picture, 1760 x 736 pixels, to be shown at half that size.
   *
   * @param history of at least one epoch
   * @return a PNG
   * @throws IllegalArgumentException where the history has no epoch
   */
  public static byte[] png(TrainingHistory history) {
    return png(Label.of("training"), history);
  }

  /**
   * The same under a title that names the stage and says which epoch was kept and why.
   *
   * @param stage that was trained
   * @param history of at least one epoch
   */
  public static byte[] png(Label stage, TrainingHistory history) {
    if (history.epochs().isEmpty()) {
      throw new IllegalArgumentException(
          "Learning curves need a training of at least one epoch; found none.");
    }
    List<Plot> plots = new ArrayList<>();
    draw(stage, List.of(history), plots);
    try {
      return sideBySide(stage + ": kept " + history.selection(), plots);
    } catch (IOException e) {
      throw new UncheckedIOException("A picture can always be written to memory.", e);
    }
  }

  private static byte[] sideBySide(String title, List<Plot> plots) throws IOException {
    List<BufferedImage> panels = new ArrayList<>();
    for (Plot plot : plots) {
      panels.add(ImageIO.read(new ByteArrayInputStream(plot.png())));
    }
    int width = panels.stream().mapToInt(BufferedImage::getWidth).sum();
    int height = panels.stream().mapToInt(BufferedImage::getHeight).max().orElseThrow();
    BufferedImage all = new BufferedImage(width, TITLE + height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = all.createGraphics();
    try {
      graphics.setColor(Color.WHITE);
      graphics.fillRect(0, 0, width, TITLE);
      graphics.setColor(new Color(0x333333));
      graphics.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 28));
      graphics.setRenderingHint(
          RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
      graphics.drawString(title, 24, 40);
      int at = 0;
      for (BufferedImage panel : panels) {
        graphics.drawImage(panel, at, TITLE, null);
        at += panel.getWidth();
      }
    } finally {
      graphics.dispose();
    }
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(all, "png", png);
    return png.toByteArray();
  }

  /**
   * Writes a picture for each stage of a saved pipeline, called as the stage's directory and
   * {@value #SUFFIX}, such as {@code 1-cell-learning-curves.png}, with the stage's name between
   * them where a network answers several; replaces what is there. The bundles themselves, whose
   * files are listed with their digests, stay as they are. A stage without a history has no
   * picture.
   *
   * @param pipeline its directory
   * @param directory where to write; may be the pipeline's own
   * @return the files, stage by stage
   */
  public static List<Path> write(Path pipeline, Path directory) throws IOException {
    Files.createDirectories(directory);
    List<Path> files = new ArrayList<>();
    for (ModelBundle bundle : BundleReader.in(pipeline)) {
      Map<String, TrainingHistory> histories = BundleReader.histories(bundle);
      for (Map.Entry<String, TrainingHistory> stage : histories.entrySet()) {
        if (!stage.getValue().epochs().isEmpty()) {
          String which = histories.size() == 1 ? "" : "-" + stage.getKey();
          Path file = directory.resolve(bundle.directory().getFileName() + which + SUFFIX);
          files.add(Files.write(file, png(Label.of(stage.getKey()), stage.getValue())));
        }
      }
    }
    return files;
  }

  /** Adds the plots of a stage, on which several trainings are lines of their own. */
  static void draw(Label stage, List<TrainingHistory> histories, List<Plot> plots) {
    List<TrainingHistory> some = histories.stream().filter(h -> !h.epochs().isEmpty()).toList();
    if (some.isEmpty()) {
      return;
    }
    int last = some.stream().mapToInt(h -> h.epochs().size()).max().orElse(1);
    String runs =
        some.size() == 1
            ? " Kept was " + some.get(0).selection() + "."
            : " One colour for each of "
                + some.size()
                + " trainings, such as folds, in their order.";
    LineChart loss = new LineChart("epoch", "loss").xRange(1, Math.max(2, last), "0");
    LineChart accuracy =
        new LineChart("epoch", "balanced accuracy").xRange(1, Math.max(2, last), "0");
    double least = 1;
    double highest = 0;
    for (int run = 0; run < some.size(); run++) {
      TrainingHistory history = some.get(run);
      String name = some.size() == 1 ? "validation" : String.valueOf(run + 1);
      CurvePlot training =
          curve(
              some.size() == 1 ? "training" : "training " + name,
              history,
              TrainingHistory.Epoch::trainingLoss);
      CurvePlot validation = curve(name, history, TrainingHistory.Epoch::validationLoss);
      CurvePlot balanced = curve(name, history, TrainingHistory.Epoch::validationBalancedAccuracy);
      if (some.size() == 1) {
        loss.strand(training, 1, true).strand(validation, 0, true);
      } else {
        loss.beside(training, run).strand(validation, run, true);
      }
      accuracy.strand(balanced, run, true);
      least = Math.min(least, Arrays.stream(balanced.y()).min().orElse(1));
      highest =
          Math.max(
              highest,
              Math.max(
                  Arrays.stream(training.y()).max().orElse(0),
                  Arrays.stream(validation.y()).max().orElse(0)));
    }
    for (int run = 0; run < some.size(); run++) {
      TrainingHistory history = some.get(run);
      String suffix = run == 0 ? kept(history) : "kept " + (run + 1);
      double[] epoch = {history.bestEpoch()};
      loss.mark(
          new CurvePlot(suffix, epoch, new double[] {history.best().validationLoss()}), run == 0);
      accuracy.mark(
          new CurvePlot(suffix, epoch, new double[] {history.best().validationBalancedAccuracy()}),
          run == 0);
    }
    plots.add(
        new Plot(
            stage,
            "learning-loss",
            "Learning curves of the stage " + stage + ": loss",
            (some.size() == 1
                    ? "The loss on the training part, with augmentation and dropout, and on the"
                        + " validation part."
                    : "The loss on the validation part; dashed: on the training part, with"
                        + " augmentation and dropout.")
                + runs,
            LineChart.HEIGHT,
            loss.yRange(0, Math.max(0.1, Math.ceil(highest * 10) / 10)).png()));
    plots.add(
        new Plot(
            stage,
            "learning-balanced-accuracy",
            "Learning curves of the stage " + stage + ": balanced accuracy",
            "Mean recall over the labels on the validation part." + runs,
            LineChart.HEIGHT,
            accuracy.yRange(Math.floor(least * 10) / 10, 1).png()));
  }

  private static String kept(TrainingHistory history) {
    return history.criterion() == Criterion.LAST ? "kept: the last" : "kept epoch";
  }

  private static CurvePlot curve(
      String name, TrainingHistory history, ToDoubleFunction<TrainingHistory.Epoch> value) {
    return new CurvePlot(
        name,
        history.epochs().stream().mapToDouble(TrainingHistory.Epoch::epoch).toArray(),
        history.epochs().stream().mapToDouble(value).toArray());
  }
}
