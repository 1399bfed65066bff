package io.github.leukemia4j.explanation;

import io.github.leukemia4j.CellImage;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import javax.imageio.ImageIO;

/**
 * How much each pixel of an image speaks for a label, shape [height, width]: above 0 for it, below
 * 0 against it, on a scale that only fits this map. Immutable.
 */
public final class Heatmap {
  /** Of the heat in an overlay; the rest is the image in grey. */
  private static final double OPACITY = 0.55;

  /** Every tenth of matplotlib's viridis (van der Walt and Smith 2015), dark blue to yellow. */
  private static final int[] VIRIDIS = {
    0x440154, 0x482475, 0x414487, 0x355F8D, 0x2A788E, 0x21918C, 0x22A884, 0x44BF70, 0x7AD151,
    0xBDDF26, 0xFDE725
  };

  private final double[][] values;

  private Heatmap(double[][] values) {
    this.values = values;
  }

  /**
   * @param values [height, width], finite; copied
   * @throws IllegalArgumentException where there are none, rows differ in length, or one is not
   *     finite
   */
  public static Heatmap of(double[][] values) {
    Objects.requireNonNull(values, "values");
    int width = values.length == 0 ? 0 : values[0].length;
    boolean fits =
        width > 0
            && Arrays.stream(values)
                .allMatch(
                    row -> row.length == width && Arrays.stream(row).allMatch(Double::isFinite));
    if (!fits) {
      throw new IllegalArgumentException(
          "A heat map must have rows of one length, at least 1, with finite values; found "
              + values.length
              + " rows, the first of "
              + width
              + ".");
    }
    return new Heatmap(Arrays.stream(values).map(double[]::clone).toArray(double[][]::new));
  }

  /** In pixels. */
  public int height() {
    return values.length;
  }

  /** In pixels. */
  public int width() {
    return values[0].length;
  }

  /**
   * One pixel's heat.
   *
   * @param row from the top, from 0
   * @param column from the left, from 0
   */
  public double value(int row, int column) {
    return values[row][column];
  }

  /** A copy: [height, width]. */
  public double[][] values() {
    return Arrays.stream(values).map(double[]::clone).toArray(double[][]::new);
  }

  /** The map at another size, bilinear between the centres of its pixels. */
  public Heatmap resize(int height, int width) {
    double[][] resized = new double[height][width];
    for (int row = 0; row < height; row++) {
      double y = place(row, height, height());
      int above = (int) y;
      int below = Math.min(above + 1, height() - 1);
      for (int column = 0; column < width; column++) {
        double x = place(column, width, width());
        int left = (int) x;
        int right = Math.min(left + 1, width() - 1);
        double upper = mix(values[above][left], values[above][right], x - left);
        double lower = mix(values[below][left], values[below][right], x - left);
        resized[row][column] = mix(upper, lower, y - above);
      }
    }
    return Heatmap.of(resized);
  }

  /**
   * The map in the middle of a larger one that is 0 elsewhere: for a network that saw only the
   * middle of an image, see {@link CellImage#centre}.
   *
   * @throws IllegalArgumentException where the map is the larger one
   */
  public Heatmap centredIn(int height, int width) {
    if (height < height() || width < width()) {
      throw new IllegalArgumentException(
          "A heat map of "
              + height()
              + " x "
              + width()
              + " pixels must be put into one that is not smaller; found "
              + height
              + " x "
              + width
              + ".");
    }
    double[][] around = new double[height][width];
    int top = (height - height()) / 2;
    int left = (width - width()) / 2;
    for (int row = 0; row < height(); row++) {
      System.arraycopy(values[row], 0, around[top + row], left, width());
    }
    return new Heatmap(around);
  }

  private static double place(int index, int size, int ownSize) {
    double place = (index + 0.5) * ownSize / size - 0.5;
    return Math.max(0, Math.min(ownSize - 1, place));
  }

  private static double mix(double a, double b, double share) {
    return a + share * (b - a);
  }

  /**
   * The heat over the image in grey: dark blue where there is none or less than none, yellow in the
   * hottest hundredth. The colours (viridis) grow evenly lighter, also for the colour-blind.
   *
   * @return of the image's size
   */
  public CellImage overlay(CellImage image) {
    int h = image.height();
    int w = image.width();
    Heatmap map = h == height() && w == width() ? this : resize(h, w);
    double most = map.bright();
    byte[] rgb = new byte[h * w * 3];
    int at = 0;
    for (int row = 0; row < h; row++) {
      for (int column = 0; column < w; column++) {
        double[] colour = colour(most > 0 ? map.values[row][column] / most : 0);
        double grey =
            0.299 * image.value(row, column, 0)
                + 0.587 * image.value(row, column, 1)
                + 0.114 * image.value(row, column, 2);
        for (int channel = 0; channel < 3; channel++) {
          rgb[at++] = (byte) Math.round(mix(grey, colour[channel], OPACITY));
        }
      }
    }
    return CellImage.ofRgb(h, w, rgb);
  }

  /** What only a hundredth of the pixels exceed, so that single spikes do not hide the rest. */
  private double bright() {
    double[] sorted = Arrays.stream(values).flatMapToDouble(Arrays::stream).sorted().toArray();
    double bright = sorted[(int) Math.ceil(0.99 * sorted.length) - 1];
    return bright > 0 ? bright : sorted[sorted.length - 1];
  }

  /**
   * Writes the image and the overlays of maps beside it, from left to right, as one PNG file.
   *
   * @throws FileAlreadyExistsException where something is there already
   * @throws IOException where it cannot be written
   */
  public static void writePng(CellImage image, List<Heatmap> maps, Path file) throws IOException {
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new FileAlreadyExistsException(
          file.toString(), null, "nothing is overwritten: choose another file, or remove this one");
    }
    int w = image.width();
    BufferedImage picture =
        new BufferedImage((maps.size() + 1) * w, image.height(), BufferedImage.TYPE_INT_RGB);
    draw(image, picture, 0);
    for (int i = 0; i < maps.size(); i++) {
      draw(maps.get(i).overlay(image), picture, (i + 1) * w);
    }
    if (!ImageIO.write(picture, "png", file.toFile())) {
      throw new IOException("This Java has no PNG writer, so " + file + " cannot be written.");
    }
  }

  private static void draw(CellImage image, BufferedImage picture, int left) {
    for (int row = 0; row < image.height(); row++) {
      for (int column = 0; column < image.width(); column++) {
        int red = image.value(row, column, 0);
        int green = image.value(row, column, 1);
        int blue = image.value(row, column, 2);
        picture.setRGB(left + column, row, red << 16 | green << 8 | blue);
      }
    }
  }

  /**
   * A colour of the map.
   *
   * @param share cut to [0, 1]
   * @return red, green, blue, each 0 to 255
   */
  static double[] colour(double share) {
    double place = Math.max(0, Math.min(1, share)) * (VIRIDIS.length - 1);
    int below = Math.min((int) place, VIRIDIS.length - 2);
    double[] colour = new double[3];
    for (int channel = 0; channel < 3; channel++) {
      int shift = 16 - 8 * channel;
      colour[channel] =
          mix(VIRIDIS[below] >> shift & 0xFF, VIRIDIS[below + 1] >> shift & 0xFF, place - below);
    }
    return colour;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Heatmap that && Arrays.deepEquals(values, that.values);
  }

  @Override
  public int hashCode() {
    return Arrays.deepHashCode(values);
  }

  @Override
  public String toString() {
    return "Heatmap[" + height() + " x " + width() + "]";
  }
}
