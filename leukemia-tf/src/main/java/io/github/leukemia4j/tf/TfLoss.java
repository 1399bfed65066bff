package io.github.leukemia4j.tf;

import io.github.leukemia4j.loss.Loss;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * The graph of a loss: what the core's {@link Loss} means in double precision, built from
 * TensorFlow operations. It is found by {@link java.util.ServiceLoader} or given to the backend's
 * builder; among several that fit a loss the one with the most specific type is taken.
 *
 * <p>The published test kit proves a pair of loss and graph: a test class that extends {@code
 * TfLossContract} and hands both to its constructor. Implementations keep no state and are safe for
 * use by many threads.
 *
 * @param <L> the losses that it builds
 */
public interface TfLoss<L extends Loss> {
  /** The losses that it builds: this class and what extends it. */
  Class<L> type();

  /**
   * Adds the loss to the graph.
   *
   * <p>It starts from logits so that it can stay finite where softmax saturates: take {@code
   * tf.nn.logSoftmax} rather than the logarithm of a softmax, and clamp what a power below 1 or a
   * division could turn infinite. Do not register custom gradients (TensorFlow Java crashes at the
   * eleventh of a JVM), and use no operation without a gradient: the test kit notices.
   *
   * @param tf adds operations, in a scope of the loss's own
   * @param loss the numbers of the loss
   * @param targets [batch, classes], rows that sum to 1; one-hot, or soft
   * @param logits [batch, classes], unbounded, before softmax; the number of classes is known
   * @return a scalar; its gradient with respect to the logits exists
   */
  Operand<TFloat32> build(Ops tf, L loss, Operand<TFloat32> targets, Operand<TFloat32> logits);
}
