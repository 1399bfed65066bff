package io.github.leukemia4j.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.evaluation.ComparisonReport.Difference;
import io.github.leukemia4j.evaluation.EvaluationReport;
import io.github.leukemia4j.evaluation.Evaluator;
import io.github.leukemia4j.evaluation.Predictions;
import io.github.leukemia4j.evaluation.ScoredSample;
import io.github.leukemia4j.evaluation.StageReport.Estimate;
import io.github.leukemia4j.metric.EvaluationOptions;
import io.github.leukemia4j.metric.Metric;
import io.github.leukemia4j.metric.Metrics;
import io.github.leukemia4j.metric.StageMetric;
import io.github.leukemia4j.pipeline.MultilevelResult;
import io.github.leukemia4j.report.Reports;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.example.leukemia.SpecificityAt95Sensitivity;
import org.junit.jupiter.api.Test;

class EvaluateWithOwnMetricTest {
  private static final StageMetric OWN = new SpecificityAt95Sensitivity();
  private static final Label CELL = Label.of("cell");
  private static final Taxonomy TAXONOMY =
      Taxonomy.of("cell").with("cell", "normal", "blast").withPositive("cell", "blast");

  /** Four cells of each of thirty patients. */
  private static List<ScoredSample> samples(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    LabelSet labels = TAXONOMY.labelSet(CELL);
    List<ScoredSample> samples = new ArrayList<>();
    for (int i = 0; i < 120; i++) {
      boolean blast = i / 4 % 2 == 0;
      double p = 1 / (1 + Math.exp(3 * (random.nextDouble() - 0.5) - (blast ? 1 : -1)));
      Prediction prediction = Prediction.of(labels, 1 - p, p);
      samples.add(
          new ScoredSample(
              "cell " + i,
              Label.of(blast ? "blast" : "normal"),
              Optional.of("patient " + i / 4),
              Map.of(CELL, prediction),
              prediction.label(),
              MultilevelResult.Outcome.DECIDED));
    }
    return samples;
  }

  @Test
  void standsInReportsWithItsIntervalAsTheBuiltInOneDoes() {
    EvaluationReport report =
        EvaluateWithOwnMetric.run(new Predictions(TAXONOMY, samples(1), List.of()));
    Estimate own = report.stage(CELL).metrics().get(OWN).orElseThrow();
    assertThat(own)
        .isEqualTo(
            report.stage(CELL).metrics().get(Metrics.SPECIFICITY_AT_SENSITIVITY).orElseThrow());
    assertThat(own.interval().orElseThrow().method())
        .isEqualTo("cluster bootstrap over 30 patients");
    assertThat(Reports.json(report)).contains("\"exampleSpecificityAt95Sensitivity\"");
  }

  @Test
  void isFoundOnTheClassPath() {
    assertThat(EvaluationOptions.defaults().metrics()).contains(OWN);
  }

  @Test
  void tellsTwoModelsApart() {
    Map<Metric, Difference> differences =
        Evaluator.compare(TAXONOMY, samples(1), samples(2), EvaluationOptions.defaults())
            .stage(CELL)
            .differences();
    assertThat(differences).containsEntry(OWN, differences.get(Metrics.SPECIFICITY_AT_SENSITIVITY));
  }
}
