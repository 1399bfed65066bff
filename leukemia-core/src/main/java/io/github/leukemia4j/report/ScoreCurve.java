package io.github.leukemia4j.metric;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;

/**
 * What a score does at every threshold, where higher means more likely positive: the ROC and the
 * precision-recall curve and what is read off them. Immutable.
 */
public final class ScoreCurve {
  private final List<Point> points;
  private final long positives;
  private final long negatives;
  private final Ranking ranking;

  private ScoreCurve(List<Point> points, long positives, long negatives, Ranking ranking) {
    this.points = List.copyOf(points);
    this.positives = positives;
    this.negatives = negatives;
    this.ranking = ranking;
  }

  /**
   * What calling every score at or above a threshold positive gives.
   *
   * @param threshold the score; infinite for the first point, at which nothing is called positive
   * @param truePositives positive samples called positive
   * @param falsePositives other samples called positive
   */
  public record Point(double threshold, long truePositives, long falsePositives) {}

  /**
   * @param scores any finite numbers
   * @param positive which of them belong to positive samples
   * @throws IllegalArgumentException where the lengths differ or a score is not finite
   */
  public static ScoreCurve of(double[] scores, boolean[] positive) {
    if (scores.length != positive.length) {
      throw new IllegalArgumentException(
          "There must be one truth for each score; found %s for %s."
              .formatted(positive.length, scores.length));
    }
    long positives = 0;
    for (int i = 0; i < scores.length; i++) {
      if (!Double.isFinite(scores[i])) {
        throw new IllegalArgumentException(
            "Scores must be finite; found " + scores[i] + " at index " + i + ".");
      }
      positives += positive[i] ? 1 : 0;
    }
    Ranking ranking = Ranking.of(scores, positive, new int[scores.length]);
    List<Point> points = new ArrayList<>();
    points.add(new Point(Double.POSITIVE_INFINITY, 0, 0));
    double[] descending = Arrays.stream(scores).map(s -> -s).sorted().map(s -> -s).toArray();
    ranking.forEachThreshold((at, tp, fp) -> points.add(new Point(descending[at], tp, fp)));
    return new ScoreCurve(points, positives, scores.length - positives, ranking);
  }

  /** The points from the highest threshold down, one for each distinct score and one before. */
  public List<Point> points() {
    return points;
  }

  /** How many samples are positive. */
  public long positives() {
    return positives;
  }

  /** How many are not. */
  public long negatives() {
    return negatives;
  }

  /**
   * The area under the ROC curve: the chance that a positive sample scores above another, ties
   * counting half. Empty unless both kinds occur.
   */
  public OptionalDouble auroc() {
    return defined(measure(0, 0).auroc());
  }

  /** The sum of precision over the steps of recall. Empty without positive samples. */
  public OptionalDouble averagePrecision() {
    return defined(measure(0, 0).averagePrecision());
  }

  /**
   * The best sensitivity of a threshold whose specificity is at least the given one. Empty unless
   * both kinds occur.
   *
   * @param specificity in [0, 1]
   */
  public OptionalDouble sensitivityAt(double specificity) {
    return defined(measure(share(specificity), 0).sensitivityAtSpecificity());
  }

  /**
   * The best specificity of a threshold whose sensitivity is at least the given one. Empty unless
   * both kinds occur.
   *
   * @param sensitivity in [0, 1]
   */
  public OptionalDouble specificityAt(double sensitivity) {
    return defined(measure(0, share(sensitivity)).specificityAtSensitivity());
  }

  private Ranking.RankMetrics measure(double specificity, double sensitivity) {
    return ranking.measure(new int[] {1}, positives, negatives, specificity, sensitivity);
  }

  private static double share(double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException("A share must lie in [0, 1]; found " + value + ".");
    }
    return value;
  }

  private static OptionalDouble defined(double value) {
    return Double.isNaN(value) ? OptionalDouble.empty() : OptionalDouble.of(value);
  }
}
