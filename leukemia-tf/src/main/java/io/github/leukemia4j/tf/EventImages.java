package io.github.leukemia4j.tf;

import com.google.protobuf.ByteString;
import io.github.leukemia4j.CellImage;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import javax.imageio.ImageIO;
import org.tensorflow.proto.Summary;

/** Draws the pictures of an event file. Needs no fonts: headless machines may have none. */
final class EventImages {
  private static final int GRID_COLUMNS = 8;
  private static final int GAP = 2;
  private static final int CELL = 56;
  private static final int DOT = 2;
  private static final int GREY = 0x808080;

  /** Digits of 3 x 5 dots, a row in three bits, the uppermost row first. */
  private static final int[] DIGITS = {
    0b111_101_101_101_111,
    0b010_110_010_010_111,
    0b111_001_111_100_111,
    0b111_001_111_001_111,
    0b101_101_111_001_001,
    0b111_100_111_001_111,
    0b111_100_111_101_111,
    0b111_001_010_010_010,
    0b111_101_111_101_111,
    0b111_101_111_001_111,
  };

  private EventImages() {}

  /** All images, in rows of eight. */
  static Summary.Image grid(List<CellImage> images) throws IOException {
    int height = images.get(0).height() + GAP;
    int width = images.get(0).width() + GAP;
    int columns = Math.min(GRID_COLUMNS, images.size());
    int rows = (images.size() + columns - 1) / columns;
    BufferedImage picture = blank(columns * width + GAP, rows * height + GAP);
    for (int i = 0; i < images.size(); i++) {
      BufferedImage image = images.get(i).toBufferedImage();
      picture
          .getRaster()
          .setRect(GAP + i % columns * width, GAP + i / columns * height, image.getRaster());
    }
    return encode(picture);
  }

  /**
   * The counts, each on a ground that is the darker the larger its share of the row.
   *
   * @param counts [truth][answer]
   */
  static Summary.Image confusion(List<List<Long>> counts) throws IOException {
    int side = counts.size() * (CELL + GAP) + GAP;
    BufferedImage picture = blank(side, side);
    for (int row = 0; row < counts.size(); row++) {
      long total = counts.get(row).stream().mapToLong(Long::longValue).sum();
      for (int column = 0; column < counts.size(); column++) {
        long count = counts.get(row).get(column);
        double share = total == 0 ? 0 : (double) count / total;
        int left = GAP + column * (CELL + GAP);
        int top = GAP + row * (CELL + GAP);
        int pale = (int) Math.round(255 * (1 - share));
        fill(picture, left, top, CELL, CELL, pale << 16 | (128 + pale / 2) << 8 | 255);
        String digits = Long.toString(count);
        int textLeft = left + (CELL - digits.length() * 4 * DOT) / 2;
        for (int i = 0; i < digits.length(); i++) {
          draw(picture, digits.charAt(i) - '0', textLeft + i * 4 * DOT, top + (CELL - 5 * DOT) / 2);
        }
      }
    }
    return encode(picture);
  }

  private static void draw(BufferedImage picture, int digit, int left, int top) {
    for (int dot = 0; dot < 15; dot++) {
      if ((DIGITS[digit] >> (14 - dot) & 1) == 1) {
        fill(picture, left + dot % 3 * DOT, top + dot / 3 * DOT, DOT, DOT, 0);
      }
    }
  }

  private static BufferedImage blank(int width, int height) {
    BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    fill(picture, 0, 0, width, height, GREY);
    return picture;
  }

  /** What lies outside the picture, such as a number of more than seven digits, is cut. */
  private static void fill(
      BufferedImage picture, int left, int top, int width, int height, int rgb) {
    for (int y = Math.max(0, top); y < Math.min(picture.getHeight(), top + height); y++) {
      for (int x = Math.max(0, left); x < Math.min(picture.getWidth(), left + width); x++) {
        picture.setRGB(x, y, rgb);
      }
    }
  }

  private static Summary.Image encode(BufferedImage picture) throws IOException {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(picture, "png", png);
    return Summary.Image.newBuilder()
        .setHeight(picture.getHeight())
        .setWidth(picture.getWidth())
        .setColorspace(3)
        .setEncodedImageString(ByteString.copyFrom(png.toByteArray()))
        .build();
  }
}
