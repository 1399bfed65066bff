package io.github.leukemia4j.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.metric.EvaluationOptions;
import io.github.leukemia4j.metric.Metrics;
import io.github.leukemia4j.pipeline.MultilevelResult.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AuxiliarySamplesTest {
  private static final Taxonomy TREE = Taxonomy.of("cell").with("cell", "normal", "abnormal");
  private static final Label CELL = TREE.root();
  private static final Label TYPE = Label.of("type");
  private static final LabelSet TYPES = LabelSet.of("blast", "band", "red");

  private static ScoredSample sample(int number, String truth, String type, double... said) {
    Prediction stage = Prediction.of(TREE.labelSet(CELL), 0.9, 0.1);
    return new ScoredSample(
        "s" + number,
        Label.of(truth),
        Optional.of("P" + number / 2),
        Map.of(CELL, stage),
        Label.of("normal"),
        Outcome.DECIDED,
        Map.of(),
        Set.of(),
        type.isEmpty()
            ? Map.of()
            : Map.of(
                TYPE,
                new ScoredSample.Auxiliary(
                    Optional.of(Label.of(type)), Prediction.of(TYPES, said))));
  }

  private static List<ScoredSample> samples() {
    List<ScoredSample> all = new ArrayList<>();
    for (int i = 0; i < 8; i += 4) {
      all.add(sample(i, "normal", "band", 0.1, 0.8, 0.1));
      all.add(sample(i + 1, "abnormal", "blast", 0.2, 0.7, 0.1));
      all.add(sample(i + 2, "cell", "red", 0.1, 0.2, 0.7));
      all.add(sample(i + 3, "normal", ""));
    }
    return all;
  }

  @Test
  void judgesEachHeadOnTheSamplesWhoseValueIsKnownAmongThemThoseWithoutALabel() {
    EvaluationReport report = Evaluator.evaluate(TREE, samples());
    assertThat(report.auxiliary()).hasSize(1);
    StageReport type = report.auxiliary().get(0);
    assertThat(type.stage()).isEqualTo(TYPE);
    assertThat(type.samples()).isEqualTo(6);
    // Bands and red cells are found, blasts are taken for bands.
    assertThat(type.metrics().value(Metrics.ACCURACY)).hasValue(4 / 6.0);
    assertThat(type.classes().get(1).metrics().value(Metrics.RECALL)).hasValue(0);
    assertThat(type.classes().get(2).metrics().value(Metrics.RECALL)).hasValue(1);
  }

  @Test
  void leavesSamplesWithoutALabelOutOfTheStagesAndThePath() {
    EvaluationReport report = Evaluator.evaluate(TREE, samples());
    List<ScoredSample> labelled = samples().stream().filter(s -> !s.truth().equals(CELL)).toList();
    EvaluationReport without = Evaluator.evaluate(TREE, labelled, EvaluationOptions.defaults());
    assertThat(report.stages()).usingRecursiveComparison().isEqualTo(without.stages());
    assertThat(report.path()).usingRecursiveComparison().isEqualTo(without.path());
  }
}
