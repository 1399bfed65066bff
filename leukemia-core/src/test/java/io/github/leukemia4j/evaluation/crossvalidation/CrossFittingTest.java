package io.github.leukemia4j.evaluation.crossvalidation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.calibration.Calibration.Temperature;
import io.github.leukemia4j.evaluation.ComparisonReport.Difference;
import io.github.leukemia4j.evaluation.EvaluationReport.StageCalibration;
import io.github.leukemia4j.evaluation.Evaluator;
import io.github.leukemia4j.evaluation.ScoredSample;
import io.github.leukemia4j.evaluation.StageReport;
import io.github.leukemia4j.metric.EvaluationOptions;
import io.github.leukemia4j.metric.Metric;
import io.github.leukemia4j.metric.Metrics;
import io.github.leukemia4j.pipeline.MultilevelResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CrossFittingTest {
  private static final Taxonomy CELLS = Taxonomy.of("cell").with("cell", "normal", "abnormal");
  private static final EvaluationOptions OPTIONS = EvaluationOptions.defaults().withResamples(200);

  /**
   * Four folds of ten patients with twenty cells each, whose log-odds are three times the truth.
   */
  private static List<List<ScoredSample>> tooSure() {
    SplittableRandom random = new SplittableRandom(5);
    List<List<ScoredSample>> folds = new ArrayList<>();
    for (int fold = 0; fold < 4; fold++) {
      List<ScoredSample> samples = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        double odds = 4 * random.nextDouble() - 2;
        boolean abnormal = random.nextDouble() < 1 / (1 + Math.exp(-odds));
        double p = 1 / (1 + Math.exp(-3 * odds));
        samples.add(
            scored(fold + "-" + i, fold + "-" + i / 20, abnormal ? "abnormal" : "normal", p));
      }
      folds.add(samples);
    }
    return folds;
  }

  private static ScoredSample scored(String id, String patient, String truth, double abnormal) {
    Prediction prediction = Prediction.of(CELLS.labelSet(CELLS.root()), 1 - abnormal, abnormal);
    return new ScoredSample(
        id,
        Label.of(truth),
        Optional.of(patient),
        Map.of(CELLS.root(), prediction),
        prediction.label(),
        MultilevelResult.Outcome.DECIDED);
  }

  @Test
  void findsByHowMuchTheProbabilitiesAreTooSure() {
    List<List<ScoredSample>> folds = tooSure();
    StageCalibration found = CrossFitting.crossFit(CELLS, folds, OPTIONS).get(0);

    assertThat(found.temperatures())
        .hasSize(4)
        .allSatisfy(
            t -> {
              assertThat(t.value()).isCloseTo(3, within(0.7));
              assertThat(t.patients()).isEqualTo(30);
              assertThat(t.samples()).isEqualTo(600);
            });
    for (Metric metric : List.of(Metrics.LOG_LOSS, Metrics.EXPECTED_CALIBRATION_ERROR)) {
      Difference difference = found.differences().get(metric);
      assertThat(difference.value()).isNegative();
      assertThat(difference.pValue()).isLessThan(0.05);
      assertThat(found.after().metrics().value(metric)).hasValue(difference.second());
    }
  }

  @Test
  void leavesWhatIsChosenAsItIs() {
    List<List<ScoredSample>> folds = tooSure();
    StageReport before =
        Evaluator.evaluate(CELLS, folds.stream().flatMap(List::stream).toList(), OPTIONS)
            .stages()
            .get(0);

    assertThat(CrossFitting.crossFit(CELLS, folds, OPTIONS).get(0).after().confusion())
        .isEqualTo(before.confusion());
  }

  @Test
  void neverFitsOnTheFoldItself() {
    List<List<ScoredSample>> folds = tooSure();
    List<Double> before = temperatures(folds);
    folds.set(
        0,
        folds.get(0).stream()
            .map(
                s ->
                    scored(
                        s.id(),
                        s.patient().orElseThrow(),
                        s.truth().name().equals("normal") ? "abnormal" : "normal",
                        0.5))
            .toList());
    List<Double> after = temperatures(folds);

    assertThat(after.get(0)).isEqualTo(before.get(0));
    assertThat(after.get(1)).isNotEqualTo(before.get(1));
  }

  private static List<Double> temperatures(List<List<ScoredSample>> folds) {
    return CrossFitting.crossFit(CELLS, folds, OPTIONS).get(0).temperatures().stream()
        .map(Temperature::value)
        .toList();
  }

  @Test
  void needsTwoFolds() {
    assertThatThrownBy(() -> CrossFitting.crossFit(CELLS, List.of(List.of()), OPTIONS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cross-fitting needs at least 2 folds; found 1.");
  }

  @Test
  void leavesAFoldAsItIsWhereNoOtherHasSamplesOfAStage() {
    Taxonomy deep = CELLS.with("abnormal", "AML", "APL");
    List<List<ScoredSample>> folds = new ArrayList<>();
    for (int fold = 0; fold < 2; fold++) {
      List<ScoredSample> samples = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        String truth = i % 2 == 0 ? "normal" : fold == 0 ? "AML" : "abnormal";
        samples.add(
            new ScoredSample(
                fold + "-" + i,
                Label.of(truth),
                Optional.of(fold + "-" + i),
                Map.of(
                    deep.root(),
                    Prediction.of(deep.labelSet(deep.root()), 0.3, 0.7),
                    Label.of("abnormal"),
                    Prediction.of(deep.labelSet(Label.of("abnormal")), 0.8, 0.2)),
                Label.of("AML"),
                MultilevelResult.Outcome.DECIDED));
      }
      folds.add(samples);
    }

    StageCalibration found = CrossFitting.crossFit(deep, folds, OPTIONS).get(1);
    assertThat(found.stage()).isEqualTo(Label.of("abnormal"));
    assertThat(found.temperatures().get(0).value()).isEqualTo(1);
    assertThat(found.temperatures().get(0).accepted()).isFalse();
    assertThat(found.temperatures().get(0).reason())
        .isEqualTo("the other folds have no samples of the stage");
  }
}
