package io.github.leukemia4j.loss;

import io.github.leukemia4j.LabelSet;
import java.util.ArrayList;
import java.util.List;

/**
 * What training makes small: a number for a batch of targets and predicted probabilities. The
 * meaning of a loss, in double precision on plain arrays; a backend computes the same on its graph.
 * Implementations are immutable, and so safe for use by many threads.
 */
public interface Loss {
  /** How far from 1 a row of targets or probabilities may sum. */
  double SUM_TOLERANCE = 1e-4;

  /**
   * The loss of a batch. Must not grow with the batch size, and must not depend on the order of the
   * samples. {@link Loss#requireBatch} does the checks that the built-in losses do.
   *
   * @param targets [batch][classes], rows that sum to 1; one-hot, or soft
   * @param probabilities [batch][classes], rows that sum to 1
   * @throws IllegalArgumentException where the shapes differ, the batch is empty, or rows are no
   *     distributions
   */
  double value(double[][] targets, double[][] probabilities);

  /**
   * The derivative of the value with respect to each probability, as if they were independent.
   *
   * <p>Unless overridden: central differences with a step of 6e-6 of the probability and at least
   * 6e-9, one-sided and of second order next to 0 and 1 so that no probability leaves [0, 1]. They
   * cost two or three values for each element.
   *
   * @return [batch][classes], finite
   * @throws IllegalArgumentException as {@link #value} does
   */
  default double[][] gradient(double[][] targets, double[][] probabilities) {
    return Differences.gradient(this, targets, probabilities);
  }

  /**
   * The loss as it is used to train a classifier of these labels: a hook for losses that treat the
   * positive label apart. Called once, before training.
   *
   * @throws IllegalArgumentException where the loss does not fit the labels
   */
  default Loss forLabels(LabelSet labels) {
    return this;
  }

  /** The formula with its numbers; stored in the model bundle. */
  String describe();

  /**
   * The text that {@link Loss#parse} reads, such as {@code tversky(0.3, 0.7)}; stored with the
   * settings of a training, and compared when it resumes. Unless overridden the formula, which
   * nobody reads.
   */
  default String text() {
    return describe();
  }

  /**
   * Half cross-entropy, half {@link TverskyLoss} with false-positive weight 0.3, false-negative
   * weight 0.7 and smoothing 1.
   */
  static Loss defaultLoss() {
    return MixtureLoss.of(0.5, CrossEntropyLoss.plain(), 0.5, TverskyLoss.of(0.3, 0.7));
  }

  /**
   * The symmetric unified focal loss of Yeung et al. (2022, Computerized Medical Imaging and
   * Graphics 95, 102026), for classification: lambda delta times cross-entropy with focal gamma (1
   * - gamma), plus (1 - lambda) times a Tversky loss with weights (1 - delta, delta) and focal
   * exponent gamma. Both are means, over samples and over classes, where the paper sums over
   * classes.
   *
   * @param lambda the share of cross-entropy, in (0, 1); 0.5 in the paper
   * @param delta the weight of false negatives, in (0, 1]; 0.6 in the paper
   * @param gamma how strongly easy samples fade and bad classes count, in (0, 1]; 0.5 in the paper
   * @throws IllegalArgumentException with all that is wrong, in one message
   */
  static Loss unifiedFocal(double lambda, double delta, double gamma) {
    List<String> faults = new ArrayList<>();
    if (!(lambda > 0 && lambda < 1)) {
      faults.add("lambda must lie in (0, 1); found " + lambda + ".");
    }
    if (!(delta > 0 && delta <= 1)) {
      faults.add("delta must lie in (0, 1]; found " + delta + ".");
    }
    if (!(gamma > 0 && gamma <= 1)) {
      faults.add("gamma must lie in (0, 1]; found " + gamma + ".");
    }
    ClassWeights.throwIfAny("The unified focal loss", faults);
    return MixtureLoss.of(
        lambda * delta,
        new CrossEntropyLoss(0, 1 - gamma, List.of()),
        1 - lambda,
        TverskyLoss.builder()
            .falsePositiveWeight(1 - delta)
            .falseNegativeWeight(delta)
            .focalExponent(gamma)
            .build());
  }

