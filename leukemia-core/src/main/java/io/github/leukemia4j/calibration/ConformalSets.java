package io.github.leukemia4j.calibration;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.Prediction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Class-conditional conformal sets (Vovk 2012): for each label a least probability, from which on
 * the label is in the set. Of samples of each label, the set holds the label with at least the
 * wanted probability, whatever the model. The cells of one patient are not exchangeable with those
 * of others, so one cell of each patient and label is drawn (Dunn et al. 2022): what is guaranteed
 * is a random cell of a new patient.
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
  public static ConformalSets fit(
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

  /**
   * The labels that the probabilities do not rule out, in the order of the label set; may be empty
   * for a cell that resembles none.
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
