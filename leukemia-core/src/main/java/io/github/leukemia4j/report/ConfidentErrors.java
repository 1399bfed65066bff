package io.github.leukemia4j.report;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.DataException;
import io.github.leukemia4j.data.ImageSource;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import javax.imageio.ImageIO;

/** The wrong answers of which a stage was surest: where labels or pictures deserve a look. */
final class ConfidentErrors {
  /** How many are shown of each stage. */
  static final int MOST = 12;

  /** The longer side of the pictures, in pixels. */
  static final int SIDE = 192;

  private ConfidentErrors() {}

  /** The surest first; equally sure ones by id. */
  static List<StageSamples.Answer> of(StageSamples stage) {
    return stage.answers().stream()
        .filter(answer -> !answer.right())
        .sorted(
            Comparator.comparingDouble(StageSamples.Answer::confidence)
                .reversed()
                .thenComparing(StageSamples.Answer::id))
        .limit(MOST)
        .toList();
  }

  /**
   * @param jpeg the picture, made small
   * @param width in pixels
   * @param height in pixels
   */
  record Thumbnail(byte[] jpeg, int width, int height) {}

  /**
   * @throws IOException where the image is missing or cannot be read
   * @throws DataException where it is no image
   */
  static Thumbnail thumbnail(ImageSource source) throws IOException {
    CellImage image = source.read();
    double factor = Math.min(1, (double) SIDE / Math.max(image.height(), image.width()));
    CellImage small =
        image.resize(
            Math.max(1, (int) Math.round(factor * image.height())),
            Math.max(1, (int) Math.round(factor * image.width())));
    byte[] rgb = small.rgb();
    int[] pixels = new int[small.height() * small.width()];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] =
          (rgb[3 * i] & 0xFF) << 16 | (rgb[3 * i + 1] & 0xFF) << 8 | (rgb[3 * i + 2] & 0xFF);
    }
    BufferedImage picture =
        new BufferedImage(small.width(), small.height(), BufferedImage.TYPE_INT_RGB);
    picture.setRGB(0, 0, small.width(), small.height(), pixels, 0, small.width());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(picture, "jpg", out);
    return new Thumbnail(out.toByteArray(), small.width(), small.height());
  }
}
