package io.github.leukemia4j.tf;

import io.github.leukemia4j.training.OptimizerConfig;
import java.util.function.LongToDoubleFunction;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Variable;
import org.tensorflow.types.TFloat32;

/**
 * The update of one weight in one training step, as a {@link TfOptimizer} adds it to the graph. Not
 * thread-safe.
 */
public final class TfUpdate {
  private final TrainingGraph graph;
  private final Ops tf;
  private final TfWeight weight;
  private final Variable<TFloat32> variable;
  private final Operand<TFloat32> gradient;
  private final Operand<TFloat32> learningRate;

  TfUpdate(
      TrainingGraph graph,
      Ops tf,
      TfWeight weight,
      Variable<TFloat32> variable,
      Operand<TFloat32> gradient,
      Operand<TFloat32> learningRate) {
    this.graph = graph;
    this.tf = tf;
    this.weight = weight;
    this.variable = variable;
    this.gradient = gradient;
    this.learningRate = learningRate;
  }

  /**
   * Adds operations to the graph. They run when the gradients of all weights are there. Operations
   * that must run one after another, such as two that change the same weight, need control
   * dependencies of their own.
   */
  public Ops tf() {
    return tf;
  }

  /** What the weight is called, and its role. */
  public TfWeight weight() {
    return weight;
  }

  /** The weight itself, to be changed. */
  public Variable<TFloat32> variable() {
    return variable;
  }

  /** The gradient of the loss with respect to the weight, clipped; of the weight's shape. */
  public Operand<TFloat32> gradient() {
    return gradient;
  }

  /** The learning rate of the step, a scalar. */
  public Operand<TFloat32> learningRate() {
    return learningRate;
  }

  /** The settings of the optimiser, with its parameters. */
  public OptimizerConfig config() {
    return graph.config().optimizer();
  }

  /**
   * What the optimiser remembers of this weight: a variable of the weight's shape that starts from
   * 0. Checkpoints hold it under {@code WEIGHT.NAME}.
   *
   * @param name such as {@code m}
   */
  public Variable<TFloat32> slot(String name) {
    return graph.slot(weight, name);
  }

  /**
   * A number that is fed at every step, the same for all weights.
   *
   * @param name asks for the same number again
   * @param ofStep the number of a step, counted from 1 over all epochs
   * @return a scalar
   */
  public Operand<TFloat32> fed(String name, LongToDoubleFunction ofStep) {
    return graph.fed(name, ofStep);
  }
}
