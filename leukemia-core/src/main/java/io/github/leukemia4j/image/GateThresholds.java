package io.github.leukemia4j.image;

import java.util.ArrayList;
import java.util.List;

/**
 * What an image must be like to be classified. Training learns the numbers from its images and
 * stores them with the model; docs/image-gate.md says how. Immutable.
 *
 * @param smallestSide in pixels
 * @param leastContrast the least standard deviation of grey over all pixels, in levels of 255
 * @param leastFocus the least variance of the Laplacian over the variance of grey, of the image
 *     area-averaged to sides of at most 128 pixels
 * @param mostClipped the largest part of all colour values that are 0 or 255, in [0, 1]
 * @param stainCentre the usual means and standard deviations of optical density, [6]
 * @param stainPrecision the inverse covariance of those six, by rows, [36]
 * @param mostStainDistance the largest Mahalanobis distance of an image's six numbers from the
 *     centre
 */
public record GateThresholds(
    int smallestSide,
    double leastContrast,
    double leastFocus,
    double mostClipped,
    List<Double> stainCentre,
    List<Double> stainPrecision,
    double mostStainDistance) {
  /**
   * @throws IllegalArgumentException where a number is not finite, a limit negative, or a list not
   *     of its length; names all that are wrong
   */
  public GateThresholds {
    stainCentre = List.copyOf(stainCentre);
    stainPrecision = List.copyOf(stainPrecision);
    List<String> faults = new ArrayList<>();
    if (smallestSide < 1) {
      faults.add("smallestSide must be at least 1, found " + smallestSide);
    }
    checkLimit(faults, "leastContrast", leastContrast);
    checkLimit(faults, "leastFocus", leastFocus);
    checkLimit(faults, "mostClipped", mostClipped);
    checkLimit(faults, "mostStainDistance", mostStainDistance);
    checkList(faults, "stainCentre", stainCentre, 6);
    checkList(faults, "stainPrecision", stainPrecision, 36);
    if (!faults.isEmpty()) {
      throw new IllegalArgumentException("Gate thresholds: " + String.join("; ", faults) + ".");
    }
  }

  private static void checkLimit(List<String> faults, String name, double value) {
    if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
      faults.add(name + " must be finite and not negative, found " + value);
    }
  }

  private static void checkList(List<String> faults, String name, List<Double> list, int length) {
    if (list.size() != length || !list.stream().allMatch(Double::isFinite)) {
      faults.add(name + " must be " + length + " finite numbers, found " + list);
    }
  }

  /** These thresholds with the stain of others, such as those of another laboratory's images. */
  public GateThresholds withStainOf(GateThresholds others) {
    return new GateThresholds(
        smallestSide,
        leastContrast,
        leastFocus,
        mostClipped,
        others.stainCentre,
        others.stainPrecision,
        others.mostStainDistance);
  }
}
