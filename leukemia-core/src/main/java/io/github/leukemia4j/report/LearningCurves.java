package io.github.leukemia4j.report;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.report.Plots.Plot;
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
import java.util.List;
import java.util.Map;
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
    Plots.learning(stage, List.of(history), plots);
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
    for (ModelBundle bundle : Bundles.in(pipeline)) {
      Map<String, TrainingHistory> histories = Bundles.histories(bundle);
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
}
