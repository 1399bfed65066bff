package io.github.leukemia4j.field;

import java.util.ArrayList;
import java.util.List;

/**
 * How large and how round a mask is.
 *
 * @param area in pixels
 * @param hull the area of its convex hull, in pixels, by the pixels' corners
 * @param major the longer axis of the ellipse with its second moments
 * @param minor the shorter axis of that ellipse
 */
record Shape(int area, double hull, double major, double minor) {
  /** The mask must not be empty. */
  static Shape of(Mask mask) {
    double n = 0;
    double x = 0;
    double y = 0;
    double xx = 0;
    double yy = 0;
    double xy = 0;
    List<long[]> corners = new ArrayList<>();
    for (int row = 0; row < mask.height; row++) {
      int first = -1;
      int last = -1;
      for (int column = 0; column < mask.width; column++) {
        if (mask.in[row * mask.width + column]) {
          first = first < 0 ? column : first;
          last = column;
          n++;
          x += column;
          y += row;
          xx += (double) column * column;
          yy += (double) row * row;
          xy += (double) column * row;
        }
      }
      if (first >= 0) {
        corners.add(new long[] {first, row});
        corners.add(new long[] {first, row + 1});
        corners.add(new long[] {last + 1, row});
        corners.add(new long[] {last + 1, row + 1});
      }
    }
    double a = xx / n - x / n * (x / n) + 1.0 / 12; // a pixel is a square
    double b = yy / n - y / n * (y / n) + 1.0 / 12;
    double c = xy / n - x / n * (y / n);
    double away = Math.hypot((a - b) / 2, c);
    return new Shape(
        (int) n,
        hull(corners),
        4 * Math.sqrt((a + b) / 2 + away),
        4 * Math.sqrt(Math.max(0, (a + b) / 2 - away)));
  }

  /** The share of the convex hull that is filled, in (0, 1]. */
  double solidity() {
    return area / hull;
  }

  /** Of the axes, the longer over the shorter, at least 1. */
  double elongation() {
    return major / minor;
  }

  /** The area inside the hull of the corners (Andrew's monotone chain). */
  private static double hull(List<long[]> corners) {
    corners.sort((p, q) -> p[0] != q[0] ? Long.compare(p[0], q[0]) : Long.compare(p[1], q[1]));
    return halfHull(corners, 1) + halfHull(corners, -1);
  }

  /** What the lower or upper half adds to the area. */
  private static double halfHull(List<long[]> corners, int side) {
    List<long[]> half = new ArrayList<>();
    for (long[] p : corners) {
      while (half.size() > 1) {
        long[] a = half.get(half.size() - 2);
        long[] b = half.get(half.size() - 1);
        long turn = (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0]);
        if (side * turn > 0) {
          break;
        }
        half.remove(half.size() - 1);
      }
      half.add(p);
    }
    double area = 0;
    for (int i = 1; i < half.size(); i++) {
      long[] a = half.get(i - 1);
      long[] b = half.get(i);
      area -= side * (b[0] - a[0]) * (a[1] + b[1]) / 2.0;
    }
    return area;
  }
}
