package io.github.leukemia4j.inference;

import io.github.leukemia4j.BackendException;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.model.HeadManifest;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * From a network's logits to probabilities: softmax((logits + log(wanted prior / training prior)) /
 * temperature). The correction of the priors is that of Saerens et al. 2002; it is right where the
 * looks of each label stay the same and only the frequencies differ. The temperature is that of Guo
 * et al. 2017. Immutable and thread-safe.
 */
public final class ProbabilityScale {
  private final LabelSet labels;
  private final double[] correction;
  private final double temperature;

  private ProbabilityScale(LabelSet labels, double[] correction, double temperature) {
    this.labels = labels;
    this.correction = correction;
    this.temperature = temperature;
  }

  /**
   * @param labels in the order of the logits
   * @param training the share of each label among the samples as training drew them, above 0,
   *     summing to 1
   * @param wanted how frequent each label is where the model is used; above 0, in any unit
   * @param temperature above 0
   * @throws IllegalArgumentException where a number is out of its range, or there is not one for
   *     each label
   */
  public static ProbabilityScale of(
      LabelSet labels, List<Double> training, List<Double> wanted, double temperature) {
    if (training.size() != labels.size()
        || wanted.size() != labels.size()
        || !training.stream().allMatch(ProbabilityScale::isPositive)
        || !wanted.stream().allMatch(ProbabilityScale::isPositive)
        || !isPositive(temperature)) {
      throw new IllegalArgumentException(
          """
          There must be one frequency above 0 for each of %s, and a temperature above 0; found %s in \
          training, %s wanted and the temperature %s."""
              .formatted(labels, training, wanted, temperature));
    }
    double sum = 0;
    for (double share : wanted) {
      sum += share;
    }
    double[] correction = new double[labels.size()];
    for (int i = 0; i < correction.length; i++) {
      correction[i] = Math.log(wanted.get(i) / sum / training.get(i));
    }
    return new ProbabilityScale(labels, correction, temperature);
  }

  /**
   * The scale of a head of an opened bundle.
   *
   * @param prevalence the share of each label among the images to come, in any unit; that of the
   *     priors holds where it does not name all labels
   */
  public static ProbabilityScale of(HeadManifest head, Map<Label, Double> prevalence) {
    LabelSet labels = head.labelSet();
    List<Double> wanted =
        prevalence.keySet().containsAll(labels.labels())
            ? labels.labels().stream().map(prevalence::get).toList()
            // The scale divides by the temperature after it corrected the shares.
            : head.priors().wanted(head.temperature());
    return of(labels, head.priors().training(), wanted, head.temperature());
  }

  /**
   * The scale of a head at the shares of the training data, whatever shares are expected: what
   * thresholds are held against, since sensitivity and specificity do not depend on the shares.
   */
  public static ProbabilityScale ofTraining(HeadManifest head) {
    return of(
        head.labelSet(), head.priors().training(), head.priors().natural(), head.temperature());
  }

  private static boolean isPositive(double value) {
    return value > 0 && Double.isFinite(value);
  }

  /** The same at another temperature, above 0. */
  public ProbabilityScale withTemperature(double other) {
    return new ProbabilityScale(labels, correction, other);
  }

  /** The labels, in the order of the logits. */
  public LabelSet labels() {
    return labels;
  }

  /**
   * The prediction of one image, which keeps its logits.
   *
   * @param logits {@code [labels]}, finite
   * @throws BackendException where one is not: a damaged network, or an overflow in it
   */
  public Prediction predict(double[] logits) {
    for (double logit : logits) {
      if (!Double.isFinite(logit)) {
        throw new BackendException(
            "The network must give finite logits for every image; found %s. It is damaged, or computes with too few bits: take another model."
                .formatted(Arrays.toString(logits)));
      }
    }
    return Prediction.ofLogits(labels, logits, probabilities(logits));
  }

  /** The probabilities of one image's logits, {@code [labels]}. */
  public double[] probabilities(double[] logits) {
    return softmax(corrected(logits), temperature);
  }

  /**
   * The softmax of logits divided by a temperature, {@code [labels]}.
   *
   * @param temperature above 0
   */
  public static double[] softmax(double[] logits, double temperature) {
    if (!isPositive(temperature)) {
      throw new IllegalArgumentException(
          "The temperature must be above 0; found %s.".formatted(temperature));
    }
    double[] p = new double[logits.length];
    double max = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < p.length; i++) {
      p[i] = logits[i] / temperature;
      max = Math.max(max, p[i]);
    }
    double sum = 0;
    for (int i = 0; i < p.length; i++) {
      p[i] = Math.exp(p[i] - max);
      sum += p[i];
    }
    for (int i = 0; i < p.length; i++) {
      p[i] /= sum;
    }
    return p;
  }

  /**
   * The logits corrected for the priors, before the temperature, {@code [labels]}: what a
   * temperature is fitted on.
   */
  public double[] corrected(double[] logits) {
    if (logits.length != correction.length) {
      throw new IllegalArgumentException(
          "There must be one logit for each of %s; found %d.".formatted(labels, logits.length));
    }
    double[] corrected = new double[logits.length];
    for (int i = 0; i < corrected.length; i++) {
      corrected[i] = logits[i] + correction[i];
    }
    return corrected;
  }

  private double[] scaled(double[] logits) {
    double[] scaled = corrected(logits);
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] /= temperature;
    }
    return scaled;
  }

  /**
   * The log odds of a label against all others together: log(p / (1 - p)).
   *
   * @param logits {@code [labels]}, finite
   */
  public double logOdds(double[] logits, int label) {
    double[] z = scaled(logits);
    double most = largestOther(z, label);
    return z[label] - most - Math.log(sumOfOthers(z, label, most));
  }

  /**
   * The derivatives of {@link #logOdds} with respect to the logits.
   *
   * @param logits {@code [labels]}, finite
   * @return {@code [labels]}; they sum to 0
   */
  public double[] logOddsGradient(double[] logits, int label) {
    double[] z = scaled(logits);
    double most = largestOther(z, label);
    double sum = sumOfOthers(z, label, most);
    double[] gradient = new double[z.length];
    for (int i = 0; i < z.length; i++) {
      gradient[i] = (i == label ? 1 : -Math.exp(z[i] - most) / sum) / temperature;
    }
    return gradient;
  }

  private static double largestOther(double[] z, int label) {
    double most = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < z.length; i++) {
      most = i == label ? most : Math.max(most, z[i]);
    }
    return most;
  }

  private static double sumOfOthers(double[] z, int label, double most) {
    double sum = 0;
    for (int i = 0; i < z.length; i++) {
      sum += i == label ? 0 : Math.exp(z[i] - most);
    }
    return sum;
  }
}
