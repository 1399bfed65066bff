package io.github.leukemia4j.image.quality;

import io.github.leukemia4j.CellImage;

/**
 * Tells images that look alike from others, whatever their size, format or compression. The image
 * is area-averaged to 8 rows of 9 grey pixels. Each of the 64 bits stands for two neighbours in a
 * row and is 1 where the right one is brighter (difference hash). An image and a copy of it, saved
 * anew or at another size, differ in few bits; two images that have nothing in common differ in 32
 * bits on average.
 *
 * <p>Single cells in the middle of their image all look a little alike. Hashes therefore serve to
 * find candidates, which a finer comparison must confirm.
 */
public final class PerceptualHash {
  /** The number of bits of a hash. */
  public static final int BITS = 64;

  private static final int ROWS = 8;

  private PerceptualHash() {}

  /** Returns the hash of an image. */
  public static long of(CellImage image) {
    byte[] rgb = image.resize(ROWS, ROWS + 1).rgb();
    long hash = 0;
    for (int y = 0; y < ROWS; y++) {
      for (int x = 0; x < ROWS; x++) {
        int at = 3 * (y * (ROWS + 1) + x);
        hash = hash << 1 | (sum(rgb, at + 3) > sum(rgb, at) ? 1 : 0);
      }
    }
    return hash;
  }

  private static int sum(byte[] rgb, int at) {
    return (rgb[at] & 0xFF) + (rgb[at + 1] & 0xFF) + (rgb[at + 2] & 0xFF);
  }

  /** Returns how many bits of two hashes differ, 0 to {@value #BITS}. */
  public static int distance(long a, long b) {
    return Long.bitCount(a ^ b);
  }
}
