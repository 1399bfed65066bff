package io.github.leukemia4j.explanation;

import io.github.leukemia4j.CellImage;
import java.util.Arrays;
import java.util.Objects;

/**
 * How much each pixel of an image speaks for a label, shape [height, width]: above 0 for it, below
 * 0 against it, on a scale that only fits this map. Immutable.
 */
public final class Heatmap {
  /** Of the hottest pixels in an overlay; the rest is the image in its own colours. */
  private static final double OPACITY = 0.6;

  /** What speaks for the label: yellow, which no usual stain has. */
  static final int FOR = 0xFFD400;

  /** What speaks against it: a green that is told from yellow by every kind of colour vision. */
  static final int AGAINST = 0x00A98F;

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
          "A heat map must have rows of one length, at least 1, with finite values; found %s rows, the first of %s."
              .formatted(values.length, width));
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
   * The map in the middle of another that is 0 elsewhere, for a network that saw only the middle of
   * an image, see {@link CellImage#centre}. What lies outside of the other is cut off.
   */
  public Heatmap centredIn(int height, int width) {
    double[][] around = new double[height][width];
    int top = Math.floorDiv(height - height(), 2);
    int left = Math.floorDiv(width - width(), 2);
    int inner = Math.max(0, -left);
    for (int row = Math.max(0, -top); row < Math.min(height(), height - top); row++) {
      System.arraycopy(
          values[row],
          inner,
          around[top + row],
          Math.max(0, left),
          Math.min(width, width() - inner));
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
   * The heat over the image in its own colours: yellow speaks for the label, green against it, the
   * more the less the image shines through. Where there is no heat the image is as it was, so that
   * the stain stays visible.
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
        double share = most > 0 ? map.values[row][column] / most : 0;
        double opacity = OPACITY * Math.min(1, Math.abs(share));
        int colour = share >= 0 ? FOR : AGAINST;
        for (int channel = 0; channel < 3; channel++) {
          int heat = colour >> 16 - 8 * channel & 0xFF;
          rgb[at++] = (byte) Math.round(mix(image.value(row, column, channel), heat, opacity));
        }
      }
    }
    return CellImage.ofRgb(h, w, rgb);
  }

  /**
   * The strength that only a hundredth of the pixels exceed, so that single spikes do not hide the
   * rest.
   */
  private double bright() {
    double[] sorted =
        Arrays.stream(values).flatMapToDouble(Arrays::stream).map(Math::abs).sorted().toArray();
    double bright = sorted[(int) Math.ceil(0.99 * sorted.length) - 1];
    return bright > 0 ? bright : sorted[sorted.length - 1];
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
