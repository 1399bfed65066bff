package io.github.leukemia4j.calibration;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.Prediction;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How a stage of a pipeline decides, and what that rests on: by a threshold of the positive label's
 * probability, by two with a refer band between them, by conformal sets, or, where none of these is
 * there, by the most probable label. Immutable.
 *
 * @param temperature of the probabilities that thresholds are held against, above 0. Of a stage
 *     with two labels it is the stage's own; of one with more, that before calibration, since there
 *     a temperature that was fitted on the same samples would change their order and with it the
 *     guarantee
 * @param bias likewise, added behind the temperature, one number for each label; null for none
 * @param operatingPoint at or above whose threshold the positive label is called; null for none
 * @param upperPoint the second threshold, which guards the specificity; what lies between is left
 *     open; null for none
 * @param conformalSets where exactly one label is not ruled out it is called, else it is left open;
 *     null for none, and where there is an operating point
 * @param refusals wishes that the calibration samples do not support, each with the reason
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Decision(
    double temperature,
    List<Double> bias,
    OperatingPoint operatingPoint,
    OperatingPoint upperPoint,
    ConformalSets conformalSets,
    List<String> refusals) {
  /**
   * Copies the list.
   *
   * @throws IllegalArgumentException where the temperature is not above 0, there is a second
   *     threshold without a first, or a threshold beside conformal sets
   */
  public Decision {
    refusals = refusals == null ? List.of() : List.copyOf(refusals);
    bias = bias == null ? null : List.copyOf(bias);
    if (!(temperature > 0 && Double.isFinite(temperature))) {
      throw new IllegalArgumentException(
          "The decision's temperature must be above 0; found " + temperature + ".");
    }
    if (operatingPoint == null ? upperPoint != null : conformalSets != null) {
      throw new IllegalArgumentException(
          "A stage must decide by an operating point, alone or with an upper one, or by conformal sets; found %s, %s and %s."
              .formatted(operatingPoint, upperPoint, conformalSets));
    }
  }

  /** Against probabilities without a bias. */
  public Decision(
      double temperature,
      OperatingPoint operatingPoint,
      OperatingPoint upperPoint,
      ConformalSets conformalSets,
      List<String> refusals) {
    this(temperature, null, operatingPoint, upperPoint, conformalSets, refusals);
  }

  /**
   * What a stage says.
   *
   * @param label the label that it chooses; empty where it leaves the question open
   * @param candidates what its conformal set holds; empty where it has none
   * @param reason why it is left open, in words; empty where it is not
   */
  public record Call(
      Optional<Label> label, Optional<Set<Label>> candidates, Optional<String> reason) {
    private static Call decided(Label label) {
      return new Call(Optional.of(label), Optional.empty(), Optional.empty());
    }
  }

  /** The most probable label decides. */
  public static final Decision MOST_PROBABLE = new Decision(1, null, null, null, List.of());

  /** Whether the most probable label decides. */
  @JsonIgnore
  public boolean isByMostProbable() {
    return operatingPoint == null && conformalSets == null;
  }

  /**
   * What the stage says.
   *
   * @param prediction at this record's temperature and bias and the prevalence of the training data
   * @throws IllegalArgumentException where it has no positive label, or other labels than these
   *     conformal sets
   */
  public Call call(Prediction prediction) {
    if (operatingPoint != null) {
      return byThreshold(prediction);
    }
    return conformalSets == null ? Call.decided(prediction.label()) : bySet(prediction);
  }

  private Call byThreshold(Prediction prediction) {
    double probability = prediction.probabilityOf(positive(prediction.labels()));
    double lower = operatingPoint.threshold();
    // Where the point for the specificity is the lower one, the first keeps both promises.
    double upper = upperPoint == null ? lower : Math.max(lower, upperPoint.threshold());
    return lower <= probability && probability < upper
        ? new Call(
            Optional.empty(),
            Optional.empty(),
            Optional.of(
                "%s has the probability %s, between the thresholds %s and %s"
                    .formatted(
                        positive(prediction.labels()),
                        number(probability),
                        number(lower),
                        number(upper))))
        : Call.decided(settled(prediction));
  }

  private Call bySet(Prediction prediction) {
    Set<Label> set = conformalSets.of(prediction);
    if (set.size() == 1) {
      return new Call(Optional.of(set.iterator().next()), Optional.of(set), Optional.empty());
    }
    String names =
        (set.isEmpty() ? conformalSets.labels().labels().stream() : set.stream())
            .map(Label::name)
            .collect(Collectors.joining(", "));
    return new Call(
        Optional.empty(),
        Optional.of(set),
        Optional.of(
            (set.isEmpty() ? "unlike any of " + names : "cannot tell between " + names)
                + ", at coverage "
                + conformalSets.coverage()));
  }

  /**
   * The label that the stage chooses where it may not leave the question open: what a refer band
   * leaves open is positive, since a person looks at it; else it is the most probable label.
   *
   * @param prediction at this record's temperature and the prevalence of the training data
   * @throws IllegalArgumentException where it has no positive label
   */
  public Label settled(Prediction prediction) {
    if (operatingPoint == null) {
      return prediction.label();
    }
    Label positive = positive(prediction.labels());
    if (operatingPoint.isPositive(prediction.probabilityOf(positive))) {
      return positive;
    }
    Label best = null;
    for (Label label : prediction.labels().labels()) {
      if (!label.equals(positive)
          && (best == null || prediction.probabilityOf(label) > prediction.probabilityOf(best))) {
        best = label;
      }
    }
    return best;
  }

  private static Label positive(LabelSet labels) {
    return labels
        .positive()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "A threshold needs a positive label; found none among " + labels + "."));
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.3g", value);
  }

  /**
   * A threshold of the positive label's probability, and what it rests on: a sample is called
   * positive where its probability is at or above the threshold.
   *
   * @param threshold in [0, 1]
   * @param aim what was wanted, in words
   * @param sensitivity on the calibration samples, averaged over patients; empty without positives
   * @param specificity the same of the others
   * @param confidence with which the guarantee holds; empty where there is none
   * @param units how many patients (or independent cells) of the guarded kind it rests on
   * @param evidence the method and the data, in words
   */
  public record OperatingPoint(
      double threshold,
      String aim,
      OptionalDouble sensitivity,
      OptionalDouble specificity,
      OptionalDouble confidence,
      int units,
      String evidence) {
    /**
     * @throws IllegalArgumentException where a number is out of its range
     */
    public OperatingPoint {
      Objects.requireNonNull(aim, "aim");
      Objects.requireNonNull(evidence, "evidence");
      if (!(isProbability(threshold)
          && isProbability(sensitivity.orElse(0))
          && isProbability(specificity.orElse(0))
          && confidence.orElse(0.5) > 0
          && confidence.orElse(0.5) < 1
          && units >= 0)) {
        throw new IllegalArgumentException(
            "Threshold, sensitivity and specificity must lie in [0, 1], the confidence in (0, 1), and units be 0 or more; found %s, %s, %s, %s and %s."
                .formatted(threshold, sensitivity, specificity, confidence, units));
      }
    }

    private static boolean isProbability(double value) {
      return value >= 0 && value <= 1;
    }

    /** The same with more said of its data. */
    public OperatingPoint withEvidence(String words) {
      return new OperatingPoint(threshold, aim, sensitivity, specificity, confidence, units, words);
    }

    /** Whether a probability is called positive. */
    public boolean isPositive(double probability) {
      return probability >= threshold;
    }
  }

  /**
   * Class-conditional conformal sets (Vovk 2012): for each label a least probability, from which on
   * the label is in the set. Of samples of each label, the set holds the label with at least the
   * wanted probability, whatever the model. The cells of one patient are not exchangeable with
   * those of others, so one cell of each patient and label is drawn (Dunn et al. 2022): what is
   * guaranteed is a random cell of a new patient.
   *
   * @param labels what the classifier chooses among
   * @param leastProbabilities of each label; 0 where there were too few samples to leave any out
   * @param calibrationUnits how many patients (or cells) each rests on
   * @param coverage the wanted probability, in (0, 1)
   */
  public record ConformalSets(
      LabelSet labels,
      List<Double> leastProbabilities,
      List<Integer> calibrationUnits,
      double coverage) {
    /**
     * Copies the lists, and the labels without a positive one, which has no meaning here.
     *
     * @throws IllegalArgumentException where a number is out of its range
     */
    public ConformalSets {
      labels = LabelSet.of(labels.labels());
      leastProbabilities = List.copyOf(leastProbabilities);
      calibrationUnits = List.copyOf(calibrationUnits);
      if (leastProbabilities.size() != labels.size()
          || calibrationUnits.size() != labels.size()
          || !leastProbabilities.stream().allMatch(p -> p >= 0 && p <= 1)
          || !calibrationUnits.stream().allMatch(n -> n >= 0)
          || !(coverage > 0 && coverage < 1)) {
        throw new IllegalArgumentException(
            "There must be one least probability in [0, 1] and one count for each of %s, and a coverage in (0, 1); found %s, %s and %s."
                .formatted(labels, leastProbabilities, calibrationUnits, coverage));
      }
    }

    /**
     * The labels that the probabilities do not rule out, in the order of the label set; may be
     * empty for a cell that resembles none.
     *
     * @throws IllegalArgumentException where the prediction's labels are others
     */
    public Set<Label> of(Prediction prediction) {
      Set<Label> set = new LinkedHashSet<>();
      for (int i = 0; i < labels.size(); i++) {
        if (prediction.probabilityOf(labels.get(i)) >= leastProbabilities.get(i)) {
          set.add(labels.get(i));
        }
      }
      return Collections.unmodifiableSet(set);
    }
  }
}
