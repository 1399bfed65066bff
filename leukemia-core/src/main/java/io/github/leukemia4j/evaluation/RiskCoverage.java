package io.github.leukemia4j.metric;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

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
          "There must be one answer for each confidence; found %s for %s."
              .formatted(right.length, confidence.length));
    }
    for (double one : confidence) {
      if (Double.isNaN(one)) {
        throw new IllegalArgumentException("A confidence must be a number; found NaN.");
      }
    }
    int n = confidence.length;
    double[] descending = Arrays.stream(confidence).map(c -> -c).sorted().map(c -> -c).toArray();
    List<Point> points = new ArrayList<>();
    // What a ranking calls positive are the right answers here, and errors the others.
    Ranking.of(confidence, right, new int[n])
        .forEachThreshold(
            (at, correct, errors) ->
                points.add(new Point(descending[at], (at + 1.0) / n, errors / (double) (at + 1))));
    return new RiskCoverage(points);
  }

  /**
   * The fewest of the surest samples that are at least this share of all.
   *
   * @param coverage in [0, 1]
   * @return empty without samples
   */
  public Optional<Point> at(double coverage) {
    // (k + 1.0) / n can fall short of a share that it should reach by the last bit.
    return points.stream().filter(p -> p.coverage() >= coverage - 1e-12).findFirst();
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
