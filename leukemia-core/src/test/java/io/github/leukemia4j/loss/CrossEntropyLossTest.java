package io.github.leukemia4j.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.leukemia4j.LabelSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class CrossEntropyLossTest {
  private final double[][] targets = {{1, 0}, {0, 1}, {0, 1}};
  private final double[][] probabilities = {{0.5, 0.5}, {0.75, 0.25}, {0.2, 0.8}};

  @Test
  void isTheMeanOfTheNegativeLogarithms() {
    // -(ln 0.5 + ln 0.25 + ln 0.8) / 3
    assertThat(CrossEntropyLoss.plain().value(targets, probabilities))
        .isCloseTo(-Math.log(0.5 * 0.25 * 0.8) / 3, within(1e-15));
  }

  @Test
  void classWeightsMakeAWeightedMean() {
    Loss loss = new CrossEntropyLoss(0, 0, List.of(4.0, 1.0));
    assertThat(loss.value(targets, probabilities))
        .isCloseTo(-(4 * Math.log(0.5) + Math.log(0.25 * 0.8)) / 6, within(1e-15));
    assertThat(new CrossEntropyLoss(0, 0, List.of(400.0, 100.0)).value(targets, probabilities))
        .isCloseTo(loss.value(targets, probabilities), within(1e-15));
  }

  @Test
  void isZeroWhereOnlyClassesOfWeightZeroArePresent() {
    Loss loss = new CrossEntropyLoss(0, 0, List.of(0.0, 1.0));
    double[][] firstOnly = {{1, 0}};
    double[][] even = {{0.5, 0.5}};
    assertThat(loss.value(firstOnly, even)).isZero();
    assertThat(loss.gradient(firstOnly, even)).isDeepEqualTo(new double[1][2]);
  }

  @Test
  void aProbabilityOfZeroIsExpensiveButFinite() {
    double[][] wrong = {{0, 1}};
    assertThat(CrossEntropyLoss.plain().value(new double[][] {{1, 0}}, wrong))
        .isCloseTo(300 * Math.log(10), within(1e-9));
  }

  @Test
  void tellsAllFaultsInOneMessage() {
    assertThatThrownBy(() -> new CrossEntropyLoss(1, -1, List.of(1.0, Double.POSITIVE_INFINITY)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The cross-entropy cannot be built. The label smoothing must lie in [0, 1); found 1.0."
                + " The focal gamma must be finite and not negative; found -1.0."
                + " Class weights must be finite and not negative; found [1.0, Infinity].");
  }

  @Test
  void rejectsLabelsThatItsWeightsDoNotFit() {
    Loss loss = new CrossEntropyLoss(0, 0, List.of(1.0, 2.0));
    assertThatThrownBy(() -> loss.forLabels(LabelSet.of("a", "b", "c")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("found 2 class weights [1.0, 2.0] for [a, b, c]");
    assertThat(loss.forLabels(LabelSet.of("a", "b"))).isSameAs(loss);
  }

  @Test
  void describesItsFormula() {
    assertThat(CrossEntropyLoss.plain().describe())
        .isEqualTo("cross-entropy: weighted mean over samples of (-log p); class weights equal");
    assertThat(new CrossEntropyLoss(0.1, 2, List.of(1.0, 3.0)).describe())
        .isEqualTo(
            "cross-entropy: weighted mean over samples of (1 - p)^2 (-log p), label smoothing 0.1;"
                + " class weights 1 : 3");
  }
}
