package io.github.leukemia4j.loss;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The Tversky loss for classification: one minus a ratio of hits to hits and weighted errors, per
 * class, with sums over the samples of a batch.
 *
 * <p>For class c with target g and probability p, in the convention of Salehi, Erdogmus and
 * Gholipour (2017, <a href="https://arxiv.org/abs/1706.05721">arXiv:1706.05721</a>):
 *
 * <pre>
 * TP = sum p g    FP = sum p (1 - g)    FN = sum (1 - p) g
 * index = (TP + s) / (TP + alpha FP + beta FN + s)
 * loss  = weighted mean over classes of (1 - index)^focalExponent
 *         or, in the logarithmic form, of (-log index)^focalExponent
 * </pre>
 *
 * alpha is {@link #falsePositiveWeight()}, beta {@link #falseNegativeWeight()}, s {@link
 * #smoothing()}. There is no mode that pools the classes: with probabilities that sum to 1 the
 * pooled FP and FN are the same number, and the two weights would cancel.
 *
 * <p>The exponent applies to each class, before the mean. Where it is below 1, its base counts as
 * at least {@value #LEAST_BASE}, so that the gradient stays finite at a perfect class. TP + s
 * counts as at least {@value #LEAST_HITS}, so that no class divides 0 by 0: a class without hits
 * and without weighted errors has the index 1. In the logarithmic form the index counts as at least
 * {@value #LEAST_BASE}.
 *
 * <p>Immutable and safe for use by many threads. Who implements this interface promises the formula
 * above, because backends build it from these properties; another formula implements {@link Loss}.
 */
public interface TverskyLoss extends Loss {
  /** The least TP + s: keeps 0 / 0 away, and is too small to be seen in an index. */
  double LEAST_HITS = 1e-12;

  /** The least base of a power below 1, and the least index of which a logarithm is taken. */
  double LEAST_BASE = 1e-7;

  /** What becomes of a class that no target in the batch names. */
  enum AbsentClasses {
    /**
     * It leaves numerator and denominator of the mean; without any weighted class in the batch
     * value and gradient are 0.
     */
    EXCLUDED,
    /** It stays in the mean: probability given to it counts as false positive. */
    INCLUDED
  }

  /** alpha, the weight of false positives; at least 0. */
  double falsePositiveWeight();

  /** beta, the weight of false negatives; at least 0. */
  double falseNegativeWeight();

  /**
   * The power of (1 - index), greater than 0; 1 is the plain Tversky loss. Above 1 it dwells on
   * classes that go badly, below 1 on those that go well.
   */
  double focalExponent();

  /** What is added to numerator and denominator, in samples; at least 0. */
  double smoothing();

  /** Whether -log(index) takes the place of 1 - index. */
  boolean logarithmic();

  /**
   * The weight of each class in the mean, as given; only their ratios matter. Empty: none were
   * given, which means the positive class alone after {@link #forLabels}, where there is one, and
   * all classes equally otherwise.
   */
  List<Double> classWeights();

  /** What becomes of a class that no target in the batch names. */
  AbsentClasses absentClasses();

  /**
   * The Tversky index of each class over the batch.
   *
   * @param targets [batch][classes], rows that sum to 1
   * @param probabilities [batch][classes], rows that sum to 1
   * @return [classes], each in [0, 1]; 1 for a class without hits and without weighted errors
   * @throws IllegalArgumentException as {@link #value} does
   */
  double[] index(double[][] targets, double[][] probabilities);

  /**
   * Smoothing 1, no focal exponent.
   *
   * @param falsePositiveWeight alpha of Salehi et al., at least 0
   * @param falseNegativeWeight beta of Salehi et al., at least 0; greater than alpha favours
   *     sensitivity
   * @throws IllegalArgumentException where a weight is negative or not finite, or both are 0
   */
  static TverskyLoss of(double falsePositiveWeight, double falseNegativeWeight) {
    return builder()
        .falsePositiveWeight(falsePositiveWeight)
        .falseNegativeWeight(falseNegativeWeight)
        .build();
  }

  /** Both weights 0.5: one minus the Dice coefficient, smoothing 1. */
  static TverskyLoss dice() {
    return of(0.5, 0.5);
  }

  /** Both weights 1: one minus the Jaccard index (intersection over union), smoothing 1. */
  static TverskyLoss jaccard() {
    return of(1, 1);
  }

  /**
   * Weights 1 / (1 + beta^2) and beta^2 / (1 + beta^2): one minus the F-measure, smoothing 1.
   *
   * @param beta how many times recall matters as much as precision; greater than 0
   * @throws IllegalArgumentException where beta is not greater than 0 and finite
   */
  static TverskyLoss fBeta(double beta) {
    if (!(beta > 0 && beta <= Double.MAX_VALUE)) {
      throw new IllegalArgumentException(
          "The beta of the F-measure must be greater than 0 and finite; found " + beta + ".");
    }
    // Written so that a large beta does not overflow its square.
    double falsePositiveWeight = beta <= 1 ? 1 / (1 + beta * beta) : 1 / beta / (1 / beta + beta);
    return of(falsePositiveWeight, 1 - falsePositiveWeight);
  }

  /** The default: weights 0.3 and 0.7, no focal exponent, smoothing 1, absent classes excluded. */
  static Builder builder() {
    return new Builder();
  }

  /** Collects the numbers of a {@link TverskyLoss}. Not safe for use by many threads. */
  final class Builder {
    private double falsePositiveWeight = 0.3;
    private double falseNegativeWeight = 0.7;
    private double focalExponent = 1;
    private double smoothing = 1;
    private boolean logarithmic;
    private List<Double> classWeights = List.of();
    private AbsentClasses absentClasses = AbsentClasses.EXCLUDED;

    private Builder() {}

    /** alpha, finite, at least 0; 0.3 unless set. */
    public Builder falsePositiveWeight(double weight) {
      this.falsePositiveWeight = weight;
      return this;
    }

    /** beta, finite, at least 0; 0.7 unless set. */
    public Builder falseNegativeWeight(double weight) {
      this.falseNegativeWeight = weight;
      return this;
    }

    /** Greater than 0 and finite; 1 unless set. */
    public Builder focalExponent(double exponent) {
      this.focalExponent = exponent;
      return this;
    }

    /** In samples, at least 0 and finite; 1 unless set. */
    public Builder smoothing(double samples) {
      this.smoothing = samples;
      return this;
    }

    /** -log(index) instead of 1 - index; false unless set. */
    public Builder logarithmic(boolean yes) {
      this.logarithmic = yes;
      return this;
    }

    /** One for each class, at least 0, not all 0; none given unless set. */
    public Builder classWeights(double... weights) {
      this.classWeights = ClassWeights.copy(weights);
      return this;
    }

    /** Excluded unless set. */
    public Builder absentClasses(AbsentClasses absent) {
      this.absentClasses = Objects.requireNonNull(absent, "absent");
      return this;
    }

    /**
     * @throws IllegalArgumentException with all that is wrong, in one message
     */
    public TverskyLoss build() {
      List<String> faults = new ArrayList<>();
      collectWeightFault("false-positive", falsePositiveWeight, faults);
      collectWeightFault("false-negative", falseNegativeWeight, faults);
      if (falsePositiveWeight == 0 && falseNegativeWeight == 0) {
        faults.add(
            "One of the false-positive and the false-negative weight must be greater than 0; both are 0, so that no error would count.");
      }
      if (!(focalExponent > 0 && focalExponent <= Double.MAX_VALUE)) {
        faults.add(
            "The focal exponent must be greater than 0 and finite; found " + focalExponent + ".");
      }
      if (!(smoothing >= 0 && smoothing <= Double.MAX_VALUE)) {
        faults.add("The smoothing must be finite and not negative; found " + smoothing + ".");
      }
      ClassWeights.collectFaults(classWeights, faults);
      ClassWeights.throwIfAny("The Tversky loss", faults);
      return new ConfiguredTversky(
          falsePositiveWeight,
          falseNegativeWeight,
          focalExponent,
          smoothing,
          logarithmic,
          classWeights,
          absentClasses);
    }

    private static void collectWeightFault(String which, double weight, List<String> faults) {
      if (!(weight >= 0 && weight <= Double.MAX_VALUE)) {
        faults.add(
            "The " + which + " weight must be finite and not negative; found " + weight + ".");
      }
    }
  }
}
