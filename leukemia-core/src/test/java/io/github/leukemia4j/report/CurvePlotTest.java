package io.github.leukemia4j.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.leukemia4j.evaluation.EvaluationReport;
import io.github.leukemia4j.metric.Metrics;
import io.github.leukemia4j.metric.ReliabilityBin;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class CurvePlotTest {
  private static final Offset<Double> EXACT = within(1e-12);

  private final EvaluationReport report = Examples.report(Examples.SIX, 0);
  private final List<StageSamples> stages = StageSamples.of(report, Examples.SIX);

  /** By falling score: abnormal 0.9, abnormal 0.8, normal 0.7, abnormal 0.6, 0.2, normal 0.1. */
  @Test
  void stepsUpAtEveryPositiveAndRightAtEveryOtherSample() {
    List<CurvePlot> curves = CurvePlot.roc(stages.get(0));

    assertThat(curves).hasSize(1);
    assertThat(curves.get(0).x()).containsExactly(new double[] {0, 0, 0, 0.5, 0.5, 0.5, 1}, EXACT);
    assertThat(curves.get(0).y())
        .containsExactly(new double[] {0, 0.25, 0.5, 0.5, 0.75, 1, 1}, EXACT);
  }

  /**
   * At 0.5 three of the four abnormal cells are called abnormal, and one of the two normal ones.
   */
  @Test
  void marksWhereTheDecisionsLieOnTheCurve() {
    List<CurvePlot> points = CurvePlot.decided(stages.get(0).stage());

    assertThat(points).hasSize(1);
    assertThat(points.get(0).x()).containsExactly(new double[] {0.5}, EXACT);
    assertThat(points.get(0).y()).containsExactly(new double[] {0.75}, EXACT);
  }

  /** Six of the eight pairs of an abnormal and a normal cell stand in the right order. */
  @Test
  void namesTheAreaThatTheReportGives() {
    assertThat(CurvePlot.roc(stages.get(0)).get(0).name()).isEqualTo("abnormal, AUROC 0.750");
  }

  @Test
  void drawsPrecisionAsTheStepsOfAveragePrecision() {
    CurvePlot curve = CurvePlot.precisionRecall(stages.get(0)).get(0);

    assertThat(curve.x())
        .containsExactly(
            new double[] {0, 0.25, 0.25, 0.5, 0.5, 0.5, 0.5, 0.75, 0.75, 1, 1, 1}, EXACT);
    double twoThirds = 2.0 / 3;
    double fourSixths = 4.0 / 6;
    assertThat(curve.y())
        .containsExactly(
            new double[] {
              1, 1, 1, 1, twoThirds, twoThirds, 0.75, 0.75, 0.8, 0.8, fourSixths, fourSixths
            },
            EXACT);
    double area = 0;
    for (int i = 1; i < curve.x().length; i++) {
      area += (curve.x()[i] - curve.x()[i - 1]) * curve.y()[i];
    }
    assertThat(area)
        .isCloseTo(stages.get(0).stage().metrics().value(Metrics.AUPRC).orElseThrow(), EXACT);
  }

  @Test
  void drawsOneCurveForEachOfThreeLabels() {
    assertThat(CurvePlot.roc(stages.get(1)))
        .extracting(CurvePlot::name)
        .hasSize(3)
        .doesNotHaveDuplicates();
  }

  /** Confidences 0.9 (two right), 0.8 (one right, one wrong), 0.7 wrong, 0.6 right. */
  @Test
  void countsErrorsAmongTheSurestFirst() {
    CurvePlot curve = CurvePlot.riskCoverage(stages.get(0).stage());

    assertThat(curve.x()).containsExactly(new double[] {2 / 6.0, 4 / 6.0, 5 / 6.0, 1}, EXACT);
    assertThat(curve.y()).containsExactly(new double[] {0, 1 / 4.0, 2 / 5.0, 2 / 6.0}, EXACT);
  }

  @Test
  void showsBinsWithTheirIntervalsAndSharesThatSumToOne() {
    CurvePlot shares = CurvePlot.shareOfSamples(report.stages().get(0));
    // Bins of 1/15: 0.6 lies in (8/15, 9/15], 0.7 in (10/15, 11/15], 0.8 in (11/15, 12/15].
    List<ReliabilityBin> bins =
        report.stages().get(0).reliability().stream().filter(b -> b.samples() > 0).toList();
    // One of two right: 0.01258 to 0.98742 (R: binom.test(1, 2)$conf.int).
    assertThat(bins.stream().mapToDouble(b -> b.confidence().orElseThrow()).toArray())
        .containsExactly(new double[] {0.6, 0.7, 0.8, 0.9}, EXACT);
    assertThat(bins.stream().mapToDouble(b -> b.accuracy().orElseThrow()).toArray())
        .containsExactly(new double[] {1, 0, 0.5, 1}, EXACT);
    assertThat(Plots.interval(bins.get(2), 0.95).lower()).isCloseTo(0.01258, within(1e-5));
    assertThat(Plots.interval(bins.get(2), 0.95).upper()).isCloseTo(0.98742, within(1e-5));
    double sum =
        IntStream.range(0, shares.y().length / 4).mapToDouble(b -> shares.y()[4 * b + 1]).sum();
    assertThat(sum).isCloseTo(1, EXACT);
  }

  @Test
  void keepsTheEndsOfACurveWithMorePointsThanPaperShows() {
    int n = 5000;
    List<io.github.leukemia4j.evaluation.ScoredSample> samples =
        IntStream.range(0, n)
            .mapToObj(
                i ->
                    Examples.sample(
                        "s" + i, i % 2 == 0 ? "normal" : "AML", "p" + i, (i + 1.0) / (n + 2)))
            .toList();
    CurvePlot curve =
        CurvePlot.roc(StageSamples.of(Examples.report(samples, 0), samples).get(0)).get(0);

    assertThat(curve.x()).hasSize(CurvePlot.MOST_POINTS).isSorted();
    assertThat(Arrays.stream(curve.x()).max()).hasValue(1);
    assertThat(curve.y()[0]).isZero();
    assertThat(curve.y()[curve.y().length - 1]).isEqualTo(1);
  }

  @Test
  void rejectsSamplesThatAreNotThoseOfTheReport() {
    assertThatThrownBy(() -> StageSamples.of(report, Examples.SIX.subList(0, 5)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The samples must be those that the report was made of; found 5 for the stage cell,"
                + " which was held against 6.");
  }

  @Test
  void theLegendOfARocCurveHoldsItsInterval() {
    EvaluationReport of = Examples.report(Examples.many(), 200);
    var auroc = of.stages().get(0).classes().get(1).metrics().interval(Metrics.AUROC).orElseThrow();
    assertThat(CurvePlot.roc(StageSamples.of(of, Examples.many()).get(0)).get(0).name())
        .endsWith(
            String.format(java.util.Locale.ROOT, " (%.3f to %.3f)", auroc.lower(), auroc.upper()));
  }
}