  /**
   * A loss from the text that a command line or a configuration gives.
   *
   * <pre>
   * loss     = term {"+" term}
   * term     = [weight "*"] (name ["(" argument {"," argument} ")"] | "(" loss ")")
   * argument = number | key "=" value
   *
   * default
   * cross-entropy(labelSmoothing=0, focal=0, classWeights=1:1)
   * tversky(FP weight, FN weight, focal=1, smoothing=1, logarithmic=false, classWeights=1:1,
   *     absentClasses=excluded)
   * dice(...)   jaccard(...)   f-beta(beta, ...)      with the named arguments of tversky
   * unified-focal(lambda, delta, gamma)
   * </pre>
   *
   * All arguments but the beta of {@code f-beta} may be left out. White space does not matter.
   * Examples: {@code tversky(0.3,0.7,focal=0.75)}, {@code 0.5*cross-entropy+0.5*tversky(0.3,0.7)}.
   *
   * @throws IllegalArgumentException where the text is no loss; says what is accepted
   */
  static Loss parse(String text) {
    return new LossParser(text).parse();
  }

  /**
   * Scales class weights so that they sum to 1.
   *
   * @param given one for each class; only their ratios matter. Empty for equal weights
   * @return [classes]
   * @throws IllegalArgumentException where there are weights, but not one for each class
   */
  static double[] classWeights(List<Double> given, int classes) {
    return ClassWeights.normalised(given, classes);
  }

  /**
   * Checks a batch as the built-in losses do: not empty, the same shape, every number in [0, 1],
   * every row summing to 1 within {@value #SUM_TOLERANCE}.
   *
   * @param targets [batch][classes]
   * @param probabilities [batch][classes]
   * @throws IllegalArgumentException with all that is wrong, in one message (the first ten faults)
   */
  static void requireBatch(double[][] targets, double[][] probabilities) {
    List<String> faults = new ArrayList<>();
    if (targets.length == 0 || probabilities.length == 0) {
      faults.add(
          "The batch must have at least one sample; found %s rows of targets and %s of probabilities."
              .formatted(targets.length, probabilities.length));
    } else if (targets.length != probabilities.length) {
      faults.add(
          "Targets and probabilities must have the same shape; found %s and %s rows."
              .formatted(targets.length, probabilities.length));
    }
    int classes = targets.length == 0 ? 0 : targets[0].length;
    collectRowFaults("targets", targets, classes, faults);
    collectRowFaults("probabilities", probabilities, classes, faults);
    if (!faults.isEmpty()) {
      int most = 10;
      int more = faults.size() - most;
      throw new IllegalArgumentException(
          "The batch cannot be scored. %s%s"
              .formatted(
                  String.join(" ", faults.subList(0, Math.min(most, faults.size()))),
                  more > 0 ? " And " + more + " more." : ""));
    }
  }

  private static void collectRowFaults(
      String what, double[][] rows, int classes, List<String> faults) {
    for (int i = 0; i < rows.length; i++) {
      if (rows[i].length != classes) {
        faults.add(
            "Every row must have the %s classes of the first row of targets; row %s of the %s has %s."
                .formatted(classes, i, what, rows[i].length));
        continue;
      }
      double sum = 0;
      int outside = -1;
      for (int c = 0; c < classes; c++) {
        double p = rows[i][c];
        outside = p >= 0 && p <= 1 ? outside : c;
        sum += p;
      }
      if (outside >= 0) {
        faults.add(
            "Every one of the %s must lie in [0, 1]; row %d, class %d is %s."
                .formatted(what, i, outside, rows[i][outside]));
      } else if (Math.abs(sum - 1) > SUM_TOLERANCE) {
        faults.add("Every row of the %s must sum to 1; row %d sums to %s.".formatted(what, i, sum));
      }
    }
  }
}
