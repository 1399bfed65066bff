package io.github.leukemia4j.image;

/**
 * Optical density, the scale on which stains add up: {@code -ln((value + 1) / 256)} of a channel, 0
 * for white. The 1 keeps black finite.
 */
final class Density {
  /** Whole steps for one unit of density, fine enough for every value to come back as it was. */
  static final int STEPS = 1024;

  /** Density of each 8-bit value. */
  static final double[] EXACT = new double[256];

  /** Density of each 8-bit value in steps. */
  static final int[] OF_VALUE = new int[256];

  /** The 8-bit value of each density in steps; larger densities are black. */
  static final byte[] TO_VALUE;

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

  private Density() {}

  /** The 8-bit value of a density, cut off at black and white. */
  static byte toValue(double density) {
    return Colouring.clamp(256 * StrictMath.exp(-density) - 1);
  }
}
