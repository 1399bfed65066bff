package io.github.leukemia4j.loss;

import static io.github.leukemia4j.loss.ClassWeights.number;

import io.github.leukemia4j.LabelSet;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The one implementation of {@link TverskyLoss}; its builder has validated the components. */
record ConfiguredTversky(
    double falsePositiveWeight,
    double falseNegativeWeight,
    double focalExponent,
    double smoothing,
    boolean logarithmic,
    List<Double> classWeights,
    AbsentClasses absentClasses)
    implements TverskyLoss {
  private static final System.Logger LOGGER = System.getLogger("io.github.leukemia4j.loss");

  @Override
  public double value(double[][] targets, double[][] probabilities) {
    Losses.requireBatch(targets, probabilities);
    double[] shares = shares(targets);
    double value = 0;
    for (int c = 0; c < shares.length; c++) {
      if (shares[c] > 0) {
        value += shares[c] * Sums.of(this, targets, probabilities, c).loss(this);
      }
    }
    return value;
  }

  @Override
  public double[][] gradient(double[][] targets, double[][] probabilities) {
    Losses.requireBatch(targets, probabilities);
    double[] shares = shares(targets);
    double[][] gradient = new double[targets.length][shares.length];
    for (int c = 0; c < shares.length; c++) {
      if (shares[c] > 0) {
        Sums sums = Sums.of(this, targets, probabilities, c);
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

  @Override
  public double[] index(double[][] targets, double[][] probabilities) {
    Losses.requireBatch(targets, probabilities);
    double[] index = new double[targets[0].length];
    for (int c = 0; c < index.length; c++) {
      Sums sums = Sums.of(this, targets, probabilities, c);
      index[c] = sums.hits / (sums.hits + sums.errors);
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
        : new ConfiguredTversky(
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
        "The Tversky loss averages both columns of the two labels {0}. A false negative of one is a false positive of the other, so that a heavier false-negative weight favours the rarer label, whichever that is. Mark a positive label and give no class weights, or give the weight 0 to one of the two.",
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

  /**
   * The sums of one class over the batch.
   *
   * @param hits TP + smoothing, at least {@link #LEAST_HITS}
   * @param errors alpha FP + beta FN
   * @param hitsAreFree whether hits follow TP, and are not held at their least value
   */
  private record Sums(double hits, double errors, boolean hitsAreFree) {
    static Sums of(ConfiguredTversky loss, double[][] targets, double[][] probabilities, int c) {
      double truePositive = 0;
      double falsePositive = 0;
      double falseNegative = 0;
      for (int i = 0; i < targets.length; i++) {
        double g = targets[i][c];
        double p = probabilities[i][c];
        truePositive += p * g;
        falsePositive += p * (1 - g);
        falseNegative += (1 - p) * g;
      }
      double hits = truePositive + loss.smoothing;
      double errors =
          loss.falsePositiveWeight * falsePositive + loss.falseNegativeWeight * falseNegative;
      return new Sums(Math.max(hits, LEAST_HITS), errors, hits >= LEAST_HITS);
    }

    /** 1 - index, or -log(index): what the exponent applies to, before its clamp. */
    private double base(ConfiguredTversky loss) {
      // Neither subtracts from 1, so that a nearly perfect class keeps its digits.
      return loss.logarithmic
          ? Math.log1p(Math.min(errors / hits, 1 / LEAST_BASE - 1))
          : errors / (hits + errors);
    }

    double loss(ConfiguredTversky loss) {
      double base = base(loss);
      double clamped = loss.focalExponent < 1 ? Math.max(base, LEAST_BASE) : base;
      return Math.pow(clamped, loss.focalExponent);
    }

    private double lossPerBase(ConfiguredTversky loss) {
      double base = base(loss);
      if (loss.focalExponent < 1 && base < LEAST_BASE) {
        return 0;
      }
      return loss.focalExponent * Math.pow(base, loss.focalExponent - 1);
    }

    double lossPerError(ConfiguredTversky loss) {
      double all = hits + errors;
      if (loss.logarithmic) {
        return errors / hits > 1 / LEAST_BASE - 1 ? 0 : lossPerBase(loss) / all;
      }
      return lossPerBase(loss) * (hits / all / all);
    }

    double lossPerHit(ConfiguredTversky loss) {
      if (!hitsAreFree) {
        return 0;
      }
      return -lossPerError(loss) * (errors / hits);
    }
  }
}
