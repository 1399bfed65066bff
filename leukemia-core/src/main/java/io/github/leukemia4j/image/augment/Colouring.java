package io.github.leukemia4j.image.augment;

import io.github.leukemia4j.image.pixels.OpticalDensity;
import java.util.random.RandomGenerator;

/** Augmentations that change the colour of each pixel by itself. */
final class Colouring {
  private static final double BELOW_ONE = 0.99;

  private Colouring() {}

  /** Uniform between -most and most; draws even where most is 0, so that settings do not shift. */
  static double within(RandomGenerator random, double most) {
    return (2 * random.nextDouble() - 1) * most;
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
        table[value] = OpticalDensity.clamp(value * factor);
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
        table[value] = OpticalDensity.clamp(mean + (value - mean) * factor);
      }
      lookUp(rgb, table);
    }

    @Override
    public String describe() {
      return Augmentations.describe("contrast", most);
    }
  }

  record Stain(double strength) implements Augmentation {
    private static final double GAIN = 0.3;
    private static final double MIXING = 0.1;
    private static final double OFFSET = 0.1;

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
          matrix[3 * to + from] = OpticalDensity.fixed((to == from ? 1 : 0) + noise);
        }
        offset[to] = OpticalDensity.fixed(within(random, strength * OFFSET) * OpticalDensity.STEPS);
      }
      OpticalDensity.mix(rgb, matrix, offset);
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
        rgb[at + channel] = OpticalDensity.clamp(lightest - chroma + chroma * share);
      }
    }

    @Override
    public String describe() {
      return Augmentations.describe("hsv", hue, saturation, value);
    }
  }
}
