package io.github.leukemia4j.evaluation;

import static io.github.leukemia4j.evaluation.EvaluatorTest.TAXONOMY;
import static io.github.leukemia4j.evaluation.EvaluatorTest.sample;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.evaluation.ComparisonReport.Difference;
import io.github.leukemia4j.evaluation.StageReport.Estimate;
import io.github.leukemia4j.evaluation.StageReport.MetricValues;
import io.github.leukemia4j.metric.EvaluationOptions;
import io.github.leukemia4j.metric.Interval;
import io.github.leukemia4j.metric.Metric;
import io.github.leukemia4j.metric.Metrics;
import io.github.leukemia4j.report.Reports;
import io.github.leukemia4j.statistics.McNemar;
import io.github.leukemia4j.statistics.Proportions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class EvaluatorIntervalsTest {
  private static final Label CELL = Label.of("cell");
  private static final Label ABNORMAL = Label.of("abnormal");
  private static final EvaluationOptions OPTIONS =
      EvaluationOptions.defaults().withResamples(200).withSeed(4);

  /** Half of the patients normal; skill 0 guesses. */
  static List<ScoredSample> cells(int patients, int each, double skill, boolean named, long seed) {
    Random random = new Random(seed);
    String[] subtypes = {"AML", "APL", "CLL"};
    List<ScoredSample> samples = new ArrayList<>();
    for (int p = 0; p < patients; p++) {
      double effect = random.nextGaussian();
      for (int c = 0; c < each; c++) {
        boolean normal = p % 2 == 0;
        double logit = (normal ? -skill : skill) + effect + random.nextGaussian();
        double abnormal = 1 / (1 + Math.exp(-logit));
        int subtype = p / 2 % 3;
        double right = Math.min(0.9, 0.2 + 0.7 * skill * random.nextDouble());
        double[] three = new double[3];
        for (int s = 0; s < 3; s++) {
          three[s] = s == subtype ? right : (1 - right) / 2;
        }
        samples.add(
            sample(
                normal ? "normal" : subtypes[subtype],
                named ? "p" + p : null,
                abnormal,
                three[0],
                three[1],
                three[2]));
      }
    }
    return samples;
  }

  @Nested
  class WithPatients {
    private final List<ScoredSample> samples = cells(40, 5, 1, true, 1);

    @Test
    void comeFromLeavingOutPatients() {
      EvaluationReport report = Evaluator.evaluate(TAXONOMY, samples, OPTIONS);
      for (StageReport stage : report.stages()) {
        stage
            .metrics()
            .estimates()
            .forEach(
                (metric, estimate) -> {
                  if (metric.nature() == Metric.Nature.BIASED) {
                    assertThat(estimate.interval()).isEmpty();
                    assertThat(estimate.remark().orElseThrow()).contains("a calibrated model");
                    return;
                  }
                  Interval interval = estimate.interval().orElseThrow();
                  assertThat(interval.method())
                      .matches(
                          "(jackknife( and the recalls' own)?|Korn-Graubard|cluster bootstrap) over"
                              + " [234][0-9] patients");
                  assertThat(interval.level()).isEqualTo(0.95);
                  assertThat(interval.upper()).isGreaterThan(interval.lower());
                });
      }
      assertThat(report.path().metrics().interval(Metrics.HIERARCHICAL_F1)).isPresent();
      assertThat(report.stage(CELL).classes().get(0).metrics().interval(Metrics.RECALL))
          .isPresent();
    }

    @Test
    void areWiderThanThoseOfIndependentCells() {
      Interval clustered = accuracy(samples);
      Interval independent = accuracy(cells(40, 5, 1, false, 1));
      assertThat(clustered.upper() - clustered.lower())
          .isGreaterThan(1.2 * (independent.upper() - independent.lower()));
    }

    private Interval accuracy(List<ScoredSample> of) {
      return Evaluator.evaluate(TAXONOMY, of, OPTIONS)
          .stage(CELL)
          .metrics()
          .interval(Metrics.ACCURACY)
          .orElseThrow();
    }

    @Test
    void doNotDependOnTheNumberOfThreads() throws Exception {
      String here = Reports.json(Evaluator.evaluate(TAXONOMY, samples, OPTIONS));
      ForkJoinPool pool = new ForkJoinPool(1);
      try {
        assertThat(
                pool.submit(() -> Reports.json(Evaluator.evaluate(TAXONOMY, samples, OPTIONS)))
                    .get())
            .isEqualTo(here);
      } finally {
        pool.shutdown();
      }
    }

    @Test
    void ofAFaultlessShareCountPatients() {
      List<ScoredSample> faultless = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        faultless.add(sample("normal", "p" + i / 3, 0.1, 0.8, 0.1, 0.1));
        faultless.add(sample("AML", "q" + i / 3, 0.9, 0.8, 0.1, 0.1));
      }
      MetricValues cell = Evaluator.evaluate(TAXONOMY, faultless, OPTIONS).stage(CELL).metrics();
      assertThat(cell.interval(Metrics.SENSITIVITY).orElseThrow().lower())
          .isEqualTo(Proportions.clopperPearson(10, 10, 0.95).lower());
      assertThat(cell.interval(Metrics.ACCURACY).orElseThrow().lower())
          .isEqualTo(Proportions.clopperPearson(20, 20, 0.95).lower());
      assertThat(cell.interval(Metrics.AUROC)).isEmpty();
    }

    @Test
    void areWrittenAsJson() throws Exception {
      JsonNode json =
          new ObjectMapper().readTree(Reports.json(Evaluator.evaluate(TAXONOMY, samples, OPTIONS)));
      JsonNode accuracy = json.at("/stages/0/metrics/accuracy");
      assertThat(accuracy.get("lower").asDouble()).isLessThan(accuracy.get("estimate").asDouble());
      assertThat(accuracy.get("level").asDouble()).isEqualTo(0.95);
      assertThat(json.at("/path/metrics/accuracy/upper").isNumber()).isTrue();
      assertThat(json.at("/stages/0/metrics/expectedCalibrationError/upper").isNull()).isTrue();
      assertThat(json.at("/stages/0/metrics/expectedCalibrationError/remark").asText())
          .startsWith("no interval: on samples of this size a calibrated model shows 0.");
      assertThat(json.at("/stages/0/calibrationCheck/pValue").isNumber()).isTrue();
    }
  }

  /** The quickstart's stage of subtypes: 3 patients each, a wrong cell in each APL patient. */
  @Nested
  class OfFewPatients {
    private final List<ScoredSample> samples = new ArrayList<>();

    OfFewPatients() {
      String[] names = {"AML", "APL", "CLL"};
      int[] cells = {10, 10, 9};
      for (int c = 0; c < 3; c++) {
        for (int p = 0; p < 3; p++) {
          for (int i = 0; i < cells[p]; i++) {
            double[] three = {.03, .03, .03};
            three[c == 1 && i == 0 ? 0 : c] = .94;
            samples.add(sample(names[c], names[c] + p, .9, three[0], three[1], three[2]));
          }
        }
      }
    }

    @Test
    void areNeverNarrowerThanThoseOfIndependentCells() {
      StageReport stage = Evaluator.evaluate(TAXONOMY, samples, OPTIONS).stage(ABNORMAL);
      holdsExact(stage.metrics().interval(Metrics.ACCURACY), 84, 87);
      holdsExact(stage.classes().get(0).metrics().interval(Metrics.PRECISION), 29, 32);
      holdsExact(stage.classes().get(1).metrics().interval(Metrics.RECALL), 26, 29);
      holdsExact(stage.classes().get(2).metrics().interval(Metrics.RECALL), 29, 29);
      Interval balanced = stage.metrics().interval(Metrics.BALANCED_ACCURACY).orElseThrow();
      Interval exact = Proportions.clopperPearson(84, 87, 0.95);
      assertThat(balanced.upper() - balanced.lower())
          .isGreaterThan(0.8 * (exact.upper() - exact.lower()));
    }

    private void holdsExact(Optional<Interval> found, long successes, long trials) {
      Interval exact = Proportions.clopperPearson(successes, trials, 0.95);
      assertThat(found.orElseThrow().lower()).isLessThanOrEqualTo(exact.lower() + 1e-9);
      assertThat(found.orElseThrow().upper()).isGreaterThanOrEqualTo(exact.upper() - 1e-9);
    }

    @Test
    void sayOnHowFewTheyRest() {
      StageReport stage = Evaluator.evaluate(TAXONOMY, samples, OPTIONS).stage(ABNORMAL);
      Estimate recall = stage.classes().get(1).metrics().get(Metrics.RECALL).orElseThrow();
      assertThat(recall.remark())
          .hasValue("rests on 3 patients of APL; below 5 an interval may be too short");
      assertThat(recall.interval().orElseThrow().method())
          .isEqualTo("Korn-Graubard over 3 patients");
      Estimate area = stage.metrics().get(Metrics.AUROC).orElseThrow();
      assertThat(area.interval()).isEmpty();
      assertThat(area.remark()).hasValue("no interval: rests on 3 patients of AML, and needs 5");
    }

    @Test
    void ofABalancedAccuracyWithoutErrorsCountPatients() {
      List<ScoredSample> faultless =
          samples.stream().filter(s -> !s.truth().name().equals("APL")).toList();
      // The chance of no error is at most the mean recall to the power of 2 labels x 3 patients.
      assertThat(
              Evaluator.evaluate(TAXONOMY, faultless, OPTIONS)
                  .stage(ABNORMAL)
                  .metrics()
                  .interval(Metrics.BALANCED_ACCURACY)
                  .orElseThrow()
                  .lower())
          .isEqualTo(Proportions.clopperPearson(6, 6, 0.95).lower());
    }

    @Test
    void ofFourPatientsNoTestIsCertain() {
      List<ScoredSample> constant = new ArrayList<>();
      List<ScoredSample> perfect = new ArrayList<>();
      double[] scores = {.1, .2, .8, .9};
      for (int p = 0; p < 4; p++) {
        String truth = p < 2 ? "normal" : "AML";
        constant.add(sample(truth, "p" + p, .5, .8, .1, .1));
        perfect.add(sample(truth, "p" + p, scores[p], .8, .1, .1));
      }
      Difference auroc =
          Evaluator.compare(TAXONOMY, constant, perfect, OPTIONS)
              .stage(CELL)
              .differences()
              .get(Metrics.AUROC);
      assertThat(auroc.value()).isEqualTo(0.5);
      // Of 16 patterns of swaps at least two lie as far from 0.
      assertThat(auroc.pValue()).isGreaterThanOrEqualTo(2 / 16.0);
      assertThat(auroc.interval()).isEmpty();
    }
  }

  @Nested
  class WithoutPatients {
    private final EvaluationReport report =
        Evaluator.evaluate(TAXONOMY, cells(40, 5, 1, false, 1), OPTIONS);

    @Test
    void ofSharesAreExact() {
      StageReport cell = report.stage(CELL);
      long[][] counts = cell.confusion().counts();
      Interval found = cell.metrics().interval(Metrics.SENSITIVITY).orElseThrow();
      Interval exact = Proportions.clopperPearson(counts[1][1], counts[1][0] + counts[1][1], 0.95);
      assertThat(found.lower()).isEqualTo(exact.lower());
      assertThat(found.upper()).isEqualTo(exact.upper());
      assertThat(found.method()).isEqualTo("Clopper-Pearson, assumes independent cells");
    }

    @Test
    void ofTheBinaryAreaAreDeLongs() {
      assertThat(report.stage(CELL).metrics().interval(Metrics.AUROC).orElseThrow().method())
          .isEqualTo("DeLong, assumes independent cells");
      assertThat(report.stage(ABNORMAL).metrics().interval(Metrics.AUROC).orElseThrow().method())
          .isEqualTo("jackknife over 100 cells, assumes independent cells");
    }

    @Test
    void sayThatCellsAreAssumedIndependent() {
      report
          .stages()
          .forEach(
              s ->
                  s.metrics()
                      .estimates()
                      .values()
                      .forEach(
                          e ->
                              e.interval()
                                  .ifPresent(
                                      i ->
                                          assertThat(i.method())
                                              .endsWith("assumes independent cells"))));
      assertThat(report.stage(CELL).patients()).isZero();
    }
  }

  @Nested
  class Comparison {
    @Test
    void findsABetterCascade() {
      ComparisonReport report =
          Evaluator.compare(
              TAXONOMY, cells(40, 5, 0.3, true, 1), cells(40, 5, 1.5, true, 1), OPTIONS);
      Difference accuracy = report.stage(CELL).differences().get(Metrics.ACCURACY);
      assertThat(accuracy.value()).isPositive();
      assertThat(accuracy.interval().orElseThrow().lower()).isPositive();
      assertThat(accuracy.pValue()).isEqualTo(1 / 201.0);
      assertThat(accuracy.test()).isEqualTo("sign flips over 40 patients");
      assertThat(report.path().get(Metrics.HIERARCHICAL_F1).value()).isPositive();
      assertThat(Reports.markdown(report)).contains("sign flips over 40 patients");
    }

    @Test
    void leavesOutSamplesWithoutALabelThatOnlyOneOfThemHas() {
      List<ScoredSample> samples = cells(20, 3, 0.5, true, 2);
      List<ScoredSample> more = new ArrayList<>(samples);
      more.add(0, sample(CELL.name(), "p0", .5, .8, .1, .1));

      assertThat(Evaluator.compare(TAXONOMY, samples, more, OPTIONS).stage(CELL).samples())
          .isEqualTo(60);
    }

    @Test
    void ofACascadeWithItselfFindsNothing() {
      List<ScoredSample> samples = cells(20, 3, 0.5, true, 2);
      ComparisonReport report = Evaluator.compare(TAXONOMY, samples, samples, OPTIONS);
      assertThat(report.stage(CELL).differences())
          .allSatisfy(
              (metric, difference) -> {
                assertThat(difference.value()).isZero();
                assertThat(difference.pValue()).isEqualTo(1);
              });
    }

    @Test
    void changesSignWithTheOrder() {
      List<ScoredSample> a = cells(20, 3, 0.5, true, 2);
      List<ScoredSample> b = cells(20, 3, 0.8, true, 2);
      Difference forth =
          Evaluator.compare(TAXONOMY, a, b, OPTIONS)
              .stage(ABNORMAL)
              .differences()
              .get(Metrics.AUROC);
      Difference back =
          Evaluator.compare(TAXONOMY, b, a, OPTIONS)
              .stage(ABNORMAL)
              .differences()
              .get(Metrics.AUROC);
      assertThat(back.value()).isEqualTo(-forth.value());
      assertThat(back.pValue()).isEqualTo(forth.pValue());
    }

    @Test
    void withoutPatientsUsesTheExactTestsOfIndependentCells() throws Exception {
      List<ScoredSample> a = cells(40, 5, 0.3, false, 1);
      List<ScoredSample> b = cells(40, 5, 1.5, false, 1);
      ComparisonReport report = Evaluator.compare(TAXONOMY, a, b, OPTIONS);
      Difference accuracy = report.stage(CELL).differences().get(Metrics.ACCURACY);
      int onlyA = 0;
      int onlyB = 0;
      for (int i = 0; i < a.size(); i++) {
        boolean isAbnormal = !a.get(i).truth().name().equals("normal");
        boolean rightA =
            a.get(i).stages().get(CELL).label().name().equals("abnormal") == isAbnormal;
        boolean rightB =
            b.get(i).stages().get(CELL).label().name().equals("abnormal") == isAbnormal;
        onlyA += rightA && !rightB ? 1 : 0;
        onlyB += rightB && !rightA ? 1 : 0;
      }
      assertThat(accuracy.pValue()).isEqualTo(McNemar.exact(onlyA, onlyB, a.size()));
      assertThat(accuracy.test()).isEqualTo("exact McNemar, assumes independent cells");
      Difference auroc = report.stage(CELL).differences().get(Metrics.AUROC);
      assertThat(auroc.test()).isEqualTo("DeLong, assumes independent cells");
      JsonNode json = new ObjectMapper().readTree(Reports.json(report));
      assertThat(json.at("/stages/0/differences/auroc/pValue").asDouble())
          .isEqualTo(auroc.pValue());
    }

    @Test
    void refusesDifferentSamples() {
      List<ScoredSample> a = cells(4, 2, 0.5, true, 2);
      assertThatThrownBy(() -> Evaluator.compare(TAXONOMY, a, a.subList(0, 3), OPTIONS))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("found 8 and 3");
      List<ScoredSample> turned = new ArrayList<>(a);
      Collections.reverse(turned);
      assertThatThrownBy(() -> Evaluator.compare(TAXONOMY, a, turned, OPTIONS))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("found at index 0");
      assertThatThrownBy(() -> Evaluator.compare(TAXONOMY, a, cells(4, 2, 0.5, false, 2), OPTIONS))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("(normal, patient p0)")
          .hasMessageContaining("(normal, no patient)");
    }
  }
}
