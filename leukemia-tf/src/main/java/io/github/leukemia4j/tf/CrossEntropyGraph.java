package io.github.leukemia4j.tf;

import io.github.leukemia4j.loss.CrossEntropyLoss;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** Cross-entropy from logits; the fused operation where nothing is weighted or modulated. */
final class CrossEntropyGraph implements TfLoss<CrossEntropyLoss> {
  @Override
  public Class<CrossEntropyLoss> type() {
    return CrossEntropyLoss.class;
  }

  @Override
  public Operand<TFloat32> build(
      Ops tf, CrossEntropyLoss loss, Operand<TFloat32> targets, Operand<TFloat32> logits) {
    int classes = ClassColumns.count(logits);
    Operand<TFloat32> smoothed = smoothed(tf, loss.labelSmoothing(), targets, classes);
    if (loss.focalGamma() == 0 && loss.classWeights().isEmpty()) {
      return tf.math.mean(
          tf.nn.softmaxCrossEntropyWithLogits(logits, smoothed).loss(), tf.constant(0));
    }
    Operand<TFloat32> weights = tf.constant(ClassColumns.weights(loss.classWeights(), classes));
    Operand<TFloat32> shares = tf.math.mul(weights, smoothed);
    Operand<TFloat32> terms = tf.math.neg(tf.nn.logSoftmax(logits));
    if (loss.focalGamma() != 0) {
      terms = tf.math.mul(terms, modulation(tf, loss.focalGamma(), logits, classes));
    }
    return tf.math.divNoNan(sum(tf, tf.math.mul(shares, terms)), sum(tf, shares));
  }

  private static Operand<TFloat32> smoothed(
      Ops tf, double labelSmoothing, Operand<TFloat32> targets, int classes) {
    if (labelSmoothing == 0) {
      return targets;
    }
    return tf.math.add(
        tf.math.mul(tf.constant((float) (1 - labelSmoothing)), targets),
        tf.constant((float) (labelSmoothing / classes)));
  }

  private static Operand<TFloat32> modulation(
      Ops tf, double gamma, Operand<TFloat32> logits, int classes) {
    Operand<TFloat32> complement = ClassColumns.complement(tf, tf.nn.softmax(logits), classes);
    if (gamma < 1) {
      complement =
          tf.math.maximum(complement, tf.constant((float) CrossEntropyLoss.LEAST_COMPLEMENT));
    }
    return gamma == 1 ? complement : tf.math.pow(complement, tf.constant((float) gamma));
  }

  private static Operand<TFloat32> sum(Ops tf, Operand<TFloat32> elements) {
    return tf.reduceSum(elements, tf.constant(new int[] {0, 1}));
  }
}
