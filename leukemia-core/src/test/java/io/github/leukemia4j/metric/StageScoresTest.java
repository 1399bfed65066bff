package io.github.leukemia4j.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.leukemia4j.LabelSet;
import org.junit.jupiter.api.Test;

class StageMetricsTest {
  private static final LabelSet LABELS = LabelSet.of("a", "b");

  @Test
  void measuresByExactArithmetic() {
    StageMetrics metrics =
        StageMetrics.of(
            LABELS, new int[] {0, 0, 1, 1}, new double[][] {{1, 0}, {.25, .75}, {.5, .5}, {0, 1}});
    assertThat(metrics.accuracy()).hasValue(0.5); // a tie goes to the first label
    assertThat(metrics.balancedAccuracy()).hasValue(0.5);
    assertThat(metrics.auroc()).hasValue(0.75);
    assertThat(metrics.logLoss().orElseThrow())
        .isCloseTo((Math.log(4) + Math.log(2)) / 4, within(1e-15));
    // Bins of 1, 0.75 and 0.5: gaps 0 twice, 0.75 and 0.5, each with one sample.
    assertThat(metrics.expectedCalibrationError()).hasValue((0.75 + 0.5) / 4);
    assertThat(metrics.confusion().counts()).isDeepEqualTo(new long[][] {{1, 1}, {1, 1}});
  }

  @Test
  void isEmptyWithoutSamples() {
    StageMetrics metrics = StageMetrics.of(LABELS, new int[0], new double[0][]);
    assertThat(metrics.accuracy()).isEmpty();
    assertThat(metrics.auroc()).isEmpty();
    assertThat(metrics.logLoss()).isEmpty();
    assertThat(metrics.confusion().total()).isZero();
  }

  @Test
  void hasNoAurocForOneClass() {
    assertThat(StageMetrics.of(LABELS, new int[] {1}, new double[][] {{.5, .5}}).auroc()).isEmpty();
  }

  @Test
  void refusesWhatIsNoProbability() {
    assertThatThrownBy(
            () -> StageMetrics.of(LABELS, new int[] {1}, new double[][] {{Double.NaN, 1}}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Each probability must lie in [0, 1]; found NaN for sample 0.");
  }

  @Test
  void refusesShapesThatDoNotFit() {
    assertThatThrownBy(() -> StageMetrics.of(LABELS, new int[] {1}, new double[0][]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("found 0 for 1");
    assertThatThrownBy(() -> StageMetrics.of(LABELS, new int[] {2}, new double[][] {{.5, .5}}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("found truth 2");
  }
}
