package io.github.leukemia4j.loss;

/** Derivatives of a loss by differences, for losses that do not know their own. */
final class Differences {
  /** About the cube root of the rounding unit, where truncation and rounding errors balance. */
  private static final double RELATIVE_STEP = 6e-6;

  private static final double SMALLEST_SCALE = 1e-3;

  private Differences() {}

  static double[][] gradient(Loss loss, double[][] targets, double[][] probabilities) {
    double[][] moved = new double[probabilities.length][];
    double[][] gradient = new double[probabilities.length][];
    for (int i = 0; i < moved.length; i++) {
      moved[i] = probabilities[i].clone();
      gradient[i] = new double[moved[i].length];
    }
    double here = loss.value(targets, moved);
    for (int i = 0; i < moved.length; i++) {
      for (int c = 0; c < moved[i].length; c++) {
        double p = moved[i][c];
        double h = RELATIVE_STEP * Math.max(p, SMALLEST_SCALE);
        if (p < h) {
          gradient[i][c] = oneSided(loss, targets, moved, i, c, here, h);
        } else if (p > 1 - h) {
          gradient[i][c] = oneSided(loss, targets, moved, i, c, here, -h);
        } else {
          double above = at(loss, targets, moved, i, c, p + h);
          double below = at(loss, targets, moved, i, c, p - h);
          gradient[i][c] = (above - below) / (2 * h);
        }
      }
    }
    return gradient;
  }

  private static double oneSided(
      Loss loss, double[][] targets, double[][] moved, int i, int c, double here, double h) {
    double p = moved[i][c];
    double one = at(loss, targets, moved, i, c, p + h);
    double two = at(loss, targets, moved, i, c, p + 2 * h);
    return (-3 * here + 4 * one - two) / (2 * h);
  }

  private static double at(
      Loss loss, double[][] targets, double[][] moved, int i, int c, double p) {
    double kept = moved[i][c];
    moved[i][c] = p;
    double value = loss.value(targets, moved);
    moved[i][c] = kept;
    return value;
  }
}
