package io.github.leukemia4j.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.leukemia4j.metric.ScoreCurve.Point;
import org.junit.jupiter.api.Test;

class ScoreCurveTest {
  /** scikit-learn 1.2.1: roc_curve([0, 0, 1, 1], [.1, .4, .4, .8], drop_intermediate=False). */
  private final ScoreCurve curve =
      ScoreCurve.of(new double[] {.1, .4, .4, .8}, new boolean[] {false, false, true, true});

  @Test
  void hasOnePointForEachDistinctScore() {
    assertThat(curve.points())
        .containsExactly(
            new Point(Double.POSITIVE_INFINITY, 0, 0),
            new Point(.8, 1, 0),
            new Point(.4, 2, 1),
            new Point(.1, 2, 2));
  }

  @Test
  void countsTiesHalf() {
    assertThat(curve.auroc()).hasValue(3.5 / 4);
    assertThat(curve.averagePrecision()).hasValue(.5 * 1 + .5 * 2 / 3.0);
  }

  @Test
  void readsOffOperatingPoints() {
    assertThat(curve.sensitivityAt(1)).hasValue(.5);
    assertThat(curve.sensitivityAt(.5)).hasValue(1);
    assertThat(curve.specificityAt(1)).hasValue(.5);
    assertThat(curve.specificityAt(.5)).hasValue(1);
    assertThat(curve.specificityAt(0)).hasValue(1);
  }

  @Test
  void isUndefinedForOneKind() {
    ScoreCurve one = ScoreCurve.of(new double[] {1, 2}, new boolean[] {true, true});
    assertThat(one.auroc()).isEmpty();
    assertThat(one.sensitivityAt(.9)).isEmpty();
    assertThat(one.averagePrecision()).hasValue(1);
    assertThat(ScoreCurve.of(new double[0], new boolean[0]).averagePrecision()).isEmpty();
  }

  @Test
  void takesNegativeScoresAndBothZeros() {
    ScoreCurve signed =
        ScoreCurve.of(new double[] {-0.0, 0.0, -2}, new boolean[] {true, false, false});
    assertThat(signed.auroc()).hasValue(.75);
  }

  @Test
  void refusesScoresThatAreNotFinite() {
    assertThatThrownBy(() -> ScoreCurve.of(new double[] {Double.NaN}, new boolean[1]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Scores must be finite; found NaN at index 0.");
  }
}
