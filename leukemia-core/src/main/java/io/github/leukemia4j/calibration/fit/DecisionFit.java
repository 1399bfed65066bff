package io.github.leukemia4j.calibration.fit;

import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.calibration.Decision;
import io.github.leukemia4j.calibration.Decision.ConformalSets;
import io.github.leukemia4j.calibration.Decision.OperatingPoint;
import io.github.leukemia4j.calibration.DecisionRule;
import io.github.leukemia4j.calibration.fit.OperatingPoints.Choice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/** Fits decisions to calibration samples. */
final class DecisionFit {
  /** Of the draw of one cell of each patient. */
  private static final long SEED = 1;

  private DecisionFit() {}

  /**
   * What calibration samples support of a wish.
   *
   * @param wish which may be refused in part or as a whole
   * @param samples may be empty, whereupon all is refused
   * @param temperature of the probabilities that thresholds shall be held against
   * @param bias of the same; null for none
   */
  static Decision fit(
      DecisionRule wish, CalibrationSamples samples, double temperature, List<Double> bias) {
    List<String> refusals = new ArrayList<>();
    double[][] probabilities =
        samples.probabilities(
            temperature,
            bias == null
                ? new double[samples.labels().size()]
                : bias.stream().mapToDouble(b -> b).toArray());
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
      return new Decision(
          temperature, bias, lower.orElse(null), upper.orElse(null), null, refusals);
    }
    ConformalSets sets = null;
    if (wish.coverage().isPresent()) {
      double coverage = wish.coverage().getAsDouble();
      sets =
          conformalSets(
              samples.labels(), probabilities, samples.truth(), samples.patient(), coverage, SEED);
      Optional<String> refusal = refusal(sets, samples.patientsKnown());
      if (refusal.isPresent()) {
        refusals.add(refusal.get());
        sets = null;
      }
    }
    return new Decision(temperature, bias, null, null, sets, refusals);
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

  /**
   * Fits the least probabilities.
   *
   * @param labels what the classifier chooses among
   * @param probabilities {@code [samples, labels]}
   * @param truth {@code [samples]}, the true labels' places
   * @param patient {@code [samples]}, equal numbers for the cells of one patient; give each sample
   *     a number of its own where patients are not known
   * @param coverage wanted, in (0, 1)
   * @param seed of the draw of one cell of each patient
   * @throws IllegalArgumentException where the shapes do not fit
   */
  static ConformalSets conformalSets(
      LabelSet labels,
      double[][] probabilities,
      int[] truth,
      int[] patient,
      double coverage,
      long seed) {
    if (probabilities.length != truth.length || patient.length != truth.length) {
      throw new IllegalArgumentException(
          "There must be probabilities, truth and patient for each sample; found %s, %s and %s."
              .formatted(probabilities.length, truth.length, patient.length));
    }
    SplittableRandom random = new SplittableRandom(seed);
    List<Double> least = new ArrayList<>();
    List<Integer> units = new ArrayList<>();
    for (int label = 0; label < labels.size(); label++) {
      double[] scores = onePerPatient(probabilities, truth, patient, label, random);
      int rank = (int) Math.ceil((scores.length + 1) * coverage - 1e-9);
      least.add(rank > scores.length ? 0 : scores[scores.length - rank]);
      units.add(scores.length);
    }
    return new ConformalSets(labels, least, units, coverage);
  }

  /** The true label's probability of one cell of each patient that has the label, ascending. */
  private static double[] onePerPatient(
      double[][] probabilities, int[] truth, int[] patient, int label, SplittableRandom random) {
    Map<Integer, Double> drawn = new HashMap<>();
    Map<Integer, Integer> seen = new HashMap<>();
    for (int i = 0; i < truth.length; i++) {
      if (truth[i] == label) {
        // Each of a patient's cells ends up as the drawn one with the same probability.
        if (random.nextInt(seen.merge(patient[i], 1, Integer::sum)) == 0) {
          drawn.put(patient[i], probabilities[i][label]);
        }
      }
    }
    double[] scores = drawn.values().stream().mapToDouble(Double::doubleValue).toArray();
    Arrays.sort(scores);
    return scores;
  }
}
