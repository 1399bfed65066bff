package io.github.leukemia4j.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.leukemia4j.LabelSet;
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
    Loss loss = CrossEntropyLoss.builder().classWeights(4, 1).build();
    assertThat(loss.value(targets, probabilities))
        .isCloseTo(-(4 * Math.log(0.5) + Math.log(0.25 * 0.8)) / 6, within(1e-15));
    assertThat(
            CrossEntropyLoss.builder().classWeights(400, 100).build().value(targets, probabilities))
        .isCloseTo(loss.value(targets, probabilities), within(1e-15));
  }

  @Test
  void isZeroWhereOnlyClassesOfWeightZeroArePresent() {
    Loss loss = CrossEntropyLoss.builder().classWeights(0, 1).build();
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
    assertThatThrownBy(
            () ->
                CrossEntropyLoss.builder()
                    .labelSmoothing(1)
                    .focalGamma(-1)
                    .classWeights(1, Double.POSITIVE_INFINITY)
                    .build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "The cross-entropy cannot be built. The label smoothing must lie in [0, 1); found 1.0."
                + " The focal gamma must be finite and not negative; found -1.0."
                + " Class weights must be finite and not negative; found [1.0, Infinity].");
  }

  @Test
  void rejectsLabelsThatItsWeightsDoNotFit() {
    Loss loss = CrossEntropyLoss.builder().classWeights(1, 2).build();
    assertThatThrownBy(() -> loss.forLabels(LabelSet.of("a", "b", "c")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("found 2 class weights [1.0, 2.0] for [a, b, c]");
    assertThat(loss.forLabels(LabelSet.of("a", "b"))).isSameAs(loss);
  }

  @Test
  void describesItsFormula() {
    assertThat(CrossEntropyLoss.plain().describe())
        .isEqualTo("cross-entropy: weighted mean over samples of (-log p); class weights equal");
    assertThat(
            CrossEntropyLoss.builder()
                .focalGamma(2)
                .labelSmoothing(0.1)
                .classWeights(1, 3)
                .build()
                .describe())
        .isEqualTo(
            "cross-entropy: weighted mean over samples of (1 - p)^2 (-log p), label smoothing 0.1;"
                + " class weights 1 : 3");
  }
}
