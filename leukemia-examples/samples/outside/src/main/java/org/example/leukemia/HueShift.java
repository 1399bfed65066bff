package org.example.leukemia;

import io.github.leukemia4j.image.augment.Augmentation;
import io.github.leukemia4j.image.augment.AugmentationFactory;
import java.util.random.RandomGenerator;

// [augmentation]
/**
 * Turns the colours of an image about the grey axis, by an angle that is drawn for each image.
 *
 * @param most the largest angle in degrees, above 0, at most 180
 */
public record HueShift(double most) implements Augmentation {
  /** Makes one where text asks for {@code hueshift(most)}. */
  public static final class Factory implements AugmentationFactory {
    @Override
    public String name() {
      return "hueshift";
    }

    @Override
    public Augmentation of(double... settings) {
      if (settings.length != 1 || !(settings[0] > 0 && settings[0] <= 180)) {
        throw new IllegalArgumentException(
            "hueshift must have one setting, degrees above 0 and at most 180.");
      }
      return new HueShift(settings[0]);
    }
  }

  @Override
  public void apply(byte[] rgb, int height, int width, RandomGenerator random) {
    if (rgb.length != 3 * height * width) {
      throw new IllegalArgumentException(
          "%d x %d pixels must have 3 bytes each; found %d in all."
              .formatted(height, width, rgb.length));
    }
    double angle = Math.toRadians(most * (2 * random.nextDouble() - 1));
    double along = (1 - Math.cos(angle)) / 3;
    double across = Math.sin(angle) / Math.sqrt(3);
    for (int i = 0; i < rgb.length; i += 3) {
      double r = rgb[i] & 0xFF;
      double g = rgb[i + 1] & 0xFF;
      double b = rgb[i + 2] & 0xFF;
      double grey = along * (r + g + b);
      rgb[i] = clamped(r * Math.cos(angle) + grey + across * (b - g));
      rgb[i + 1] = clamped(g * Math.cos(angle) + grey + across * (r - b));
      rgb[i + 2] = clamped(b * Math.cos(angle) + grey + across * (g - r));
    }
  }

  private static byte clamped(double value) {
    return (byte) Math.max(0, Math.min(255, Math.round(value)));
  }

  @Override
  public String describe() {
    return "hueshift(%s)".formatted(most);
  }
}
// [augmentation]
