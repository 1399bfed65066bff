package io.github.leukemia4j.field;

import java.util.Optional;

/**
 * A cell while it is made: masks of a part of the pixels that are looked at.
 *
 * @param nucleus that it was begun from
 * @param whole nucleus and cytoplasm
 * @param left first column
 * @param top first row
 */
record CellBody(Mask nucleus, Mask whole, int left, int top) {
  /** How full the hull of two bodies is that are one cell; less will do where one is a lobe. */
  private static final double SOLID = 0.88;

  private static final double SOLID_WITH_LOBE = 0.8;

  /** The largest nucleus, in square micrometres, that is taken for a lobe there. */
  private static final double LOBE = 30;

  private static final double MOST_ELONGATED = 1.5;

  /** The most that a cell has: its length, and the area of its nucleus. */
  private static final double LONGEST = 17;

  private static final double MOST_NUCLEUS = 120;

  /** Empty masks around a nucleus. */
  static CellBody around(int[] nucleus, int reach, int height, int width) {
    int left = width;
    int top = height;
    int right = 0;
    int bottom = 0;
    for (int pixel : nucleus) {
      left = Math.min(left, pixel % width);
      right = Math.max(right, pixel % width);
      top = Math.min(top, pixel / width);
      bottom = Math.max(bottom, pixel / width);
    }
    left = Math.max(0, left - reach);
    top = Math.max(0, top - reach);
    int w = Math.min(width - 1, right + reach) - left + 1;
    int h = Math.min(height - 1, bottom + reach) - top + 1;
    return new CellBody(new Mask(h, w), new Mask(h, w), left, top);
  }

  Mask empty() {
    return new Mask(whole.height, whole.width);
  }

  /** Where a pixel of the masks lies among all that are looked at. */
  int at(int pixel, int widthOfAll) {
    return (top + pixel / whole.width) * widthOfAll + left + pixel % whole.width;
  }

  /** Whether two make one round cell together. */
  boolean isOneWith(CellBody other, double micrometre) {
    int x = Math.min(left, other.left);
    int y = Math.min(top, other.top);
    int w = Math.max(left + whole.width, other.left + other.whole.width) - x;
    int h = Math.max(top + whole.height, other.top + other.whole.height) - y;
    if (Math.max(w, h) > 2 * LONGEST * micrometre) {
      return false;
    }
    double square = micrometre * micrometre;
    int smaller = Math.min(nucleus.area(), other.nucleus.area());
    if (nucleus.area() + other.nucleus.area() > MOST_NUCLEUS * square) {
      return false;
    }
    Mask both = new Mask(h, w);
    addTo(both, x, y);
    other.addTo(both, x, y);
    Mask closed = both.dilated(micrometre + 1).eroded(micrometre);
    if (closed.regions(true).size() != 1) {
      return false;
    }
    Shape shape = Shape.of(closed);
    return shape.solidity() >= (smaller < LOBE * square ? SOLID_WITH_LOBE : SOLID)
        && shape.elongation() <= MOST_ELONGATED
        && shape.major() <= LONGEST * micrometre;
  }

  private void addTo(Mask target, int fromLeft, int fromTop) {
    for (int i = 0; i < whole.in.length; i++) {
      if (whole.in[i]) {
        int y = i / whole.width + top - fromTop;
        int x = i % whole.width + left - fromLeft;
        target.in[y * target.width + x] = true;
      }
    }
  }

  /**
   * The cell in the field's own pixels, with the threshold between nucleus and cytoplasm that parts
   * it and its surroundings best.
   *
   * @return empty where no nucleus is left
   */
  Optional<FoundCell> cell(Planes planes, double micrometre, FieldFrame frame) {
    Mask around = whole.dilated(0.8 * micrometre);
    long[] histogram = new long[Planes.LEVELS];
    for (int i = 0; i < around.in.length; i++) {
      if (around.in[i]) {
        histogram[planes.purple()[at(i, planes.width())]]++;
      }
    }
    int threshold = Otsu.three(histogram)[1];
    Mask dark = empty();
    int area = 0;
    for (int i = 0; i < dark.in.length; i++) {
      dark.in[i] = whole.in[i] && planes.purple()[at(i, planes.width())] > threshold;
      area += whole.in[i] ? 1 : 0;
    }
    Mask clean = dark.opened(0.085 * Math.sqrt(area / Math.PI)).filled(0.01 * area);
    int x0 = whole.width;
    int y0 = whole.height;
    int x1 = -1;
    int y1 = -1;
    int nuclear = 0;
    for (int i = 0; i < whole.in.length; i++) {
      clean.in[i] &= whole.in[i];
      if (whole.in[i]) {
        x0 = Math.min(x0, i % whole.width);
        x1 = Math.max(x1, i % whole.width);
        y0 = Math.min(y0, i / whole.width);
        y1 = Math.max(y1, i / whole.width);
        nuclear += clean.in[i] ? 1 : 0;
      }
    }
    if (nuclear == 0) {
      return Optional.empty();
    }
    boolean toRight = left + x1 == planes.width() - 1;
    boolean toBottom = top + y1 == planes.height() - 1;
    int shrink = frame.shrink();
    int boxLeft = (left + x0) * shrink;
    int boxTop = (top + y0) * shrink;
    // What resizing left over belongs to the last row and column.
    int boxRight = toRight ? frame.width() : (left + x1 + 1) * shrink;
    int boxBottom = toBottom ? frame.height() : (top + y1 + 1) * shrink;
    FoundCell.Box box = new FoundCell.Box(boxLeft, boxTop, boxRight - boxLeft, boxBottom - boxTop);
    byte[] parts = new byte[box.width() * box.height()];
    for (int y = 0; y < box.height(); y++) {
      for (int x = 0; x < box.width(); x++) {
        int i = Math.min(y1, y0 + y / shrink) * whole.width + Math.min(x1, x0 + x / shrink);
        parts[y * box.width() + x] = (byte) (clean.in[i] ? 2 : whole.in[i] ? 1 : 0);
      }
    }
    boolean cut = boxLeft == 0 || boxTop == 0 || toRight || toBottom;
    return Optional.of(new FoundCell(box, parts, cut, 1 / (micrometre * shrink)));
  }
}
