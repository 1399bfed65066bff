package io.github.leukemia4j.calibration.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.leukemia4j.calibration.Decision.OperatingPoint;
import java.util.Arrays;
import java.util.Random;
import org.apache.commons.statistics.distribution.BinomialDistribution;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class OperatingPointsTest {
  private static final int REPETITIONS = 2000;

  /** More violations than this have a probability below 0.001 where each has one of 0.1. */
  private static final int MOST_VIOLATIONS =
      BinomialDistribution.of(REPETITIONS, 0.1).inverseCumulativeProbability(0.999);

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  private static boolean[] all(int n) {
    boolean[] positive = new boolean[n];
    Arrays.fill(positive, true);
    return positive;
  }

  @Nested
  class Guarantee {
    @Test
    void holdsForIndependentCells() {
      // Scores of positives are uniform: the sensitivity at threshold t is 1 - t.
      Random random = new Random(1);
      int violations = 0;
      int chosen = 0;
      for (int r = 0; r < REPETITIONS; r++) {
        double[] scores = random.doubles(60).toArray();
        OperatingPoints.Choice choice =
            OperatingPoints.ofIndependent(scores, all(60)).forSensitivity(0.9, 0.9);
        chosen += choice.point().isPresent() ? 1 : 0;
        violations += choice.point().filter(p -> 1 - p.threshold() < 0.9).isPresent() ? 1 : 0;
      }
      assertThat(chosen).isGreaterThan(REPETITIONS * 9 / 10);
      assertThat(violations).isBetween(1, MOST_VIOLATIONS);
    }

    @Test
    void holdsForClusteredCells() {
      // A patient's cells share an effect as large as everything else. True sensitivity of a
      // random patient's cells at threshold t: P(N(0.5, sqrt 2) >= logit t).
      Random random = new Random(2);
      int violations = 0;
      int naive = 0;
      for (int r = 0; r < REPETITIONS; r++) {
        int patients = 40;
        double[] scores = new double[patients * 10];
        int[] patient = new int[scores.length];
        for (int p = 0; p < patients; p++) {
          double effect = 0.5 + random.nextGaussian();
          for (int c = 0; c < 10; c++) {
            scores[10 * p + c] = sigmoid(effect + random.nextGaussian());
            patient[10 * p + c] = p;
          }
        }
        violations += violates(OperatingPoints.of(scores, all(scores.length), patient));
        naive += violates(OperatingPoints.ofIndependent(scores, all(scores.length)));
      }
      assertThat(violations).isLessThanOrEqualTo(MOST_VIOLATIONS);
      // Taking cells for independent would break it: the test can fail.
      assertThat(naive).isGreaterThan(MOST_VIOLATIONS);
    }

    private int violates(OperatingPoints points) {
      // The 0.2 quantile of N(0.5, sqrt 2): 0.5 - 0.8416212335729143 * sqrt 2 (R: qnorm(0.2)).
      double limit = sigmoid(0.5 - 0.8416212335729143 * Math.sqrt(2));
      return points.forSensitivity(0.8, 0.9).point().filter(p -> p.threshold() > limit).isPresent()
          ? 1
          : 0;
    }

    @Test
    void ofSpecificityMirrorsThatOfSensitivity() {
      double[] scores = new Random(3).doubles(200).toArray();
      double[] turned = Arrays.stream(scores).map(s -> 1 - s).toArray();
      OperatingPoint up =
          OperatingPoints.ofIndependent(scores, all(200)).forSensitivity(0.9, 0.95).orElseThrow();
      OperatingPoint down =
          OperatingPoints.ofIndependent(turned, new boolean[200])
              .forSpecificity(0.9, 0.95)
              .orElseThrow();
      assertThat(up.threshold()).isCloseTo(1 - down.threshold(), within(1e-12));
      assertThat(up.sensitivity()).isEqualTo(down.specificity());
      assertThat(up.specificity()).isEmpty();
      assertThat(up.confidence()).hasValue(0.95);
    }

    @Test
    void isRefusedOnTooFewPatients() {
      double[] scores = new double[100];
      Arrays.fill(scores, 0.9);
      int[] patient = new int[100];
      Arrays.setAll(patient, i -> i % 58);
      assertThat(OperatingPoints.of(scores, all(100), patient).forSensitivity(0.95, 0.95).reason())
          .hasValue(
              "A sensitivity of at least 0.95 with confidence 0.95 needs at least 59 positive"
                  + " patients in the calibration part; found 58. Add calibration data, or want"
                  + " less.");
      Arrays.setAll(patient, i -> i % 59); // 0.95^59 = 0.0485
      assertThat(OperatingPoints.of(scores, all(100), patient).forSensitivity(0.95, 0.95).point())
          .isPresent();
    }

    @Test
    void isRefusedWhereTheModelMissesTooMany() {
      double[] scores = new double[100]; // probability 0 for positives
      OperatingPoints.Choice choice =
          OperatingPoints.ofIndependent(scores, all(100)).forSensitivity(0.9, 0.9);
      assertThat(choice.reason().orElseThrow()).startsWith("No threshold has a sensitivity");
      assertThatThrownBy(choice::orElseThrow)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith("No threshold has a sensitivity");
    }
  }

  @Nested
  class WithoutGuarantee {
    private final OperatingPoints points =
        OperatingPoints.ofIndependent(
            new double[] {.1, .2, .3, .6, .4, .7, .8, .9},
            new boolean[] {false, false, false, false, true, true, true, true});

    @Test
    void youdenSeparatesBest() {
      OperatingPoint point = points.forYouden().orElseThrow();
      assertThat(point.sensitivity().orElseThrow() + point.specificity().orElseThrow())
          .isEqualTo(1.75);
      assertThat(point.confidence()).isEmpty();
    }

    @Test
    void costsMoveTheThreshold() {
      assertThat(points.forCostRatio(10).orElseThrow().threshold()).isBetween(.3, .4);
      assertThat(points.forCostRatio(.1).orElseThrow().threshold()).isBetween(.6, .7);
    }

    @Test
    void takeTheMiddleOfAllBestThresholds() {
      double[] scores = new double[40];
      boolean[] positive = new boolean[40];
      for (int i = 0; i < 40; i++) {
        positive[i] = i >= 20;
        scores[i] = positive[i] ? 0.9 + 0.004 * (i - 20) : 0.005 * i;
      }
      OperatingPoints apart = OperatingPoints.ofIndependent(scores, positive);
      // Negatives up to 0.095, positives from 0.9: the middle of their log-odds -2.254 and 2.197.
      double middle = sigmoid((-2.2540 + 2.1972) / 2);
      assertThat(apart.forYouden().orElseThrow().threshold()).isCloseTo(middle, within(0.005));
      assertThat(apart.forCostRatio(1).orElseThrow().threshold()).isCloseTo(middle, within(0.005));
    }

    @Test
    void costsAreThoseOfTheCells() {
      // A positive cell at 0.3, 99 of another patient at 0.9, 100 negative ones at 0.5. Between 0.5
      // and 0.9 one positive is missed: cost 3; from 0.3 on down 100 alarms are false: cost 100.
      double[] scores = new double[200];
      boolean[] positive = new boolean[200];
      int[] patient = new int[200];
      for (int i = 0; i < 200; i++) {
        positive[i] = i < 100;
        patient[i] = i == 0 ? 0 : i < 100 ? 1 : 2;
        scores[i] = i == 0 ? .3 : i < 100 ? .9 : .5;
      }
      OperatingPoint found =
          OperatingPoints.of(scores, positive, patient).forCostRatio(3).orElseThrow();
      assertThat(found.threshold()).isCloseTo(sigmoid(Math.log(9) / 2), within(0.005));
      assertThat(found.sensitivity()).hasValue(0.5);
      assertThat(found.specificity()).hasValue(1);
    }

    /** Each cell of a patient was once copied for each further one: 200,000 took 39 s. */
    @Test
    void manyCellsOfOnePatientAreCountedOnce() {
      double[] scores = new Random(1).doubles(200_000).toArray();
      OperatingPoints many = OperatingPoints.of(scores, all(scores.length), new int[scores.length]);
      assertThat(many.forSensitivity(0.5, 0.4).orElseThrow().sensitivity().orElseThrow())
          .isBetween(0.5, 1.0);
    }

    @Test
    void needBothKinds() {
      assertThat(OperatingPoints.ofIndependent(new double[] {.5}, all(1)).forYouden().reason())
          .hasValueSatisfying(reason -> assertThat(reason).contains("found 1 and 0 of each"));
    }
  }
}
