package io.github.leukemia4j.loss;

import static io.github.leukemia4j.loss.ClassWeights.number;

import io.github.leukemia4j.LabelSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
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
 * <p>Immutable and safe for use by many threads. Backends build the formula above from these
 * properties; another formula implements {@link Loss}.
 *
 * @param falsePositiveWeight alpha, the weight of false positives; at least 0
 * @param falseNegativeWeight beta, the weight of false negatives; at least 0
 * @param focalExponent the power of (1 - index), greater than 0; 1 is the plain Tversky loss. Above
 *     1 it dwells on classes that go badly, below 1 on those that go well
 * @param smoothing what is added to numerator and denominator, in samples; at least 0
 * @param logarithmic whether -log(index) takes the place of 1 - index
 * @param classWeights the weight of each class in the mean, as given; only their ratios matter.
 *     Empty: none were given, which means the positive class alone after {@link #forLabels}, where
 *     there is one, and all classes equally otherwise
 * @param absentClasses what becomes of a class that no target in the batch names
 */
public record TverskyLoss(
    double falsePositiveWeight,
    double falseNegativeWeight,
    double focalExponent,
    double smoothing,
    boolean logarithmic,
    List<Double> classWeights,
    AbsentClasses absentClasses)
    implements Loss {
  /** The least TP + s: keeps 0 / 0 away, and is too small to be seen in an index. */
  public static final double LEAST_HITS = 1e-12;

  /** The least base of a power below 1, and the least index of which a logarithm is taken. */
  public static final double LEAST_BASE = 1e-7;

  private static final System.Logger LOGGER = System.getLogger("io.github.leukemia4j.loss");

  /** What becomes of a class that no target in the batch names. */
  public enum AbsentClasses {
    /**
     * It leaves numerator and denominator of the mean; without any weighted class in the batch
     * value and gradient are 0.
     */
    EXCLUDED,
    /** It stays in the mean: probability given to it counts as false positive. */
    INCLUDED
  }

  /**
   * @throws IllegalArgumentException with all that is wrong, in one message
   */
  public TverskyLoss {
    Objects.requireNonNull(absentClasses, "absentClasses");
    classWeights = List.copyOf(classWeights);
    List<String> faults = new ArrayList<>();
    collectWeightFault("false-positive", falsePositiveWeight, faults);
    collectWeightFault("false-negative", falseNegativeWeight, faults);
    if (falsePositiveWeight == 0 && falseNegativeWeight == 0) {
      faults.add(
          "One of the false-positive and the false-negative weight must be greater than 0; both are"
              + " 0, so that no error would count.");
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
  }

  private static void collectWeightFault(String which, double weight, List<String> faults) {
    if (!(weight >= 0 && weight <= Double.MAX_VALUE)) {
      faults.add("The " + which + " weight must be finite and not negative; found " + weight + ".");
    }
  }

  /**
   * Smoothing 1, no focal exponent.
   *
   * @param falsePositiveWeight alpha of Salehi et al., at least 0
   * @param falseNegativeWeight beta of Salehi et al., at least 0; greater than alpha favours
   *     sensitivity
   * @throws IllegalArgumentException where a weight is negative or not finite, or both are 0
   */
  public static TverskyLoss of(double falsePositiveWeight, double falseNegativeWeight) {
    return builder()
        .falsePositiveWeight(falsePositiveWeight)
        .falseNegativeWeight(falseNegativeWeight)
        .build();
  }

  /** Both weights 0.5: one minus the Dice coefficient, smoothing 1. */
  public static TverskyLoss dice() {
    return of(0.5, 0.5);
  }

  /** Both weights 1: one minus the Jaccard index (intersection over union), smoothing 1. */
  public static TverskyLoss jaccard() {
    return of(1, 1);
  }

  /**
   * Weights 1 / (1 + beta^2) and beta^2 / (1 + beta^2): one minus the F-measure, smoothing 1.
   *
   * @param beta how many times recall matters as much as precision; greater than 0
   * @throws IllegalArgumentException where beta is not greater than 0 and finite
   */
  public static TverskyLoss fBeta(double beta) {
    if (!(beta > 0 && beta <= Double.MAX_VALUE)) {
      throw new IllegalArgumentException(
          "The beta of the F-measure must be greater than 0 and finite; found " + beta + ".");
    }
    // Written so that a large beta does not overflow its square.
    double falsePositiveWeight = beta <= 1 ? 1 / (1 + beta * beta) : 1 / beta / (1 / beta + beta);
    return of(falsePositiveWeight, 1 - falsePositiveWeight);
  }

  @Override
  public double value(double[][] targets, double[][] probabilities) {
    Loss.requireBatch(targets, probabilities);
    double[] shares = shares(targets);
    double value = 0;
    for (int c = 0; c < shares.length; c++) {
      if (shares[c] > 0) {
        value += shares[c] * TverskySums.of(this, targets, probabilities, c).loss(this);
      }
    }
    return value;
  }

  @Override
  public double[][] gradient(double[][] targets, double[][] probabilities) {
    Loss.requireBatch(targets, probabilities);
    double[] shares = shares(targets);
    double[][] gradient = new double[targets.length][shares.length];
    for (int c = 0; c < shares.length; c++) {
      if (shares[c] > 0) {
        TverskySums sums = TverskySums.of(this, targets, probabilities, c);
        double perHit = shares[c] * sums.lossPerHit(this);
        double perError = shares[c] * sums.lossPerError(this);
        for (int i = 0; i < targets.length; i++) {
          double g = targets[i][c];
          double error = falsePositiveWeight * (1 - g) - falseNegativeWeight * g;
          gradient[i][c] = perHit * g + perError * error;
        }
      }
    }
    return gradient;
  }

  /**
   * The Tversky index of each class over the batch.
   *
   * @param targets [batch][classes], rows that sum to 1
   * @param probabilities [batch][classes], rows that sum to 1
   * @return [classes], each in [0, 1]; 1 for a class without hits and without weighted errors
   * @throws IllegalArgumentException as {@link #value} does
   */
  public double[] index(double[][] targets, double[][] probabilities) {
    Loss.requireBatch(targets, probabilities);
    double[] index = new double[targets[0].length];
    for (int c = 0; c < index.length; c++) {
      TverskySums sums = TverskySums.of(this, targets, probabilities, c);
      index[c] = sums.hits() / (sums.hits() + sums.errors());
    }
    return index;
  }

  /** The share of each class in the mean: they sum to 1, or are all 0 where no class counts. */
  private double[] shares(double[][] targets) {
    double[] shares = ClassWeights.normalised(classWeights, targets[0].length);
    if (absentClasses == AbsentClasses.INCLUDED) {
      return shares;
    }
    double present = 0;
    for (int c = 0; c < shares.length; c++) {
      if (isAbsent(targets, c)) {
        shares[c] = 0;
      }
      present += shares[c];
    }
    for (int c = 0; c < shares.length && present > 0; c++) {
      shares[c] /= present;
    }
    return shares;
  }

  private static boolean isAbsent(double[][] targets, int c) {
    for (double[] row : targets) {
      if (row[c] > 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  public Loss forLabels(LabelSet labels) {
    return forLabels(labels, true);
  }

  /**
   * @param chosen whether somebody chose this loss, and can be told what is odd about it
   */
  Loss forLabels(LabelSet labels, boolean chosen) {
    ClassWeights.requireFits(classWeights, labels);
    List<Double> weights = classWeights;
    if (weights.isEmpty() && labels.positiveIndex().isPresent()) {
      Double[] positiveAlone = new Double[labels.size()];
      Arrays.fill(positiveAlone, 0.0);
      positiveAlone[labels.positiveIndex().getAsInt()] = 1.0;
      weights = List.of(positiveAlone);
    }
    if (chosen && labels.size() == 2 && !weights.contains(0.0)) {
      warnOfTwoColumns(labels);
    }
    return weights.equals(classWeights)
        ? this
        : new TverskyLoss(
            falsePositiveWeight,
            falseNegativeWeight,
            focalExponent,
            smoothing,
            logarithmic,
            weights,
            absentClasses);
  }

  private static void warnOfTwoColumns(LabelSet labels) {
    LOGGER.log(
        System.Logger.Level.WARNING,
        "The Tversky loss averages both columns of the two labels {0}. A false negative of one is a"
            + " false positive of the other, so that a heavier false-negative weight favours the"
            + " rarer label, whichever that is. Mark a positive label and give no class weights, or"
            + " give the weight 0 to one of the two.",
        labels);
  }

  @Override
  public String describe() {
    String s = smoothing == 0 ? "" : " + " + number(smoothing);
    String base = logarithmic ? "-log(index)" : "1 - index";
    String term = focalExponent == 1 ? base : "(" + base + ")^" + number(focalExponent);
    return "Tversky loss: weighted mean over classes of %s, index = %s / (TP + %s FP + %s FN%s), sums over the batch per class; %s; absent classes %s"
        .formatted(
            term,
            s.isEmpty() ? "TP" : "(TP" + s + ")",
            number(falsePositiveWeight),
            number(falseNegativeWeight),
            s,
            ClassWeights.describe(classWeights),
            absentClasses.name().toLowerCase(Locale.ROOT));
  }

  @Override
  public String text() {
    return ClassWeights.text(
        "tversky",
        number(falsePositiveWeight),
        number(falseNegativeWeight),
        focalExponent == 1 ? "" : "focal=" + number(focalExponent),
        smoothing == 1 ? "" : "smoothing=" + number(smoothing),
        logarithmic ? "logarithmic=true" : "",
        ClassWeights.argument(classWeights),
        absentClasses == AbsentClasses.EXCLUDED ? "" : "absentClasses=included");
  }

  @Override
  public String toString() {
    return describe();
  }

  /** The default: weights 0.3 and 0.7, no focal exponent, smoothing 1, absent classes excluded. */
  public static Builder builder() {
    return new Builder();
  }

  /** Collects the numbers of a {@link TverskyLoss}. Not safe for use by many threads. */
  public static final class Builder {
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
      this.absentClasses = absent;
      return this;
    }

    /**
     * @throws IllegalArgumentException with all that is wrong, in one message
     */
    public TverskyLoss build() {
      return new TverskyLoss(
          falsePositiveWeight,
          falseNegativeWeight,
          focalExponent,
          smoothing,
          logarithmic,
          classWeights,
          absentClasses);
    }
  }
}
