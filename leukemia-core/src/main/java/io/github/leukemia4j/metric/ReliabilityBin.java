package io.github.leukemia4j.metric;

import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * One bar of a reliability diagram: the samples whose highest probability lies in {@code (from,
 * to]}, 0 belonging to the first bin.
 *
 * @param from the bin's lower edge, not included
 * @param to the bin's upper edge, included
 * @param samples how many there are
 * @param confidence the mean of their highest probability; empty without samples
 * @param accuracy the share whose most probable label is right; empty without samples
 */
public record ReliabilityBin(
    double from, double to, long samples, OptionalDouble confidence, OptionalDouble accuracy) {
  /**
   * @throws IllegalArgumentException where a number is out of its range
   */
  public ReliabilityBin {
    Objects.requireNonNull(confidence, "confidence");
    Objects.requireNonNull(accuracy, "accuracy");
    if (!(from >= 0
        && from < to
        && to <= 1
        && samples >= 0
        && isShare(confidence, samples)
        && isShare(accuracy, samples))) {
      throw new IllegalArgumentException(
          "A bin must lie in [0, 1] and, where it has samples, have a confidence and an accuracy in [0, 1]; found %s to %s with %s samples, %s and %s."
              .formatted(from, to, samples, confidence, accuracy));
    }
  }

  /** Means of probabilities may round to a little above 1. */
  private static boolean isShare(OptionalDouble value, long samples) {
    return value.isPresent() == samples > 0
        && (value.isEmpty() || value.getAsDouble() >= 0 && value.getAsDouble() <= 1 + 1e-9);
  }

  /**
   * The bins of a reliability diagram, such as before and after a calibration.
   *
   * @param truth {@code [samples]}, the true labels' places
   * @param probabilities {@code [samples, labels]}
   * @param bins how many of equal width, at least 1
   * @throws IllegalArgumentException where the shapes do not fit or there is no bin
   */
  public static List<ReliabilityBin> of(int[] truth, double[][] probabilities, int bins) {
    if (truth.length != probabilities.length || bins < 1) {
      throw new IllegalArgumentException(
          "There must be probabilities for each sample and at least one bin; found %s for %s, and %s."
              .formatted(probabilities.length, truth.length, bins));
    }
    long[] samples = new long[bins];
    double[] confidence = new double[bins];
    long[] right = new long[bins];
    for (int i = 0; i < truth.length; i++) {
      int best = 0;
      for (int k = 1; k < probabilities[i].length; k++) {
        best = probabilities[i][k] > probabilities[i][best] ? k : best;
      }
      int bin = indexOf(probabilities[i][best], bins);
      samples[bin]++;
      confidence[bin] += probabilities[i][best];
      right[bin] += best == truth[i] ? 1 : 0;
    }
    return IntStream.range(0, bins)
        .mapToObj(b -> of(b, bins, samples[b], confidence[b], right[b]))
        .toList();
  }

  /**
   * One bin of several of equal width.
   *
   * @param bin its place, from 0
   * @param bins how many there are
   * @param samples how many it holds
   * @param confidence the sum of their highest probabilities
   * @param right how many were right
   */
  public static ReliabilityBin of(
      int bin, int bins, long samples, double confidence, double right) {
    return new ReliabilityBin(
        (double) bin / bins,
        (bin + 1.0) / bins,
        samples,
        samples > 0 ? OptionalDouble.of(confidence / samples) : OptionalDouble.empty(),
        samples > 0 ? OptionalDouble.of(right / samples) : OptionalDouble.empty());
  }

  /**
   * The place of the bin (i / bins, (i + 1) / bins] that holds a probability; the first holds 0
   * too.
   */
  public static int indexOf(double probability, int bins) {
    int bin = Math.max(0, Math.min(bins - 1, (int) Math.ceil(probability * bins) - 1));
    if (probability <= (double) bin / bins && bin > 0) {
      return bin - 1;
    }
    return probability > (bin + 1.0) / bins && bin < bins - 1 ? bin + 1 : bin;
  }

  /**
   * The expected calibration error: the mean over samples of the distance between confidence and
   * accuracy in their bin (Naeini et al. 2015); 0 without samples.
   */
  public static double expectedCalibrationError(List<ReliabilityBin> bins) {
    long all = bins.stream().mapToLong(ReliabilityBin::samples).sum();
    return bins.stream()
        .filter(b -> b.samples > 0)
        .mapToDouble(
            b -> b.samples * Math.abs(b.confidence.getAsDouble() - b.accuracy.getAsDouble()) / all)
        .sum();
  }
}
