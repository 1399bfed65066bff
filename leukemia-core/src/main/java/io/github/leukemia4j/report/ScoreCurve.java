package io.github.leukemia4j.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a score does at every threshold, where higher means more likely positive: the points of the
 * ROC and of the precision-recall curve.
 *
 * @param points from the highest threshold down, one for each distinct score and one before
 * @param positives how many samples are positive
 * @param negatives how many are not
 */
record ScoreCurve(List<Point> points, long positives, long negatives) {
  /**
   * What calling every score at or above a threshold positive gives.
   *
   * @param threshold the score; infinite for the first point, at which nothing is called positive
   * @param truePositives positive samples called positive
   * @param falsePositives other samples called positive
   */
  record Point(double threshold, long truePositives, long falsePositives) {}

  static ScoreCurve of(double[] scores, boolean[] positive) {
    List<Integer> highest =
        IntStream.range(0, scores.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -scores[i]))
            .toList();
    List<Point> points = new ArrayList<>();
    points.add(new Point(Double.POSITIVE_INFINITY, 0, 0));
    long called = 0;
    for (int at = 0; at < scores.length; at++) {
      called += positive[highest.get(at)] ? 1 : 0;
      double score = scores[highest.get(at)];
      if (at + 1 == scores.length || scores[highest.get(at + 1)] != score) {
        points.add(new Point(score, called, at + 1 - called));
      }
    }
    return new ScoreCurve(points, called, scores.length - called);
  }
}
