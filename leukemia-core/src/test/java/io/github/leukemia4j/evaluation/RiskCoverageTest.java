package io.github.leukemia4j.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.leukemia4j.evaluation.StageReport.RiskCoverage;
import io.github.leukemia4j.evaluation.StageReport.RiskCoverage.Point;
import org.junit.jupiter.api.Test;

class RiskCoverageTest {
  @Test
  void answersTheSurestFirst() {
    RiskCoverage curve =
        RiskCoverage.of(new double[] {.6, .9, .7, .7}, new boolean[] {false, true, true, false});
    assertThat(curve.points())
        .containsExactly(new Point(.9, .25, 0), new Point(.7, .75, 1 / 3.0), new Point(.6, 1, .5));
    // 0.25 * 0 + 0.5 / 3 + 0.25 * 0.5
    assertThat(curve.area().orElseThrow()).isCloseTo(.5 / 3 + .125, within(1e-15));
  }

  @Test
  void isEmptyWithoutSamples() {
    assertThat(RiskCoverage.of(new double[0], new boolean[0]).area()).isEmpty();
  }
}
