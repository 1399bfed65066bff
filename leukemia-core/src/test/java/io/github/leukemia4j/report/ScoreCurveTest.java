package io.github.leukemia4j.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.leukemia4j.report.ScoreCurve.Point;
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
  void takesNegativeScores() {
    assertThat(ScoreCurve.of(new double[] {-2, -0.5}, new boolean[] {true, false}).points())
        .containsExactly(
            new Point(Double.POSITIVE_INFINITY, 0, 0), new Point(-0.5, 0, 1), new Point(-2, 1, 1));
  }
}
