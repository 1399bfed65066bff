package io.github.leukemia4j.research.study;

import io.github.leukemia4j.CellImage;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.stream.IntStream;

/**
 * What classical work measures of a cell: size, shape, colour and texture of its nucleus. The
 * nucleus is what is darker than Otsu's threshold in the green channel, the largest connected part
 * about the middle of the image, in an image of one size. Stateless.
 */
final class NucleusFeatures {
  /** The share of an image's sides in which the cell is looked for. */
  private static final double CROP = 0.6;

  private static final int SIDE = 128;
  private static final int PIXELS = SIDE * SIDE;
  private static final int LEVELS = 16;

  /** Uniform local binary patterns of eight neighbours by their number of ones, and the others. */
  private static final int PATTERNS = 10;

  private static final int[] STEPS = {-SIDE, -1, 1, SIDE};

  /** In the order of a circle. */
  private static final int[] CIRCLE = {
    -SIDE - 1, -SIDE, -SIDE + 1, 1, SIDE + 1, SIDE, SIDE - 1, -1
  };

  private NucleusFeatures() {}

  /** How many features there are. */
  static final int COUNT = 5 + 9 + PATTERNS + 4;

  /**
   * Area, roundness, eccentricity, fill of the bounding box and darkness; means and deviations of
   * the three channels within the nucleus and their means around it; shares of local binary
   * patterns (Ojala et al. 2002); contrast, energy, homogeneity and correlation of neighbours
   * (Haralick et al. 1973).
   *
   * @return [28]
   */
  static double[] of(CellImage image) {
    byte[] rgb = image.centre(CROP).resize(SIDE, SIDE).rgb();
    int[] green = new int[PIXELS];
    for (int i = 0; i < PIXELS; i++) {
      green[i] = rgb[3 * i + 1] & 0xFF;
    }
    int threshold = otsu(green);
    boolean[] nucleus = nucleus(green, threshold);
    double[] features = new double[COUNT];
    shape(nucleus, green, features);
    colour(nucleus, rgb, features, 5);
    patterns(nucleus, green, features, 14);
    neighbours(nucleus, green, features, 14 + PATTERNS);
    return features;
  }

  /** The value that parts the histogram into the two classes that are most apart (Otsu 1979). */
  static int otsu(int[] values) {
    long[] counts = new long[256];
    for (int value : values) {
      counts[value]++;
    }
    double all = IntStream.range(0, 256).mapToDouble(v -> (double) v * counts[v]).sum();
    long below = 0;
    double sumBelow = 0;
    double most = -1;
    int best = 127;
    for (int value = 0; value < 255; value++) {
      below += counts[value];
      sumBelow += (double) value * counts[value];
      long above = values.length - below;
      if (below > 0 && above > 0) {
        double apart = sumBelow / below - (all - sumBelow) / above;
        double between = apart * apart * below * above;
        if (between > most) {
          most = between;
          best = value;
        }
      }
    }
    return best;
  }

  /** The connected dark part with most pixels in the middle half; without one the middle disc. */
  private static boolean[] nucleus(int[] green, int threshold) {
    int[] part = new int[PIXELS];
    int parts = 0;
    int best = 0;
    int most = 0;
    for (int start = 0; start < PIXELS; start++) {
      if (part[start] == 0 && green[start] <= threshold) {
        parts++;
        int central = fill(green, threshold, part, start, parts);
        if (central > most) {
          most = central;
          best = parts;
        }
      }
    }
    boolean[] nucleus = new boolean[PIXELS];
    for (int i = 0; i < PIXELS; i++) {
      double dy = i / SIDE - SIDE / 2.0;
      double dx = i % SIDE - SIDE / 2.0;
      nucleus[i] = most > 0 ? part[i] == best : dx * dx + dy * dy < SIDE * SIDE / 16.0;
    }
    return nucleus;
  }

  /** Marks a part, and counts its pixels in the middle half. */
  private static int fill(int[] green, int threshold, int[] part, int start, int number) {
    Deque<Integer> open = new ArrayDeque<>();
    open.add(start);
    part[start] = number;
    int central = 0;
    while (!open.isEmpty()) {
      int at = open.remove();
      int row = at / SIDE;
      int column = at % SIDE;
      boolean inside =
          row >= SIDE / 4 && row < 3 * SIDE / 4 && column >= SIDE / 4 && column < 3 * SIDE / 4;
      central += inside ? 1 : 0;
      for (int step : STEPS) {
        int next = at + step;
        boolean there =
            next >= 0 && next < PIXELS && (Math.abs(step) == SIDE || next / SIDE == row);
        if (there && part[next] == 0 && green[next] <= threshold) {
          part[next] = number;
          open.add(next);
        }
      }
    }
    return central;
  }

