package io.github.leukemia4j.metric;

import java.util.Arrays;

/**
 * Scores of one class sorted once, from the highest down, so that every rank metric under any
 * weights of the units costs one pass without sorting. Immutable.
 */
final class Ranking {
  private static final int END_OF_TIE = 1;
  private static final int POSITIVE = 2;
  private static final int UNIT_SHIFT = 2;

  /** Unit, whether the sample is positive, and whether it is the last of equal scores. */
  private final int[] entries;

  private Ranking(int[] entries) {
    this.entries = entries;
  }

  /**
   * @param scores higher where the sample is more likely positive
   * @param positive which samples are
   * @param unit which unit each belongs to, below 2^29
   */
  static Ranking of(double[] scores, boolean[] positive, int[] unit) {
    int n = scores.length;
    double[] distinct = new double[n];
    for (int i = 0; i < n; i++) {
      distinct[i] = 0.0 - scores[i]; // ascending order of these; never -0.0 beside 0.0
    }
    Arrays.parallelSort(distinct);
    int ranks = 0;
    for (int i = 0; i < n; i++) {
      if (i == 0 || distinct[i] != distinct[ranks - 1]) {
        distinct[ranks++] = distinct[i];
      }
    }
    int[] rank = new int[n];
    int[] next = new int[ranks + 1];
    for (int i = 0; i < n; i++) {
      rank[i] = Arrays.binarySearch(distinct, 0, ranks, 0.0 - scores[i]);
      next[rank[i] + 1]++;
    }
    for (int r = 0; r < ranks; r++) {
      next[r + 1] += next[r];
    }
    int[] entries = new int[n];
    for (int i = 0; i < n; i++) {
      entries[next[rank[i]]++] = unit[i] << UNIT_SHIFT | (positive[i] ? POSITIVE : 0);
    }
    for (int r = 0; r < ranks; r++) {
      entries[next[r] - 1] |= END_OF_TIE;
    }
    return new Ranking(entries);
  }

  /**
   * The rank metrics where each unit counts as often as its weight says.
   *
   * @param weights for each unit, 0 or more
   * @param positives the weighted number of positive samples
   * @param negatives the weighted number of the others
   * @param atSpecificity for which specificity the best sensitivity is wanted
   * @param atSensitivity for which sensitivity the best specificity is wanted
   */
  RankMetrics measure(
      int[] weights, long positives, long negatives, double atSpecificity, double atSensitivity) {
    double mostFalse = (1 - atSpecificity) * negatives + 1e-9 * negatives;
    double leastTrue = atSensitivity * positives - 1e-9 * positives;
    long truePositives = 0;
    long falsePositives = 0;
    long tiedPositives = 0;
    long tiedNegatives = 0;
    long truePositivesAtLimit = 0;
    long falsePositivesAtLeast = leastTrue <= 0 ? 0 : negatives;
    boolean reached = leastTrue <= 0;
    double area = 0;
    double precisionSum = 0;
    for (int entry : entries) {
      long weight = weights[entry >>> UNIT_SHIFT];
      long positive = weight & -((entry & POSITIVE) >>> 1);
      tiedPositives += positive;
      tiedNegatives += weight - positive;
      if ((entry & END_OF_TIE) != 0) {
        area += tiedNegatives * (truePositives + 0.5 * tiedPositives);
        truePositives += tiedPositives;
        falsePositives += tiedNegatives;
        // Without a branch, which would be mispredicted half of the time; 0 where none is tied.
        precisionSum +=
            (double) tiedPositives * truePositives / Math.max(1, truePositives + falsePositives);
        if (falsePositives <= mostFalse) {
          truePositivesAtLimit = truePositives;
        }
        if (!reached && truePositives >= leastTrue) {
          reached = true;
          falsePositivesAtLeast = falsePositives;
        }
        tiedPositives = 0;
        tiedNegatives = 0;
      }
    }
    boolean both = positives > 0 && negatives > 0;
    return new RankMetrics(
        both ? area / ((double) positives * negatives) : Double.NaN,
        positives > 0 ? precisionSum / positives : Double.NaN,
        both ? (double) truePositivesAtLimit / positives : Double.NaN,
        both ? 1 - (double) falsePositivesAtLeast / negatives : Double.NaN);
  }

  /** NaN is undefined here; it does not leave the package. */
  record RankMetrics(
      double auroc,
      double averagePrecision,
      double sensitivityAtSpecificity,
      double specificityAtSensitivity) {}
}
