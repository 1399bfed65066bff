package io.github.leukemia4j.evaluation;

import static io.github.leukemia4j.evaluation.EvaluatorTest.TAXONOMY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.evaluation.PatientPooling.PatientDecision;
import io.github.leukemia4j.metric.EvaluationOptions;
import io.github.leukemia4j.metric.Metrics;
import io.github.leukemia4j.statistics.Proportions;
import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class PatientPoolingTest {
  private static final Label CELL = Label.of("cell");
  private static final LabelSet LABELS = TAXONOMY.labelSet(CELL);
  private static final Label ABNORMAL = Label.of("abnormal");

  private static List<Prediction> cells(double... abnormal) {
    return DoubleStream.of(abnormal).mapToObj(p -> Prediction.of(LABELS, 1 - p, p)).toList();
  }

  private static double pooled(PatientPooling rule, double... abnormal) {
    return rule.decide("p", cells(abnormal)).pooled().probabilityOf(ABNORMAL);
  }

  @Nested
  class MeanLogOdds {
    @Test
    void averagesOnTheLogOddsScale() {
      // log-odds ln 9 and -ln 4: mean ln(1.5), probability 0.6.
      assertThat(pooled(PatientPooling.meanLogOdds(), 0.9, 0.2)).isCloseTo(0.6, within(1e-12));
      assertThat(pooled(PatientPooling.meanLogOdds(), 0.3)).isCloseTo(0.3, within(1e-12));
    }

    @Test
    void isNotOverruledByOneCertainCell() {
      assertThat(pooled(PatientPooling.meanLogOdds(), 1, 0.01, 0.01, 0.01, 0.01, 0.01))
          .isLessThan(0.5);
    }

    @Test
    void takesSeveralLabels() {
      LabelSet three = TAXONOMY.labelSet(ABNORMAL);
      PatientDecision decision =
          PatientPooling.meanLogOdds()
              .decide(
                  "p", List.of(Prediction.of(three, .5, .3, .2), Prediction.of(three, .2, .7, .1)));
      // Geometric means sqrt(.1), sqrt(.21), sqrt(.02).
      double sum = Math.sqrt(.1) + Math.sqrt(.21) + Math.sqrt(.02);
      assertThat(decision.label()).isEqualTo(Label.of("APL"));
      assertThat(decision.pooled().confidence()).isCloseTo(Math.sqrt(.21) / sum, within(1e-12));
      assertThat(decision.cells()).isEqualTo(2);
    }
  }

  @Nested
  class FractionAbove {
    private final PatientPooling rule = PatientPooling.fractionAbove(0.5, 0.2);

    @Test
    void isPositiveFromTheShareOn() {
      assertThat(rule.decide("p", cells(.5, 0, 0, 0, 0)).label()).isEqualTo(ABNORMAL);
      assertThat(rule.decide("p", cells(.9, 0, 0, 0, 0, 0)).label()).isEqualTo(Label.of("normal"));
      assertThat(pooled(rule, .5, 0, 0, 0, 0)).isEqualTo(0.5);
      assertThat(pooled(rule, .9, .9)).isEqualTo(1);
      assertThat(pooled(rule, .1, .1)).isZero();
    }

    @Test
    void ranksPatientsByTheirShare() {
      assertThat(pooled(rule, .9, 0, 0, 0, 0, 0)).isLessThan(pooled(rule, .9, 0, 0, 0, 0));
      assertThat(pooled(rule, .9, 0, 0)).isLessThan(pooled(rule, .9, .9, 0));
    }
  }

  @Nested
  class TopK {
    @Test
    void averagesTheHighest() {
      assertThat(pooled(PatientPooling.topK(2), .1, .9, .7, .2)).isCloseTo(.8, within(1e-12));
      assertThat(pooled(PatientPooling.topK(9), .1, .3)).isCloseTo(.2, within(1e-12));
    }
  }

  @Nested
  class OfAStage {
    @Test
    void givesOneSampleForEachPatientWithExactIntervals() {
      List<ScoredSample> samples = EvaluatorIntervalsTest.cells(40, 5, 1, true, 1);
      StageReport cell =
          Evaluator.evaluatePatients(
              TAXONOMY, CELL, samples, PatientPooling.meanLogOdds(), EvaluationOptions.defaults());
      assertThat(cell.samples()).isEqualTo(40);
      assertThat(cell.patients()).isEqualTo(40);
      long[][] counts = cell.confusion().counts();
      assertThat(cell.metrics().interval(Metrics.SENSITIVITY))
          .hasValue(
              Proportions.clopperPearson(counts[1][1], 20, 0.95)
                  .withMethod("Clopper-Pearson over patients"));
      assertThat(cell.metrics().interval(Metrics.AUROC).orElseThrow().method())
          .isEqualTo("DeLong over patients");
      assertThat(cell.metrics().value(Metrics.AUROC).orElseThrow())
          .isGreaterThan(
              Evaluator.evaluate(TAXONOMY, samples, EvaluatorTest.POINTS_ONLY)
                  .stage(CELL)
                  .metrics()
                  .value(Metrics.AUROC)
                  .orElseThrow());
    }

    @Test
    void keepsTheDecisionOfTheRuleInTheConfusionMatrix() {
      List<ScoredSample> samples =
          List.of(
              EvaluatorTest.sample("AML", "p", 0.5, 1, 0, 0),
              EvaluatorTest.sample("AML", "p", 0, 1, 0, 0));
      assertThat(
              Evaluator.evaluatePatients(
                      TAXONOMY,
                      CELL,
                      samples,
                      PatientPooling.fractionAbove(0.5, 0.5),
                      EvaluatorTest.POINTS_ONLY)
                  .metrics()
                  .value(Metrics.SENSITIVITY))
          .hasValue(1);
    }

    @Test
    void refusesAPatientOfTwoTruths() {
      List<ScoredSample> samples =
          List.of(
              EvaluatorTest.sample("AML", "p", 0.5, 1, 0, 0),
              EvaluatorTest.sample("normal", "p", 0, 1, 0, 0));
      assertThatThrownBy(
              () ->
                  Evaluator.evaluatePatients(
                      TAXONOMY,
                      CELL,
                      samples,
                      PatientPooling.meanLogOdds(),
                      EvaluatorTest.POINTS_ONLY))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("found abnormal and normal for patient p");
    }
  }

  @Nested
  class Refusals {
    @Test
    void nameWhatIsMissing() {
      assertThatThrownBy(() -> PatientPooling.topK(1).decide("p", List.of()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("found [] for p");
      LabelSet three = TAXONOMY.labelSet(ABNORMAL);
      assertThatThrownBy(
              () -> PatientPooling.topK(1).decide("p", List.of(Prediction.of(three, .5, .3, .2))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("needs two labels of which one is positive");
      assertThatThrownBy(() -> PatientPooling.fractionAbove(0.5, 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("found 0.5 and 0.0");
    }
  }
}
