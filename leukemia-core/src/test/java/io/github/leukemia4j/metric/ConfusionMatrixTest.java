package io.github.leukemia4j.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Values by hand; {@code MetricsReferenceTest} holds the metrics against scikit-learn. */
class ConfusionMatrixTest {
  private static final Label B = Label.of("b");
  private static final LabelSet LABELS = LabelSet.of("a", "b").withPositive(B);

  private final ConfusionMatrix matrix =
      new ConfusionMatrix(LABELS, new long[][] {{40, 10}, {5, 45}});

  @Nested
  class Counting {
    @Test
    void countsPairsOfLabels() {
      assertThat(matrix.truthCount(B)).isEqualTo(50);
      assertThat(matrix.predictedCount(B)).isEqualTo(55);
    }

    @Test
    void doesNotShareItsCounts() {
      matrix.counts()[0][0] = 7;
      assertThat(matrix.counts()[0][0]).isEqualTo(40);
    }
  }

  @Nested
  class Ratios {
    @Test
    void followTheirDefinitions() {
      assertThat(matrix.fBeta(1, 1)).hasValue(90 / 105.0);
      assertThat(matrix.fBeta(1, 2)).hasValue(5 * 45 / (4 * 50 + 55.0));
      assertThat(matrix.cohensKappa()).hasValue(.7);
      // (40 * 45 - 10 * 5) / sqrt(50 * 50 * 45 * 55)
      assertThat(matrix.matthewsCorrelation().orElseThrow())
          .isCloseTo(1750 / Math.sqrt(50.0 * 50 * 45 * 55), within(1e-15));
    }

    @Test
    void areEmptyWhereTheDenominatorIsZero() {
      ConfusionMatrix empty = new ConfusionMatrix(LABELS, new long[2][2]);
      assertThat(empty.balancedAccuracy()).isEmpty();
      assertThat(empty.fBeta(0, 1)).isEmpty();
      assertThat(empty.macroFBeta(1)).isEmpty();
      assertThat(empty.weightedFBeta(1)).isEmpty();
      assertThat(empty.matthewsCorrelation()).isEmpty();
      assertThat(empty.cohensKappa()).isEmpty();
    }
  }
}
