package io.github.leukemia4j.loss;

import static io.github.leukemia4j.loss.ClassWeights.number;

import io.github.leukemia4j.LabelSet;
import java.util.ArrayList;
import java.util.List;

/**
 * Cross-entropy with label smoothing, class weights and the focal modulation of Lin et al. (2017,
 * <a href="https://arxiv.org/abs/1708.02002">arXiv:1708.02002</a>).
 *
 * <pre>
 * t = (1 - labelSmoothing) target + labelSmoothing / classes
 * loss = sum w t (1 - p)^gamma (-log p) / sum w t       over samples and classes
 * </pre>
 *
 * With weights, the mean is a weighted one: only their ratios matter, and a batch that holds
 * classes of weight 0 alone has value and gradient 0. A probability counts as at least 1e-300 in
 * the logarithm; where gamma lies between 0 and 1, 1 - p counts as at least 1e-7 in the power, so
 * that the gradient stays finite at p = 1. Immutable and safe for use by many threads.
 *
 * @param labelSmoothing the share of each target that is spread over all classes, in [0, 1)
 * @param focalGamma the power of (1 - p), at least 0; 0 is plain cross-entropy
 * @param classWeights the weight of each class as given; only their ratios matter. Empty: all equal
 */
public record CrossEntropyLoss(double labelSmoothing, double focalGamma, List<Double> classWeights)
    implements Loss {
  /**
   * So small that a graph from logits agrees without a clamp of its own, up to logits 690 apart,
   * and keeps its gradient beyond.
   */
  private static final double LEAST_PROBABILITY = 1e-300;

  /** The least 1 - p of which a power below 1 is taken. */
  public static final double LEAST_COMPLEMENT = 1e-7;

  /**
   * @throws IllegalArgumentException with all that is wrong, in one message
   */
  public CrossEntropyLoss {
    classWeights = List.copyOf(classWeights);
    List<String> faults = new ArrayList<>();
    if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
      faults.add("The label smoothing must lie in [0, 1); found " + labelSmoothing + ".");
    }
    if (!(focalGamma >= 0 && focalGamma <= Double.MAX_VALUE)) {
      faults.add("The focal gamma must be finite and not negative; found " + focalGamma + ".");
    }
    ClassWeights.collectFaults(classWeights, faults);
    ClassWeights.throwIfAny("The cross-entropy", faults);
  }

  /** Plain: no smoothing, no weights, no focal modulation. */
  public static CrossEntropyLoss plain() {
    return new CrossEntropyLoss(0, 0, List.of());
  }

  @Override
  public double value(double[][] targets, double[][] probabilities) {
    Loss.requireBatch(targets, probabilities);
    double[][] shares = shares(targets);
    double value = 0;
    for (int i = 0; i < shares.length; i++) {
      for (int c = 0; c < shares[i].length; c++) {
        if (shares[i][c] > 0) {
          value += shares[i][c] * loss(probabilities[i][c]);
        }
      }
    }
    return value;
  }

  @Override
  public double[][] gradient(double[][] targets, double[][] probabilities) {
    Loss.requireBatch(targets, probabilities);
    double[][] gradient = shares(targets);
    for (int i = 0; i < gradient.length; i++) {
      for (int c = 0; c < gradient[i].length; c++) {
        if (gradient[i][c] > 0) {
          gradient[i][c] *= slope(probabilities[i][c]);
        }
      }
    }
    return gradient;
  }

  /** The weight of each element in the mean: they sum to 1, or are all 0 where no class counts. */
  private double[][] shares(double[][] targets) {
    int classes = targets[0].length;
    double[] weights = ClassWeights.normalised(classWeights, classes);
    double[][] shares = new double[targets.length][classes];
    double sum = 0;
    for (int i = 0; i < shares.length; i++) {
      for (int c = 0; c < classes; c++) {
        double target = (1 - labelSmoothing) * targets[i][c] + labelSmoothing / classes;
        shares[i][c] = weights[c] * target;
        sum += shares[i][c];
      }
    }
    for (int i = 0; i < shares.length && sum > 0; i++) {
      for (int c = 0; c < classes; c++) {
        shares[i][c] /= sum;
      }
    }
    return shares;
  }

  private double loss(double p) {
    double logarithm = Math.log(Math.max(p, LEAST_PROBABILITY));
    return focalGamma == 0 ? -logarithm : -logarithm * Math.pow(complement(p), focalGamma);
  }

  private double slope(double p) {
    double ofLogarithm = p > LEAST_PROBABILITY ? -1 / p : 0;
    if (focalGamma == 0) {
      return ofLogarithm;
    }
    double complement = complement(p);
    double slope = ofLogarithm * Math.pow(complement, focalGamma);
    if (complement == 1 - p) {
      double logarithm = Math.log(Math.max(p, LEAST_PROBABILITY));
      slope += focalGamma * Math.pow(complement, focalGamma - 1) * logarithm;
    }
    return slope;
  }

  private double complement(double p) {
    return focalGamma < 1 ? Math.max(1 - p, LEAST_COMPLEMENT) : 1 - p;
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException where there are class weights, but not one for each label
   */
  @Override
  public Loss forLabels(LabelSet labels) {
    ClassWeights.requireFits(classWeights, labels);
    return this;
  }

  @Override
  public String describe() {
    String modulation = focalGamma == 0 ? "" : "(1 - p)^" + number(focalGamma) + " ";
    String smoothing = labelSmoothing == 0 ? "" : ", label smoothing " + number(labelSmoothing);
    return "cross-entropy: weighted mean over samples of %s(-log p)%s; %s"
        .formatted(modulation, smoothing, ClassWeights.describe(classWeights));
  }

  @Override
  public String text() {
    return ClassWeights.text(
        "cross-entropy",
        labelSmoothing == 0 ? "" : "labelSmoothing=" + number(labelSmoothing),
        focalGamma == 0 ? "" : "focal=" + number(focalGamma),
        ClassWeights.argument(classWeights));
  }

  @Override
  public String toString() {
    return describe();
  }
}
