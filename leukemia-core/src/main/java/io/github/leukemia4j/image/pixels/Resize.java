package io.github.leukemia4j.image.pixels;

import io.github.leukemia4j.image.decode.ImageDecoder;
import java.util.Arrays;
import java.util.Objects;

/**
 * Resizing of interleaved 8-bit RGB, each axis by itself: where a side shrinks, a new pixel is the
 * mean of the area that it covers (parts of pixels count as parts); where it grows, it is
 * interpolated linearly between pixel centres, edges being continued. Computed in whole numbers and
 * rounded once, half up, so that the result is exact and the same everywhere.
 */
public final class Resize {
  private Resize() {}

  /**
   * Resizes an image.
   *
   * @param source [height, width, 3]
   * @param height in pixels, 1 to {@link ImageDecoder#MAX_SIDE}
   * @param width in pixels, 1 to {@link ImageDecoder#MAX_SIDE}
   * @param target receives [newHeight, newWidth, 3] from {@code offset}
   * @param offset where in the target the first byte goes
   * @param newHeight in pixels, 1 to {@link ImageDecoder#MAX_SIDE}
   * @param newWidth in pixels, 1 to {@link ImageDecoder#MAX_SIDE}
   * @throws IllegalArgumentException where a side is out of range or the source is not of its size
   * @throws IndexOutOfBoundsException where the target is too short
   */
  public static void resize(
      byte[] source,
      int height,
      int width,
      byte[] target,
      int offset,
      int newHeight,
      int newWidth) {
    checkSides(height, width);
    checkSides(newHeight, newWidth);
    if (source.length != 3L * height * width) {
      throw new IllegalArgumentException(
          "The source of %s x %s RGB pixels must have height * width * 3 bytes; found %s."
              .formatted(height, width, source.length));
    }
    int size = Math.multiplyExact(3, Math.multiplyExact(newHeight, newWidth));
    Objects.checkFromIndexSize(offset, size, target.length);
    if (height == newHeight && width == newWidth) {
      System.arraycopy(source, 0, target, offset, size);
      return;
    }
    Axis across = Axis.of(width, newWidth);
    Axis down = Axis.of(height, newHeight);
    int row = 3 * newWidth;
    long divisor = across.total * down.total;
    long[] sums = new long[row];
    // Rows already resized across; a new row needs few of them, and the next one some of the same.
    RowCache rows = new RowCache(source, width, across, row);
    for (int y = 0; y < newHeight; y++) {
      Arrays.fill(sums, divisor / 2);
      for (int k = down.from[y]; k < down.from[y + 1]; k++) {
        int[] line = rows.row(down.index[k]);
        long weight = down.weight[k];
        for (int i = 0; i < row; i++) {
          sums[i] += weight * line[i];
        }
      }
      int to = offset + y * row;
      for (int i = 0; i < row; i++) {
        target[to + i] = (byte) (sums[i] / divisor);
      }
    }
  }

  private static void checkSides(int height, int width) {
    if (height < 1
        || width < 1
        || height > ImageDecoder.MAX_SIDE
        || width > ImageDecoder.MAX_SIDE) {
      throw new IllegalArgumentException(
          "Both sides of an image must be 1 to %s pixels; found %s x %s."
              .formatted(ImageDecoder.MAX_SIDE, height, width));
    }
  }

  /** Source rows resized across, the last two of them kept. */
  private static final class RowCache {
    private final byte[] source;
    private final int width;
    private final Axis across;
    private final int[][] lines;
    private final int[] held = {-1, -1};

    RowCache(byte[] source, int width, Axis across, int length) {
      this.source = source;
      this.width = width;
      this.across = across;
      this.lines = new int[2][length];
    }

    int[] row(int y) {
      int slot = y & 1;
      if (held[slot] != y) {
        across.apply(source, y * width * 3, lines[slot]);
        held[slot] = y;
      }
      return lines[slot];
    }
  }

  /** For each new pixel of one axis, the source pixels that it is made of and their weights. */
  private static final class Axis {
    // The parts of new pixel i are at from[i] to from[i + 1].
    private final int[] from;
    private final int[] index;
    private final int[] weight;
    private final long total;

    private Axis(int[] from, int[] index, int[] weight, long total) {
      this.from = from;
      this.index = index;
      this.weight = weight;
      this.total = total;
    }

    static Axis of(int size, int newSize) {
      return newSize <= size ? average(size, newSize) : interpolate(size, newSize);
    }

    /**
     * On a scale where a source pixel is newSize long and a new one is size long, every border is a
     * whole number.
     */
    private static Axis average(int size, int newSize) {
      int[] from = new int[newSize + 1];
      int[] index = new int[size + newSize];
      int[] weight = new int[size + newSize];
      int parts = 0;
      for (int i = 0; i < newSize; i++) {
        long start = (long) i * size;
        long end = start + size;
        for (long j = start / newSize; j * newSize < end; j++) {
          index[parts] = (int) j;
          weight[parts++] = (int) (Math.min(end, (j + 1) * newSize) - Math.max(start, j * newSize));
        }
        from[i + 1] = parts;
      }
      return new Axis(from, index, weight, size);
    }

    /** The centre of new pixel i lies at ((2 i + 1) size - newSize) / (2 newSize). */
    private static Axis interpolate(int size, int newSize) {
      int[] from = new int[newSize + 1];
      int[] index = new int[2 * newSize];
      int[] weight = new int[2 * newSize];
      for (int i = 0; i < newSize; i++) {
        long centre = (2L * i + 1) * size - newSize;
        int left = (int) Math.floorDiv(centre, 2L * newSize);
        int fraction = (int) Math.floorMod(centre, 2L * newSize);
        index[2 * i] = Math.max(0, left);
        index[2 * i + 1] = Math.min(size - 1, left + 1);
        weight[2 * i] = 2 * newSize - fraction;
        weight[2 * i + 1] = fraction;
        from[i + 1] = 2 * i + 2;
      }
      return new Axis(from, index, weight, 2L * newSize);
    }

    void apply(byte[] source, int offset, int[] line) {
      for (int i = 0; i + 1 < from.length; i++) {
        int red = 0;
        int green = 0;
        int blue = 0;
        for (int k = from[i]; k < from[i + 1]; k++) {
          int at = offset + 3 * index[k];
          int share = weight[k];
          red += share * (source[at] & 0xFF);
          green += share * (source[at + 1] & 0xFF);
          blue += share * (source[at + 2] & 0xFF);
        }
        line[3 * i] = red;
        line[3 * i + 1] = green;
        line[3 * i + 2] = blue;
      }
    }
  }
}
