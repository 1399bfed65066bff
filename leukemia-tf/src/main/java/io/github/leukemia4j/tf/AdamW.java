package io.github.leukemia4j.tf;

import io.github.leukemia4j.tf.TfWeight.Role;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Adam with decoupled weight decay, on kernels only (Loshchilov and Hutter 2019). The powers of the
 * betas are fed, so that there is no variable to race for.
 */
final class AdamW implements TfOptimizer {
  private static final float BETA1 = 0.9f;
  private static final float BETA2 = 0.999f;
  private static final float EPSILON = 1e-8f;

  @Override
  public String name() {
    return "adamw";
  }

  @Override
  public Op update(TfUpdate update) {
    Ops tf = update.tf();
    Ops next = tf;
    double weightDecay = update.config().weightDecay();
    if (update.weight().role() == Role.KERNEL && weightDecay > 0) {
      Operand<TFloat32> decay =
          tf.math.mul(
              update.variable(),
              tf.math.mul(update.learningRate(), tf.constant((float) weightDecay)));
      next = tf.withControlDependencies(List.of(tf.assignSub(update.variable(), decay)));
    }
    return next.train.applyAdam(
        update.variable(),
        update.slot("m"),
        update.slot("v"),
        update.fed("beta1Power", step -> Math.pow(BETA1, step)),
        update.fed("beta2Power", step -> Math.pow(BETA2, step)),
        update.learningRate(),
        tf.constant(BETA1),
        tf.constant(BETA2),
        tf.constant(EPSILON),
        update.gradient());
  }
}
