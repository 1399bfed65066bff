package io.github.leukemia4j.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class MixtureLossTest {
  private final double[][] targets = {{1, 0}, {0, 1}};
  private final double[][] probabilities = {{0.7, 0.3}, {0.4, 0.6}};

  @Test
  void isTheWeightedSumOfItsParts() {
    Loss first = CrossEntropyLoss.plain();
    Loss second = TverskyLoss.dice();
    assertThat(MixtureLoss.of(2, first, 0.25, second).value(targets, probabilities))
        .isCloseTo(
            2 * first.value(targets, probabilities) + 0.25 * second.value(targets, probabilities),
            within(1e-15));
  }

  @Test
  void asksItsPartsForTheLabels() {
    LabelSet labels = LabelSet.of("a", "b").withPositive(Label.of("b"));
    Loss expected =
        MixtureLoss.of(
            0.5, CrossEntropyLoss.plain(), 0.5, TverskyLoss.builder().classWeights(0, 1).build());
    assertThat(Loss.defaultLoss().forLabels(labels)).isEqualTo(expected);
  }

  @Test
  void rejectsNoPartsAndNoWeight() {
    assertThatThrownBy(() -> new MixtureLoss(List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("A mixture must have at least one loss; found none.");
    assertThatThrownBy(() -> new MixtureLoss.Part(0, TverskyLoss.dice()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must be finite and greater than 0; found 0.0 for Tversky loss");
    assertThatThrownBy(() -> new MixtureLoss.Part(Double.NaN, TverskyLoss.dice()))
        .hasMessageContaining("found NaN");
  }

  @Test
  void describesItsParts() {
    assertThat(Loss.defaultLoss().describe())
        .isEqualTo(
            "0.5 * ["
                + CrossEntropyLoss.plain().describe()
                + "] + 0.5 * ["
                + TverskyLoss.of(0.3, 0.7).describe()
                + "]");
  }
}
