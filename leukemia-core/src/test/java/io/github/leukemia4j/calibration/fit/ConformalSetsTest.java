package io.github.leukemia4j.calibration.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.calibration.Decision.ConformalSets;
import io.github.leukemia4j.inference.ProbabilityScale;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.commons.statistics.distribution.BinomialDistribution;
import org.junit.jupiter.api.Test;

class ConformalSetsTest {
  private static final LabelSet LABELS = LabelSet.of("AML", "APL", "CLL");
  private static final int REPETITIONS = 2000;

  /**
   * Patients of all labels in turn, whose cells share an effect; one test cell of a new patient.
   */
  private static double[] cell(int label, double effect, Random random) {
    double[] logits = {random.nextGaussian(), random.nextGaussian(), random.nextGaussian()};
    logits[label] += 1 + effect;
    return ProbabilityScale.softmax(logits, 1);
  }

  @Test
  void coverEachClassOfNewPatients() {
    int[] covered = new int[3];
    Random random = new Random(1);
    for (int r = 0; r < REPETITIONS; r++) {
      int n = 60 * 4;
      double[][] probabilities = new double[n][];
      int[] truth = new int[n];
      int[] patient = new int[n];
      for (int i = 0; i < n; i += 4) {
        double effect = 2 * random.nextGaussian();
        for (int c = 0; c < 4; c++) {
          truth[i + c] = i / 4 % 3;
          patient[i + c] = i / 4;
          probabilities[i + c] = cell(truth[i + c], effect, random);
        }
      }
      ConformalSets sets = DecisionFit.conformalSets(LABELS, probabilities, truth, patient, 0.8, r);
      for (int label = 0; label < 3; label++) {
        double[] fresh = cell(label, 2 * random.nextGaussian(), random);
        covered[label] += fresh[label] >= sets.leastProbabilities().get(label) ? 1 : 0;
      }
    }
    int least = BinomialDistribution.of(REPETITIONS, 0.8).inverseCumulativeProbability(0.001);
    // 20 calibration patients of each label: the exact coverage is 17 / 21 = 0.81.
    int most = BinomialDistribution.of(REPETITIONS, 17 / 21.0).inverseCumulativeProbability(0.999);
    assertThat(covered).satisfies(c -> assertThat(Arrays.stream(c)).allMatch(k -> k >= least));
    assertThat(covered).satisfies(c -> assertThat(Arrays.stream(c)).allMatch(k -> k <= most));
  }

  @Test
  void takeTheRankThatTheSamplesAllow() {
    // Nine samples of one label, 0.1 to 0.9: at 0.8 the rank is ceil(10 * 0.8) = 8 from the top.
    double[][] probabilities =
        IntStream.rangeClosed(1, 9)
            .mapToObj(i -> new double[] {i / 10.0, 1 - i / 10.0, 0})
            .toArray(double[][]::new);
    int[] patient = IntStream.range(0, 9).toArray();
    ConformalSets sets =
        DecisionFit.conformalSets(LABELS, probabilities, new int[9], patient, 0.8, 1);
    assertThat(sets.leastProbabilities()).containsExactly(0.2, 0.0, 0.0);
    assertThat(sets.calibrationUnits()).containsExactly(9, 0, 0);
    assertThat(
            DecisionFit.conformalSets(LABELS, probabilities, new int[9], patient, 0.95, 1)
                .leastProbabilities())
        .containsExactly(0.0, 0.0, 0.0);
  }

  @Test
  void holdTheLabelsThatAreNotRuledOut() {
    ConformalSets sets = new ConformalSets(LABELS, List.of(.3, .3, .5), List.of(9, 9, 9), .9);
    assertThat(sets.of(Prediction.of(LABELS, .4, .3, .3)))
        .containsExactly(Label.of("AML"), Label.of("APL"));
    assertThat(sets.of(Prediction.of(LABELS, .25, .3 - .05, .5))).containsExactly(Label.of("CLL"));
    assertThat(
            new ConformalSets(LABELS, List.of(.9, .9, .9), List.of(9, 9, 9), .9)
                .of(Prediction.of(LABELS, .4, .3, .3)))
        .isEmpty();
  }

  @Test
  void refuseShapesThatDoNotFit() {
    assertThatThrownBy(
            () ->
                DecisionFit.conformalSets(LABELS, new double[2][3], new int[1], new int[1], .9, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("found 2, 1 and 1");
  }
}
