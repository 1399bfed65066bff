package io.github.leukemia4j.tf;

import io.github.leukemia4j.loss.TverskyLoss;
import io.github.leukemia4j.loss.TverskyLoss.AbsentClasses;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** The Tversky loss in single precision, arranged so that nothing is lost by cancellation. */
final class TverskyGraph implements TfLoss<TverskyLoss> {
  @Override
  public Class<TverskyLoss> type() {
    return TverskyLoss.class;
  }

  @Override
  public Operand<TFloat32> build(
      Ops tf, TverskyLoss loss, Operand<TFloat32> targets, Operand<TFloat32> logits) {
    int classes = ClassColumns.count(logits);
    Operand<TFloat32> p = tf.nn.softmax(logits);
    Operand<TFloat32> notP = ClassColumns.complement(tf, p, classes);
    Operand<TFloat32> notTarget = tf.math.sub(tf.constant(1f), targets);
    Operand<TFloat32> truePositive = perClass(tf, tf.math.mul(p, targets));
    Operand<TFloat32> falsePositive = perClass(tf, tf.math.mul(p, notTarget));
    Operand<TFloat32> falseNegative = perClass(tf, tf.math.mul(notP, targets));

    Operand<TFloat32> hits =
        tf.math.maximum(
            tf.math.add(truePositive, tf.constant((float) loss.smoothing())),
            tf.constant((float) TverskyLoss.LEAST_HITS));
    Operand<TFloat32> errors =
        tf.math.add(
            tf.math.mul(tf.constant((float) loss.falsePositiveWeight()), falsePositive),
            tf.math.mul(tf.constant((float) loss.falseNegativeWeight()), falseNegative));
    Operand<TFloat32> terms = power(tf, base(tf, loss, hits, errors), loss.focalExponent());
    Operand<TFloat32> shares = shares(tf, loss, targets, classes);
    return tf.reduceSum(tf.math.mul(shares, terms), tf.constant(0));
  }

  private static Operand<TFloat32> perClass(Ops tf, Operand<TFloat32> elements) {
    return tf.reduceSum(elements, tf.constant(0));
  }

  /** 1 - index, or -log(index): neither is subtracted from 1. */
  private static Operand<TFloat32> base(
      Ops tf, TverskyLoss loss, Operand<TFloat32> hits, Operand<TFloat32> errors) {
    if (!loss.logarithmic()) {
      return tf.math.div(errors, tf.math.add(hits, errors));
    }
    Operand<TFloat32> largest = tf.constant((float) (1 / TverskyLoss.LEAST_BASE - 1));
    return tf.math.log1p(tf.math.minimum(tf.math.div(errors, hits), largest));
  }

  private static Operand<TFloat32> power(Ops tf, Operand<TFloat32> base, double exponent) {
    if (exponent == 1) {
      return base;
    }
    Operand<TFloat32> clamped =
        exponent < 1 ? tf.math.maximum(base, tf.constant((float) TverskyLoss.LEAST_BASE)) : base;
    return tf.math.pow(clamped, tf.constant((float) exponent));
  }

  /** The share of each class in the mean: they sum to 1, or are all 0 where no class counts. */
  private static Operand<TFloat32> shares(
      Ops tf, TverskyLoss loss, Operand<TFloat32> targets, int classes) {
    Operand<TFloat32> weights = tf.constant(ClassColumns.weights(loss.classWeights(), classes));
    if (loss.absentClasses() == AbsentClasses.INCLUDED) {
      return weights;
    }
    Operand<TFloat32> present =
        tf.dtypes.cast(
            tf.math.greater(tf.reduceMax(targets, tf.constant(0)), tf.constant(0f)),
            TFloat32.class);
    Operand<TFloat32> counted = tf.math.mul(weights, present);
    return tf.math.divNoNan(counted, tf.reduceSum(counted, tf.constant(0)));
  }
}
