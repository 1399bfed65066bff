package io.github.leukemia4j.report;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.DataException;
import io.github.leukemia4j.data.ImageSource;
import io.github.leukemia4j.explanation.ExplanationPicture;
import io.github.leukemia4j.report.view.Picture;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import javax.imageio.ImageIO;

/**
 * Answers of a stage that deserve a look: the wrong ones of which it was surest, where labels or
 * pictures may be at fault, and beside them the surest right ones and the least sure.
 */
final class ConfidentErrors {
  /** How many are shown of each stage. */
  static final int MOST = 12;

  /** The longer side of the pictures, in pixels. */
  static final int SIDE = 192;

  /** How many others are shown of each kind. */
  static final int FEW = 6;

  private static final Comparator<StageSamples.Answer> SUREST =
      Comparator.comparingDouble(StageSamples.Answer::confidence)
          .reversed()
          .thenComparing(StageSamples.Answer::id);

  private ConfidentErrors() {}

  /** The surest first; equally sure ones by id. */
  static List<StageSamples.Answer> of(StageSamples stage) {
    return stage.answers().stream()
        .filter(answer -> !answer.right())
        .sorted(SUREST)
        .limit(MOST)
        .toList();
  }

  /** The surest right ones, of each label alike. */
  static List<StageSamples.Answer> right(StageSamples stage) {
    int labels = stage.stage().labels().size();
    List<StageSamples.Answer> all = new ArrayList<>();
    for (int label = 0; label < labels; label++) {
      int of = label;
      stage.answers().stream()
          .filter(answer -> answer.right() && answer.truth() == of)
          .sorted(SUREST)
          .limit(Math.max(1, FEW / labels))
          .forEach(all::add);
    }
    return all;
  }

  /** Those of which the stage was least sure. */
  static List<StageSamples.Answer> unsure(StageSamples stage) {
    return stage.answers().stream()
        .sorted(
            Comparator.comparingDouble(ConfidentErrors::highest)
                .thenComparing(StageSamples.Answer::id))
        .limit(FEW)
        .toList();
  }

  private static double highest(StageSamples.Answer answer) {
    return Arrays.stream(answer.probabilities()).max().orElse(0);
  }

  /**
   * @param crop the share of each side that the network sees, of which the frame is drawn; 1 draws
   *     none
   * @param alternative what the picture shows
   * @throws IOException where the image is missing or cannot be read
   * @throws DataException where it is no image
   */
  static Picture thumbnail(ImageSource source, double crop, String alternative) throws IOException {
    CellImage image = source.read();
    double factor = Math.min(1, (double) SIDE / Math.max(image.height(), image.width()));
    CellImage small =
        image.resize(
            Math.max(1, (int) Math.round(factor * image.height())),
            Math.max(1, (int) Math.round(factor * image.width())));
    BufferedImage picture = small.toBufferedImage();
    Graphics2D graphics = picture.createGraphics();
    ExplanationPicture.frame(graphics, new Rectangle(small.width(), small.height()), crop);
    graphics.dispose();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(picture, "jpg", out);
    return Picture.of("image/jpeg", out.toByteArray(), alternative, small.width(), small.height());
  }
}
