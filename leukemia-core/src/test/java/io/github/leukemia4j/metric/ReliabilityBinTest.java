package io.github.leukemia4j.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class ReliabilityBinTest {
  @Test
  void holdTheirUpperEdge() {
    List<ReliabilityBin> bins =
        ReliabilityBin.of(
            new int[] {0, 1, 1}, new double[][] {{.75, .25}, {.5, .5}, {.125, .875}}, 4);
    assertThat(bins)
        .containsExactly(
            new ReliabilityBin(0, .25, 0, OptionalDouble.empty(), OptionalDouble.empty()),
            new ReliabilityBin(.25, .5, 1, OptionalDouble.of(.5), OptionalDouble.of(0)),
            new ReliabilityBin(.5, .75, 1, OptionalDouble.of(.75), OptionalDouble.of(1)),
            new ReliabilityBin(.75, 1, 1, OptionalDouble.of(.875), OptionalDouble.of(1)));
  }

  @Test
  void putEveryEdgeIntoTheBinBelowIt() {
    for (int bins = 1; bins <= 40; bins++) {
      for (int edge = 1; edge <= bins; edge++) {
        double value = (double) edge / bins;
        assertThat(ReliabilityBin.indexOf(value, bins)).isEqualTo(edge - 1);
        if (edge < bins) {
          assertThat(ReliabilityBin.indexOf(Math.nextUp(value), bins)).isEqualTo(edge);
        }
      }
      assertThat(ReliabilityBin.indexOf(0, bins)).isZero();
    }
  }

  @Test
  void refuseShapesThatDoNotFit() {
    assertThatThrownBy(() -> ReliabilityBin.of(new int[2], new double[1][2], 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("found 1 for 2, and 4");
  }
}
