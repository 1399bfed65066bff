package io.github.leukemia4j;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A classifier's answer for one image: a probability for each of its labels, and what speaks
 * against trusting it. Immutable.
 *
 * <p>Any Jackson mapper writes it as JSON and reads the same again, to the bit; {@code
 * docs/results-json.md} describes the form.
 */
public final class Prediction {
  /** How far from 1 the probabilities may sum. */
  public static final double SUM_TOLERANCE = 1e-4;

  private final LabelSet labels;
  private final double[] probabilities;
  private final Optional<double[]> logits;
  private final Set<Finding> findings;
  private final int best;

  private Prediction(
      LabelSet labels, double[] probabilities, Optional<double[]> logits, Set<Finding> findings) {
    this.labels = labels;
    this.probabilities = probabilities;
    this.logits = logits;
    this.findings = findings;
    int index = 0;
    for (int i = 1; i < probabilities.length; i++) {
      if (probabilities[i] > probabilities[index]) {
        index = i;
      }
    }
    this.best = index;
  }

  /**
   * A prediction without logits, as one made by hand.
   *
   * @param labels the labels, in the order of the probabilities
   * @param probabilities one for each label, each in [0, 1], summing to 1; copied
   * @throws IllegalArgumentException where they do not fit the labels or are no distribution
   */
  public static Prediction of(LabelSet labels, double... probabilities) {
    Objects.requireNonNull(labels, "labels");
    if (probabilities.length != labels.size()) {
      throw new IllegalArgumentException(
          "There must be one probability for each of %s; found %d."
              .formatted(labels, probabilities.length));
    }
    double sum = 0;
    for (double p : probabilities) {
      if (!(p >= 0 && p <= 1)) {
        throw new IllegalArgumentException(
            "Each probability must lie in [0, 1]; found %s."
                .formatted(Arrays.toString(probabilities)));
      }
      sum += p;
    }
    if (Math.abs(sum - 1) > SUM_TOLERANCE) {
      throw new IllegalArgumentException(
          "The probabilities must sum to 1; found %s, which sum to %s."
              .formatted(Arrays.toString(probabilities), sum));
    }
    return new Prediction(labels, probabilities.clone(), Optional.empty(), Set.of());
  }

  /**
   * A network's prediction.
   *
   * @param labels the labels, in the order of the logits
   * @param logits one for each label, finite, as the network gave them; copied
   * @param probabilities what was made of them, each in [0, 1], summing to 1; copied
   * @throws IllegalArgumentException where they do not fit the labels, a logit is not finite, or
   *     the probabilities are no distribution
   */
  public static Prediction ofLogits(LabelSet labels, double[] logits, double[] probabilities) {
    if (logits.length != labels.size() || !Arrays.stream(logits).allMatch(Double::isFinite)) {
      throw new IllegalArgumentException(
          "There must be one finite logit for each of %s; found %s."
              .formatted(labels, Arrays.toString(logits)));
    }
    Prediction plain = of(labels, probabilities);
    return new Prediction(labels, plain.probabilities, Optional.of(logits.clone()), plain.findings);
  }

  /** The same prediction with these findings instead of its own. */
  public Prediction withFindings(Collection<Finding> found) {
    Set<Finding> copy =
        found.isEmpty() ? Set.of() : Collections.unmodifiableSet(EnumSet.copyOf(found));
    return new Prediction(labels, probabilities, logits, copy);
  }

  /** The labels, in the order of the probabilities. */
  public LabelSet labels() {
    return labels;
  }

  /** A copy of the probabilities, in the order of the labels. */
  public double[] probabilities() {
    return probabilities.clone();
  }

  /**
   * A copy of what the network gave, in the order of the labels, before any correction of priors,
   * temperature and softmax; empty where the prediction was made of probabilities alone.
   */
  public Optional<double[]> logits() {
    return logits.map(double[]::clone);
  }

  /**
   * The most probable label; the first of them where several are equally probable. Thresholds are a
   * matter of the pipeline, which may choose another one.
   */
  public Label label() {
    return labels.get(best);
  }

  /** The probability of {@link #label()}. */
  public double confidence() {
    return probabilities[best];
  }

  /**
   * @throws IllegalArgumentException where the label is none of the classifier's
   */
  public double probabilityOf(Label label) {
    return probabilities[labels.indexOf(label)];
  }

  /** What speaks against trusting the prediction; empty where nothing was found. */
  public Set<Finding> findings() {
    return findings;
  }

  /** As JSON; what can be derived is written for readers, and not read. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  private record Document(
      Label label,
      List<Label> labels,
      Label positive,
      Map<Label, Double> probabilities,
      Map<Label, Double> logits,
      List<Finding> findings) {}

  @JsonValue
  private Document document() {
    return new Document(
        label(),
        labels.labels(),
        labels.positive().orElse(null),
        byLabel(probabilities),
        logits.map(this::byLabel).orElse(null),
        List.copyOf(findings));
  }

  private Map<Label, Double> byLabel(double[] values) {
    Map<Label, Double> byLabel = new LinkedHashMap<>();
    for (int i = 0; i < values.length; i++) {
      byLabel.put(labels.get(i), values[i]);
    }
    return byLabel;
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  private static Prediction of(Document document) {
    List<Label> names = document.labels;
    if (names == null
        || document.findings == null
        || !isOf(names, document.probabilities)
        || document.logits != null && !isOf(names, document.logits)) {
      throw new IllegalArgumentException(
          "A prediction must have labels, one probability for each of them, one logit for each or none at all, and findings; found %s."
              .formatted(document));
    }
    LabelSet labels = LabelSet.of(names);
    if (document.positive != null) {
      labels = labels.withPositive(document.positive);
    }
    double[] values = values(names, document.probabilities);
    Prediction read =
        document.logits == null
            ? of(labels, values)
            : ofLogits(labels, values(names, document.logits), values);
    return read.withFindings(document.findings);
  }

  private static boolean isOf(List<Label> names, Map<Label, Double> byLabel) {
    return byLabel != null
        && byLabel.size() == names.size()
        && byLabel.keySet().containsAll(names)
        && !byLabel.containsValue(null);
  }

  private static double[] values(List<Label> names, Map<Label, Double> byLabel) {
    return names.stream().mapToDouble(byLabel::get).toArray();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Prediction that
        && labels.equals(that.labels)
        && Arrays.equals(probabilities, that.probabilities)
        && Arrays.equals(logits.orElse(null), that.logits.orElse(null))
        && findings.equals(that.findings);
  }

  @Override
  public int hashCode() {
    return Objects.hash(labels, Arrays.hashCode(probabilities), findings);
  }

  @Override
  public String toString() {
    return IntStream.range(0, probabilities.length)
            .mapToObj(i -> labels.get(i) + " " + Math.round(probabilities[i] * 1000) / 1000.0)
            .collect(Collectors.joining(", ", "Prediction[", "]"))
        + (findings.isEmpty() ? "" : findings.toString());
  }

  /** Why an image may not be fit to be classified. */
  public enum Finding {
    /** Smaller than the classifier can make sense of. */
    TOO_SMALL,
    /** Nothing to see: all pixels are nearly alike. */
    BLANK,
    /** Out of focus. */
    OUT_OF_FOCUS,
    /** Many pixels at the darkest or brightest value. */
    CLIPPED,
    /** Colours far from those of the training images. */
    UNUSUAL_STAIN
  }
}
