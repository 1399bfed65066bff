package io.github.leukemia4j.image.scale;

import io.github.leukemia4j.CellImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Finds the whole red cells of an image and measures them. Green light tells the empty slide, red
 * cells and nuclei apart: two thresholds divide its values into the three classes with the greatest
 * variance between them (Otsu 1979). A red cell is a connected region that is darker than the
 * slide, with its pale middle filled in, away from the border, without a nucleus, and round.
 */
final class RedCells {
  /** Of a region's pixels, how many may be as dark as a nucleus. */
  private static final double MOST_NUCLEUS = 0.03;

  /** The shorter over the longer axis of a cell that lies flat and alone. */
  private static final double LEAST_AXES = 0.8;

  /**
   * A region's area over that of the ellipse with its second moments, which is 1 for an ellipse.
   */
  private static final double LEAST_ELLIPSE = 0.97;

  private static final int LEAST_PIXELS = 100;

  private final int height;
  private final int width;
  private final int[] green;
  private final boolean[] seen;
  private final int[] queue;

  private RedCells(CellImage image) {
    height = image.height();
    width = image.width();
    green = new int[height * width];
    byte[] rgb = image.rgb();
    for (int i = 0; i < green.length; i++) {
      green[i] = rgb[3 * i + 1] & 0xFF;
    }
    seen = new boolean[green.length];
    queue = new int[green.length];
  }

  /** The diameters, in pixels, of the circles with the areas of the cells. */
  static List<Double> diameters(CellImage image) {
    return new RedCells(image).measure();
  }

  private List<Double> measure() {
    int[] thresholds = thresholds();
    boolean[] stained = new boolean[green.length];
    for (int i = 0; i < green.length; i++) {
      stained[i] = green[i] <= thresholds[1];
    }
    fillHoles(stained);
    List<Double> found = new ArrayList<>();
    Arrays.fill(seen, false);
    for (int i = 0; i < green.length; i++) {
      if (stained[i] && !seen[i]) {
        Region cell = flood(stained, i, thresholds[0]);
        if (cell.isRedCell()) {
          found.add(2 * Math.sqrt(cell.pixels / Math.PI));
        }
      }
    }
    return found;
  }

  private void fillHoles(boolean[] stained) {
    boolean[] slide = new boolean[stained.length];
    for (int i = 0; i < stained.length; i++) {
      slide[i] = !stained[i];
    }
    for (int i = 0; i < slide.length; i++) {
      if (slide[i] && !seen[i]) {
        Region hole = flood(slide, i, -1);
        if (!hole.atBorder) {
          for (int k = 0; k < hole.pixels; k++) {
            stained[queue[k]] = true;
          }
        }
      }
    }
  }

  /**
   * Counts the region of a pixel, whose pixels stand in the queue afterwards.
   *
   * @param nucleus the lightest green of a nucleus
   */
  private Region flood(boolean[] mask, int start, int nucleus) {
    Region found = new Region();
    int end = 0;
    queue[end++] = start;
    seen[start] = true;
    for (int at = 0; at < end; at++) {
      int pixel = queue[at];
      int x = pixel % width;
      int y = pixel / width;
      found.add(x, y, green[pixel] <= nucleus);
      if (x == 0 || y == 0 || x == width - 1 || y == height - 1) {
        found.atBorder = true;
      }
      for (int side = 0; side < 4; side++) {
        int nx = x + (side == 0 ? 1 : side == 1 ? -1 : 0);
        int ny = y + (side == 2 ? 1 : side == 3 ? -1 : 0);
        int next = ny * width + nx;
        if (nx >= 0 && nx < width && ny >= 0 && ny < height && mask[next] && !seen[next]) {
          seen[next] = true;
          queue[end++] = next;
        }
      }
    }
    return found;
  }

  /** The lightest green of a nucleus and of a red cell. */
  private int[] thresholds() {
    double[] count = new double[257];
    double[] sum = new double[257];
    int[] histogram = new int[256];
    for (int value : green) {
      histogram[value]++;
    }
    for (int v = 0; v < 256; v++) {
      count[v + 1] = count[v] + histogram[v];
      sum[v + 1] = sum[v] + (double) histogram[v] * v;
    }
    int[] best = {0, 0};
    double most = -1;
    for (int low = 1; low < 255; low++) {
      for (int high = low + 1; high < 256; high++) {
        double between =
            part(count, sum, 0, low) + part(count, sum, low, high) + part(count, sum, high, 256);
        if (between > most) {
          most = between;
          best = new int[] {low - 1, high - 1};
        }
      }
    }
    return best;
  }

  private static double part(double[] count, double[] sum, int from, int to) {
    double n = count[to] - count[from];
    double s = sum[to] - sum[from];
    return n == 0 ? 0 : s * s / n;
  }

  /** What is counted of a region. */
  private static final class Region {
    private int pixels;
    private int nucleus;
    private boolean atBorder;
    private double x;
    private double y;
    private double xx;
    private double yy;
    private double xy;

    void add(int column, int row, boolean dark) {
      pixels++;
      nucleus += dark ? 1 : 0;
      x += column;
      y += row;
      xx += (double) column * column;
      yy += (double) row * row;
      xy += (double) column * row;
    }

    boolean isRedCell() {
      if (atBorder || pixels < LEAST_PIXELS || nucleus > MOST_NUCLEUS * pixels) {
        return false;
      }
      // A pixel is a square, whose own variance along each side is 1/12.
      double a = xx / pixels - x / pixels * (x / pixels) + 1.0 / 12;
      double b = yy / pixels - y / pixels * (y / pixels) + 1.0 / 12;
      double c = xy / pixels - x / pixels * (y / pixels);
      double middle = (a + b) / 2;
      double away = Math.hypot((a - b) / 2, c);
      double axes = Math.sqrt((middle - away) / (middle + away));
      double ellipse = pixels / (4 * Math.PI * Math.sqrt(a * b - c * c));
      return axes >= LEAST_AXES && ellipse >= LEAST_ELLIPSE;
    }
  }
}
