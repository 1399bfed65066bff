package io.github.leukemia4j.evaluation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * What answering only the surest samples gives: for every least confidence the share of samples
 * that are answered and the share of errors among them (El-Yaniv and Wiener 2010). Immutable.
 *
 * @param points from the highest confidence down, one for each distinct confidence
 */
public record RiskCoverage(List<Point> points) {
  /** Copies the list. */
  public RiskCoverage {
    points = List.copyOf(points);
  }

  /**
   * One least confidence.
   *
   * @param leastConfidence from which on samples are answered
   * @param coverage the share of samples that are, in (0, 1]
   * @param risk the share of errors among them
   */
  public record Point(double leastConfidence, double coverage, double risk) {}

  /**
   * @param confidence of each sample, higher where surer
   * @param right whether its answer is right
   * @throws IllegalArgumentException where the lengths differ or a confidence is no number
   */
  public static RiskCoverage of(double[] confidence, boolean[] right) {
    if (confidence.length != right.length) {
      throw new IllegalArgumentException(
          "There must be one answer for each confidence; found "
              + right.length
              + " for "
              + confidence.length
              + ".");
    }
    List<Integer> order =
        IntStream.range(0, confidence.length)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer i) -> -required(confidence[i])))
            .toList();
    List<Point> points = new ArrayList<>();
    int errors = 0;
    for (int k = 0; k < order.size(); k++) {
      int i = order.get(k);
      errors += right[i] ? 0 : 1;
      boolean last = k + 1 == order.size() || confidence[order.get(k + 1)] != confidence[i];
      if (last) {
        points.add(new Point(confidence[i], (k + 1.0) / order.size(), errors / (k + 1.0)));
      }
    }
    return new RiskCoverage(points);
  }

  private static double required(double confidence) {
    if (Double.isNaN(confidence)) {
      throw new IllegalArgumentException("A confidence must be a number; found NaN.");
    }
    return confidence;
  }

  /**
   * The mean risk over all coverages, as a sum of steps: lower is better. Empty without samples.
   */
  public OptionalDouble area() {
    double area = 0;
    double before = 0;
    for (Point point : points) {
      area += (point.coverage() - before) * point.risk();
      before = point.coverage();
    }
    return points.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(area);
  }
}
