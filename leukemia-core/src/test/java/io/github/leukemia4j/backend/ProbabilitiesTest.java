package io.github.leukemia4j.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.leukemia4j.BackendException;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.model.ModelManifest;
import io.github.leukemia4j.model.ModelManifest.Input;
import io.github.leukemia4j.model.ModelManifest.Priors;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProbabilitiesTest {
  private static final double[] LOGITS = {0.3, -1.2, 2.5};

  private static Probabilities of(double temperature, OpenOptions options) {
    return Probabilities.of(manifest(temperature), options);
  }

  @Test
  void givesTheNaturalPriorWhereTheLogitsSayNothing() {
    assertThat(of(1, OpenOptions.DEFAULT).predict(new double[3]).probabilities())
        .containsExactly(new double[] {0.5, 0.3, 0.2}, within(1e-12));
  }

  @Test
  void givesTheStatedPrevalenceInstead() {
    OpenOptions stated =
        OpenOptions.DEFAULT
            .withPrevalence(Label.of("normal"), 1)
            .withPrevalence(Label.of("AML"), 1)
            .withPrevalence(Label.of("ALL"), 2);
    assertThat(of(1, stated).predict(new double[3]).probabilities())
        .containsExactly(new double[] {0.25, 0.25, 0.5}, within(1e-12));
  }

  @Test
  void keepsTheNaturalPriorWhereThePrevalenceLacksALabel() {
    OpenOptions some = OpenOptions.DEFAULT.withPrevalence(Label.of("normal"), 1);
    assertThat(of(1, some).predict(new double[3]).probabilities()[0]).isCloseTo(0.5, within(1e-12));
  }

  @Test
  void dividesByTheTemperatureAfterTheCorrection() {
    // Square roots of 0.5, 0.3 and 0.2, over their sum: 0.7071068, 0.5477226, 0.4472136 / 1.7020429
    assertThat(of(2, OpenOptions.DEFAULT).predict(new double[3]).probabilities())
        .containsExactly(new double[] {0.4154459, 0.3218030, 0.2627511}, within(1e-6));
  }

  @Test
  void staysFiniteForLargeLogits() {
    assertThat(of(1, OpenOptions.DEFAULT).predict(new double[] {1e4, -1e4, 0}).probabilities())
        .containsExactly(1, 0, 0);
    assertThat(of(1, OpenOptions.DEFAULT).logOdds(new double[] {1e4, -1e4, 0}, 1))
        .isCloseTo(-2e4 + Math.log(0.3 / 0.5), within(1e-6));
  }

  @Test
  void refusesLogitsThatAreNoNumbers() {
    for (double broken : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(
              () -> of(1, OpenOptions.DEFAULT).predict(new double[] {0, broken, Double.MIN_VALUE}))
          .isInstanceOf(BackendException.class)
          .hasMessageContaining("must give finite logits for every image; found [0.0, " + broken);
    }
  }

  @Test
  void knowsTheLogOddsOfItsProbabilities() {
    Probabilities probabilities = of(1.7, OpenOptions.DEFAULT);
    double[] p = probabilities.predict(LOGITS).probabilities();
    for (int label = 0; label < 3; label++) {
      assertThat(probabilities.logOdds(LOGITS, label))
          .isCloseTo(Math.log(p[label] / (1 - p[label])), within(1e-9));
    }
  }

  @Test
  void knowsTheGradientOfTheLogOdds() {
    Probabilities probabilities = of(1.7, OpenOptions.DEFAULT);
    for (int label = 0; label < 3; label++) {
      double[] gradient = probabilities.logOddsGradient(LOGITS, label);
      for (int i = 0; i < 3; i++) {
        double[] more = LOGITS.clone();
        double[] less = LOGITS.clone();
        more[i] += 1e-5;
        less[i] -= 1e-5;
        double difference =
            (probabilities.logOdds(more, label) - probabilities.logOdds(less, label)) / 2e-5;
        assertThat(gradient[i]).isCloseTo(difference, within(1e-8));
      }
    }
  }

  @Test
  void rejectsAnotherNumberOfLogits() {
    assertThatThrownBy(() -> of(1, OpenOptions.DEFAULT).predict(new double[2]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("one logit for each of")
        .hasMessageContaining("found 2");
  }

  private static ModelManifest manifest(double temperature) {
    return ModelManifest.builder()
        .format("any")
        .name("cell")
        .labels(List.of("normal", "AML", "ALL"))
        .input(new Input(8, 8, "area", "none"))
        .priors(new Priors("balanced", List.of(0.5, 0.3, 0.2), List.of(1 / 3.0, 1 / 3.0, 1 / 3.0)))
        .temperature(temperature)
        .build();
  }
}
