package io.github.leukemia4j.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class PriorCorrectionTest {
  @Test
  void followsBayesRule() {
    // Likelihood ratio 3 at equal priors; at prior 0.1 the odds are 3 * 0.1 / 0.9 = 1 / 3.
    double[] logits = {0, Math.log(3)};
    double[] corrected =
        PriorCorrection.of(new double[] {50, 50}, new double[] {0.9, 0.1}).apply(logits);
    assertThat(Temperature.softmax(corrected, 1)[1]).isCloseTo(0.25, within(1e-15));
  }

  @Test
  void leavesEqualFrequenciesAlone() {
    double[] logits = {.3, -.7, 2};
    assertThat(PriorCorrection.of(new double[] {1, 2, 3}, new double[] {10, 20, 30}).apply(logits))
        .containsExactly(logits, within(1e-15));
  }

  @Test
  void refusesAClassThatNeverOccurs() {
    assertThatThrownBy(() -> PriorCorrection.of(new double[] {1, 0}, new double[] {1, 1}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("found [1.0, 0.0] in training");
  }
}
