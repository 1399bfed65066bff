package io.github.leukemia4j.field;

import io.github.leukemia4j.CellImage;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** A field of discs: red cells, and white cells at places that are known, some of them touching. */
record PaintedField(CellImage image, List<double[]> centres) {
  private static final double MICROMETRE = 5;
  private static final int[] SLIDE = {250, 238, 220};
  private static final int[] RED = {214, 172, 168};
  private static final int[] CYTOPLASM = {196, 182, 214};
  private static final int[] NUCLEUS = {92, 42, 128};

  /**
   * @param white how many white cells, a third of them in touching pairs
   */
  static PaintedField of(int height, int width, int white, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] rgb = new byte[3 * height * width];
    disc(rgb, height, width, width / 2.0, height / 2.0, 4.0 * (height + width), SLIDE);
    List<double[]> centres = new ArrayList<>();
    double nucleus = 3.6 * MICROMETRE;
    double cell = 5 * MICROMETRE;
    int tries = 0;
    while (centres.size() < white && tries++ < 100_000) {
      boolean pair = centres.size() + 2 <= white && random.nextInt(5) == 0;
      double x = random.nextDouble(2 * cell, width - 2 * cell);
      double y = random.nextDouble(2 * cell, height - 2 * cell);
      double angle = random.nextDouble(2 * Math.PI);
      double apart = pair ? 2 * cell - 1 : 0;
      double x2 = x + apart * Math.cos(angle);
      double y2 = y + apart * Math.sin(angle);
      boolean free = x2 > cell && y2 > cell && x2 < width - cell && y2 < height - cell;
      for (double[] other : centres) {
        free &= Math.hypot(other[0] - x, other[1] - y) > 3 * cell;
        free &= Math.hypot(other[0] - x2, other[1] - y2) > 3 * cell;
      }
      if (free) {
        centres.add(new double[] {x, y});
        if (pair) {
          centres.add(new double[] {x2, y2});
        }
      }
    }
    for (int i = 0; i < height * width / 4000; i++) {
      double x = random.nextDouble(width);
      double y = random.nextDouble(height);
      if (centres.stream().allMatch(c -> Math.hypot(c[0] - x, c[1] - y) > cell + 4 * MICROMETRE)) {
        disc(rgb, height, width, x, y, 3.6 * MICROMETRE, RED);
      }
    }
    centres.forEach(c -> disc(rgb, height, width, c[0], c[1], cell, CYTOPLASM));
    centres.forEach(c -> disc(rgb, height, width, c[0], c[1], nucleus, NUCLEUS));
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) Math.max(0, Math.min(255, (rgb[i] & 0xFF) + random.nextInt(-4, 5)));
    }
    return new PaintedField(CellImage.ofRgb(height, width, rgb), centres);
  }

  private static void disc(
      byte[] rgb, int height, int width, double x, double y, double radius, int[] colour) {
    int bottom = (int) Math.min(height - 1, y + radius);
    int right = (int) Math.min(width - 1, x + radius);
    for (int row = (int) Math.max(0, y - radius); row <= bottom; row++) {
      for (int column = (int) Math.max(0, x - radius); column <= right; column++) {
        if (Math.hypot(column + 0.5 - x, row + 0.5 - y) <= radius) {
          for (int channel = 0; channel < 3; channel++) {
            rgb[3 * (row * width + column) + channel] = (byte) colour[channel];
          }
        }
      }
    }
  }
}
