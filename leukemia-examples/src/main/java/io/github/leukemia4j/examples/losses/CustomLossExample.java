package io.github.leukemia4j.examples.losses;

import io.github.leukemia4j.loss.Loss;
import io.github.leukemia4j.loss.Losses;
import io.github.leukemia4j.tf.TfLoss;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** A loss of one's own: its meaning, its graph, and a test of three lines that proves the pair. */
public final class CustomLossExample {
  private CustomLossExample() {}

  /** The Brier score: the squared distance of probabilities and targets, mean over samples. */
  public record BrierLoss() implements Loss {
    @Override
    public double value(double[][] targets, double[][] probabilities) {
      Losses.requireBatch(targets, probabilities);
      double sum = 0;
      for (int i = 0; i < targets.length; i++) {
        for (int c = 0; c < targets[i].length; c++) {
          sum += Math.pow(probabilities[i][c] - targets[i][c], 2);
        }
      }
      return sum / targets.length;
    }

    @Override
    public String describe() {
      return "mean over samples of the sum over classes of (p - g)^2";
    }
  }

  /** The same on TensorFlow. */
  public static final class BrierGraph implements TfLoss<BrierLoss> {
    @Override
    public Class<BrierLoss> type() {
      return BrierLoss.class;
    }

    @Override
    public Operand<TFloat32> build(
        Ops tf, BrierLoss loss, Operand<TFloat32> targets, Operand<TFloat32> logits) {
      Operand<TFloat32> squares = tf.math.squaredDifference(tf.nn.softmax(logits), targets);
      return tf.math.mean(tf.reduceSum(squares, tf.constant(1)), tf.constant(0));
    }
  }
}
