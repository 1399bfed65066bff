package io.github.leukemia4j.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.InputStream;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TemperatureTest {
  @Test
  void agreesWithScipysRootOfTheSlope() throws Exception {
    try (InputStream in = getClass().getResourceAsStream("temperature-reference.json")) {
      for (JsonNode one : new ObjectMapper().readTree(in).get("cases")) {
        int n = one.get("truth").size();
        int[] truth = IntStream.range(0, n).map(i -> one.get("truth").get(i).asInt()).toArray();
        double[][] logits = new double[n][one.get("logits").get(0).size()];
        for (int i = 0; i < n; i++) {
          for (int k = 0; k < logits[i].length; k++) {
            logits[i][k] = one.get("logits").get(i).get(k).asDouble();
          }
        }
        Temperature found = Temperature.fit(logits, truth, IntStream.range(0, n).toArray());
        assertThat(found.accepted()).isTrue();
        // The log loss is flat at its minimum: 16 digits of it fix 8 of the temperature.
        assertThat(found.value()).isCloseTo(one.get("temperature").asDouble(), within(1e-6));
        assertThat(found.logLossBefore())
            .isCloseTo(one.get("logLossBefore").asDouble(), within(1e-9));
        assertThat(found.logLossAfter()).isLessThan(found.logLossBefore());
      }
    }
  }

  @Test
  void isRefusedOnFewPatients() {
    double[][] logits =
        IntStream.range(0, 90).mapToObj(i -> new double[] {9, 0}).toArray(double[][]::new);
    int[] truth = IntStream.range(0, 90).map(i -> i % 2).toArray();
    Temperature found =
        Temperature.fit(logits, truth, IntStream.range(0, 90).map(i -> i % 9).toArray());
    assertThat(found.accepted()).isFalse();
    assertThat(found.value()).isEqualTo(1);
    assertThat(found.patients()).isEqualTo(9);
    assertThat(found.reason()).isEqualTo("needs at least 10 patients; found 9");
  }

  @Test
  void isRefusedWhereItDoesNotHelpOtherPatients() {
    // Well calibrated logits: a fitted temperature is near 1 and helps others only by chance.
    Random random = new Random(8);
    int refused = 0;
    for (int r = 0; r < 40; r++) {
      double[][] logits = new double[200][2];
      int[] truth = new int[200];
      for (int i = 0; i < 200; i++) {
        double logit = 2 * random.nextGaussian();
        logits[i][1] = logit;
        truth[i] = random.nextDouble() < 1 / (1 + Math.exp(-logit)) ? 1 : 0;
      }
      Temperature found = Temperature.fit(logits, truth, IntStream.range(0, 200).toArray());
      refused += found.accepted() ? 0 : 1;
      assertThat(found.accepted()).isEqualTo(found.logLossAfter() < found.logLossBefore());
    }
    assertThat(refused).isGreaterThan(20);
  }

  @Test
  void keepsTheMostProbableLabel() {
    double[] hot = Temperature.softmax(new double[] {1, 3, 2}, 5);
    double[] cold = Temperature.softmax(new double[] {1, 3, 2}, 0.5);
    assertThat(hot[1]).isGreaterThan(hot[2]).isLessThan(cold[1]);
    assertThat(hot[0] + hot[1] + hot[2]).isCloseTo(1, within(1e-15));
    assertThat(Temperature.softmax(new double[] {2000, 0}, 1)).containsExactly(1, 0);
  }

  @Test
  void refusesNothingToFitOn() {
    assertThatThrownBy(() -> Temperature.fit(new double[0][], new int[0], new int[0]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("found 0, 0 and 0");
  }
}
