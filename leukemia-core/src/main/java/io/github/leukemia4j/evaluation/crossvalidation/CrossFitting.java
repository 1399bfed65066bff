package io.github.leukemia4j.evaluation.crossvalidation;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.calibration.Calibration.Temperature;
import io.github.leukemia4j.calibration.fit.TemperatureFit;
import io.github.leukemia4j.evaluation.ComparisonReport;
import io.github.leukemia4j.evaluation.ComparisonReport.Difference;
import io.github.leukemia4j.evaluation.EvaluationReport;
import io.github.leukemia4j.evaluation.EvaluationReport.StageCalibration;
import io.github.leukemia4j.evaluation.Evaluator;
import io.github.leukemia4j.evaluation.ScoredSample;
import io.github.leukemia4j.inference.ProbabilityScale;
import io.github.leukemia4j.metric.EvaluationOptions;
import io.github.leukemia4j.metric.Metric;
import io.github.leukemia4j.metric.Metrics;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Fits a temperature for each fold on the out-of-fold predictions of the other folds. */
final class CrossFitting {
  /** The metrics that calibration is about. */
  static final List<Metric> METRICS =
      List.of(
          Metrics.LOG_LOSS,
          Metrics.BRIER,
          Metrics.EXPECTED_CALIBRATION_ERROR,
          Metrics.MAXIMUM_CALIBRATION_ERROR);

  private static final double LEAST_PROBABILITY = 0x1p-52;

  private CrossFitting() {}

  /**
   * Fits and applies the temperatures.
   *
   * @param folds the out-of-fold predictions of each fold's test part; no patient in two
   * @return one for each stage that has samples, parents first
   * @throws IllegalArgumentException where there are fewer than 2 folds, besides the reasons of
   *     {@link Evaluator#compare}
   */
  static List<StageCalibration> crossFit(
      Taxonomy taxonomy, List<List<ScoredSample>> folds, EvaluationOptions options) {
    if (folds.size() < 2) {
      throw new IllegalArgumentException(
          "Cross-fitting needs at least 2 folds; found " + folds.size() + ".");
    }
    Map<Label, List<Temperature>> temperatures = new HashMap<>();
    for (Label stage : taxonomy.innerNodes()) {
      temperatures.put(
          stage,
          IntStream.range(0, folds.size())
              .mapToObj(fold -> fit(taxonomy, stage, others(folds, fold)))
              .toList());
    }
    List<ScoredSample> before = folds.stream().flatMap(List::stream).toList();
    List<ScoredSample> after = new ArrayList<>();
    for (int fold = 0; fold < folds.size(); fold++) {
      for (ScoredSample sample : folds.get(fold)) {
        Map<Label, Prediction> stages = new HashMap<>();
        for (Map.Entry<Label, Prediction> stage : sample.stages().entrySet()) {
          stages.put(
              stage.getKey(), scaled(stage.getValue(), temperatures.get(stage.getKey()).get(fold)));
        }
        after.add(
            new ScoredSample(
                sample.id(),
                sample.truth(),
                sample.patient(),
                stages,
                sample.decided(),
                sample.outcome(),
                sample.settled(),
                sample.findings(),
                Map.of()));
      }
    }
    if (before.isEmpty() || options.resamples() == 0) {
      return List.of();
    }
    EvaluationReport report = Evaluator.evaluate(taxonomy, after, options);
    ComparisonReport comparison = Evaluator.compare(taxonomy, before, after, options);
    return report.stages().stream()
        .filter(stage -> stage.samples() > 0)
        .map(
            stage -> {
              Map<Metric, Difference> differences =
                  new LinkedHashMap<>(comparison.stage(stage.stage()).differences());
              differences.keySet().retainAll(METRICS);
              return new StageCalibration(
                  stage.stage(),
                  temperatures.get(stage.stage()),
                  stage,
                  Collections.unmodifiableMap(differences));
            })
        .toList();
  }

  private static List<ScoredSample> others(List<List<ScoredSample>> folds, int fold) {
    return IntStream.range(0, folds.size())
        .filter(i -> i != fold)
        .mapToObj(folds::get)
        .flatMap(List::stream)
        .toList();
  }

  private static Temperature fit(Taxonomy taxonomy, Label stage, List<ScoredSample> samples) {
    List<ScoredSample> known =
        samples.stream().filter(s -> taxonomy.childTowards(stage, s.truth()).isPresent()).toList();
    if (known.isEmpty()) {
      return new Temperature(1, false, 0, 0, 0, 0, "the other folds have no samples of the stage");
    }
    return TemperatureFit.fit(
        known.stream().map(s -> logarithms(s.stages().get(stage))).toArray(double[][]::new),
        known.stream()
            .mapToInt(
                s ->
                    s.stages()
                        .get(stage)
                        .labels()
                        .indexOf(taxonomy.childTowards(stage, s.truth()).orElseThrow()))
            .toArray(),
        patients(known),
        1);
  }

  /** The patient of each sample by number; a sample without one stands alone. */
  private static int[] patients(List<ScoredSample> samples) {
    Map<Object, Integer> numbers = new HashMap<>();
    return samples.stream()
        .mapToInt(
            s ->
                numbers.computeIfAbsent(
                    s.patient().<Object>map(p -> p).orElseGet(Object::new), k -> numbers.size()))
        .toArray();
  }

  private static Prediction scaled(Prediction prediction, Temperature temperature) {
    return temperature.value() == 1
        ? prediction
        : Prediction.of(
            prediction.labels(),
            ProbabilityScale.softmax(logarithms(prediction), temperature.value()));
  }

  private static double[] logarithms(Prediction prediction) {
    double[] logs = prediction.probabilities();
    for (int i = 0; i < logs.length; i++) {
      logs[i] = Math.log(Math.max(logs[i], LEAST_PROBABILITY));
    }
    return logs;
  }
}
