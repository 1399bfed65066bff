package io.github.leukemia4j.evaluation;

import java.util.List;
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
          "There must be probabilities for each sample and at least one bin; found "
              + probabilities.length
              + " for "
              + truth.length
              + ", and "
              + bins
              + ".");
    }
    long[] samples = new long[bins];
    double[] confidence = new double[bins];
    long[] right = new long[bins];
    for (int i = 0; i < truth.length; i++) {
      int best = 0;
      for (int k = 1; k < probabilities[i].length; k++) {
        best = probabilities[i][k] > probabilities[i][best] ? k : best;
      }
      int bin = StageData.bin(probabilities[i][best], bins);
      samples[bin]++;
      confidence[bin] += probabilities[i][best];
      right[bin] += best == truth[i] ? 1 : 0;
    }
    return IntStream.range(0, bins)
        .mapToObj(b -> of(b, bins, samples[b], confidence[b], right[b]))
        .toList();
  }

  static ReliabilityBin of(int bin, int bins, long samples, double confidence, double right) {
    return new ReliabilityBin(
        (double) bin / bins,
        (bin + 1.0) / bins,
        samples,
        samples > 0 ? OptionalDouble.of(confidence / samples) : OptionalDouble.empty(),
        samples > 0 ? OptionalDouble.of(right / samples) : OptionalDouble.empty());
  }
}
