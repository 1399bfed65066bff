package io.github.leukemia4j.tf.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.leukemia4j.loss.CrossEntropyLoss;
import io.github.leukemia4j.loss.Loss;
import io.github.leukemia4j.loss.MixtureLoss;
import io.github.leukemia4j.loss.TverskyLoss;
import io.github.leukemia4j.loss.TverskyLoss.AbsentClasses;
import io.github.leukemia4j.tf.RegisteredLosses;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Reference against graph on 1,000 random batches: 100 losses with random numbers, 2 to 15 classes,
 * ten batches each of 1 to 512 samples, a third of them saturated, a quarter with soft targets.
 */
class RandomBatchesTest {
  private static final int LOSSES = 100;
  private static final int BATCHES_OF_EACH = 10;

  private static final double VALUE_TOLERANCE = 1e-5;
  private static final double GRADIENT_TOLERANCE = 1e-4;

  /** Added to relative tolerances: the last place of a float of the size 1. */
  private static final double ABSOLUTE_FLOOR = 1e-7;

  @Test
  void graphAndReferenceAgreeOnAThousandRandomBatches() {
    SplittableRandom random = new SplittableRandom(2017);
    int saturated = 0;
    for (int k = 0; k < LOSSES; k++) {
      int classes = 2 + random.nextInt(14);
      Loss loss = randomLoss(random, classes);
      try (LossGraph graph = new LossGraph(loss, new RegisteredLosses(), classes)) {
        for (int b = 0; b < BATCHES_OF_EACH; b++) {
          boolean extreme = random.nextInt(3) == 0;
          saturated += extreme ? 1 : 0;
          String name = "loss %d, batch %d: %s".formatted(k, b, loss.describe());
          check(name, loss, graph, randomBatch(name, random, classes, extreme));
        }
      }
    }
    assertThat(saturated).isGreaterThan(250);
  }

  private static LossCase randomBatch(
      String name, SplittableRandom random, int classes, boolean extreme) {
    // Below the 690 from which on the reference's clamp of the logarithm would show.
    double deviation = extreme ? 10 + random.nextDouble(50) : random.nextDouble(4);
    LossCase batch = LossCase.drawn(name, random, 1 + random.nextInt(512), classes, deviation);
    if (random.nextInt(4) == 0) {
      return LossCase.soft(batch, random);
    }
    if (random.nextBoolean()) {
      // A classifier that is mostly right, as after training.
      for (int i = 0; i < batch.targets().length; i++) {
        for (int c = 0; c < classes; c++) {
          batch.logits()[i][c] += (float) (2 * deviation * batch.targets()[i][c]);
        }
      }
    }
    return batch;
  }

  private static void check(String name, Loss loss, LossGraph graph, LossCase batch) {
    LossGraph.Answer actual = graph.of(batch.targets(), batch.logits());
    double value = batch.value(loss);
    assertThat((double) actual.value())
        .as("value of %s", name)
        .isCloseTo(value, within(VALUE_TOLERANCE * Math.abs(value) + ABSOLUTE_FLOOR));
    double[][] gradient = batch.gradient(loss);
    for (int i = 0; i < gradient.length; i++) {
      for (int c = 0; c < gradient[i].length; c++) {
        double expected = gradient[i][c];
        double allowed = GRADIENT_TOLERANCE * Math.abs(expected) + ABSOLUTE_FLOOR;
        // Written so that NaN fails; a million assertions with messages would take long.
        if (!(Math.abs(actual.gradient()[i][c] - expected) <= allowed)) {
          assertThat((double) actual.gradient()[i][c])
              .as("gradient at sample %d, class %d of %s", i, c, name)
              .isCloseTo(expected, within(allowed));
        }
      }
    }
  }

  private static Loss randomLoss(SplittableRandom random, int classes) {
    return switch (random.nextInt(4)) {
      case 0 -> randomCrossEntropy(random, classes);
      case 1 ->
          MixtureLoss.of(
              0.1 + random.nextDouble(),
              randomCrossEntropy(random, classes),
              0.1 + random.nextDouble(),
              randomTversky(random, classes));
      default -> randomTversky(random, classes);
    };
  }

  private static Loss randomCrossEntropy(SplittableRandom random, int classes) {
    return new CrossEntropyLoss(
        random.nextBoolean() ? 0 : random.nextDouble(0.3),
        random.nextBoolean() ? 0 : random.nextDouble(4),
        Arrays.stream(randomWeights(random, classes)).boxed().toList());
  }

  private static Loss randomTversky(SplittableRandom random, int classes) {
    return TverskyLoss.builder()
        .falsePositiveWeight(random.nextInt(5) == 0 ? 0 : random.nextDouble(2))
        .falseNegativeWeight(0.01 + random.nextDouble(2))
        .focalExponent(random.nextBoolean() ? 1 : 0.3 + random.nextDouble(2.7))
        .smoothing(random.nextInt(3) == 0 ? 0 : random.nextDouble(5))
        .logarithmic(random.nextInt(3) == 0)
        .classWeights(randomWeights(random, classes))
        .absentClasses(random.nextBoolean() ? AbsentClasses.EXCLUDED : AbsentClasses.INCLUDED)
        .build();
  }

  private static double[] randomWeights(SplittableRandom random, int classes) {
    if (random.nextBoolean()) {
      return new double[0];
    }
    double[] weights = new double[classes];
    for (int c = 0; c < classes; c++) {
      weights[c] = random.nextInt(3) == 0 ? 0 : random.nextDouble(10);
    }
    weights[random.nextInt(classes)] = 1;
    return weights;
  }
}
