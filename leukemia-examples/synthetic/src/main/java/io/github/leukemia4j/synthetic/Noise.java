package io.github.leukemia4j.synthetic;

/**
 * Smooth random patterns in the plane; every one is a pure function of place and pattern number.
 */
final class Noise {
  private Noise() {}

  /** Value noise with features of about unit size, in [-1, 1]. */
  static double smooth(double x, double y, int pattern) {
    double floorX = Math.floor(x);
    double floorY = Math.floor(y);
    int column = (int) floorX;
    int row = (int) floorY;
    double u = ease(x - floorX);
    double v = ease(y - floorY);
    double above = mix(uniform(column, row, pattern), uniform(column + 1, row, pattern), u);
    double below = mix(uniform(column, row + 1, pattern), uniform(column + 1, row + 1, pattern), u);
    return 2 * mix(above, below, v) - 1;
  }

  /** Two octaves of {@link #smooth}, in [-1, 1]. */
  static double rough(double x, double y, int pattern) {
    return 0.65 * smooth(x, y, pattern) + 0.35 * smooth(2.1 * x + 5.3, 2.1 * y + 1.7, pattern + 1);
  }

  /**
   * Blocks of about unit size with cracks between: the distance to the second nearest of scattered
   * points less that to the nearest (Worley 1996), cut at 0.6 and eased to [-1, 1]; -1 in a crack.
   */
  static double blocks(double x, double y, int pattern) {
    int column = (int) Math.floor(x);
    int row = (int) Math.floor(y);
    double nearest = Double.MAX_VALUE;
    double second = Double.MAX_VALUE;
    for (int i = column - 1; i <= column + 1; i++) {
      for (int j = row - 1; j <= row + 1; j++) {
        double dx = i + 0.15 + 0.7 * uniform(i, j, pattern) - x;
        double dy = j + 0.15 + 0.7 * uniform(i, j, pattern + 1) - y;
        double square = dx * dx + dy * dy;
        if (square < nearest) {
          second = nearest;
          nearest = square;
        } else if (square < second) {
          second = square;
        }
      }
    }
    double t = Math.min(0.6, Math.sqrt(second) - Math.sqrt(nearest)) / 0.6;
    return 2 * ease(t) - 1;
  }

  /** In [0, 1); for the integer finaliser see MurmurHash3's fmix32. */
  static double uniform(int x, int y, int pattern) {
    int h = x * 0x27d4eb2d ^ y * 0x165667b1 ^ pattern * 0x9e3779b9;
    h = (h ^ h >>> 16) * 0x85ebca6b;
    h = (h ^ h >>> 13) * 0xc2b2ae35;
    return ((h ^ h >>> 16) >>> 8) * 0x1p-24;
  }

  private static double ease(double t) {
    return t * t * (3 - 2 * t);
  }

  private static double mix(double a, double b, double t) {
    return a + (b - a) * t;
  }
}
