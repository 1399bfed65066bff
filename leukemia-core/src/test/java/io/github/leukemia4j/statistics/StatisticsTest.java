package io.github.leukemia4j.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.leukemia4j.metric.Interval;
import io.github.leukemia4j.metric.Metric;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.IntStream;
import org.apache.commons.statistics.distribution.BinomialDistribution;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StatisticsTest {
  @Nested
  class Shares {
    @Test
    void clopperPearsonNeverCoversTooRarely() {
      // Exact coverage, summed over all outcomes.
      for (int n : new int[] {5, 20, 50}) {
        Interval[] of =
            IntStream.rangeClosed(0, n)
                .mapToObj(k -> Proportions.clopperPearson(k, n, 0.9))
                .toArray(Interval[]::new);
        for (double p = 0.01; p < 1; p += 0.01) {
          BinomialDistribution outcomes = BinomialDistribution.of(n, p);
          double share = p;
          double coverage =
              IntStream.rangeClosed(0, n)
                  .filter(k -> of[k].contains(share))
                  .mapToDouble(outcomes::probability)
                  .sum();
          assertThat(coverage).isGreaterThanOrEqualTo(0.9 - 1e-12);
        }
      }
    }

    @Test
    void refuseWhatIsNoShare() {
      assertThatThrownBy(() -> Proportions.clopperPearson(1, 0, 0.95))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("found 1 of 0");
      assertThatThrownBy(() -> Proportions.clopperPearson(3, 2, 0.95))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("found 3 of 2");
      assertThatThrownBy(() -> Proportions.clopperPearson(1, 2, 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("found 1.0");
    }
  }

  @Nested
  class Areas {
    @Test
    void haveNoIntervalWithoutVariance() {
      DeLong.Area perfect =
          DeLong.area(new double[] {1, 2, 3, 4}, new boolean[] {false, false, true, true}, 0.95);
      assertThat(perfect.auroc()).isEqualTo(1);
      assertThat(perfect.interval()).isEmpty();
    }

    @Test
    void ofEqualScoresDoNotDiffer() {
      double[] scores = {.1, .7, .4, .4, .9, .3};
      boolean[] positive = {false, true, false, true, true, false};
      DeLong.Comparison same = DeLong.compare(scores, scores, positive, 0.95);
      assertThat(same.pValue()).hasValue(1);
      assertThat(same.interval()).isEmpty();
    }

    @Test
    void haveNoTestWhereOnlyTheVarianceIsZero() {
      // pROC 1.18.0 gives p = 0 from these four samples; no test of four can.
      DeLong.Comparison found =
          DeLong.compare(
              new double[] {.5, .5, .5, .5},
              new double[] {.1, .2, .8, .9},
              new boolean[] {false, false, true, true},
              0.95);
      assertThat(found.second() - found.first()).isEqualTo(0.5);
      assertThat(found.pValue()).isEmpty();
      assertThat(found.interval()).isEmpty();
    }

    @Test
    void needTwoOfEachKind() {
      assertThatThrownBy(
              () -> DeLong.area(new double[] {1, 2, 3}, new boolean[] {true, false, false}, 0.95))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("found 1 and 2");
    }
  }

  @Nested
  class Bootstrap {
    private final int[] strata = IntStream.range(0, 40).map(u -> u % 3).toArray();

    @Test
    void drawsFromEachStratumAsManyAsItHas() {
      double[][] found =
          ClusterBootstrap.replicates(
              strata,
              50,
              3,
              weights -> {
                double[] drawn = new double[3];
                for (int u = 0; u < weights.length; u++) {
                  drawn[strata[u]] += weights[u];
                }
                return drawn;
              });
      assertThat(List.of(found)).allSatisfy(row -> assertThat(row).containsExactly(14, 13, 13));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void doesNotDependOnTheNumberOfThreads(int threads) throws Exception {
      double[][] here = replicates();
      ForkJoinPool pool = new ForkJoinPool(threads);
      try {
        assertThat(pool.submit(this::replicates).get()).isDeepEqualTo(here);
      } finally {
        pool.shutdown();
      }
    }

    private double[][] replicates() {
      return ClusterBootstrap.replicates(
          strata,
          200,
          9,
          weights -> {
            double sum = 0;
            for (int u = 0; u < weights.length; u++) {
              sum += Math.sqrt(u) * weights[u];
            }
            return new double[] {sum};
          });
    }

    private final double[] tenths = {.1, .2, .3, .4, .5};

    @Test
    void hasNoIntervalWhereResamplesSayNothing() {
      assertThat(unit(1, new double[] {1, 1, 1}, 9)).isEmpty();
      assertThat(unit(.3, tenths, 1)).isEmpty();
      assertThat(unit(.3, new double[] {.1, .2, Double.NaN}, 9)).isEmpty();
      assertThat(unit(1, tenths, 9)).isEmpty();
      assertThat(unit(.3, tenths, 9)).isPresent();
    }

    private Optional<Interval> unit(double estimate, double[] replicates, int units) {
      return interval(estimate, replicates, units, Metric.Range.UNIT);
    }

    private Optional<Interval> interval(
        double estimate, double[] replicates, int units, Metric.Range range) {
      return ClusterBootstrap.spread(replicates, units)
          .flatMap(s -> s.interval(estimate, 0.95, range, "bootstrap"));
    }

    @Test
    void addsStudentsQuantileTimesTheStandardErrorOnTheScale() {
      // Variance of the tenths 0.025, times 9 / 8; R 4.2.2: qt(0.975, 8) = 2.306004135204166.
      double error = Math.sqrt(0.025 * 9 / 8) * 2.306004135204166;
      Interval any = interval(.3, tenths, 9, Metric.Range.ANY).orElseThrow();
      assertThat(any.lower()).isCloseTo(.3 - error, within(1e-9));
      assertThat(any.upper()).isCloseTo(.3 + error, within(1e-9));
      Interval share = unit(.3, tenths, 9).orElseThrow();
      assertThat(logit(share.lower())).isCloseTo(logit(.3) - error / .21, within(1e-9));
      assertThat(logit(share.upper())).isCloseTo(logit(.3) + error / .21, within(1e-9));
      Interval loss = interval(.3, tenths, 9, Metric.Range.POSITIVE).orElseThrow();
      // SciPy: t.ppf(0.975, 16 / 3)
      double half = Math.sqrt(0.025 * 9 / 8) * 2.523002020786048 / .3;
      assertThat(Math.log(loss.lower() / .3)).isCloseTo(-half, within(1e-9));
      assertThat(Math.log(loss.upper() / .3)).isCloseTo(half + half * half / 4, within(1e-9));
      Interval correlation = interval(.3, tenths, 9, Metric.Range.CORRELATION).orElseThrow();
      // d atanh(x) / dx = 1 / (1 - x²)
      assertThat(atanh(correlation.upper())).isCloseTo(atanh(.3) + error / .91, within(1e-9));
    }

    private double logit(double p) {
      return Math.log(p / (1 - p));
    }

    private double atanh(double x) {
      return Math.log((1 + x) / (1 - x)) / 2;
    }

    @Test
    void refusesNothingToDrawFrom() {
      assertThatThrownBy(() -> ClusterBootstrap.replicates(new int[0], 10, 1, w -> new double[1]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("found 0 and 10");
    }
  }

  @Nested
  class SignFlips {
    @Test
    void atRandomComeCloseToTheExactTest() {
      double[] differences = new Random(4).doubles(18).map(d -> d - 0.4).toArray();
      double exact = SignFlipTest.ofMean(differences, 1 << 18, 1);
      assertThat(SignFlipTest.ofMean(differences, 20_000, 1)).isCloseTo(exact, within(0.01));
    }

    @Test
    void holdTheirLevelWithoutADifference() {
      // At a true level of 0.05, more than 131 rejections of 2,000 have a probability below 0.001.
      Random random = new Random(5);
      long rejections =
          IntStream.range(0, 2000)
              .filter(
                  r ->
                      SignFlipTest.ofMean(random.doubles(12).map(d -> d - 0.5).toArray(), 199, r)
                          <= 0.05)
              .count();
      assertThat(rejections).isBetween(70L, 131L);
    }

    @Test
    void areNeverCertain() {
      double[] ones = new double[40];
      Arrays.fill(ones, 1);
      assertThat(SignFlipTest.ofMean(ones, 999, 1)).isEqualTo(0.001);
    }
  }

  @Nested
  class McNemars {
    @Test
    void sayNothingWhereTheTwoNeverDiffer() {
      assertThat(McNemar.exact(0, 0, 10)).isEqualTo(1);
    }

    @Test
    void refuseMoreDifferencesThanSamples() {
      assertThatThrownBy(() -> McNemar.exact(6, 5, 10))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("found 6 and 5 of 10");
    }
  }
}
