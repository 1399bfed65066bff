package io.github.leukemia4j.image.pixels;

import java.util.random.RandomGenerator;
import org.apache.commons.statistics.distribution.BetaDistribution;

/**
 * Mixing of two samples, images and targets alike (Zhang et al., mixup: Beyond Empirical Risk
 * Minimization, ICLR 2018). It needs soft targets and two samples, which an augmentation has not;
 * augment the two first.
 *
 * @param alpha of the Beta(alpha, alpha) distribution of the shares, above 0 and at most {@value
 *     #MOST_ALPHA}; 0.2 mixes mildly, 1 uniformly
 */
public record Mixup(double alpha) {
  /** The largest alpha, at which nearly all shares are halves. */
  public static final double MOST_ALPHA = 1000;

  /**
   * @throws IllegalArgumentException where alpha is not above 0 and finite
   */
  public Mixup {
    if (!(alpha > 0 && alpha <= MOST_ALPHA)) {
      throw new IllegalArgumentException(
          "Mixup's alpha must be above 0 and at most " + MOST_ALPHA + "; found " + alpha + ".");
    }
  }

  /** The first sample's share, in [0.5, 1]: the first stays the main one. */
  public double share(RandomGenerator random) {
    double share =
        BetaDistribution.of(alpha, alpha).inverseCumulativeProbability(random.nextDouble());
    return Math.max(share, 1 - share);
  }

  /**
   * Mixes the second sample into the first, which changes.
   *
   * @param rgb the first image, [height, width, 3]; receives the mixture, rounded
   * @param targets the first image's probabilities, [classes]; receives the mixture
   * @param otherRgb the second image, of the same size
   * @param otherTargets the second image's probabilities, of the same classes
   * @param share of the first, in [0, 1]
   * @throws IllegalArgumentException where lengths differ or the share is out of range
   */
  public static void mix(
      byte[] rgb, double[] targets, byte[] otherRgb, double[] otherTargets, double share) {
    if (rgb.length != otherRgb.length || targets.length != otherTargets.length) {
      throw new IllegalArgumentException(
          "Mixed samples must have images of one size and targets of the same classes; found %s and %s bytes, %s and %s classes."
              .formatted(rgb.length, otherRgb.length, targets.length, otherTargets.length));
    }
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("A share must be in [0, 1]; found " + share + ".");
    }
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = OpticalDensity.clamp((rgb[i] & 0xFF) * share + (otherRgb[i] & 0xFF) * (1 - share));
    }
    for (int i = 0; i < targets.length; i++) {
      targets[i] = targets[i] * share + otherTargets[i] * (1 - share);
    }
  }
}
