package io.github.leukemia4j.tf;

import io.github.leukemia4j.training.OptimizerConfig;
import org.tensorflow.op.Op;

/**
 * A kind of optimiser: it changes a weight by its gradient. It is found by {@link
 * java.util.ServiceLoader} or given to {@link TfBackend.Builder}, and chosen by its name in the
 * configuration. The library computes and clips the gradients, feeds the learning rate, leaves out
 * frozen weights and statistics, and averages the weights.
 *
 * <p>Implementations keep no state: what they remember of a weight lies in {@linkplain
 * TfUpdate#slot slots} of the graph, which checkpoints hold. Safe for use by many threads.
 */
public interface TfOptimizer {
  /** What a configuration calls it; unique among those that are installed. */
  String name();

  /**
   * Fails where it cannot take these parameters. By default it takes none.
   *
   * @throws IllegalArgumentException naming every parameter that is unknown or out of its range
   */
  default void check(OptimizerConfig config) {
    config.parameters().requireOnly("The optimiser " + name());
  }

  /**
   * Adds the operations to the graph that change one weight in a step. Called once for each weight
   * that is learnt, in the order in which the network asks for them.
   *
   * @param update the weight, its gradient and what the optimiser remembers of it
   * @return the operation that ends the update; the step waits for it
   */
  Op update(TfUpdate update);
}
