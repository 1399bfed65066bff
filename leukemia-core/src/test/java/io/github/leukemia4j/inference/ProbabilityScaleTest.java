package io.github.leukemia4j.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.leukemia4j.BackendException;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.model.HeadManifest;
import io.github.leukemia4j.model.ModelManifest.Priors;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
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

  private static HeadManifest head(double temperature, List<Double> bias, List<Double> expected) {
    return new HeadManifest(
        "cell",
        HeadManifest.Kind.STAGE,
        List.of("normal", "AML", "ALL"),
        null,
        null,
        "none",
        new Priors("balanced", List.of(0.6, 0.3, 0.1), EVEN, expected),
        temperature,
        bias,
        null,
        null,
        Map.of());
  }

  @Test
  void addsTheBiasBehindTheTemperature() {
    // Corrected logits ln(1.8), ln(0.9) + 2, ln(0.3); halved, and then shifted by the bias.
    ProbabilityScale scale =
        ProbabilityScale.of(head(2, List.of(0.5, -0.25, -0.25), null), Map.of());
    double[] z = {Math.log(1.8) / 2 + 0.5, Math.log(0.9) / 2 + 1 - 0.25, Math.log(0.3) / 2 - 0.25};
    double sum = Math.exp(z[0]) + Math.exp(z[1]) + Math.exp(z[2]);
    double[] p = scale.probabilities(new double[] {0, 2, 0});
    for (int k = 0; k < 3; k++) {
      assertThat(p[k]).isCloseTo(Math.exp(z[k]) / sum, within(1e-12));
    }
    assertThat(scale.logOdds(new double[] {0, 2, 0}, 1))
        .isCloseTo(Math.log(p[1] / (1 - p[1])), within(1e-12));
  }

  @Test
  void givesTheSameForAPrevalenceAsForStoredSharesThatAreEqual() {
    List<Double> shares = List.of(0.2, 0.3, 0.5);
    Map<Label, Double> stated =
        Map.of(Label.of("normal"), 2.0, Label.of("AML"), 3.0, Label.of("ALL"), 5.0);
    for (List<Double> bias : Arrays.asList(null, List.of(0.4, 0.0, -0.4))) {
      double[] stored =
          ProbabilityScale.of(head(2.5, bias, shares), Map.of()).probabilities(LOGITS);
      assertThat(ProbabilityScale.of(head(2.5, bias, null), stated).probabilities(LOGITS))
          .containsExactly(stored, within(1e-12));
      assertThat(ProbabilityScale.of(head(2.5, bias, shares), stated).probabilities(LOGITS))
          .containsExactly(stored, within(1e-12));
      // Calibrated probabilities times the ratio of the shares.
      double[] p = ProbabilityScale.ofTraining(head(2.5, bias, shares)).probabilities(LOGITS);
      double sum = p[0] * 0.2 / 0.6 + p[1] + p[2] * 5;
      assertThat(stored)
          .containsExactly(
              new double[] {p[0] * 0.2 / 0.6 / sum, p[1] / sum, p[2] * 5 / sum}, within(1e-12));
    }
  }

  @Test
  void refusesAPrevalenceOfNought() {
    Map<Label, Double> stated =
        Map.of(Label.of("normal"), 1.0, Label.of("AML"), 0.0, Label.of("ALL"), 1.0);
    assertThatThrownBy(() -> ProbabilityScale.of(head(1, null, null), stated))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("prevalence must be above 0 for each of [normal, AML, ALL]");
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
