package io.github.leukemia4j.backend;

import io.github.leukemia4j.BackendException;
import io.github.leukemia4j.ModelFormatException;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.training.RunOptions;
import io.github.leukemia4j.training.TrainingConfig;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Makes networks to be trained. Thread-safe. */
@FunctionalInterface
public interface NetworkFactory {
  /**
   * Makes a network with the random weights of the configuration's seed.
   *
   * @param config whose network and optimiser are built
   * @param heads the questions that it shall learn to answer, each with its loss; at least one
   * @param run where the arithmetic runs
   * @return a network that the caller closes
   * @throws BackendException where the backend fails, or does not know a loss
   */
  TrainableNetwork create(TrainingConfig config, List<HeadLoss> heads, RunOptions run);

  /**
   * Reads the weights of a bundle that this backend wrote, for another training to start from.
   *
   * @return the weights by the names that {@link TrainableNetwork#shapes} has, perhaps with other
   *     constants; empty where this backend did not write the bundle
   * @throws IOException where a file of the bundle cannot be read
   * @throws ModelFormatException where a file of the bundle is damaged
   */
  default Map<String, TrainableNetwork.Tensor> weights(ModelBundle bundle) throws IOException {
    return Map.of();
  }
}
