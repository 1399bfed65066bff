package io.github.leukemia4j.report;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.evaluation.ComparisonReport;
import io.github.leukemia4j.evaluation.EvaluationReport;
import io.github.leukemia4j.evaluation.Evaluator;
import io.github.leukemia4j.evaluation.ScoredSample;
import io.github.leukemia4j.metric.EvaluationOptions;
import io.github.leukemia4j.pipeline.MultilevelResult;
import io.github.leukemia4j.training.TrainingHistory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Evaluations to report. */
final class Examples {
  static final Taxonomy TAXONOMY =
      Taxonomy.of("cell").with("cell", "normal", "abnormal").with("abnormal", "AML", "APL", "CLL");

  /**
   * Six cells. At the first stage the abnormal ones have 0.9, 0.6, 0.8, 0.2 and the normal ones
   * 0.1, 0.7; at the second the most probable label is always AML.
   */
  static final List<ScoredSample> SIX =
      List.of(
          sample("a", "normal", "p1", 0.1),
          sample("b", "normal", "p1", 0.7),
          sample("c", "AML", "p2", 0.9),
          sample("d", "AML", "p2", 0.2),
          sample("e", "APL", "p3", 0.8),
          sample("f", "CLL", "p3", 0.6));

  private Examples() {}

  static ScoredSample sample(String id, String truth, String patient, double abnormal) {
    Prediction first = Prediction.of(TAXONOMY.labelSet(Label.of("cell")), 1 - abnormal, abnormal);
    Prediction second = Prediction.of(TAXONOMY.labelSet(Label.of("abnormal")), 0.5, 0.3, 0.2);
    return new ScoredSample(
        id,
        Label.of(truth),
        Optional.of(patient),
        Map.of(Label.of("cell"), first, Label.of("abnormal"), second),
        abnormal > 0.5 ? second.label() : Label.of("normal"),
        MultilevelResult.Outcome.DECIDED);
  }

  /** Enough for intervals: 120 cells of 24 patients. */
  static List<ScoredSample> many() {
    Random random = new Random(7);
    List<ScoredSample> samples = new ArrayList<>();
    for (int i = 0; i < 120; i++) {
      String truth = List.of("normal", "normal", "AML", "APL", "CLL").get(i % 24 % 5);
      double score = random.nextGaussian() + (truth.equals("normal") ? -1 : 1);
      samples.add(sample("cell-" + i, truth, "p" + i % 24, 1 / (1 + Math.exp(-score))));
    }
    return samples;
  }

  static EvaluationReport report(List<ScoredSample> samples, int resamples) {
    return Evaluator.evaluate(
        TAXONOMY, samples, EvaluationOptions.defaults().withResamples(resamples));
  }

  /** Between the samples and a model that knows the first stage. */
  static ComparisonReport comparison(List<ScoredSample> samples, int resamples) {
    List<ScoredSample> second =
        samples.stream()
            .map(
                s ->
                    sample(
                        s.id(),
                        s.truth().name(),
                        s.patient().orElseThrow(),
                        s.truth().name().equals("normal") ? 0.2 : 0.7))
            .toList();
    return Evaluator.compare(
        TAXONOMY, samples, second, EvaluationOptions.defaults().withResamples(resamples));
  }

  static TrainingHistory history() {
    return new TrainingHistory(
        List.of(
            new TrainingHistory.Epoch(1, 0.001, 0.7, 0.8, 0.6, 0.7, 0.65, 0.7, List.of(), 1),
            new TrainingHistory.Epoch(2, 0.001, 0.4, 0.5, 0.4, 0.8, 0.75, 0.8, List.of(), 1),
            new TrainingHistory.Epoch(3, 0.001, 0.3, 0.6, 0.5, 0.8, 0.7, null, List.of(), 1)),
        2,
        false);
  }
}
