package io.github.leukemia4j.tf.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.leukemia4j.loss.Loss;
import io.github.leukemia4j.tf.TfLoss;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** The kit on a right pair, and that it finds what is wrong with wrong ones. */
@Tag("arithmetic")
class TfLossContractTest {
  /** A loss that the library does not have: the Brier score, without a gradient of its own. */
  private record Brier(double factor, boolean sum) implements Loss {
    @Override
    public double value(double[][] targets, double[][] probabilities) {
      Loss.requireBatch(targets, probabilities);
      double total = 0;
      for (int i = 0; i < targets.length; i++) {
        for (int c = 0; c < targets[i].length; c++) {
          total += Math.pow(probabilities[i][c] - targets[i][c], 2);
        }
      }
      return factor * (sum ? total : total / targets.length);
    }

    @Override
    public String describe() {
      return factor + " * Brier score";
    }
  }

  private interface Body {
    Operand<TFloat32> build(
        Ops tf, Brier loss, Operand<TFloat32> targets, Operand<TFloat32> logits);
  }

  private record BrierGraph(Body body) implements TfLoss<Brier> {
    @Override
    public Class<Brier> type() {
      return Brier.class;
    }

    @Override
    public Operand<TFloat32> build(
        Ops tf, Brier loss, Operand<TFloat32> targets, Operand<TFloat32> logits) {
      return body.build(tf, loss, targets, logits);
    }
  }

  private static Operand<TFloat32> right(
      Ops tf, Brier loss, Operand<TFloat32> targets, Operand<TFloat32> logits) {
    Operand<TFloat32> squares = tf.math.squaredDifference(tf.nn.softmax(logits), targets);
    return tf.math.mul(
        tf.constant((float) loss.factor()),
        tf.math.mean(tf.reduceSum(squares, tf.constant(1)), tf.constant(0)));
  }

  /** Anonymous, so that it is no test class itself. */
  private static TfLossContract contract(Brier loss, Body body) {
    return new TfLossContract(loss, new BrierGraph(body)) {
      @Override
      protected int[] classes() {
        return new int[] {3};
      }
    };
  }

  @Nested
  class RightPair extends TfLossContract {
    RightPair() {
      super(new Brier(2, false), new BrierGraph(TfLossContractTest::right));
    }
  }

  /**
   * A right pair whose gradient has what single precision leaves on some processors: slopes of
   * 1.5e-8 where there should be none, as softmax of (100, 0, 0) is 0.99999994 in their vectors.
   */
  @Nested
  class RightPairOnAnotherProcessor extends TfLossContract {
    RightPairOnAnotherProcessor() {
      super(new Brier(2, false), new BrierGraph(TfLossContractTest::withNoise));
    }
  }

  private static Operand<TFloat32> withNoise(
      Ops tf, Brier loss, Operand<TFloat32> targets, Operand<TFloat32> logits) {
    Operand<TFloat32> noise =
        tf.math.mul(tf.constant(1.5e-8f), tf.reduceSum(logits, tf.constant(new int[] {0, 1})));
    return tf.math.add(
        right(tf, loss, targets, logits), tf.math.sub(noise, tf.stopGradient(noise)));
  }

  @Nested
  class WrongPairs {
    private final Brier brier = new Brier(2, false);

    @Test
    void anotherValueIsFound() {
      TfLossContract contract =
          contract(
              brier,
              (tf, loss, targets, logits) ->
                  tf.math.mul(tf.constant(1.0001f), right(tf, loss, targets, logits)));
      assertThat(failures(contract, contract.graphHasTheValueOfTheReference()))
          .anySatisfy(
              message ->
                  assertThat(message)
                      .startsWith("saturated, all wrong: the value must be 4.0, is 4.0004")
                      .contains("they differ by 0.0004", "allowed is 4.01e-05", "Brier score"));
    }

