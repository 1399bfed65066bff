package io.github.leukemia4j.field;

import io.github.leukemia4j.CellImage;

/**
 * What is measured at each pixel of a field. Nuclei take up green light and let blue pass; the
 * empty slide lets all pass.
 *
 * @param height in pixels
 * @param width in pixels
 * @param rgb the field's own
 * @param purple blue minus 1.25 times green, smoothed; greatest in nuclei; 0 to {@value #LEVELS}
 * @param dark 255 minus green, smoothed
 */
record Planes(int height, int width, byte[] rgb, short[] purple, short[] dark) {
  /** How many values a plane may have. */
  static final int LEVELS = 576;

  private static final int[] QUARTERS_DARK = {0, -4, 0};
  private static final int[] QUARTERS_PURPLE = {0, -5, 4};

  static Planes of(CellImage field) {
    byte[] rgb = field.rgb();
    return new Planes(
        field.height(),
        field.width(),
        rgb,
        smoothed(rgb, field.height(), field.width(), QUARTERS_PURPLE, 319 * 4),
        smoothed(rgb, field.height(), field.width(), QUARTERS_DARK, 255 * 4));
  }

  /** A Gaussian of 1 pixel: the binomial weights 1, 4, 6, 4, 1 have its variance. */
  private static short[] smoothed(byte[] rgb, int height, int width, int[] quarters, int offset) {
    int[] line = new int[width];
    int[][] rows = new int[5][width];
    short[] out = new short[height * width];
    for (int y = -2; y < height + 2; y++) {
      int from = 3 * width * Math.max(0, Math.min(height - 1, y));
      for (int x = 0; x < width; x++) {
        line[x] =
            quarters[0] * (rgb[from + 3 * x] & 0xFF)
                + quarters[1] * (rgb[from + 3 * x + 1] & 0xFF)
                + quarters[2] * (rgb[from + 3 * x + 2] & 0xFF)
                + offset;
      }
      int[] row = rows[(y + 5) % 5];
      for (int x = 0; x < width; x++) {
        row[x] =
            6 * line[x]
                + 4 * (line[Math.max(0, x - 1)] + line[Math.min(width - 1, x + 1)])
                + line[Math.max(0, x - 2)]
                + line[Math.min(width - 1, x + 2)];
      }
      if (y >= 2) {
        int[] a = rows[(y + 1) % 5];
        int[] b = rows[(y + 2) % 5];
        int[] c = rows[(y + 3) % 5];
        int[] d = rows[(y + 4) % 5];
        int to = (y - 2) * width;
        for (int x = 0; x < width; x++) {
          int sum = a[x] + row[x] + 4 * (b[x] + d[x]) + 6 * c[x];
          out[to + x] = (short) (sum + 512 >> 10);
        }
      }
    }
    return out;
  }

  static long[] histogram(short[] plane) {
    long[] histogram = new long[LEVELS];
    for (short value : plane) {
      histogram[value]++;
    }
    return histogram;
  }

  static Mask above(short[] plane, int height, int width, int threshold) {
    boolean[] in = new boolean[plane.length];
    for (int i = 0; i < in.length; i++) {
      in[i] = plane[i] > threshold;
    }
    return new Mask(height, width, in);
  }
}
