package io.github.leukemia4j.field;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A set of pixels of a rectangle, row by row, and what morphology does with it. Not thread-safe.
 */
final class Mask {
  private static final int FAR = 1 << 28;

  final int height;
  final int width;
  final boolean[] in;

  Mask(int height, int width, boolean[] in) {
    this.height = height;
    this.width = width;
    this.in = in;
  }

  Mask(int height, int width) {
    this(height, width, new boolean[height * width]);
  }

  int area() {
    int count = 0;
    for (boolean set : in) {
      count += set ? 1 : 0;
    }
    return count;
  }

  Mask inverted() {
    boolean[] out = new boolean[in.length];
    for (int i = 0; i < in.length; i++) {
      out[i] = !in[i];
    }
    return new Mask(height, width, out);
  }

  /** The set's pixels that are farther than the radius from every pixel outside of it. */
  Mask eroded(double radius) {
    return at(inverted().squaredDistances(), radius, false);
  }

  /** The pixels that are within the radius of one of the set's. */
  Mask dilated(double radius) {
    return at(squaredDistances(), radius, true);
  }

  Mask opened(double radius) {
    return eroded(radius).dilated(radius);
  }

  private Mask at(int[] distances, double radius, boolean within) {
    double square = radius * radius;
    boolean[] out = new boolean[in.length];
    for (int i = 0; i < in.length; i++) {
      out[i] = distances[i] <= square == within;
    }
    return new Mask(height, width, out);
  }

  /**
   * The square of the Euclidean distance of each pixel from the nearest of the set: exact, in time
   * that grows with the pixels (Felzenszwalb and Huttenlocher 2012). Very far where there is none.
   */
  int[] squaredDistances() {
    int[] result = new int[in.length];
    for (int x = 0; x < width; x++) {
      int last = -1;
      for (int y = 0; y < height; y++) {
        last = in[y * width + x] ? 0 : last < 0 ? -1 : last + 1;
        result[y * width + x] = last < 0 ? FAR : last;
      }
      last = -1;
      for (int y = height - 1; y >= 0; y--) {
        last = in[y * width + x] ? 0 : last < 0 ? -1 : last + 1;
        if (last >= 0) {
          result[y * width + x] = Math.min(result[y * width + x], last);
        }
      }
    }
    Parabolas row = new Parabolas(width);
    for (int y = 0; y < height; y++) {
      row.lower(result, y * width);
    }
    return result;
  }

  /** The lower envelope of a row's parabolas. */
  private static final class Parabolas {
    private final int width;
    private final int[] at;
    private final double[] from;
    private final long[] height;

    Parabolas(int width) {
      this.width = width;
      at = new int[width];
      from = new double[width + 1];
      height = new long[width];
    }

    void lower(int[] distances, int offset) {
      int count = 0;
      for (int x = 0; x < width; x++) {
        int d = distances[offset + x];
        if (d >= FAR) {
          continue;
        }
        height[x] = (long) d * d;
        double start = Double.NEGATIVE_INFINITY;
        while (count > 0) {
          int p = at[count - 1];
          start = (height[x] + (long) x * x - height[p] - (long) p * p) / (2.0 * (x - p));
          if (start > from[count - 1]) {
            break;
          }
          count--;
          start = Double.NEGATIVE_INFINITY;
        }
        at[count] = x;
        from[count++] = start;
      }
      if (count == 0) {
        Arrays.fill(distances, offset, offset + width, FAR);
        return;
      }
      int k = 0;
      for (int x = 0; x < width; x++) {
        while (k + 1 < count && from[k + 1] < x) {
          k++;
        }
        long away = x - at[k];
        distances[offset + x] = (int) Math.min(FAR, height[at[k]] + away * away);
      }
    }
  }

  /** With those holes filled that have at most so many pixels and do not reach the border. */
  Mask filled(double mostPixels) {
    boolean[] out = in.clone();
    for (Region hole : inverted().regions(false)) {
      if (!hole.atBorder && hole.pixels.length <= mostPixels) {
        for (int pixel : hole.pixels) {
          out[pixel] = true;
        }
      }
    }
    return new Mask(height, width, out);
  }

  /**
   * The connected regions in the order of their first pixels.
   *
   * @param corners whether pixels that only share a corner are connected
   */
  List<Region> regions(boolean corners) {
    List<Region> found = new ArrayList<>();
    boolean[] seen = new boolean[in.length];
    int[] queue = new int[in.length];
    for (int start = 0; start < in.length; start++) {
      if (in[start] && !seen[start]) {
        int end = 0;
        boolean border = false;
        queue[end++] = start;
        seen[start] = true;
        for (int at = 0; at < end; at++) {
          int x = queue[at] % width;
          int y = queue[at] / width;
          border |= x == 0 || y == 0 || x == width - 1 || y == height - 1;
          for (int dy = -1; dy <= 1; dy++) {
            for (int dx = -1; dx <= 1; dx++) {
              int next = (y + dy) * width + x + dx;
              if ((corners || dx == 0 || dy == 0)
                  && x + dx >= 0
                  && x + dx < width
                  && y + dy >= 0
                  && y + dy < height
                  && in[next]
                  && !seen[next]) {
                seen[next] = true;
                queue[end++] = next;
              }
            }
          }
        }
        found.add(new Region(Arrays.copyOf(queue, end), border));
      }
    }
    return found;
  }

  /** Pixels that hang together, as indices into the rectangle. */
  record Region(int[] pixels, boolean atBorder) {
    /** How many of its pixels are in a mask of the same rectangle. */
    int count(Mask mask) {
      int count = 0;
      for (int pixel : pixels) {
        count += mask.in[pixel] ? 1 : 0;
      }
      return count;
    }

    void addTo(Mask mask) {
      for (int pixel : pixels) {
        mask.in[pixel] = true;
      }
    }

    Mask mask(int height, int width) {
      Mask mask = new Mask(height, width);
      addTo(mask);
      return mask;
    }
  }
}
