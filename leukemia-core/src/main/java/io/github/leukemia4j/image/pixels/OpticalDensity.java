package io.github.leukemia4j.image.pixels;

/**
 * Optical density, the scale on which stains add up: {@code -ln((value + 1) / 256)} of a channel, 0
 * for white. The 1 keeps black finite.
 */
public final class OpticalDensity {
  /** Whole steps for one unit of density, fine enough for every value to come back as it was. */
  public static final int STEPS = 1024;

  /** Density of each 8-bit value. */
  public static final double[] EXACT = new double[256];

  /** Density of each 8-bit value in steps. */
  public static final int[] OF_VALUE = new int[256];

  /** The 8-bit value of each density in steps; larger densities are black. */
  public static final byte[] TO_VALUE;

  static {
    for (int value = 0; value < 256; value++) {
      EXACT[value] = -StrictMath.log((value + 1) / 256.0);
      OF_VALUE[value] = (int) Math.round(EXACT[value] * STEPS);
    }
    TO_VALUE = new byte[OF_VALUE[0] + 1];
    for (int step = 0; step < TO_VALUE.length; step++) {
      TO_VALUE[step] = toValue((double) step / STEPS);
    }
  }

  private static final int FRACTION_BITS = 12;

  private OpticalDensity() {}

  /** Rounds to the 4096ths that {@link #mix} takes. */
  public static int fixed(double value) {
    return (int) Math.round(value * (1 << FRACTION_BITS));
  }

  /**
   * Mixes the densities of the three channels of every pixel, in place, in whole numbers and with
   * two tables, for it is on the hot path of training.
   *
   * @param rgb [pixels, 3]
   * @param matrix by rows, in 4096ths
   * @param offset in 4096ths of a density step
   */
  public static void mix(byte[] rgb, int[] matrix, int[] offset) {
    int m00 = matrix[0];
    int m01 = matrix[1];
    int m02 = matrix[2];
    int m10 = matrix[3];
    int m11 = matrix[4];
    int m12 = matrix[5];
    int m20 = matrix[6];
    int m21 = matrix[7];
    int m22 = matrix[8];
    int half = 1 << (FRACTION_BITS - 1);
    int o0 = offset[0] + half;
    int o1 = offset[1] + half;
    int o2 = offset[2] + half;
    int[] density = OF_VALUE;
    byte[] value = TO_VALUE;
    int most = value.length - 1;
    for (int i = 0; i + 2 < rgb.length; i += 3) {
      int red = density[rgb[i] & 0xFF];
      int green = density[rgb[i + 1] & 0xFF];
      int blue = density[rgb[i + 2] & 0xFF];
      int r = (m00 * red + m01 * green + m02 * blue + o0) >> FRACTION_BITS;
      int g = (m10 * red + m11 * green + m12 * blue + o1) >> FRACTION_BITS;
      int b = (m20 * red + m21 * green + m22 * blue + o2) >> FRACTION_BITS;
      rgb[i] = value[Math.max(0, Math.min(most, r))];
      rgb[i + 1] = value[Math.max(0, Math.min(most, g))];
      rgb[i + 2] = value[Math.max(0, Math.min(most, b))];
    }
  }

  /** The 8-bit value of a density, cut off at black and white. */
  static byte toValue(double density) {
    return clamp(256 * StrictMath.exp(-density) - 1);
  }

  /** The nearest value that 8 bits hold. */
  public static byte clamp(double value) {
    return (byte) Math.max(0, Math.min(255, Math.round(value)));
  }
}