    @Test
    void anotherGradientIsFound() {
      TfLossContract contract =
          contract(
              brier,
              (tf, loss, targets, logits) -> {
                Operand<TFloat32> value = right(tf, loss, targets, logits);
                // The same value, half the gradient.
                Operand<TFloat32> half = tf.math.mul(tf.constant(0.5f), value);
                return tf.math.add(half, tf.stopGradient(half));
              });
      assertThat(failures(contract, contract.graphHasTheValueOfTheReference())).isEmpty();
      assertThat(failures(contract, contract.graphHasTheGradientOfTheReference()))
          .anySatisfy(
              message ->
                  assertThat(message)
                      .startsWith(
                          "uniform: the gradient with respect to the logit of sample 0, class 0"
                              + " must be "));
    }

    @Test
    void whatIsNotFiniteIsFound() {
      TfLossContract contract =
          contract(
              brier,
              (tf, loss, targets, logits) -> {
                // 0 times the logarithm of a probability that single precision rounds to 0.
                Operand<TFloat32> logarithm = tf.math.log(tf.nn.softmax(logits));
                return tf.math.add(
                    right(tf, loss, targets, logits),
                    tf.math.mul(
                        tf.constant(0f), tf.reduceSum(logarithm, tf.constant(new int[] {0, 1}))));
              });
      assertThat(failures(contract, contract.valueAndGradientAreFinite()))
          .anySatisfy(
              message ->
                  assertThat(message)
                      .startsWith("saturated, mixed: the value must be finite, is NaN"));
    }

    @Test
    void dependenceOnTheOrderIsFound() {
      TfLossContract contract =
          contract(
              brier,
              (tf, loss, targets, logits) ->
                  tf.math.add(
                      right(tf, loss, targets, logits),
                      tf.math.mul(
                          tf.constant(0.01f),
                          tf.reduceSum(
                              tf.gather(logits, tf.constant(0), tf.constant(0)), tf.constant(0)))));
      assertThat(failures(contract, contract.orderOfTheSamplesDoesNotMatter()))
          .anySatisfy(
              message -> assertThat(message).startsWith("random, in reverse order: the value"));
    }

    @Test
    void aSumOverTheBatchIsFound() {
      Brier sum = new Brier(2, true);
      TfLossContract contract = contract(sum, TfLossContractTest::right);
      assertThat(failures(contract, contract.valueDoesNotGrowWithTheBatch()))
          .anySatisfy(message -> assertThat(message).contains("Take means, not sums."));
    }

    @Test
    void aGradientOfTheWrongSignIsFound() {
      TfLossContract contract =
          contract(
              brier,
              (tf, loss, targets, logits) -> {
                Operand<TFloat32> value = right(tf, loss, targets, logits);
                Operand<TFloat32> twice = tf.math.add(value, value);
                return tf.math.sub(tf.stopGradient(twice), value);
              });
      assertThat(failures(contract, contract.aSmallStepAgainstTheGradientLowersTheValue()))
          .anySatisfy(
              message ->
                  assertThat(message)
                      .startsWith("random: a step against the gradient must lower the value")
                      .contains("should lower it by"));
    }

    /** Down for half of the samples, up for the others: on the whole the value rises. */
    @Test
    void aGradientThatIsWrongForOneClassIsFound() {
      TfLossContract contract =
          contract(
              brier,
              (tf, loss, targets, logits) -> {
                Operand<TFloat32> signs = tf.constant(new float[] {-3, 1, 1});
                Operand<TFloat32> turned = tf.math.mul(logits, signs);
                Operand<TFloat32> same =
                    tf.math.add(turned, tf.stopGradient(tf.math.sub(logits, turned)));
                return right(tf, loss, targets, same);
              });
      assertThat(failures(contract, contract.aSmallStepAgainstTheGradientLowersTheValue()))
          .anySatisfy(message -> assertThat(message).startsWith("random: a step against"));
    }

    private List<String> failures(TfLossContract contract, Stream<DynamicTest> tests) {
      List<String> failures = new ArrayList<>();
      tests.forEach(
          test -> {
            try {
              test.getExecutable().execute();
            } catch (AssertionFailedError e) {
              failures.add(e.getMessage());
            } catch (TestAbortedException e) {
              assertThat(e).hasMessageContaining("none can be told from rounding");
            } catch (Throwable e) {
              throw new AssertionError(e);
            }
          });
      contract.closeGraphs();
      return failures;
    }
  }
}
