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
 * From a network's logits to probabilities: softmax((logits + ln(natural / training)) / temperature
 * + bias + ln(wanted / natural)), with the shares of the labels as they were drawn in training, as
 * they are in the training data, and as they are where the model is used. The correction of the
 * shares is that of Saerens et al. 2002; it is right where the looks of each label stay the same
 * and only the frequencies differ. Temperature and bias make probabilities at the natural shares of
 * the logits (Guo et al. 2017; Alexandari et al. 2020), and other shares are brought to these
 * probabilities. Immutable and thread-safe.
 */
public final class ProbabilityScale {
  private final LabelSet labels;
  private final double[] correction;
  private final double temperature;
  private final double[] shift;

  private ProbabilityScale(
      LabelSet labels, double[] correction, double temperature, double[] shift) {
    this.labels = labels;
    this.correction = correction;
    this.temperature = temperature;
    this.shift = shift;
  }

  /**
   * A scale without a bias, at the natural shares.
   *
   * @param labels in the order of the logits
   * @param training the share of each label among the samples as training drew them, above 0,
   *     summing to 1
   * @param natural how frequent each label is in the training data; above 0, in any unit
   * @param temperature above 0
   * @throws IllegalArgumentException where a number is out of its range, or there is not one for
   *     each label
   */
  public static ProbabilityScale of(
      LabelSet labels, List<Double> training, List<Double> natural, double temperature) {
    if (training.size() != labels.size()
        || natural.size() != labels.size()
        || !training.stream().allMatch(ProbabilityScale::isPositive)
        || !natural.stream().allMatch(ProbabilityScale::isPositive)
        || !isPositive(temperature)) {
      throw new IllegalArgumentException(
          """
          There must be one frequency above 0 for each of %s, and a temperature above 0; found %s in \
          training, %s wanted and the temperature %s.\
          """
              .formatted(labels, training, natural, temperature));
    }
    return new ProbabilityScale(
        labels, ratios(natural, training), temperature, new double[labels.size()]);
  }

  /**
   * The logarithms of the ratios of shares, the first in any unit: what corrects logits from the
   * second to the first, {@code [labels]}.
   */
  public static double[] ratios(List<Double> wanted, List<Double> present) {
    double sum = 0;
    for (double share : wanted) {
      sum += share;
    }
    double[] ratios = new double[wanted.size()];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = Math.log(wanted.get(i) / sum / present.get(i));
    }
    return ratios;
  }

  /**
   * The scale of a head of an opened bundle.
   *
   * @param prevalence the share of each label among the images to come, in any unit; that of the
   *     priors holds where it does not name all labels
   */
  public static ProbabilityScale of(HeadManifest head, Map<Label, Double> prevalence) {
    LabelSet labels = head.labelSet();
    ProbabilityScale natural = ofTraining(head);
    if (prevalence.keySet().containsAll(labels.labels())) {
      List<Double> stated = labels.labels().stream().map(prevalence::get).toList();
      if (!stated.stream().allMatch(ProbabilityScale::isPositive)) {
        throw new IllegalArgumentException(
            "A prevalence must be above 0 for each of %s; found %s.".formatted(labels, stated));
      }
      return natural.shifted(ratios(stated, head.priors().natural()));
    }
    return head.priors().expected() == null
        ? natural
        : natural.shifted(ratios(head.priors().expected(), head.priors().natural()));
  }

  /**
   * The scale of a head at the shares of the training data, whatever shares are expected: what
   * thresholds are held against, since sensitivity and specificity do not depend on the shares.
   */
  public static ProbabilityScale ofTraining(HeadManifest head) {
    ProbabilityScale plain =
        of(head.labelSet(), head.priors().training(), head.priors().natural(), head.temperature());
    return head.bias() == null
        ? plain
        : plain.shifted(head.bias().stream().mapToDouble(b -> b).toArray());
  }

  private static boolean isPositive(double value) {
    return value > 0 && Double.isFinite(value);
  }

  /** The same at another temperature, above 0. */
  public ProbabilityScale withTemperature(double other) {
    return new ProbabilityScale(labels, correction, other, shift);
  }

  /** The same with another number for each label added behind the temperature, none for null. */
  public ProbabilityScale withShift(List<Double> other) {
    return new ProbabilityScale(labels, correction, temperature, new double[labels.size()])
        .shifted(
            other == null
                ? new double[labels.size()]
                : other.stream().mapToDouble(b -> b).toArray());
  }

  private ProbabilityScale shifted(double[] more) {
    double[] sum = shift.clone();
    for (int i = 0; i < sum.length; i++) {
      sum[i] += more[i];
    }
    return new ProbabilityScale(labels, correction, temperature, sum);
  }

  /** By what corrected logits are divided, above 0. */
  public double temperature() {
    return temperature;
  }

  /** What is then added to each: the bias and the correction to other shares, {@code [labels]}. */
  public double[] shift() {
    return shift.clone();
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
    return softmax(corrected(logits), temperature, shift);
  }

  /**
   * The softmax of logits divided by a temperature, {@code [labels]}.
   *
   * @param temperature above 0
   */
  public static double[] softmax(double[] logits, double temperature) {
    return softmax(logits, temperature, new double[logits.length]);
  }

  /**
   * The softmax of logits that are divided by a temperature and then shifted, {@code [labels]}.
   *
   * @param temperature above 0
   * @param shift {@code [labels]}
   */
  public static double[] softmax(double[] logits, double temperature, double[] shift) {
    if (!isPositive(temperature)) {
      throw new IllegalArgumentException(
          "The temperature must be above 0; found %s.".formatted(temperature));
    }
    double[] p = new double[logits.length];
    double max = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < p.length; i++) {
      p[i] = logits[i] / temperature + shift[i];
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
   * The logits corrected to the natural shares, before the temperature, {@code [labels]}: what
   * temperature and bias are fitted on.
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
      scaled[i] = scaled[i] / temperature + shift[i];
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
