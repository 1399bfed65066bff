package io.github.leukemia4j.image;

import java.util.random.RandomGenerator;

/** Augmentations that change the colour of each pixel by itself. */
final class Colouring {
  private static final double BELOW_ONE = 0.99;

  private Colouring() {}

  /** Uniform between -most and most; draws even where most is 0, so that settings do not shift. */
  static double within(RandomGenerator random, double most) {
    return (2 * random.nextDouble() - 1) * most;
  }

  static byte clamp(double value) {
    return (byte) Math.max(0, Math.min(255, Math.round(value)));
  }

  private static void lookUp(byte[] rgb, byte[] table) {
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = table[rgb[i] & 0xFF];
    }
  }

  record Brightness(double most) implements Augmentation {
    Brightness {
      Augmentations.checkPositive("brightness", most, BELOW_ONE);
    }

    @Override
    public void apply(byte[] rgb, int height, int width, RandomGenerator random) {
      Augmentations.checkImage(rgb, height, width);
      double factor = 1 + within(random, most);
      byte[] table = new byte[256];
      for (int value = 0; value < 256; value++) {
        table[value] = clamp(value * factor);
      }
      lookUp(rgb, table);
    }

    @Override
    public String describe() {
      return Augmentations.describe("brightness", most);
    }
  }

  record Contrast(double most) implements Augmentation {
    Contrast {
      Augmentations.checkPositive("contrast", most, BELOW_ONE);
    }

    @Override
    public void apply(byte[] rgb, int height, int width, RandomGenerator random) {
      Augmentations.checkImage(rgb, height, width);
      double factor = 1 + within(random, most);
      long sum = 0;
      for (byte value : rgb) {
        sum += value & 0xFF;
      }
      double mean = (double) sum / rgb.length;
      byte[] table = new byte[256];
      for (int value = 0; value < 256; value++) {
        table[value] = clamp(mean + (value - mean) * factor);
      }
      lookUp(rgb, table);
    }

    @Override
    public String describe() {
      return Augmentations.describe("contrast", most);
    }
  }

  /** In whole numbers and with two tables, for it is on the hot path of training. */
  record Stain(double strength) implements Augmentation {
    private static final double GAIN = 0.3;
    private static final double MIXING = 0.1;
    private static final double OFFSET = 0.1;
    private static final int FRACTION_BITS = 12;

    Stain {
      Augmentations.checkPositive("stain strength", strength, 3);
    }

    @Override
    public void apply(byte[] rgb, int height, int width, RandomGenerator random) {
      Augmentations.checkImage(rgb, height, width);
      int[] matrix = new int[9];
      int[] offset = new int[3];
      for (int to = 0; to < 3; to++) {
        for (int from = 0; from < 3; from++) {
          double noise = within(random, strength * (to == from ? GAIN : MIXING));
          matrix[3 * to + from] = fixed((to == from ? 1 : 0) + noise);
        }
        offset[to] = fixed(within(random, strength * OFFSET) * Density.STEPS);
      }
      mix(rgb, matrix, offset);
    }

    static int fixed(double value) {
      return (int) Math.round(value * (1 << FRACTION_BITS));
    }

    /**
     * @param matrix by rows, in 4096ths
     * @param offset in 4096ths of a density step
     */
    static void mix(byte[] rgb, int[] matrix, int[] offset) {
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
      int[] density = Density.OF_VALUE;
      byte[] value = Density.TO_VALUE;
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

    @Override
    public String describe() {
      return Augmentations.describe("stain", strength);
    }
  }

  record Hsv(double hue, double saturation, double value) implements Augmentation {
    Hsv {
      Augmentations.checkSetting("hue", hue, 0, 0.5);
      Augmentations.checkSetting("saturation", saturation, 0, BELOW_ONE);
      Augmentations.checkSetting("value", value, 0, BELOW_ONE);
    }

    @Override
    public void apply(byte[] rgb, int height, int width, RandomGenerator random) {
      Augmentations.checkImage(rgb, height, width);
      // On a colour circle of six sectors, two between primaries.
      double turn = 6 * within(random, hue);
      double saturate = 1 + within(random, saturation);
      double lighten = 1 + within(random, value);
      for (int i = 0; i < rgb.length; i += 3) {
        change(rgb, i, turn, saturate, lighten);
      }
    }

    private static void change(byte[] rgb, int at, double turn, double saturate, double lighten) {
      int red = rgb[at] & 0xFF;
      int green = rgb[at + 1] & 0xFF;
      int blue = rgb[at + 2] & 0xFF;
      int most = Math.max(red, Math.max(green, blue));
      int least = Math.min(red, Math.min(green, blue));
      double range = most - least;
      double sector = 0;
      if (range > 0) {
        if (most == red) {
          sector = (green - blue) / range;
        } else if (most == green) {
          sector = 2 + (blue - red) / range;
        } else {
          sector = 4 + (red - green) / range;
        }
      }
      double lightest = Math.min(255, most * lighten);
      double chroma = most == 0 ? 0 : Math.min(1, range / most * saturate) * lightest;
      double turned = sector + turn;
      for (int channel = 0; channel < 3; channel++) {
        // Distance on the circle to the channel's primary: full to 1, none from 2.
        double away = turned - 2 * channel;
        away = Math.abs(away - 6 * Math.rint(away / 6));
        double share = Math.max(0, Math.min(1, 2 - away));
        rgb[at + channel] = clamp(lightest - chroma + chroma * share);
      }
    }

    @Override
    public String describe() {
      return Augmentations.describe("hsv", hue, saturation, value);
    }
  }
}
