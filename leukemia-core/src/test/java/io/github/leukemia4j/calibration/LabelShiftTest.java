package io.github.leukemia4j.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LabelShiftTest {
  private static final double[][] TWO = {
    {.9, .1},
    {.8, .2},
    {.7, .3},
    {.3, .7},
    {.95, .05},
    {.2, .8},
    {.85, .15},
    {.1, .9},
    {.05, .95},
    {.9, .1}
  };
  private static final double[][] THREE = {
    {.7, .2, .1},
    {.1, .8, .1},
    {.2, .2, .6},
    {.1, .1, .8},
    {.05, .15, .8},
    {.3, .3, .4},
    {.1, .3, .6}
  };

  private static double[] ones(int images) {
    double[] ones = new double[images];
    Arrays.fill(ones, 1);
    return ones;
  }

  /** SciPy 1.17.1: {@code minimize_scalar} of the negative log likelihood, and chi2.sf. */
  @Test
  void findsTheMostLikelyShares() {
    LabelShift shift = LabelShift.estimate(TWO, ones(10), List.of(0.4, 0.6));
    assertThat(shift.after().get(0)).isCloseTo(0.7443468910110946, within(1e-7));
    assertThat(shift.pValue()).isCloseTo(0.11834444006712776, within(1e-9));
    assertThat(shift.images()).isEqualTo(10);
    assertThat(shift.isPlain()).isFalse();
  }

  /** NumPy 2.4.6: the same iteration, and SciPy's chi2.sf with two degrees of freedom. */
  @Test
  void weighsImages() {
    LabelShift shift =
        LabelShift.estimate(THREE, new double[] {1, 1, .5, 1, 1, .25, 1}, List.of(0.5, 0.3, 0.2));
    assertThat(shift.after().get(0)).isCloseTo(0.07147423, within(1e-7));
    assertThat(shift.after().get(1)).isCloseTo(0.09356163, within(1e-7));
    assertThat(shift.after().get(2)).isCloseTo(0.83496415, within(1e-7));
    assertThat(shift.pValue()).isCloseTo(0.04514223213825892, within(1e-7));
    assertThat(shift.isPlain()).isTrue();
  }

  @Test
  void leavesNoLabelWithoutHalfAnImage() {
    double[][] same = new double[10][];
    Arrays.fill(same, new double[] {.99, .01});
    LabelShift shift = LabelShift.estimate(same, ones(10), List.of(0.5, 0.5));
    // NumPy 2.4.6: the same iteration; a little less than 1/23, which is half of 11.5.
    assertThat(shift.after().get(1)).isCloseTo(0.04349736, within(1e-8));
    assertThat(shift.pValue()).isCloseTo(3.5002911235967687e-4, within(1e-12));
  }

  @Test
  void correctsProbabilitiesToTheEstimatedShares() {
    LabelShift shift = new LabelShift(List.of(0.5, 0.5), List.of(0.8, 0.2), 100, 0.01);
    assertThat(shift.corrected(new double[][] {{0.5, 0.5}})[0])
        .containsExactly(new double[] {0.8, 0.2}, within(1e-15));
    // 0.2 * 1.6 = 0.32 and 0.8 * 0.4 = 0.32
    assertThat(shift.corrected(new double[][] {{0.2, 0.8}})[0])
        .containsExactly(new double[] {0.5, 0.5}, within(1e-15));
  }

  @Test
  void refusesImagesThatDoNotCount() {
    assertThatThrownBy(() -> LabelShift.estimate(TWO, new double[10], List.of(0.5, 0.5)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("found 10 rows, 10 weights of the sum 0.0, and [0.5, 0.5]");
    assertThatThrownBy(() -> LabelShift.estimate(TWO, ones(9), List.of(0.5, 0.5)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> LabelShift.estimate(TWO, ones(10), List.of(0.5, 0.3, 0.2)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /**
   * Two labels whose scores are normal around -1 and 1, and a classifier that is right about both
   * at equal shares: p = 1 / (1 + exp(-2 x)).
   */
  @Nested
  class AmongSimulatedImages {
    private static final int IMAGES = 2000;

    private static double[][] images(double share, double moved, long seed) {
      SplittableRandom random = new SplittableRandom(seed);
      double[][] probabilities = new double[IMAGES][];
      for (int i = 0; i < IMAGES; i++) {
        double x = (random.nextDouble() < share ? 1 : -1) + moved + random.nextGaussian();
        double p = 1 / (1 + Math.exp(-2 * x));
        probabilities[i] = new double[] {1 - p, p};
      }
      return probabilities;
    }

    private static double estimated(double[][] probabilities) {
      return LabelShift.estimate(probabilities, ones(IMAGES), List.of(0.5, 0.5)).after().get(1);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.05, 0.2, 0.5, 0.8, 0.95})
    void findsTheTrueShareWhereLabelsLookAsInTraining(double share) {
      assertThat(estimated(images(share, 0, 1))).isCloseTo(share, within(0.04));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.2, 0.5})
    void takesAnotherLookForAnotherShare(double share) {
      assertThat(estimated(images(share, 0.7, 2))).isGreaterThan(share + 0.2);
    }

    @Test
    void isMisledByProbabilitiesThatAreTooSure() {
      double[][] sure =
          Arrays.stream(images(0.2, 0, 3))
              .map(
                  p -> {
                    double odds = Math.pow(p[1] / p[0], 4);
                    return new double[] {1 / (1 + odds), odds / (1 + odds)};
                  })
              .toArray(double[][]::new);
      double error = Math.abs(estimated(images(0.2, 0, 3)) - 0.2);
      assertThat(Math.abs(estimated(sure) - 0.2)).isGreaterThan(error + 0.03);
    }

    @Test
    void seldomSpeaksForOtherSharesWhereThereAreNone() {
      int plain = 0;
      for (int seed = 0; seed < 200; seed++) {
        double[][] some = Arrays.copyOf(images(0.5, 0, seed), 100);
        plain += LabelShift.estimate(some, ones(100), List.of(0.5, 0.5)).isPlain() ? 1 : 0;
      }
      // Binomial of 200 and 0.05: 19 or more have a probability of 0.006.
      assertThat(plain).isLessThan(19);
    }

    @Test
    void lowersTheErrorWhereSharesDifferAndRaisesItWhereLooksDo() {
      assertThat(wrongAfter(0.9, 0)).isLessThan(wrongBefore(0.9, 0) - 0.04);
      assertThat(wrongAfter(0.5, 0.7)).isGreaterThan(wrongBefore(0.5, 0.7) + 0.05);
    }

    private static double wrongBefore(double share, double moved) {
      return wrong(images(share, moved, 5), share, 5);
    }

    private static double wrongAfter(double share, double moved) {
      double[][] images = images(share, moved, 5);
      LabelShift shift = LabelShift.estimate(images, ones(IMAGES), List.of(0.5, 0.5));
      return wrong(shift.corrected(images), share, 5);
    }

    private static double wrong(double[][] probabilities, double share, long seed) {
      SplittableRandom random = new SplittableRandom(seed);
      int wrong = 0;
      for (double[] p : probabilities) {
        boolean positive = random.nextDouble() < share;
        random.nextGaussian();
        wrong += p[1] > 0.5 == positive ? 0 : 1;
      }
      return (double) wrong / probabilities.length;
    }
  }
}
