package io.github.leukemia4j.calibration;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.calibration.OperatingPoints.Choice;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
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
    OperatingPoint operatingPoint,
    OperatingPoint upperPoint,
    ConformalSets conformalSets,
    List<String> refusals) {
  /** Of the draw of one cell of each patient. */
  private static final long SEED = 1;

  /**
   * Copies the list.
   *
   * @throws IllegalArgumentException where the temperature is not above 0, there is a second
   *     threshold without a first, or a threshold beside conformal sets
   */
  public Decision {
    refusals = refusals == null ? List.of() : List.copyOf(refusals);
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

  /**
   * What calibration samples support of a wish.
   *
   * @param wish which may be refused in part or as a whole
   * @param samples may be empty, whereupon all is refused
   * @param temperature of the probabilities that thresholds shall be held against
   */
  public static Decision fit(DecisionRule wish, CalibrationSamples samples, double temperature) {
    List<String> refusals = new ArrayList<>();
    double[][] probabilities = samples.probabilities(temperature);
    if (wish.wantsThreshold() && samples.labels().positive().isPresent()) {
      OperatingPoints points = points(samples, probabilities);
      Optional<OperatingPoint> lower = chosen(first(wish, points), samples, refusals);
      Optional<OperatingPoint> upper = Optional.empty();
      if (wish.sensitivity().isPresent() && wish.specificity().isPresent()) {
        if (lower.isPresent()) {
          upper =
              chosen(
                  points.forSpecificity(wish.specificity().getAsDouble(), wish.confidence()),
                  samples,
                  refusals);
        } else {
          refusals.add("A refer band needs the threshold for the sensitivity, which was refused.");
        }
      }
      return new Decision(temperature, lower.orElse(null), upper.orElse(null), null, refusals);
    }
    ConformalSets sets = null;
    if (wish.coverage().isPresent()) {
      double coverage = wish.coverage().getAsDouble();
      sets =
          ConformalSets.fit(
              samples.labels(), probabilities, samples.truth(), samples.patient(), coverage, SEED);
      Optional<String> refusal = refusal(sets, samples.patientsKnown());
      if (refusal.isPresent()) {
        refusals.add(refusal.get());
        sets = null;
      }
    }
    return new Decision(temperature, null, null, sets, refusals);
  }

  private static OperatingPoints points(CalibrationSamples samples, double[][] probabilities) {
    int column = samples.labels().positiveIndex().orElseThrow();
    int n = probabilities.length;
    double[] scores = new double[n];
    boolean[] positive = new boolean[n];
    for (int i = 0; i < n; i++) {
      scores[i] = probabilities[i][column];
      positive[i] = samples.truth()[i] == column;
    }
    return samples.patientsKnown()
        ? OperatingPoints.of(scores, positive, samples.patient())
        : OperatingPoints.ofIndependent(scores, positive);
  }

  private static Choice first(DecisionRule wish, OperatingPoints points) {
    if (wish.sensitivity().isPresent()) {
      return points.forSensitivity(wish.sensitivity().getAsDouble(), wish.confidence());
    }
    if (wish.specificity().isPresent()) {
      return points.forSpecificity(wish.specificity().getAsDouble(), wish.confidence());
    }
    return wish.youden() ? points.forYouden() : points.forCostRatio(wish.costRatio().getAsDouble());
  }

  private static Optional<OperatingPoint> chosen(
      Choice choice, CalibrationSamples samples, List<String> refusals) {
    choice.reason().ifPresent(refusals::add);
    return choice
        .point()
        .map(
            point ->
                point.withEvidence(
                    "%s, on %s samples of %s%s"
                        .formatted(
                            point.evidence(),
                            samples.truth().length,
                            samples.dataset(),
                            samples.patientsKnown() && samples.withoutPatient() > 0
                                ? ", "
                                    + samples.withoutPatient()
                                    + " of unknown patients, each counted as one"
                                : "")));
  }

  /** Too few of a label leave it in every set, which then rules nothing out. */
  private static Optional<String> refusal(ConformalSets sets, boolean patientsKnown) {
    int least = (int) Math.ceil(sets.coverage() / (1 - sets.coverage()) - 1e-9);
    List<String> scarce = new ArrayList<>();
    for (int k = 0; k < sets.labels().size(); k++) {
      if (sets.calibrationUnits().get(k) < least) {
        scarce.add(sets.calibrationUnits().get(k) + " of " + sets.labels().get(k));
      }
    }
    return scarce.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "Conformal sets of coverage %s need at least %s%s of each label in the calibration part; found %s. Add calibration data, or want less."
                .formatted(
                    sets.coverage(),
                    least,
                    patientsKnown ? " patients" : " cells",
                    String.join(", ", scarce)));
  }

  /** Whether the most probable label decides. */
  @JsonIgnore
  public boolean isByMostProbable() {
    return operatingPoint == null && conformalSets == null;
  }

  /**
   * What the stage says.
   *
   * @param prediction at this record's temperature and the prevalence of the training data
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
    AbstentionBand band =
        AbstentionBand.between(operatingPoint, upperPoint == null ? operatingPoint : upperPoint);
    return band.call(probability) == AbstentionBand.Call.REFER
        ? new Call(
            Optional.empty(),
            Optional.empty(),
            Optional.of(
                "%s has the probability %s, between the thresholds %s and %s"
                    .formatted(
                        positive(prediction.labels()),
                        number(probability),
                        number(band.lower()),
                        number(band.upper()))))
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
}
