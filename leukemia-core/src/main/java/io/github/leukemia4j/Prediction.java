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
  private final Set<Finding> findings;
  private final int best;

  private Prediction(LabelSet labels, double[] probabilities, Set<Finding> findings) {
    this.labels = labels;
    this.probabilities = probabilities;
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
   * @param labels the labels, in the order of the probabilities
   * @param probabilities one for each label, each in [0, 1], summing to 1; copied
   * @throws IllegalArgumentException where they do not fit the labels or are no distribution
   */
  public static Prediction of(LabelSet labels, double... probabilities) {
    Objects.requireNonNull(labels, "labels");
    if (probabilities.length != labels.size()) {
      throw new IllegalArgumentException(
          "There must be one probability for each of "
              + labels
              + "; found "
              + probabilities.length
              + ".");
    }
    double sum = 0;
    for (double p : probabilities) {
      if (!(p >= 0 && p <= 1)) {
        throw new IllegalArgumentException(
            "Each probability must lie in [0, 1]; found " + Arrays.toString(probabilities) + ".");
      }
      sum += p;
    }
    if (Math.abs(sum - 1) > SUM_TOLERANCE) {
      throw new IllegalArgumentException(
          "The probabilities must sum to 1; found "
              + Arrays.toString(probabilities)
              + ", which sum to "
              + sum
              + ".");
    }
    return new Prediction(labels, probabilities.clone(), Set.of());
  }

  /** The same prediction with these findings instead of its own. */
  public Prediction withFindings(Collection<Finding> found) {
    Set<Finding> copy =
        found.isEmpty() ? Set.of() : Collections.unmodifiableSet(EnumSet.copyOf(found));
    return new Prediction(labels, probabilities, copy);
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
      String label,
      List<String> labels,
      String positive,
      Map<String, Double> probabilities,
      List<Finding> findings) {}

  @JsonValue
  private Document document() {
    Map<String, Double> byName = new LinkedHashMap<>();
    for (int i = 0; i < probabilities.length; i++) {
      byName.put(labels.get(i).name(), probabilities[i]);
    }
    return new Document(
        label().name(),
        List.copyOf(byName.keySet()),
        labels.positive().map(Label::name).orElse(null),
        byName,
        List.copyOf(findings));
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  private static Prediction of(Document document) {
    List<String> names = document.labels;
    Map<String, Double> byName = document.probabilities;
    if (names == null
        || byName == null
        || document.findings == null
        || byName.size() != names.size()
        || !byName.keySet().containsAll(names)
        || byName.containsValue(null)) {
      throw new IllegalArgumentException(
          "A prediction must have labels, one probability for each of them, and findings; found %s."
              .formatted(document));
    }
    LabelSet labels = LabelSet.of(names.stream().map(Label::of).toList());
    if (document.positive != null) {
      labels = labels.withPositive(Label.of(document.positive));
    }
    double[] values = names.stream().mapToDouble(byName::get).toArray();
    return of(labels, values).withFindings(document.findings);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Prediction that
        && labels.equals(that.labels)
        && Arrays.equals(probabilities, that.probabilities)
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
}
