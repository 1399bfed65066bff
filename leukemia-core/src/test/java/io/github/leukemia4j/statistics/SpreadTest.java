package io.github.leukemia4j.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.leukemia4j.metric.Interval;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SpreadTest {
  private static boolean[] all(int n) {
    boolean[] all = new boolean[n];
    Arrays.fill(all, true);
    return all;
  }

  @Test
  void ofAMeanOfStratumMeansIsTheTextbooks() {
    // Strata 1, 3 and 10, 14: variances of their means 2 / 2 and 8 / 2, so (1 + 4) / 4. Drawing
    // two of two with replacement would show half of it.
    Spread found =
        Spread.jackknife(
                new double[] {(3 + 12) / 2.0, (1 + 12) / 2.0, (2 + 14) / 2.0, (2 + 10) / 2.0},
                new int[] {0, 0, 1, 1},
                all(4),
                0)
            .orElseThrow();
    assertThat(found.variance()).isCloseTo(1.25, within(1e-12));
  }

  @Test
  void hasHalfOfSatterthwaitesDegreesWhereStrataAreAlike() {
    double[] without = new double[24];
    int[] stratum = new int[24];
    for (int u = 0; u < 24; u++) {
      stratum[u] = u / 3;
      without[u] = u % 3;
    }
    // Eight strata of three: 24 - 8 = 16 degrees, halved for the kurtosis of 5.
    assertThat(Spread.jackknife(without, stratum, all(24), 0).orElseThrow().degrees())
        .isCloseTo(8, within(1e-9));
  }

  @Test
  void restsOnFewDegreesWhereOneUnitMakesIt() {
    double[] without = new double[40];
    without[7] = 1;
    assertThat(Spread.jackknife(without, new int[40], all(40), 0).orElseThrow().degrees())
        .isBetween(2.0, 2.5);
  }

  @Test
  void isKnownBetterWhereItIsRaised() {
    double[] without = {1, 2, 3};
    // One stratum of three: variance 2 / 3 * 2 = 4 / 3 on 2 degrees, which is all there are.
    assertThat(Spread.jackknife(without, new int[3], all(3), 0).orElseThrow())
        .isEqualTo(new Spread(4 / 3.0, 2));
    double[] heavy = new double[40];
    heavy[7] = 1;
    // Variance 39 / 40 * 39 / 40 on 2 degrees; raised to three times that on nine times as many.
    Spread raised = Spread.jackknife(heavy, new int[40], all(40), 3 * 0.975 * 0.975).orElseThrow();
    assertThat(raised.variance()).isCloseTo(3 * 0.975 * 0.975, within(1e-12));
    assertThat(raised.degrees()).isBetween(18.0, 19.5);
  }

  @Test
  void isUnknownWhereAUnitCannotBeLeftOut() {
    assertThat(Spread.jackknife(new double[] {1, Double.NaN}, new int[2], all(2), 0)).isEmpty();
    assertThat(Spread.jackknife(new double[] {1, 2}, new int[] {0, 1}, all(2), 0)).isEmpty();
  }

  @Test
  void ofASharePutsKornAndGraubardsEnds() {
    // SciPy: beta.ppf(0.025, p * i, i - p * i + 1) and beta.ppf(0.975, p * i + 1, i - p * i), with
    // i = n * min(1, p (1 - p) / n / variance) * (norm.ppf(0.975) / t.ppf(0.975, df))^2
    Interval alike = new Spread(0, 2).share(26, 29, 0.95, "x");
    assertThat(alike.lower()).isCloseTo(0.4215111584488912, within(1e-6));
    assertThat(alike.upper()).isCloseTo(0.9996390704497427, within(1e-6));
    Interval spread = new Spread(0.0009, 4).share(113, 116, 0.95, "x");
    assertThat(spread.lower()).isCloseTo(0.7257679969251649, within(1e-6));
    assertThat(spread.upper()).isCloseTo(0.9999981607000349, within(1e-6));
  }

  @Test
  void ofAShareIsNeverNarrowerThanIndependentCells() {
    Random random = new Random(5);
    for (int r = 0; r < 500; r++) {
      int trials = 2 + random.nextInt(300);
      int successes = 1 + random.nextInt(trials - 1);
      Interval exact = Proportions.clopperPearson(successes, trials, 0.95);
      Interval found =
          new Spread(random.nextDouble() * random.nextDouble() * 0.01, 1 + random.nextInt(50))
              .share(successes, trials, 0.95, "x");
      assertThat(found.lower()).isLessThanOrEqualTo(exact.lower() + 1e-9);
      assertThat(found.upper()).isGreaterThanOrEqualTo(exact.upper() - 1e-9);
    }
  }

  @Test
  void refusesNumbersOutOfRange() {
    assertThatThrownBy(() -> new Spread(-1, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("found -1.0 and 3.0");
  }
}
