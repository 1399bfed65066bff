package io.github.leukemia4j.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeadReadingTest {
  private static final int[][] PLACES = {{2, 0}, {3}};

  private final double[][] all = {{0.3, -1.2}, {2, 100, -0.5, 1.5}};

  @Test
  void isTheMeanOfTheOwnLogitsAndTheLogarithmsOfSums() {
    double first = Math.log(Math.exp(2) + Math.exp(-0.5));
    assertThat(HeadReading.ofOwn(0).logits(h -> all[h])).containsExactly(0.3, -1.2);
    assertThat(HeadReading.of(0, 1, PLACES, 0).logits(h -> all[h]))
        .containsExactly(new double[] {first, 1.5}, within(1e-12));
    assertThat(HeadReading.of(0, 1, PLACES, 0.25).logits(h -> all[h]))
        .containsExactly(
            new double[] {0.25 * 0.3 + 0.75 * first, 0.25 * -1.2 + 0.75 * 1.5}, within(1e-12));
  }

  @Test
  void holdsForLogitsWhoseExponentialsOverflow() {
    double[][] large = {{0, 0}, {1000, 0, 1000, -1000}};
    assertThat(HeadReading.of(0, 1, PLACES, 0).logits(h -> large[h]))
        .containsExactly(new double[] {1000 + Math.log(2), -1000}, within(1e-9));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.25, 0.5, 1})
  void slopesAreThoseOfSmallSteps(double own) {
    HeadReading reading = own == 1 ? HeadReading.ofOwn(0) : HeadReading.of(0, 1, PLACES, own);
    SplittableRandom random = new SplittableRandom(3);
    for (int trial = 0; trial < 20; trial++) {
      double[][] at = Arrays.stream(all).map(double[]::clone).toArray(double[][]::new);
      for (double[] row : at) {
        Arrays.setAll(row, i -> random.nextDouble(-3, 3));
      }
      double[] slopes = {random.nextDouble(-1, 1), random.nextDouble(-1, 1)};
      double[][] gradient = reading.slopes(at, slopes);
      for (int head = 0; head < at.length; head++) {
        for (int label = 0; label < at[head].length; label++) {
          double kept = at[head][label];
          at[head][label] = kept + 1e-5;
          double above = value(reading, at, slopes);
          at[head][label] = kept - 1e-5;
          double below = value(reading, at, slopes);
          at[head][label] = kept;
          assertThat(gradient[head][label]).isCloseTo((above - below) / 2e-5, within(1e-8));
        }
      }
    }
  }

  private static double value(HeadReading reading, double[][] all, double[] slopes) {
    double[] logits = reading.logits(h -> all[h]);
    return slopes[0] * logits[0] + slopes[1] * logits[1];
  }
}
