package io.github.leukemia4j.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.evaluation.EvaluationReport.PathReport;
import io.github.leukemia4j.evaluation.EvaluationReport.StageErrors;
import io.github.leukemia4j.evaluation.StageReport.MetricValues;
import io.github.leukemia4j.metric.EvaluationOptions;
import io.github.leukemia4j.metric.Metrics;
import io.github.leukemia4j.metric.StageMetric;
import io.github.leukemia4j.pipeline.MultilevelResult.Outcome;
import io.github.leukemia4j.report.Reports;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class EvaluatorTest {
  static final Taxonomy TAXONOMY =
      Taxonomy.of("cell").with("cell", "normal", "abnormal").with("abnormal", "AML", "APL", "CLL");

  static final EvaluationOptions POINTS_ONLY = EvaluationOptions.defaults().withResamples(0);

  /** The most probable label decides at both stages. */
  static ScoredSample sample(
      String truth, String patient, double abnormal, double aml, double apl, double cll) {
    Prediction first = Prediction.of(TAXONOMY.labelSet(Label.of("cell")), 1 - abnormal, abnormal);
    Prediction second = Prediction.of(TAXONOMY.labelSet(Label.of("abnormal")), aml, apl, cll);
    Label decided = abnormal > 0.5 ? second.label() : Label.of("normal");
    return new ScoredSample(
        truth + " of " + patient,
        Label.of(truth),
        Optional.ofNullable(patient),
        Map.of(Label.of("cell"), first, Label.of("abnormal"), second),
        decided,
        Outcome.DECIDED);
  }

  static ScoredSample ending(ScoredSample sample, String decided, Outcome outcome) {
    return new ScoredSample(
        sample.id(), sample.truth(), sample.patient(), sample.stages(), Label.of(decided), outcome);
  }

  private static final List<ScoredSample> SIX =
      List.of(
          sample("normal", "p1", 0.1, 0.6, 0.3, 0.1), // right
          sample("normal", "p1", 0.7, 0.6, 0.3, 0.1), // taken for AML
          sample("AML", "p2", 0.9, 0.7, 0.2, 0.1), // right
          sample("AML", "p2", 0.2, 0.8, 0.1, 0.1), // missed by the first stage
          sample("APL", "p3", 0.8, 0.6, 0.3, 0.1), // taken for AML
          sample("abnormal", "p3", 0.6, 0.1, 0.8, 0.1)); // right as far as known

  @Nested
  class Stages {
    private final EvaluationReport report = Evaluator.evaluate(TAXONOMY, SIX, POINTS_ONLY);

    @Test
    void holdTheFirstStageAgainstEverySample() {
      StageReport cell = report.stage(Label.of("cell"));
      assertThat(cell.samples()).isEqualTo(6);
      assertThat(cell.patients()).isEqualTo(3);
      assertThat(cell.confusion().counts()).isDeepEqualTo(new long[][] {{1, 1}, {1, 3}});
      assertThat(cell.metrics().value(Metrics.ACCURACY)).hasValue(4 / 6.0);
      assertThat(cell.metrics().value(Metrics.SENSITIVITY)).hasValue(0.75);
      assertThat(cell.metrics().value(Metrics.SPECIFICITY)).hasValue(0.5);
      // Positives 0.9, 0.2, 0.8, 0.6 against 0.1, 0.7: 4 + 2 of 8 pairs.
      assertThat(cell.metrics().value(Metrics.AUROC)).hasValue(0.75);
    }

    @Test
    void holdASubtypeStageAgainstAllThatItShouldKnow() {
      StageReport abnormal = report.stage(Label.of("abnormal"));
      assertThat(abnormal.samples()).isEqualTo(3);
      assertThat(abnormal.patients()).isEqualTo(2);
      assertThat(abnormal.metrics().value(Metrics.ACCURACY)).hasValue(2 / 3.0);
      assertThat(abnormal.metrics().value(Metrics.BALANCED_ACCURACY)).hasValue(0.5);
      assertThat(abnormal.metrics().value(Metrics.END_TO_END_ACCURACY)).hasValue(1 / 3.0);
    }

    @Test
    void sayWhyAMetricIsUndefined() {
      MetricValues abnormal = report.stage(Label.of("abnormal")).metrics();
      assertThat(abnormal.value(Metrics.SENSITIVITY)).isEmpty();
      assertThat(abnormal.undefined())
          .containsEntry(Metrics.SENSITIVITY, "the stage names no positive label");
    }

    @Test
    void refuseASampleWithoutThePredictionOfAStageAboveItsTruth() {
      ScoredSample lacking =
          new ScoredSample(
              "a.png",
              Label.of("AML"),
              Optional.empty(),
              Map.of(),
              Label.of("normal"),
              Outcome.DECIDED);
      assertThatThrownBy(() -> Evaluator.evaluate(TAXONOMY, List.of(lacking), POINTS_ONLY))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("a.png")
          .hasMessageContaining("for stage cell");
    }

    @Test
    void refuseALabelOutsideTheTaxonomy() {
      ScoredSample strange = ending(SIX.get(0), "ALL", Outcome.DECIDED);
      assertThatThrownBy(() -> Evaluator.evaluate(TAXONOMY, List.of(strange), POINTS_ONLY))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("found ALL for normal of p1");
    }
  }

  @Nested
  class Path {
    @Test
    void scoresDownToTheTruth() {
      PathReport path = Evaluator.evaluate(TAXONOMY, SIX, POINTS_ONLY).path();
      assertThat(path.metrics().value(Metrics.PATH_ACCURACY)).hasValue(0.5);
      // Shared nodes 1+0+2+0+1+1 = 5, predicted 1+2+2+1+2+1 = 9, true 1+1+2+2+2+1 = 9.
      assertThat(path.metrics().value(Metrics.HIERARCHICAL_PRECISION)).hasValue(5 / 9.0);
      assertThat(path.metrics().value(Metrics.HIERARCHICAL_RECALL)).hasValue(5 / 9.0);
      assertThat(path.metrics().value(Metrics.HIERARCHICAL_F1)).hasValue(5 / 9.0);
      // Of each sample: 1, 0, 1, 0, 1/2, 1.
      assertThat(path.metrics().value(Metrics.HIERARCHICAL_F1_MACRO).orElseThrow())
          .isCloseTo(3.5 / 6, within(1e-15));
    }

    @Test
    void attributesEachErrorToTheStageThatMadeIt() {
      PathReport path = Evaluator.evaluate(TAXONOMY, SIX, POINTS_ONLY).path();
      assertThat(path.errors())
          .containsEntry(Label.of("cell"), new StageErrors(2, 0, 0))
          .containsEntry(Label.of("abnormal"), new StageErrors(1, 0, 0));
    }

    @Test
    void countsTheStagesOwnRuleWhereTheCascadeDidNotGoOn() {
      ScoredSample referred = ending(SIX.get(2), "cell", Outcome.REFERRED);
      Label cell = Label.of("cell");
      for (String own : List.of("normal", "abnormal")) {
        ScoredSample settled =
            new ScoredSample(
                referred.id(),
                referred.truth(),
                referred.patient(),
                referred.stages(),
                referred.decided(),
                referred.outcome(),
                Map.of(cell, Label.of(own)),
                Set.of(),
                Map.of());
        StageReport stage = Evaluator.evaluate(TAXONOMY, List.of(settled), POINTS_ONLY).stage(cell);
        assertThat(stage.metrics().value(Metrics.SENSITIVITY))
            .hasValue(own.equals("abnormal") ? 1 : 0);
        assertThat(stage.metrics().value(Metrics.END_TO_END_ACCURACY)).hasValue(0);
      }
    }

    @Test
    void doesNotCountSamplesOfTheRootThatWereReferred() {
      ScoredSample any = SIX.get(0);
      ScoredSample root =
          new ScoredSample(
              "root",
              Label.of("cell"),
              any.patient(),
              any.stages(),
              Label.of("cell"),
              Outcome.REFERRED);
      PathReport path = Evaluator.evaluate(TAXONOMY, List.of(any, root), POINTS_ONLY).path();
      assertThat(path.samples()).isEqualTo(1);
      assertThat(path.referred()).isZero();
      assertThat(path.decided()).isEqualTo(1);
    }

    @Test
    void countsWhatEndedEarly() {
      List<ScoredSample> samples =
          List.of(
              ending(SIX.get(2), "abnormal", Outcome.STOPPED),
              ending(SIX.get(0), "cell", Outcome.REFERRED),
              SIX.get(2));
      PathReport path = Evaluator.evaluate(TAXONOMY, samples, POINTS_ONLY).path();
      assertThat(path.decided()).isEqualTo(1);
      assertThat(path.stoppedEarly()).isEqualTo(1);
      assertThat(path.referred()).isEqualTo(1);
      assertThat(path.metrics().value(Metrics.PATH_ACCURACY)).hasValue(1 / 3.0);
      assertThat(path.metrics().value(Metrics.DECIDED_ACCURACY)).hasValue(1.0);
      assertThat(path.metrics().value(Metrics.HIERARCHICAL_PRECISION)).hasValue(1.0);
      assertThat(path.metrics().value(Metrics.HIERARCHICAL_RECALL)).hasValue(3 / 5.0);
      assertThat(path.errors())
          .containsEntry(Label.of("cell"), new StageErrors(0, 0, 1))
          .containsEntry(Label.of("abnormal"), new StageErrors(0, 1, 0));
    }

    @Test
    void leavesOutSamplesLabelledAtTheRoot() {
      List<ScoredSample> samples = new ArrayList<>(SIX);
      samples.add(sample("cell", "p4", 0.9, 0.7, 0.2, 0.1));
      EvaluationReport report = Evaluator.evaluate(TAXONOMY, samples, POINTS_ONLY);
      assertThat(report.path().samples()).isEqualTo(6);
      assertThat(report.stage(Label.of("cell")).samples()).isEqualTo(6);
    }
  }

  @Nested
  class WithoutSamples {
    private final EvaluationReport report =
        Evaluator.evaluate(TAXONOMY, List.of(), EvaluationOptions.defaults());

    @Test
    void everyMetricIsUndefinedWithAReason() {
      for (StageReport stage : report.stages()) {
        assertThat(stage.samples()).isZero();
        assertThat(stage.metrics().estimates()).isEmpty();
        assertThat(stage.metrics().undefined())
            .containsOnlyKeys(Metrics.OF_STAGE.toArray(StageMetric[]::new));
      }
      assertThat(report.path().metrics().estimates()).isEmpty();
    }
  }

  @Nested
  class Json {
    private JsonNode json(List<ScoredSample> samples) throws Exception {
      return new ObjectMapper()
          .readTree(Reports.json(Evaluator.evaluate(TAXONOMY, samples, POINTS_ONLY)));
    }

    @Test
    void hasTheStableNames() throws Exception {
      JsonNode json = json(SIX);
      JsonNode cell = json.at("/stages/0");
      assertThat(cell.get("name").asText()).isEqualTo("cell");
      assertThat(cell.get("labels").toString()).isEqualTo("[\"normal\",\"abnormal\"]");
      assertThat(cell.get("samples").asInt()).isEqualTo(6);
      assertThat(cell.get("patients").asInt()).isEqualTo(3);
      for (String name :
          List.of("accuracy", "balancedAccuracy", "auroc", "sensitivity", "specificity")) {
        assertThat(cell.at("/metrics/" + name).fieldNames())
            .toIterable()
            .contains("estimate", "lower", "upper", "level");
      }
      assertThat(cell.at("/metrics/sensitivity/estimate").asDouble()).isEqualTo(0.75);
      assertThat(cell.at("/metrics/expectedCalibrationError/estimate").isNumber()).isTrue();
      assertThat(cell.get("confusion").toString()).isEqualTo("[[1,1],[1,3]]");
      assertThat(cell.at("/perClass/1/label").asText()).isEqualTo("abnormal");
      assertThat(cell.at("/perClass/1/metrics/recall/estimate").asDouble()).isEqualTo(0.75);
      for (String name :
          List.of("accuracy", "hierarchicalPrecision", "hierarchicalRecall", "hierarchicalF1")) {
        assertThat(json.at("/path/metrics/" + name + "/estimate").isNumber()).isTrue();
      }
      assertThat(json.at("/path/stoppedEarly").asInt(-1)).isZero();
      assertThat(json.at("/path/referred").asInt(-1)).isZero();
    }

    @Test
    void writesNullAndAReasonForWhatIsUndefined() throws Exception {
      JsonNode abnormal = json(SIX).at("/stages/1");
      assertThat(abnormal.at("/metrics/sensitivity/estimate").isNull()).isTrue();
      assertThat(abnormal.at("/metrics/sensitivity/remark").asText()).contains("no positive label");
      assertThat(json(List.of()).toString()).doesNotContain("NaN");
      assertThat(json(List.of()).at("/stages/0/metrics/auroc/estimate").isNull()).isTrue();
      assertThat(json(List.of()).at("/stages/0/samples").asInt(-1)).isZero();
    }
  }

  @Nested
  class Markdown {
    @Test
    void showsStagesClassesAndPath() {
      String text = Reports.markdown(Evaluator.evaluate(TAXONOMY, SIX, POINTS_ONLY));
      assertThat(text)
          .contains(
              "## Stage cell", "| Images            | 6     |", "| Patients          | 3     |")
          .contains("| Accuracy          | 0.667 |")
          .contains("| Truth    | as normal | as abnormal |")
          .contains("## Whole path");
    }
  }
}
