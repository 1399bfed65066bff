package io.github.leukemia4j.field;

import io.github.leukemia4j.CellImage;

/** Squares cut out of a field. */
final class Crops {
  private Crops() {}

  /** Where the field ends it goes on as in a mirror. */
  static CellImage square(CellImage field, int left, int top, int side) {
    byte[] rgb = new byte[3 * side * side];
    int to = 0;
    for (int row = 0; row < side; row++) {
      int y = mirrored(top + row, field.height());
      for (int column = 0; column < side; column++) {
        int x = mirrored(left + column, field.width());
        for (int channel = 0; channel < 3; channel++) {
          rgb[to++] = (byte) field.value(y, x, channel);
        }
      }
    }
    return CellImage.ofRgb(side, side, rgb);
  }

  private static int mirrored(int index, int size) {
    int within = Math.floorMod(index, 2 * size);
    return within < size ? within : 2 * size - 1 - within;
  }
}
