package io.github.leukemia4j.field;

import io.github.leukemia4j.CellImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A white cell of a field: its box, and which pixels of the box are its nucleus and its cytoplasm.
 * Places are in pixels of the field, from its left and its top. Immutable.
 */
public final class FoundCell {
  /** Of a pixel of the box. */
  public enum Part {
    /** Not of this cell. */
    OUTSIDE,
    /** Of the cell, outside its nucleus. */
    CYTOPLASM,
    /** Of one of the nucleus's lobes. */
    NUCLEUS
  }

  /**
   * A rectangle of whole pixels.
   *
   * @param left first column
   * @param top first row
   * @param width in pixels, at least 1
   * @param height in pixels, at least 1
   */
  public record Box(int left, int top, int width, int height) {
    /** The area that both have over the area that either has, in [0, 1]. */
    public double overlap(Box other) {
      long w =
          Math.min((long) left + width, (long) other.left + other.width)
              - Math.max(left, other.left);
      long h =
          Math.min((long) top + height, (long) other.top + other.height) - Math.max(top, other.top);
      if (w <= 0 || h <= 0) {
        return 0;
      }
      double both = (double) w * h;
      return both / ((double) width * height + (double) other.width * other.height - both);
    }

    /** Whether a place lies inside, its edges included. */
    public boolean holds(double x, double y) {
      return x >= left && x <= left + width && y >= top && y <= top + height;
    }
  }

  private final Box box;
  private final byte[] parts;
  private final double x;
  private final double y;
  private final boolean cut;
  private final double micrometresPerPixel;

  FoundCell(Box box, byte[] parts, boolean cut, double micrometresPerPixel) {
    this.box = box;
    this.parts = parts;
    this.cut = cut;
    this.micrometresPerPixel = micrometresPerPixel;
    double sumX = 0;
    double sumY = 0;
    int n = 0;
    for (int i = 0; i < parts.length; i++) {
      if (parts[i] == Part.NUCLEUS.ordinal()) {
        sumX += i % box.width() + 0.5;
        sumY += i / box.width() + 0.5;
        n++;
      }
    }
    this.x = box.left() + sumX / n;
    this.y = box.top() + sumY / n;
  }

  /** Around nucleus and cytoplasm. */
  public Box box() {
    return box;
  }

  /** The column of the nucleus's centre of mass. */
  public double x() {
    return x;
  }

  /** The row of the nucleus's centre of mass. */
  public double y() {
    return y;
  }

  /** Whether the border of the field cuts the cell, or may: it touches the border. */
  public boolean cut() {
    return cut;
  }

  /** The scale that the cell was found at, known or estimated. */
  public double micrometresPerPixel() {
    return micrometresPerPixel;
  }

  /**
   * What a pixel of the field is of this cell.
   *
   * @param column of the field
   * @param row of the field
   * @return {@link Part#OUTSIDE} also where the place is outside of the box
   */
  public Part part(int column, int row) {
    int dx = column - box.left();
    int dy = row - box.top();
    return dx < 0 || dy < 0 || dx >= box.width() || dy >= box.height()
        ? Part.OUTSIDE
        : Part.values()[parts[dy * box.width() + dx]];
  }

  /** In the field's pixels. */
  int nucleusArea() {
    return mask(true).area();
  }

  /** The pixels of nucleus and cytoplasm. */
  Mask mask(boolean nucleusOnly) {
    boolean[] in = new boolean[parts.length];
    for (int i = 0; i < in.length; i++) {
      in[i] = nucleusOnly ? parts[i] == Part.NUCLEUS.ordinal() : parts[i] > 0;
    }
    return new Mask(box.height(), box.width(), in);
  }

  /**
   * The outline of the whole cell, or of the nucleus's largest lobe: the corners of its pixels,
   * clockwise, each as column and row of the field.
   */
  public List<int[]> outline(Part part) {
    if (Objects.requireNonNull(part, "part") == Part.OUTSIDE) {
      throw new IllegalArgumentException(
          "An outline must be of the nucleus or of the cytoplasm around it; found OUTSIDE.");
    }
    List<int[]> corners = new ArrayList<>();
    for (int[] corner : Outlines.of(mask(part == Part.NUCLEUS))) {
      corners.add(new int[] {box.left() + corner[0], box.top() + corner[1]});
    }
    return corners;
  }

  /**
   * A square of the field around the nucleus's centre. Where the field ends it goes on as in a
   * mirror. The image knows the scale.
   *
   * @param field the field that the cell was found in
   * @param micrometres the side, above 0
   */
  public CellImage crop(CellImage field, double micrometres) {
    if (!(micrometres > 0 && Double.isFinite(micrometres))) {
      throw new IllegalArgumentException(
          "The side of a crop must be above 0 micrometres and finite; found %s."
              .formatted(micrometres));
    }
    int side = (int) Math.max(1, Math.min(4096, Math.round(micrometres / micrometresPerPixel)));
    int left = (int) Math.round(x - side / 2.0);
    int top = (int) Math.round(y - side / 2.0);
    return Crops.square(field, left, top, side).withMicrometresPerPixel(micrometresPerPixel);
  }
}
