package io.github.leukemia4j.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.leukemia4j.BackendException;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.Prediction;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProbabilityScaleTest {
  private static final double[] LOGITS = {0.3, -1.2, 2.5};

  private static final LabelSet LABELS = LabelSet.of("normal", "AML", "ALL");
  private static final List<Double> EVEN = List.of(1 / 3.0, 1 / 3.0, 1 / 3.0);

  private static ProbabilityScale of(double temperature) {
    return ProbabilityScale.of(LABELS, EVEN, List.of(0.5, 0.3, 0.2), temperature);
  }

  @Test
  void givesTheWantedPriorWhereTheLogitsSayNothing() {
    assertThat(of(1).probabilities(new double[3]))
        .containsExactly(new double[] {0.5, 0.3, 0.2}, within(1e-12));
  }

  @Test
  void takesTheWantedPriorInAnyUnit() {
    assertThat(
            ProbabilityScale.of(LABELS, EVEN, List.of(1.0, 1.0, 2.0), 1)
                .probabilities(new double[3]))
        .containsExactly(new double[] {0.25, 0.25, 0.5}, within(1e-12));
  }

  @Test
  void followsBayesRule() {
    // Likelihood ratio 3 at equal priors; at prior 0.1 the odds are 3 * 0.1 / 0.9 = 1 / 3.
    ProbabilityScale scale =
        ProbabilityScale.of(LabelSet.of("a", "b"), List.of(0.5, 0.5), List.of(0.9, 0.1), 1);
    assertThat(scale.probabilities(new double[] {0, Math.log(3)})[1])
        .isCloseTo(0.25, within(1e-15));
  }

  @Test
  void refusesALabelThatNeverOccursAndATemperatureOfNought() {
    assertThatThrownBy(() -> ProbabilityScale.of(LABELS, List.of(0.5, 0.5, 0.0), EVEN, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("one frequency above 0 for each of [normal, AML, ALL]")
        .hasMessageContaining("found [0.5, 0.5, 0.0] in training");
    assertThatThrownBy(() -> of(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the temperature 0.0");
  }

  @Test
  void keepsTheLogitsAsTheNetworkGaveThem() {
    Prediction prediction = of(2).predict(LOGITS);
    assertThat(prediction.logits()).hasValueSatisfying(z -> assertThat(z).isEqualTo(LOGITS));
    assertThat(prediction.probabilities()).isEqualTo(of(2).probabilities(LOGITS));
    assertThat(of(1).withTemperature(2).predict(LOGITS)).isEqualTo(prediction);
  }

  @Test
  void dividesByTheTemperatureAfterTheCorrection() {
    // Square roots of 0.5, 0.3 and 0.2, over their sum: 0.7071068, 0.5477226, 0.4472136 / 1.7020429
    assertThat(of(2).predict(new double[3]).probabilities())
        .containsExactly(new double[] {0.4154459, 0.3218030, 0.2627511}, within(1e-6));
  }

  @Test
  void staysFiniteForLargeLogits() {
    assertThat(of(1).predict(new double[] {1e4, -1e4, 0}).probabilities()).containsExactly(1, 0, 0);
    assertThat(of(1).logOdds(new double[] {1e4, -1e4, 0}, 1))
        .isCloseTo(-2e4 + Math.log(0.3 / 0.5), within(1e-6));
  }

  @Test
  void refusesLogitsThatAreNoNumbers() {
    for (double broken : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> of(1).predict(new double[] {0, broken, Double.MIN_VALUE}))
          .isInstanceOf(BackendException.class)
          .hasMessageContaining("must give finite logits for every image; found [0.0, " + broken);
    }
  }

  @Test
  void knowsTheLogOddsOfItsProbabilities() {
    ProbabilityScale scale = of(1.7);
    double[] p = scale.probabilities(LOGITS);
    for (int label = 0; label < 3; label++) {
      assertThat(scale.logOdds(LOGITS, label))
          .isCloseTo(Math.log(p[label] / (1 - p[label])), within(1e-9));
    }
  }

  @Test
  void knowsTheGradientOfTheLogOdds() {
    ProbabilityScale scale = of(1.7);
    for (int label = 0; label < 3; label++) {
      double[] gradient = scale.logOddsGradient(LOGITS, label);
      for (int i = 0; i < 3; i++) {
        double[] more = LOGITS.clone();
        double[] less = LOGITS.clone();
        more[i] += 1e-5;
        less[i] -= 1e-5;
        double difference = (scale.logOdds(more, label) - scale.logOdds(less, label)) / 2e-5;
        assertThat(gradient[i]).isCloseTo(difference, within(1e-8));
      }
    }
  }

  @Test
  void rejectsAnotherNumberOfLogits() {
    assertThatThrownBy(() -> of(1).predict(new double[2]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("one logit for each of")
        .hasMessageContaining("found 2");
  }
}
