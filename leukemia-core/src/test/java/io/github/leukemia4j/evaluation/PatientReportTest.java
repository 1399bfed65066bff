package io.github.leukemia4j.evaluation;

import static io.github.leukemia4j.evaluation.EvaluatorTest.TAXONOMY;
import static io.github.leukemia4j.evaluation.EvaluatorTest.sample;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.evaluation.ComparisonReport.Difference;
import io.github.leukemia4j.evaluation.ComparisonReport.StageComparison;
import io.github.leukemia4j.evaluation.StageReport.PatientReport;
import io.github.leukemia4j.metric.EvaluationOptions;
import io.github.leukemia4j.metric.Interval;
import io.github.leukemia4j.metric.Metrics;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class PatientReportTest {
  private static final Label CELL = Label.of("cell");
  private static final EvaluationOptions OPTIONS = EvaluationOptions.defaults().withResamples(500);

  private static ScoredSample cell(String truth, String patient, double abnormal) {
    return sample(truth, patient, abnormal, 0.6, 0.3, 0.1);
  }

  private static PatientReport cellStage(List<ScoredSample> samples) {
    return Evaluator.evaluate(TAXONOMY, samples, OPTIONS).stage(CELL).byPatient().orElseThrow();
  }

  @Nested
  class WithOneLabelForEachPatient {
    private final PatientReport found =
        cellStage(
            List.of(
                cell("normal", "p1", 0.1),
                cell("normal", "p1", 0.7), // wrong
                cell("AML", "p2", 0.9),
                cell("AML", "p2", 0.2), // wrong
                cell("AML", "p3", 0.8),
                cell("APL", "p3", 0.6)));

    @Test
    void decidesEachPatientOnce() {
      StageReport decisions = found.decisions().orElseThrow();

      assertThat(found.patients()).isEqualTo(3);
      assertThat(found.mixed()).isZero();
      assertThat(found.pooling()).isEqualTo("mean log-odds");
      // Log-odds -ln 9 and ln 7/3 of p1: mean below 0. ln 9 and -ln 4 of p2: mean above 0.
      assertThat(decisions.confusion().counts()).isDeepEqualTo(new long[][] {{1, 0}, {0, 2}});
      assertThat(decisions.byPatient()).isEmpty();
    }

    @Test
    void givesExactIntervalsOverPatients() {
      Interval interval =
          found.decisions().orElseThrow().metrics().interval(Metrics.ACCURACY).orElseThrow();

      // Clopper-Pearson for 3 of 3: the lower end is the third root of 0.025.
      assertThat(interval.lower()).isCloseTo(Math.cbrt(0.025), within(1e-12));
      assertThat(interval.method()).isEqualTo("Clopper-Pearson over patients");
    }

    @Test
    void averagesOverPatients() {
      assertThat(found.means().value(Metrics.ACCURACY)).hasValue((0.5 + 0.5 + 1) / 3);
      assertThat(found.means().value(Metrics.SENSITIVITY)).hasValue(0.75);
      assertThat(found.means().value(Metrics.SPECIFICITY)).hasValue(0.5);
      assertThat(found.behind())
          .containsEntry(Metrics.ACCURACY, 3)
          .containsEntry(Metrics.SENSITIVITY, 2)
          .containsEntry(Metrics.SPECIFICITY, 1);
      assertThat(found.means().interval(Metrics.ACCURACY).orElseThrow().method())
          .isEqualTo("jackknife over 3 patients");
    }

    @Test
    void saysWhyAMeanIsMissing() {
      assertThat(found.means().undefined())
          .containsEntry(Metrics.BALANCED_ACCURACY, "no patient has samples of two labels")
          .containsEntry(Metrics.AUROC, "no patient has samples of two labels");
    }
  }

  @Test
  void isNoSurerThanIndependentCellsWherePatientsAreAlike() {
    List<ScoredSample> samples = new ArrayList<>();
    for (int p = 0; p < 3; p++) {
      for (int i = 0; i < (p == 0 ? 9 : 10); i++) {
        samples.add(cell("AML", "p" + p, i == 0 ? 0.2 : 0.9)); // the first is wrong
      }
    }
    Interval found = cellStage(samples).means().interval(Metrics.ACCURACY).orElseThrow();
    // Three shares of 8 / 9, 9 / 10 and 9 / 10 differ by 0.006; 26 of 29 independent cells leave
    // 0.25.
    // R: prop.test(26, 29, correct = FALSE)$conf.int is 0.736 to 0.964.
    assertThat(found.upper() - found.lower()).isGreaterThan(0.2280);
  }

  @Nested
  class WithMixedPatients {
    private final PatientReport found =
        cellStage(
            List.of(
                cell("normal", "p", 0.1),
                cell("normal", "p", 0.7), // wrong
                cell("AML", "p", 0.9),
                cell("normal", "q", 0.2),
                cell("AML", "q", 0.1), // wrong
                cell("AML", "r", 0.8),
                cell("AML", null, 0.9)));

    @Test
    void decidesNobody() {
      assertThat(found.patients()).isEqualTo(3);
      assertThat(found.mixed()).isEqualTo(2);
      assertThat(found.decisions()).isEmpty();
    }

    @Test
    void averagesOverThosePatientsOnWhomAMetricSaysSomething() {
      assertThat(found.means().value(Metrics.BALANCED_ACCURACY)).hasValue((0.75 + 0.5) / 2);
      assertThat(found.means().value(Metrics.AUROC)).hasValue((1 + 0) / 2.0);
      assertThat(found.means().value(Metrics.ACCURACY).orElseThrow())
          .isCloseTo((2 / 3.0 + 0.5 + 1) / 3, within(1e-15));
      assertThat(found.behind())
          .containsEntry(Metrics.BALANCED_ACCURACY, 2)
          .containsEntry(Metrics.AUROC, 2)
          .containsEntry(Metrics.SENSITIVITY, 3);
    }
  }

  @Test
  void isMissingWhereCellsAreAllThereIs() {
    List<ScoredSample> unknown = List.of(cell("normal", null, 0.1), cell("AML", null, 0.9));
    List<ScoredSample> oneEach = List.of(cell("normal", "a", 0.1), cell("AML", "b", 0.9));

    assertThat(Evaluator.evaluate(TAXONOMY, unknown, OPTIONS).stage(CELL).byPatient()).isEmpty();
    assertThat(Evaluator.evaluate(TAXONOMY, oneEach, OPTIONS).stage(CELL).byPatient()).isEmpty();
  }

  @Nested
  class Compared {
    /** Four patients with two cells each, the first of which only the second cascade gets right. */
    private StageComparison compared(boolean mixed) {
      List<ScoredSample> first = new ArrayList<>();
      List<ScoredSample> second = new ArrayList<>();
      for (int p = 0; p < 4; p++) {
        String truth = p % 2 == 0 ? "AML" : "normal";
        String other = p % 2 == 0 ? "normal" : "AML";
        double right = p % 2 == 0 ? 0.8 : 0.2;
        first.add(cell(truth, "p" + p, 1 - right));
        second.add(cell(truth, "p" + p, right));
        first.add(cell(mixed ? other : truth, "p" + p, mixed ? 1 - right : 1 - right));
        second.add(cell(mixed ? other : truth, "p" + p, mixed ? 1 - right : right));
      }
      return Evaluator.compare(TAXONOMY, first, second, OPTIONS).stage(CELL);
    }

    @Test
    void comparesMeansWithinPatientsBySignFlips() {
      Difference accuracy =
          compared(true).byPatient().orElseThrow().means().get(Metrics.BALANCED_ACCURACY);

      assertThat(accuracy.first()).isEqualTo(0.5);
      assertThat(accuracy.second()).isEqualTo(1);
      // All four patients differ by as much to the same side: 2 of 16 patterns of signs.
      assertThat(accuracy.pValue()).isEqualTo(2 / 16.0);
      assertThat(accuracy.test()).isEqualTo("sign flips over 4 patients");
      assertThat(compared(true).byPatient().orElseThrow().decisions()).isEmpty();
    }

    @Test
    void comparesDecisionsByExactTests() {
      Difference accuracy =
          compared(false).byPatient().orElseThrow().decisions().get(Metrics.ACCURACY);

      assertThat(accuracy.first()).isZero();
      assertThat(accuracy.second()).isEqualTo(1);
      // McNemar on 0 and 4 discordant patients: 2 / 2^4.
      assertThat(accuracy.pValue()).isCloseTo(2 / 16.0, within(1e-12));
      assertThat(accuracy.test()).endsWith("over patients");
    }
  }
}
