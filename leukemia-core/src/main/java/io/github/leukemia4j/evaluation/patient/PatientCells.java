package io.github.leukemia4j.evaluation.patient;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.evaluation.Predictions;
import io.github.leukemia4j.evaluation.ScoredSample;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.DoubleStream;

/**
 * Every cell of a patient in numbers: of each stage the log-odds of all labels but the first, and
 * of each value of a column that was learnt beside the labels its probability. Which label the cell
 * has is not among them, so that they are known of new patients too.
 */
final class PatientCells {
  private static final double LEAST_PROBABILITY = 1e-6;

  private PatientCells() {}

  /**
   * @return {@code [cells][numbers]} by patient
   */
  static Map<String, double[][]> of(Predictions predictions) {
    Map<Label, Set<Label>> beside = new TreeMap<>();
    for (ScoredSample sample : predictions.samples()) {
      sample
          .auxiliary()
          .forEach(
              (head, said) ->
                  beside
                      .computeIfAbsent(head, k -> new TreeSet<>())
                      .addAll(said.prediction().labels().labels()));
    }
    Map<String, List<double[]>> rows = new TreeMap<>();
    for (ScoredSample sample : predictions.samples()) {
      sample
          .patient()
          .ifPresent(
              patient ->
                  rows.computeIfAbsent(patient, k -> new ArrayList<>())
                      .add(row(predictions, sample, beside)));
    }
    Map<String, double[][]> cells = new TreeMap<>();
    rows.forEach((patient, own) -> cells.put(patient, own.toArray(double[][]::new)));
    return cells;
  }

  private static double[] row(
      Predictions predictions, ScoredSample sample, Map<Label, Set<Label>> beside) {
    DoubleStream.Builder row = DoubleStream.builder();
    for (Label stage : predictions.taxonomy().innerNodes()) {
      double[] p = sample.stages().get(stage).probabilities();
      for (int k = 1; k < p.length; k++) {
        double held = Math.max(LEAST_PROBABILITY, Math.min(1 - LEAST_PROBABILITY, p[k]));
        row.add(Math.log(held / (1 - held)));
      }
    }
    beside.forEach(
        (head, values) -> {
          ScoredSample.Auxiliary said = sample.auxiliary().get(head);
          for (Label value : values) {
            Prediction own = said == null ? null : said.prediction();
            row.add(own == null || !own.labels().contains(value) ? 0 : own.probabilityOf(value));
          }
        });
    return row.build().toArray();
  }
}
