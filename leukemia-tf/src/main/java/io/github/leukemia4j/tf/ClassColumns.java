package io.github.leukemia4j.tf;

import io.github.leukemia4j.BackendException;
import io.github.leukemia4j.loss.Loss;
import java.util.Arrays;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** What the graphs of the losses share about the columns of [batch, classes]. */
final class ClassColumns {
  private ClassColumns() {}

  static int count(Operand<TFloat32> logits) {
    Shape shape = logits.shape();
    if (shape.isUnknown() || shape.numDimensions() != 2 || shape.get(1) < 1) {
      throw new BackendException(
          "The logits must have the shape [batch, classes] with a known number of classes; found %s. Give the placeholder or the last layer its shape."
              .formatted(shape));
    }
    return (int) shape.get(1);
  }

  /** One weight for each class, scaled to sum to 1; equal ones where none are given. */
  static float[] weights(List<Double> given, int classes) {
    double[] exact = Loss.classWeights(given, classes);
    float[] weights = new float[classes];
    for (int c = 0; c < classes; c++) {
      weights[c] = (float) exact[c];
    }
    return weights;
  }

  /**
   * 1 - p as the sum of the other classes' probabilities: where p is nearly 1, a subtraction in
   * single precision would leave no digit. A masked sum and not a matrix product, which some GPUs
   * round to 10 bits.
   */
  static Operand<TFloat32> complement(Ops tf, Operand<TFloat32> p, int classes) {
    float[][] others = new float[classes][classes];
    for (int c = 0; c < classes; c++) {
      Arrays.fill(others[c], 1f);
      others[c][c] = 0;
    }
    return tf.reduceSum(
        tf.math.mul(tf.expandDims(p, tf.constant(1)), tf.constant(others)), tf.constant(2));
  }
}
