package io.github.leukemia4j.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.leukemia4j.loss.LossVectors.Vector;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LossVectorsTest {
  /** Inputs such as 0.1 are rounded to double; TP + s counts as at least 1e-12. */
  private static final double TOLERANCE = 1e-11;

  static Stream<Vector> vectors() {
    return LossVectors.all().stream();
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void valueIsTheExactOne(Vector vector) {
    assertThat(Loss.parse(vector.loss()).value(vector.targets(), vector.probabilities()))
        .isCloseTo(vector.value(), within(TOLERANCE));
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void indexIsTheExactOne(Vector vector) {
    if (vector.index() != null) {
      TverskyLoss loss = (TverskyLoss) Loss.parse(vector.loss());
      assertThat(loss.index(vector.targets(), vector.probabilities()))
          .containsExactly(vector.index(), within(TOLERANCE));
    }
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void gradientIsTheExactOne(Vector vector) {
    if (vector.gradient() != null) {
      double[][] gradient =
          Loss.parse(vector.loss()).gradient(vector.targets(), vector.probabilities());
      assertThat(gradient).hasDimensions(vector.gradient().length, vector.gradient()[0].length);
      for (int i = 0; i < gradient.length; i++) {
        assertThat(gradient[i])
            .as("row %d", i)
            .containsExactly(vector.gradient()[i], within(TOLERANCE));
      }
    }
  }

  /** For each well-known mistake, vectors that give another number without it. */
  @Nested
  class Mistakes {
    @Test
    void catchesSwappedWeights() {
      assertCaught("swapped weights", 6);
    }

    @Test
    void catchesPooledClasses() {
      assertCaught("pooled classes", 3);
    }

    @Test
    void catchesTheExponentAfterTheMean() {
      assertCaught("exponent after the mean", 4);
    }

    @Test
    void catchesSmoothingMissingFromTheNumerator() {
      assertCaught("numerator not smoothed", 3);
    }

    @Test
    void catchesForgottenAbsentClasses() {
      assertCaught("absent class included", 2);
      assertCaught("absent class left in the denominator", 2);
    }

    @Test
    void catchesWeightsThatAreNotNormalised() {
      assertCaught("weights not normalised", 1);
    }

    private void assertCaught(String mistake, int atLeast) {
      List<Vector> catching =
          vectors().filter(v -> v.wrong() != null && v.wrong().containsKey(mistake)).toList();
      assertThat(catching).hasSizeGreaterThanOrEqualTo(atLeast);
      assertThat(catching)
          .allSatisfy(
              vector -> {
                double value =
                    Loss.parse(vector.loss()).value(vector.targets(), vector.probabilities());
                assertThat(value).isCloseTo(vector.value(), within(TOLERANCE));
                assertThat(Math.abs(value - vector.wrong().get(mistake))).isGreaterThan(1e-5);
              });
    }
  }

  @Nested
  class LabelSwapTrap {
    @Test
    void theMeanOfBothColumnsDoesNotKnowWhichLabelIsPositive() {
      assertThat(value("label-swap trap, both columns, labels swapped"))
          .isCloseTo(value("label-swap trap, both columns"), within(TOLERANCE));
    }

    @Test
    void thePositiveColumnAloneDoes() {
      assertThat(value("convention, positive column"))
          .isNotCloseTo(value("label-swap trap, other column"), within(0.01));
    }

    private double value(String name) {
      Vector vector = LossVectors.named(name);
      return Loss.parse(vector.loss()).value(vector.targets(), vector.probabilities());
    }
  }

  @Test
  void pooledClassesWouldNotKnowAlphaFromBetaWhereEachClassByItselfDoes() {
    Vector vector = LossVectors.named("micro degeneracy");
    assertThat(vector.wrong().get("pooled classes"))
        .isEqualTo(vector.wrong().get("pooled classes, swapped weights"));
    assertThat(TverskyLoss.of(0.9, 0.1).value(vector.targets(), vector.probabilities()))
        .isCloseTo(vector.wrong().get("swapped weights"), within(TOLERANCE))
        .isNotCloseTo(vector.value(), within(1e-3));
  }
}
