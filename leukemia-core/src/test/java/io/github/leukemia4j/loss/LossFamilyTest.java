package io.github.leukemia4j.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Collections;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every loss of the family must hold. */
class LossFamilyTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "cross-entropy",
        "cross-entropy(labelSmoothing=0.1,classWeights=1:2:0.5)",
        "cross-entropy(focal=2)",
        "cross-entropy(focal=0.5,labelSmoothing=0.2)",
        "tversky(0.3,0.7)",
        "tversky(0.3,0.7,smoothing=0)",
        "tversky(1,0,smoothing=0)",
        "tversky(0,1,smoothing=0,logarithmic=true)",
        "tversky(0.3,0.7,focal=0.75)",
        "tversky(0.3,0.7,focal=0.1,smoothing=0)",
        "tversky(0.3,0.7,focal=2,classWeights=0:1:3)",
        "tversky(0.3,0.7,logarithmic=true)",
        "tversky(0.3,0.7,logarithmic=true,focal=0.3,smoothing=0)",
        "tversky(0.3,0.7,absentClasses=included)",
        "dice",
        "jaccard",
        "f-beta(2)",
        "default",
        "unified-focal"
      })
  void holdsForEveryLoss(String text) {
    Loss loss = Loss.parse(text);
    gradientIsTheDerivative(loss);
    valueDoesNotGrowWithTheBatch(loss);
    orderOfSamplesDoesNotMatter(loss);
    isFiniteAtTheEdges(loss);
    refusesWhatIsNoBatch(loss);
    assertThat(Loss.parse(text)).isEqualTo(loss).hasSameHashCodeAs(loss).hasToString(loss + "");
    assertThat(loss.describe()).isNotBlank();
  }

  private static void gradientIsTheDerivative(Loss loss) {
    SplittableRandom random = new SplittableRandom(7);
    for (int k = 0; k < 30; k++) {
      RandomBatch batch = RandomBatch.draw(random, 1 + random.nextInt(12), 3, 1.5);
      double[][] expected = Differences.gradient(loss, batch.targets(), batch.probabilities());
      double[][] actual = loss.gradient(batch.targets(), batch.probabilities());
      for (int i = 0; i < expected.length; i++) {
        for (int c = 0; c < 3; c++) {
          assertThat(actual[i][c])
              .as("%s, batch %d, row %d, class %d", loss, k, i, c)
              .isCloseTo(expected[i][c], within(1e-5 * Math.max(1, Math.abs(expected[i][c]))));
        }
      }
    }
  }

  /** Not exactly equal: smoothing is counted in samples, so it weighs less the more there are. */
  private static void valueDoesNotGrowWithTheBatch(Loss loss) {
    RandomBatch batch = RandomBatch.draw(new SplittableRandom(3), 9, 3, 1);
    RandomBatch many = batch.repeated(50);
    RandomBatch twiceAsMany = batch.repeated(100);
    assertThat(loss.value(twiceAsMany.targets(), twiceAsMany.probabilities()))
        .as("%s", loss)
        .isCloseTo(loss.value(many.targets(), many.probabilities()), within(0.01));
  }

  private static void orderOfSamplesDoesNotMatter(Loss loss) {
    RandomBatch batch = RandomBatch.draw(new SplittableRandom(4), 8, 3, 1);
    double[][] targets = batch.targets().clone();
    double[][] probabilities = batch.probabilities().clone();
    Collections.reverse(Arrays.asList(targets));
    Collections.reverse(Arrays.asList(probabilities));
    assertThat(loss.value(targets, probabilities))
        .isCloseTo(loss.value(batch.targets(), batch.probabilities()), within(1e-12));
  }

  private static void isFiniteAtTheEdges(Loss loss) {
    double[][] hot = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
    double[][] other = {{0, 1, 0}, {0, 0, 1}, {1, 0, 0}};
    double[][] single = {{0, 1, 0}, {0, 1, 0}, {0, 1, 0}};
    double[][] tiny = {{1e-310, 1, 0}, {1e-200, 0, 1}, {1 - 1e-16, 1e-16, 0}};
    double[][] even = {
      {1 / 3.0, 1 / 3.0, 1 / 3.0}, {1 / 3.0, 1 / 3.0, 1 / 3.0}, {1 / 3.0, 1 / 3.0, 1 / 3.0}
    };
    double[][][] all = {hot, other, single, tiny, even};
    for (double[][] targets : all) {
      for (double[][] probabilities : all) {
        String what = loss + " at " + Arrays.deepToString(probabilities);
        double value = loss.value(targets, probabilities);
        assertThat(value).as(what).isFinite().isNotNegative();
        assertThat(
                Arrays.stream(loss.gradient(targets, probabilities))
                    .flatMapToDouble(Arrays::stream))
            .as(what)
            .allMatch(Double::isFinite);
      }
    }
  }

  private static void refusesWhatIsNoBatch(Loss loss) {
    double[][] good = {{1, 0, 0}};
    double[][] bad = {{0.5, 0.6, 0}};
    assertThatThrownBy(() -> loss.value(good, bad))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must sum to 1; row 0 sums to 1.1");
    assertThatThrownBy(() -> loss.gradient(good, bad)).isInstanceOf(IllegalArgumentException.class);
  }
}
