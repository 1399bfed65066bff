package io.github.leukemia4j.image.augment;

import java.util.random.RandomGenerator;
import org.apache.commons.statistics.distribution.NormalDistribution;

/** Augmentations of sharpness and noise. */
final class Filtering {
  private Filtering() {}

  record Blur(double most) implements Augmentation {
    Blur {
      Augmentations.checkPositive("blur", most, 20);
    }

    @Override
    public void apply(byte[] rgb, int height, int width, RandomGenerator random) {
      Augmentations.checkImage(rgb, height, width);
      blur(rgb, height, width, random.nextDouble() * most);
    }

    @Override
    public String describe() {
      return Augmentations.describe("blur", most);
    }
  }

  /**
   * Gaussian, separable, reflected at the border.
   *
   * @param deviation in pixels
   */
  static void blur(byte[] rgb, int height, int width, double deviation) {
    float[] kernel = kernel(deviation);
    int radius = kernel.length - 1;
    int row = width * 3;
    float[] across = new float[rgb.length];
    int[] columns = reflected(width, radius);
    int[] rows = reflected(height, radius);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        for (int channel = 0; channel < 3; channel++) {
          int at = y * row + channel;
          float sum = kernel[0] * (rgb[at + 3 * x] & 0xFF);
          for (int k = 1; k <= radius; k++) {
            sum +=
                kernel[k]
                    * ((rgb[at + 3 * columns[x + radius - k]] & 0xFF)
                        + (rgb[at + 3 * columns[x + radius + k]] & 0xFF));
          }
          across[at + 3 * x] = sum;
        }
      }
    }
    float[] sums = new float[row];
    for (int y = 0; y < height; y++) {
      for (int i = 0; i < row; i++) {
        sums[i] = 0.5f + kernel[0] * across[y * row + i];
      }
      for (int k = 1; k <= radius; k++) {
        int above = rows[y + radius - k] * row;
        int below = rows[y + radius + k] * row;
        for (int i = 0; i < row; i++) {
          sums[i] += kernel[k] * (across[above + i] + across[below + i]);
        }
      }
      for (int i = 0; i < row; i++) {
        rgb[y * row + i] = (byte) Math.min(255, (int) sums[i]);
      }
    }
  }

  /** The middle and one side; the whole sums to 1. */
  private static float[] kernel(double deviation) {
    int radius = (int) Math.ceil(3 * deviation);
    double[] weights = new double[radius + 1];
    double sum = 0;
    for (int k = 0; k <= radius; k++) {
      weights[k] = k == 0 ? 1 : StrictMath.exp(-0.5 * k * k / (deviation * deviation));
      sum += k == 0 ? weights[k] : 2 * weights[k];
    }
    float[] kernel = new float[radius + 1];
    for (int k = 0; k <= radius; k++) {
      kernel[k] = (float) (weights[k] / sum);
    }
    return kernel;
  }

  private static int[] reflected(int size, int radius) {
    int[] index = new int[size + 2 * radius];
    for (int i = 0; i < index.length; i++) {
      index[i] = Geometry.reflect(i - radius, size);
    }
    return index;
  }

  record Noise(double most) implements Augmentation {
    private static final int BITS = 12;
    // Quantiles of the standard normal distribution: one draw of 64 bits serves five values.
    private static final float[] NORMAL = new float[1 << BITS];

    static {
      NormalDistribution normal = NormalDistribution.of(0, 1);
      for (int i = 0; i < NORMAL.length; i++) {
        NORMAL[i] = (float) normal.inverseCumulativeProbability((i + 0.5) / NORMAL.length);
      }
    }

    Noise {
      Augmentations.checkPositive("noise", most, 128);
    }

    @Override
    public void apply(byte[] rgb, int height, int width, RandomGenerator random) {
      Augmentations.checkImage(rgb, height, width);
      float deviation = (float) (random.nextDouble() * most);
      long bits = 0;
      int left = 0;
      for (int i = 0; i < rgb.length; i++) {
        if (left == 0) {
          bits = random.nextLong();
          left = Long.SIZE / BITS;
        }
        float noise = deviation * NORMAL[(int) bits & (NORMAL.length - 1)];
        bits >>>= BITS;
        left--;
        rgb[i] = (byte) Math.max(0, Math.min(255, Math.round((rgb[i] & 0xFF) + noise)));
      }
    }

    @Override
    public String describe() {
      return Augmentations.describe("noise", most);
    }
  }
}
