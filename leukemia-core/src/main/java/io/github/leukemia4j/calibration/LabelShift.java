package io.github.leukemia4j.calibration;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.statistics.distribution.ChiSquaredDistribution;

/**
 * The shares of labels among images whose labels are not known, estimated from a classifier's
 * probabilities by expectation maximisation (Saerens et al. 2002). The estimate is right where each
 * label looks as it did in training and the probabilities are calibrated; where the looks changed,
 * it takes the change for another share. Immutable.
 *
 * @param before the shares that the probabilities were made with, summing to 1
 * @param after the estimated shares, above 0 and summing to 1
 * @param images the sum of the images' weights
 * @param pValue of the likelihood-ratio test of the shares before against those after, with one
 *     degree of freedom fewer than there are labels: small where the images speak for other shares
 */
public record LabelShift(List<Double> before, List<Double> after, double images, double pValue) {
  /** The p-value at and below which {@link #isPlain} holds. */
  public static final double LEVEL = 0.05;

  private static final int MOST_ITERATIONS = 100_000;
  private static final double CHANGE = 1e-10;

  /** Copies the lists. */
  public LabelShift {
    before = List.copyOf(before);
    after = List.copyOf(after);
  }

  /** Whether other shares explain the probabilities better by more than chance does. */
  public boolean isPlain() {
    return pValue <= LEVEL;
  }

  /**
   * Corrects probabilities from the shares before to those after.
   *
   * @param probabilities {@code [images, labels]} that were made with the shares before
   * @return {@code [images, labels]}
   */
  public double[][] corrected(double[][] probabilities) {
    double[][] corrected = new double[probabilities.length][];
    for (int i = 0; i < corrected.length; i++) {
      double[] row = probabilities[i].clone();
      double sum = 0;
      for (int k = 0; k < row.length; k++) {
        row[k] *= after.get(k) / before.get(k);
        sum += row[k];
      }
      for (int k = 0; k < row.length; k++) {
        row[k] /= sum;
      }
      corrected[i] = row;
    }
    return corrected;
  }

  /**
   * Estimates the shares that make the probabilities most likely. No share falls below that of
   * about half an image, since a share of 0 could never be corrected.
   *
   * @param probabilities {@code [images, labels]}, each row summing to 1
   * @param weights {@code [images]} how much each image counts, 0 or more, above 0 in sum
   * @param shares {@code [labels]} by which the probabilities were made, above 0, summing to 1
   * @throws IllegalArgumentException where the shapes do not fit, or no image counts
   */
  public static LabelShift estimate(
      double[][] probabilities, double[] weights, List<Double> shares) {
    double images = Arrays.stream(weights).sum();
    if (probabilities.length != weights.length
        || !(images > 0)
        || !Arrays.stream(weights).allMatch(w -> w >= 0)
        || !Arrays.stream(probabilities).allMatch(row -> row.length == shares.size())
        || !shares.stream().allMatch(share -> share > 0)) {
      throw new IllegalArgumentException(
          "There must be one weight of 0 or more for each row of probabilities, and a share above 0 for each label; found %d rows, %d weights of the sum %s, and %s."
              .formatted(probabilities.length, weights.length, images, shares));
    }
    double[] before = shares.stream().mapToDouble(share -> share).toArray();
    double[] now = before.clone();
    double change = 1;
    for (int i = 0; i < MOST_ITERATIONS && change > CHANGE; i++) {
      double[] next = step(probabilities, weights, before, now, images);
      change = 0;
      for (int k = 0; k < now.length; k++) {
        change = Math.max(change, Math.abs(next[k] - now[k]));
      }
      now = next;
    }
    double gain = Math.max(0, gain(probabilities, weights, before, now));
    List<Double> after = new ArrayList<>();
    for (double share : now) {
      after.add(share);
    }
    return new LabelShift(
        shares,
        after,
        images,
        before.length == 1
            ? 1
            : ChiSquaredDistribution.of(before.length - 1.0).survivalProbability(2 * gain));
  }

  private static double[] step(
      double[][] probabilities, double[] weights, double[] before, double[] now, double images) {
    double[] next = new double[now.length];
    for (int i = 0; i < probabilities.length; i++) {
      double sum = likelihood(probabilities[i], before, now);
      for (int k = 0; k < next.length; k++) {
        next[k] += weights[i] * probabilities[i][k] * now[k] / before[k] / sum;
      }
    }
    double total = 0;
    for (int k = 0; k < next.length; k++) {
      next[k] = Math.max(next[k] / images, 0.5 / (images + 1));
      total += next[k];
    }
    for (int k = 0; k < next.length; k++) {
      next[k] /= total;
    }
    return next;
  }

  /** The logarithm of the likelihood at the shares now, over that at those before. */
  private static double gain(
      double[][] probabilities, double[] weights, double[] before, double[] now) {
    double gain = 0;
    for (int i = 0; i < probabilities.length; i++) {
      gain += weights[i] * Math.log(likelihood(probabilities[i], before, now));
    }
    return gain;
  }

  /** Of one image at the shares now, over that at those before. */
  private static double likelihood(double[] probabilities, double[] before, double[] now) {
    double sum = 0;
    for (int k = 0; k < now.length; k++) {
      sum += probabilities[k] * now[k] / before[k];
    }
    return sum;
  }
}
