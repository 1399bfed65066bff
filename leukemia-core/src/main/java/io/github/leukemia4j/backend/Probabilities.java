package io.github.leukemia4j.backend;

import io.github.leukemia4j.BackendException;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.model.ModelManifest;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * From a network's logits to probabilities, the same in every backend: softmax((logits + log(wanted
 * prior / training prior)) / temperature). The correction is that of Saerens et al. 2002; the
 * wanted prior is the natural one of the manifest, or the prevalence in the options. Immutable and
 * thread-safe.
 */
public final class Probabilities {
  private final LabelSet labels;
  private final double[] correction;
  private final double temperature;

  private Probabilities(LabelSet labels, double[] correction, double temperature) {
    this.labels = labels;
    this.correction = correction;
    this.temperature = temperature;
  }

  /** What a bundle's manifest and the options ask for. */
  public static Probabilities of(ModelManifest manifest, OpenOptions options) {
    LabelSet labels = manifest.labelSet();
    Map<Label, Double> prevalence = prevalence(manifest, options);
    boolean stated = !prevalence.isEmpty();
    double[] wanted = new double[labels.size()];
    double sum = 0;
    for (int i = 0; i < wanted.length; i++) {
      wanted[i] = stated ? prevalence.get(labels.get(i)) : manifest.priors().natural().get(i);
      sum += wanted[i];
    }
    double[] correction = new double[wanted.length];
    for (int i = 0; i < wanted.length; i++) {
      correction[i] = Math.log(wanted[i] / sum / manifest.priors().training().get(i));
    }
    return new Probabilities(labels, correction, manifest.temperature());
  }

  /**
   * The prevalence to which predictions are corrected: that of the options where it names all of
   * the manifest's labels, else nothing, which means the natural one.
   */
  public static Map<Label, Double> prevalence(ModelManifest manifest, OpenOptions options) {
    List<Label> labels = manifest.labelSet().labels();
    return options.prevalence().keySet().containsAll(labels)
        ? options.prevalence().entrySet().stream()
            .filter(share -> labels.contains(share.getKey()))
            .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue))
        : Map.of();
  }

  /**
   * One image's prediction.
   *
   * @param logits [labels], finite
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
    double[] p = scaled(logits);
    double max = Double.NEGATIVE_INFINITY;
    for (double z : p) {
      max = Math.max(max, z);
    }
    double sum = 0;
    for (int i = 0; i < p.length; i++) {
      p[i] = Math.exp(p[i] - max);
      sum += p[i];
    }
    for (int i = 0; i < p.length; i++) {
      p[i] /= sum;
    }
    return Prediction.of(labels, p);
  }

  /**
   * The log odds of a label against all others together: log(p / (1 - p)).
   *
   * @param logits [labels], finite
   */
  public double logOdds(double[] logits, int label) {
    double[] z = scaled(logits);
    double most = largestOther(z, label);
    double sum = 0;
    for (int i = 0; i < z.length; i++) {
      sum += i == label ? 0 : Math.exp(z[i] - most);
    }
    return z[label] - most - Math.log(sum);
  }

  /**
   * The derivatives of {@link #logOdds} with respect to the logits.
   *
   * @param logits [labels], finite
   * @return [labels]; they sum to 0
   */
  public double[] logOddsGradient(double[] logits, int label) {
    double[] z = scaled(logits);
    double most = largestOther(z, label);
    double sum = 0;
    for (int i = 0; i < z.length; i++) {
      sum += i == label ? 0 : Math.exp(z[i] - most);
    }
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

  private double[] scaled(double[] logits) {
    if (logits.length != correction.length) {
      throw new IllegalArgumentException(
          "There must be one logit for each of " + labels + "; found " + logits.length + ".");
    }
    double[] scaled = new double[logits.length];
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] = (logits[i] + correction[i]) / temperature;
    }
    return scaled;
  }
}