  private static void shape(boolean[] nucleus, int[] green, double[] to) {
    double area = 0;
    double border = 0;
    double sumX = 0;
    double sumY = 0;
    double dark = 0;
    int left = SIDE;
    int right = 0;
    int top = SIDE;
    int bottom = 0;
    for (int i = 0; i < PIXELS; i++) {
      if (nucleus[i]) {
        int row = i / SIDE;
        int column = i % SIDE;
        area++;
        sumX += column;
        sumY += row;
        dark += 255 - green[i];
        left = Math.min(left, column);
        right = Math.max(right, column);
        top = Math.min(top, row);
        bottom = Math.max(bottom, row);
        border += edges(nucleus, i);
      }
    }
    double xx = 0;
    double yy = 0;
    double xy = 0;
    for (int i = 0; i < PIXELS; i++) {
      if (nucleus[i]) {
        double dx = i % SIDE - sumX / area;
        double dy = i / SIDE - sumY / area;
        xx += dx * dx / area;
        yy += dy * dy / area;
        xy += dx * dy / area;
      }
    }
    double root = Math.sqrt((xx - yy) * (xx - yy) + 4 * xy * xy);
    double major = (xx + yy + root) / 2;
    double minor = (xx + yy - root) / 2;
    to[0] = area / PIXELS;
    to[1] = 4 * Math.PI * area / (border * border);
    to[2] = major > 0 ? Math.sqrt(Math.max(0, 1 - minor / major)) : 0;
    to[3] = area / ((right - left + 1.0) * (bottom - top + 1));
    to[4] = dark / area / 255;
  }

  /** Sides of a pixel on which the nucleus ends. */
  private static int edges(boolean[] nucleus, int at) {
    int edges = 0;
    for (int step : STEPS) {
      int next = at + step;
      boolean there =
          next >= 0 && next < PIXELS && (Math.abs(step) == SIDE || next / SIDE == at / SIDE);
      edges += there && nucleus[next] ? 0 : 1;
    }
    return edges;
  }

  private static void colour(boolean[] nucleus, byte[] rgb, double[] to, int from) {
    for (int channel = 0; channel < 3; channel++) {
      double[] count = new double[2];
      double[] sum = new double[2];
      double squares = 0;
      for (int i = 0; i < PIXELS; i++) {
        int side = nucleus[i] ? 0 : 1;
        double value = (rgb[3 * i + channel] & 0xFF) / 255.0;
        count[side]++;
        sum[side] += value;
        squares += nucleus[i] ? value * value : 0;
      }
      double mean = sum[0] / count[0];
      to[from + channel] = mean;
      to[from + 3 + channel] = Math.sqrt(Math.max(0, squares / count[0] - mean * mean));
      to[from + 6 + channel] = count[1] == 0 ? mean : sum[1] / count[1];
    }
  }

  private static void patterns(boolean[] nucleus, int[] green, double[] to, int from) {
    double all = 0;
    for (int i = 0; i < PIXELS; i++) {
      if (nucleus[i] && inside(i)) {
        int ones = 0;
        int changes = 0;
        boolean before = green[i + CIRCLE[CIRCLE.length - 1]] >= green[i];
        for (int step : CIRCLE) {
          boolean one = green[i + step] >= green[i];
          ones += one ? 1 : 0;
          changes += one == before ? 0 : 1;
          before = one;
        }
        to[from + (changes <= 2 ? ones : PATTERNS - 1)]++;
        all++;
      }
    }
    for (int p = 0; p < PATTERNS; p++) {
      to[from + p] /= Math.max(1, all);
    }
  }

  private static boolean inside(int i) {
    int row = i / SIDE;
    int column = i % SIDE;
    return row > 0 && row < SIDE - 1 && column > 0 && column < SIDE - 1;
  }

  /** Of the pairs of neighbours in four directions, both within the nucleus. */
  private static void neighbours(boolean[] nucleus, int[] green, double[] to, int from) {
    double[][] pairs = new double[LEVELS][LEVELS];
    double all = 0;
    for (int i = 0; i < PIXELS; i++) {
      if (nucleus[i] && inside(i)) {
        for (int step : new int[] {1, SIDE - 1, SIDE, SIDE + 1}) {
          if (nucleus[i + step]) {
            int a = green[i] * LEVELS / 256;
            int b = green[i + step] * LEVELS / 256;
            pairs[a][b]++;
            pairs[b][a]++;
            all += 2;
          }
        }
      }
    }
    if (all == 0) {
      return;
    }
    double mean = 0;
    double square = 0;
    double product = 0;
    for (int a = 0; a < LEVELS; a++) {
      for (int b = 0; b < LEVELS; b++) {
        double share = pairs[a][b] / all;
        to[from] += share * (a - b) * (a - b);
        to[from + 1] += share * share;
        to[from + 2] += share / (1 + Math.abs(a - b));
        mean += share * a;
        square += share * a * a;
        product += share * a * b;
      }
    }
    double variance = square - mean * mean;
    to[from + 3] = variance > 1e-12 ? (product - mean * mean) / variance : 1;
  }
}
