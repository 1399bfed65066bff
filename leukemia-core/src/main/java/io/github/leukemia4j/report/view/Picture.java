package io.github.leukemia4j.report.view;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.DataException;
import io.github.leukemia4j.data.ImageSource;
import io.github.leukemia4j.explanation.ExplanationPicture;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import javax.imageio.ImageIO;

/**
 * A picture that stands in the page itself.
 *
 * @param uri a data URI
 * @param alternative what it shows, for those who do not see it
 * @param width at which it is shown, in pixels
 * @param height at which it is shown, in pixels
 */
public record Picture(String uri, String alternative, int width, int height) {
  /** The longer side of a small picture, in pixels. */
  private static final int SIDE = 192;

  /**
   * A picture as a file of an image format.
   *
   * @param format png or jpeg
   */
  public static Picture of(
      String format, BufferedImage image, String alternative, int width, int height) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, format, out);
    } catch (IOException e) {
      throw new UncheckedIOException("A picture can always be written to memory.", e);
    }
    String base64 = Base64.getEncoder().encodeToString(out.toByteArray());
    return new Picture(
        "data:image/%s;base64,%s".formatted(format, base64), alternative, width, height);
  }

  /**
   * An image of a cell, small.
   *
   * @param crop the share of each side that the network sees, of which the frame is drawn; 1 draws
   *     none
   * @param alternative what the picture shows
   * @throws IOException where the image is missing or cannot be read
   * @throws DataException where it is no image
   */
  public static Picture thumbnail(ImageSource source, double crop, String alternative)
      throws IOException {
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
    return of("jpeg", picture, alternative, small.width(), small.height());
  }
}
