package io.github.leukemia4j.research.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LearnersTest {
  static Stream<Arguments> learners() {
    return Stream.of(
        Arguments.of("support vectors", Learners.supportVectors()),
        Arguments.of("forest", Learners.forest()),
        Arguments.of("neighbours", Learners.neighbours()));
  }

  /** Three clouds; the first feature is large and says nothing, the last is always the same. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("learners")
  void tellClassesApartWhateverTheScaleOfFeatures(String name, Learners.Learner learner) {
    SplittableRandom random = new SplittableRandom(3);
    double[][] vectors = new double[150][];
    int[] truth = new int[vectors.length];
    for (int i = 0; i < vectors.length; i++) {
      truth[i] = i % 3;
      vectors[i] =
          new double[] {
            1e6 * random.nextGaussian(),
            1e-3 * (truth[i] == 0 ? 5 : 0) + 1e-3 * random.nextGaussian(),
            (truth[i] == 1 ? 5 : 0) + random.nextGaussian(),
            7
          };
    }
    Learners.Fitted fitted = learner.fit(vectors, truth, 4, 1);
    double[][] centres = {{0, 5e-3, 0, 7}, {0, 0, 5, 7}, {0, 0, 0, 7}};
    for (int c = 0; c < 3; c++) {
      double[] probabilities = fitted.probabilities(centres[c]);
      assertThat(probabilities).hasSize(4);
      assertThat(Arrays.stream(probabilities).sum()).isCloseTo(1, within(1e-9));
      assertThat(probabilities[c]).isGreaterThan(0.6);
      assertThat(probabilities[3]).isZero();
    }
    assertThat(learner.fit(vectors, truth, 4, 1).probabilities(vectors[0]))
        .as("the same seed")
        .isEqualTo(fitted.probabilities(vectors[0]));
  }

  @Test
  void giveSharesWhereThereIsOneClass() {
    Learners.Fitted fitted =
        Learners.forest().fit(new double[][] {{1}, {2}}, new int[] {1, 1}, 2, 1);
    assertThat(fitted.probabilities(new double[] {5})).containsExactly(0, 1);
    assertThat(
            Learners.shares().fit(new double[3][1], new int[] {0, 0, 1}, 2, 1).probabilities(null))
        .containsExactly(new double[] {2.0 / 3, 1.0 / 3}, within(1e-12));
  }
}
