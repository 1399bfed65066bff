package io.github.leukemia4j.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.leukemia4j.LabelSet;
import org.junit.jupiter.api.Test;

class StageScoresTest {
  private static final LabelSet LABELS = LabelSet.of("a", "b");

  @Test
  void measuresByExactArithmetic() {
    StageScores scores =
        StageScores.of(
            LABELS, new int[] {0, 0, 1, 1}, new double[][] {{1, 0}, {.25, .75}, {.5, .5}, {0, 1}});
    assertThat(Metrics.ACCURACY.of(scores)).hasValue(0.5); // a tie goes to the first label
    assertThat(Metrics.BALANCED_ACCURACY.of(scores)).hasValue(0.5);
    assertThat(Metrics.AUROC.of(scores)).hasValue(0.75);
    assertThat(Metrics.LOG_LOSS.of(scores).orElseThrow())
        .isCloseTo((Math.log(4) + Math.log(2)) / 4, within(1e-15));
    // Bins of 1, 0.75 and 0.5: gaps 0 twice, 0.75 and 0.5, each with one sample.
    assertThat(Metrics.EXPECTED_CALIBRATION_ERROR.of(scores)).hasValue((0.75 + 0.5) / 4);
    assertThat(scores.confusion().counts()).isDeepEqualTo(new long[][] {{1, 1}, {1, 1}});
  }

  @Test
  void isEmptyWithoutSamples() {
    StageScores scores = StageScores.of(LABELS, new int[0], new double[0][]);
    assertThat(Metrics.ACCURACY.of(scores)).isEmpty();
    assertThat(Metrics.AUROC.of(scores)).isEmpty();
    assertThat(Metrics.LOG_LOSS.of(scores)).isEmpty();
    assertThat(scores.confusion().total()).isZero();
  }

  @Test
  void hasNoAurocForOneClass() {
    assertThat(Metrics.AUROC.of(StageScores.of(LABELS, new int[] {1}, new double[][] {{.5, .5}})))
        .isEmpty();
  }

  @Test
  void refusesWhatIsNoProbability() {
    assertThatThrownBy(
            () -> StageScores.of(LABELS, new int[] {1}, new double[][] {{Double.NaN, 1}}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Each probability must lie in [0, 1]; found NaN for sample 0.");
  }

  @Test
  void refusesShapesThatDoNotFit() {
    assertThatThrownBy(() -> StageScores.of(LABELS, new int[] {1}, new double[0][]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("found 0 for 1");
    assertThatThrownBy(() -> StageScores.of(LABELS, new int[] {2}, new double[][] {{.5, .5}}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("found truth 2");
  }

  /** scikit-learn 1.2.1: roc_curve([0, 0, 1, 1], [.1, .4, .4, .8], drop_intermediate=False). */
  private final StageScores tied =
      StageScores.of(
          LABELS, new int[] {0, 0, 1, 1}, new double[][] {{.9, .1}, {.6, .4}, {.6, .4}, {.2, .8}});

  @Test
  void countsTiesHalf() {
    assertThat(tied.auroc(1)).hasValue(3.5 / 4);
    assertThat(tied.averagePrecision(1)).hasValue(.5 * 1 + .5 * 2 / 3.0);
  }

  @Test
  void readsOffOperatingPoints() {
    assertThat(tied.sensitivityAt(1, 1)).hasValue(.5);
    assertThat(tied.sensitivityAt(1, .5)).hasValue(1);
    assertThat(tied.specificityAt(1, 1)).hasValue(.5);
    assertThat(tied.specificityAt(1, .5)).hasValue(1);
    assertThat(tied.specificityAt(1, 0)).hasValue(1);
  }

  @Test
  void isUndefinedForOneKind() {
    StageScores one = StageScores.of(LABELS, new int[] {1, 1}, new double[][] {{.5, .5}, {.2, .8}});
    assertThat(one.auroc(1)).isEmpty();
    assertThat(one.sensitivityAt(1, .9)).isEmpty();
    assertThat(one.averagePrecision(1)).hasValue(1);
  }
}
