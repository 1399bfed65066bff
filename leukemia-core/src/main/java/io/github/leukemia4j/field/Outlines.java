package io.github.leukemia4j.field;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The outer edge of a mask's largest region, as a closed way along the pixels' corners. */
final class Outlines {
  private static final int[] DX = {1, 0, -1, 0};
  private static final int[] DY = {0, 1, 0, -1};

  private static final int[] TURNS = {1, 0, 3};

  private Outlines() {}

  /** Corners where the way turns, clockwise, each as column and row; empty where the mask is. */
  static List<int[]> of(Mask mask) {
    Mask.Region largest =
        mask.regions(false).stream()
            .max(Comparator.comparingInt(r -> r.pixels().length))
            .orElse(null);
    List<int[]> corners = new ArrayList<>();
    if (largest == null) {
      return corners;
    }
    Mask own = largest.mask(mask.height, mask.width);
    int startX = largest.pixels()[0] % mask.width;
    int startY = largest.pixels()[0] / mask.width;
    int x = startX;
    int y = startY;
    int way = 0;
    do {
      // The region lies on the right of the way. Pixels that only share a corner do not hang
      // together.
      int before = way;
      for (int turn : TURNS) {
        if (in(own, x, y, (before + turn) % 4)) {
          way = (before + turn) % 4;
          break;
        }
      }
      if (way != before || corners.isEmpty()) {
        corners.add(new int[] {x, y});
      }
      x += DX[way];
      y += DY[way];
    } while (x != startX || y != startY);
    return corners;
  }

  /**
   * Whether the pixel on the right of a step from a corner is of the region, and that on the left
   * is not.
   */
  private static boolean in(Mask own, int x, int y, int way) {
    return pixel(own, x, y, way, true) && !pixel(own, x, y, way, false);
  }

  private static boolean pixel(Mask own, int x, int y, int way, boolean right) {
    int px =
        switch (way) {
          case 0 -> x;
          case 1 -> right ? x - 1 : x;
          case 2 -> x - 1;
          default -> right ? x : x - 1;
        };
    int py =
        switch (way) {
          case 0 -> right ? y : y - 1;
          case 1 -> y;
          case 2 -> right ? y - 1 : y;
          default -> y - 1;
        };
    return px >= 0 && py >= 0 && px < own.width && py < own.height && own.in[py * own.width + px];
  }
}
