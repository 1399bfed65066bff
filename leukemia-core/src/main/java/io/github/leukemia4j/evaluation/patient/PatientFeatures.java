package io.github.leukemia4j.evaluation.patient;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.evaluation.Predictions;
import io.github.leukemia4j.evaluation.ScoredSample;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.commons.math3.stat.StatUtils;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;

/**
 * A patient in numbers: what a stage of two labels says of the patient's cells, and of which types
 * the cells are. Immutable.
 *
 * @param patient the patient's identifier
 * @param truth the label of the patient's cells at the stage
 * @param fold whose pipeline has not seen the patient, from 1
 * @param values by the name of the feature, the same names for all patients: {@value #MEAN},
 *     {@value #SPREAD} (the standard deviation, 0 for one cell), {@value #HIGH} (the 0.9 quantile,
 *     interpolated as R does by default) of the log-odds of the stage's second label, {@value
 *     #CELLS} (the logarithm of their number), a share of all the patient's cells for each type
 *     that was given, and for each value of a column that was learnt beside the labels the mean of
 *     its probabilities over all the patient's cells
 */
public record PatientFeatures(String patient, Label truth, int fold, Map<String, Double> values) {
  static final String MEAN = "mean log-odds";
  static final String SPREAD = "spread of log-odds";
  static final String HIGH = "0.9 quantile of log-odds";
  static final String CELLS = "log of cells";
  static final String SHARE = "share of ";
  static final String PREDICTED = "predicted share of ";

  /** Below this a probability is raised to it, so that no single cell decides alone. */
  private static final double LEAST_PROBABILITY = 1e-6;

  /** Copies the map. */
  public PatientFeatures {
    values = Collections.unmodifiableMap(new TreeMap<>(values));
  }

  /**
   * The patients with cells that reach a stage, all of one label there; others have no label of
   * their own and are left out.
   *
   * @param predictions of a cross-validation, with folds
   * @param stage with two labels
   * @param type of a sample by its id, as it was given; empty where it is not known
   * @throws IllegalArgumentException where there are no folds, or the stage has other than two
   *     labels
   */
  public static List<PatientFeatures> of(
      Predictions predictions, Label stage, Function<String, Optional<String>> type) {
    LabelSet labels = predictions.taxonomy().labelSet(stage);
    if (labels.size() != 2 || predictions.folds().isEmpty()) {
      throw new IllegalArgumentException(
          "Patients are told by a stage of two labels and predictions with folds; found %s and %d folds."
              .formatted(labels, predictions.folds().stream().distinct().count()));
    }
    Map<String, List<Integer>> byPatient = new TreeMap<>();
    for (int i = 0; i < predictions.samples().size(); i++) {
      int sample = i;
      predictions
          .samples()
          .get(i)
          .patient()
          .ifPresent(p -> byPatient.computeIfAbsent(p, k -> new ArrayList<>()).add(sample));
    }
    TreeSet<String> types = new TreeSet<>();
    predictions.samples().forEach(sample -> type.apply(sample.id()).ifPresent(types::add));
    TreeMap<Label, TreeSet<Label>> beside = new TreeMap<>();
    predictions
        .samples()
        .forEach(
            s ->
                s.auxiliary()
                    .forEach(
                        (head, said) ->
                            beside
                                .computeIfAbsent(head, k -> new TreeSet<>())
                                .addAll(said.prediction().labels().labels())));
    List<PatientFeatures> patients = new ArrayList<>();
    byPatient.forEach(
        (patient, samples) -> {
          List<ScoredSample> all = samples.stream().map(predictions.samples()::get).toList();
          List<ScoredSample> here =
              all.stream().filter(s -> label(predictions, stage, s).isPresent()).toList();
          List<Label> truths =
              here.stream()
                  .map(s -> label(predictions, stage, s).orElseThrow())
                  .distinct()
                  .toList();
          if (truths.size() == 1) {
            Map<String, Double> values = ofStage(here, stage, labels.get(1));
            types.forEach(t -> values.put(SHARE + t, share(all, type, t)));
            beside.forEach(
                (head, own) ->
                    own.forEach(
                        value ->
                            values.put(
                                "%s%s %s".formatted(PREDICTED, head, value),
                                predicted(all, head, value))));
            patients.add(
                new PatientFeatures(
                    patient, truths.get(0), predictions.folds().get(samples.get(0)), values));
          }
        });
    return List.copyOf(patients);
  }

  private static Optional<Label> label(Predictions predictions, Label stage, ScoredSample sample) {
    return predictions.taxonomy().childTowards(stage, sample.truth());
  }

  private static Map<String, Double> ofStage(List<ScoredSample> cells, Label stage, Label second) {
    double[] logOdds =
        cells.stream()
            .mapToDouble(cell -> cell.stages().get(stage).probabilityOf(second))
            .map(p -> Math.max(LEAST_PROBABILITY, Math.min(1 - LEAST_PROBABILITY, p)))
            .map(p -> Math.log(p / (1 - p)))
            .toArray();
    Map<String, Double> values = new TreeMap<>();
    values.put(MEAN, StatUtils.mean(logOdds));
    values.put(SPREAD, logOdds.length == 1 ? 0 : Math.sqrt(StatUtils.variance(logOdds)));
    values.put(
        HIGH,
        new Percentile(90).withEstimationType(Percentile.EstimationType.R_7).evaluate(logOdds));
    values.put(CELLS, Math.log(logOdds.length));
    return values;
  }

  /** Where a fold's network does not know the value, its probability is 0. */
  private static double predicted(List<ScoredSample> cells, Label head, Label value) {
    return cells.stream()
        .flatMap(cell -> Optional.ofNullable(cell.auxiliary().get(head)).stream())
        .map(ScoredSample.Auxiliary::prediction)
        .mapToDouble(p -> p.labels().contains(value) ? p.probabilityOf(value) : 0)
        .average()
        .orElse(0);
  }

  private static double share(
      List<ScoredSample> cells, Function<String, Optional<String>> type, String wanted) {
    return cells.stream().filter(c -> type.apply(c.id()).filter(wanted::equals).isPresent()).count()
        / (double) cells.size();
  }
}
