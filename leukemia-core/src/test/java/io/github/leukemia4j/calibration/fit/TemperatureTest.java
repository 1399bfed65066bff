package io.github.leukemia4j.calibration.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.leukemia4j.calibration.Calibration.Temperature;
import io.github.leukemia4j.inference.ProbabilityScale;
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
        Temperature found = TemperatureFit.fit(logits, truth, IntStream.range(0, n).toArray(), 1);
        assertThat(found.accepted()).isTrue();
        // With the prior, every sample being a patient. The log loss is flat at its minimum: 16
        // digits of it fix 8 of the temperature.
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
        TemperatureFit.fit(logits, truth, IntStream.range(0, 90).map(i -> i % 9).toArray(), 1);
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
      Temperature found = TemperatureFit.fit(logits, truth, IntStream.range(0, 200).toArray(), 1);
      refused += found.accepted() ? 0 : 1;
    }
    assertThat(refused).isGreaterThanOrEqualTo(36);
  }

  @Test
  void isRefusedWithoutErrors() {
    // The likelihood falls for ever as the temperature does; nothing tells of the errors to come.
    Random random = new Random(1);
    double[][] logits = new double[120][];
    int[] truth = new int[120];
    for (int i = 0; i < 120; i++) {
      truth[i] = random.nextInt(2);
      double margin = 1 + 2 * random.nextDouble();
      logits[i] = truth[i] == 1 ? new double[] {0, margin} : new double[] {margin, 0};
    }
    Temperature found =
        TemperatureFit.fit(logits, truth, IntStream.range(0, 120).map(i -> i / 10).toArray(), 1);
    assertThat(found.accepted()).isFalse();
    assertThat(found.value()).isEqualTo(1);
    assertThat(found.reason())
        .isEqualTo(
            "would make probabilities more sure, which needs at least 5 patients with a wrong cell"
                + " to judge by; found 0");
  }

  /**
   * Patients whose cells are more or less sure than they should be, and a model that is calibrated
   * on the whole, or too sure by a factor of two. Prints its table with -Dsimulations=2000.
   */
  @Test
  void hardlyEverWorsensNewPatients() {
    int repetitions = Integer.getInteger("simulations", 60);
    for (double[] design :
        new double[][] {
          // temperature, patients, cells, margin, patients' deviation, labels, least accepted
          {1, 12, 10, 4, 0, 2, 0},
          {1, 12, 10, 1.5, .5, 2, 0},
          {1, 20, 30, 2, 1, 4, 0},
          {1, 40, 20, 5, 1, 4, 0},
          {2, 20, 30, 2, 1, 4, .9},
          {2, 40, 10, 3, .5, 2, .9},
          {.6, 40, 20, 5, 1, 4, .8}
        }) {
      Random random = new Random(1);
      Cells fresh = Cells.draw(design, 400, random);
      double before = fresh.logLoss(1);
      int accepted = 0;
      int worse = 0;
      double after = 0;
      for (int r = 0; r < repetitions; r++) {
        Cells cells = Cells.draw(design, (int) design[1], random);
        Temperature found = TemperatureFit.fit(cells.logits, cells.truth, cells.patient, 1);
        if (found.accepted()) {
          double loss = fresh.logLoss(found.value());
          accepted++;
          after += loss;
          worse += loss > before ? 1 : 0;
        }
      }
      if (repetitions > 60) {
        System.out.printf(
            java.util.Locale.ROOT,
            "| %.1f | %.0f x %.0f | %.0f | %.1f | %.3f | %.1f | %.1f | %.3f to %.3f |%n",
            design[0],
            design[1],
            design[2],
            design[5],
            design[4],
            fresh.errors(),
            100.0 * accepted / repetitions,
            100.0 * worse / repetitions,
            before,
            accepted == 0 ? before : after / accepted);
      }
      assertThat(worse / (double) repetitions).isLessThanOrEqualTo(repetitions > 60 ? 0.05 : 0.1);
      assertThat(accepted / (double) repetitions).isGreaterThanOrEqualTo(design[6]);
    }
  }

  private record Cells(double[][] logits, int[] truth, int[] patient) {
    static Cells draw(double[] design, int patients, Random random) {
      int each = (int) design[2];
      int labels = (int) design[5];
      int n = patients * each;
      Cells cells = new Cells(new double[n][labels], new int[n], new int[n]);
      double effect = 0;
      for (int i = 0; i < n; i++) {
        effect = i % each == 0 ? design[4] * random.nextGaussian() : effect;
        double margin = Math.max(0.1, design[3] + random.nextGaussian());
        int top = random.nextInt(labels);
        double right = Math.exp(margin + effect) / (Math.exp(margin + effect) + labels - 1);
        cells.truth[i] =
            random.nextDouble() < right ? top : (top + 1 + random.nextInt(labels - 1)) % labels;
        cells.logits[i][top] = design[0] * margin;
        cells.patient[i] = i / each;
      }
      return cells;
    }

    double logLoss(double temperature) {
      double sum = 0;
      for (int i = 0; i < truth.length; i++) {
        sum -= Math.log(ProbabilityScale.softmax(logits[i], temperature)[truth[i]]);
      }
      return sum / truth.length;
    }

    double errors() {
      return IntStream.range(0, truth.length).filter(i -> logits[i][truth[i]] == 0).count()
          / (double) truth.length;
    }
  }

  @Test
  void keepsTheMostProbableLabel() {
    double[] hot = ProbabilityScale.softmax(new double[] {1, 3, 2}, 5);
    double[] cold = ProbabilityScale.softmax(new double[] {1, 3, 2}, 0.5);
    assertThat(hot[1]).isGreaterThan(hot[2]).isLessThan(cold[1]);
    assertThat(hot[0] + hot[1] + hot[2]).isCloseTo(1, within(1e-15));
    assertThat(ProbabilityScale.softmax(new double[] {2000, 0}, 1)).containsExactly(1, 0);
  }

  @Test
  void refusesNothingToFitOn() {
    assertThatThrownBy(() -> TemperatureFit.fit(new double[0][], new int[0], new int[0], 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("found 0, 0 and 0");
  }
}
