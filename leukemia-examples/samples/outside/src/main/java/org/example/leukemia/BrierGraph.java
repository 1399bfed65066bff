package org.example.leukemia;

import io.github.leukemia4j.tf.TfLoss;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

// [graph]
/** The Brier loss on TensorFlow. */
public final class BrierGraph implements TfLoss<BrierLoss> {
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
// [graph]
