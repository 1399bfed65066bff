package org.example.leukemia;

import io.github.leukemia4j.tf.TfOptimizer;
import io.github.leukemia4j.tf.TfUpdate;
import io.github.leukemia4j.training.OptimizerConfig;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;

// [optimizer]
/** Stochastic gradient descent with momentum (Sutskever et al. 2013). */
public final class Momentum implements TfOptimizer {
  @Override
  public String name() {
    return "sgd";
  }

  @Override
  public void check(OptimizerConfig config) {
    config.parameters().requireOnly("The optimiser sgd", "momentum");
  }

  @Override
  public Op update(TfUpdate update) {
    Ops tf = update.tf();
    double momentum = update.config().parameters().number("momentum", 0.9);
    return tf.train.applyMomentum(
        update.variable(),
        update.slot("momentum"),
        update.learningRate(),
        update.gradient(),
        tf.constant((float) momentum));
  }
}
// [optimizer]
