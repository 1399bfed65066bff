package io.github.leukemia4j.backend;

import io.github.leukemia4j.BackendException;
import io.github.leukemia4j.training.RunOptions;
import io.github.leukemia4j.training.TrainingConfig;
import java.util.List;

/** Makes networks to be trained. Thread-safe. */
@FunctionalInterface
public interface NetworkFactory {
  /**
   * Makes a network with the random weights of the configuration's seed.
   *
   * @param config whose network, losses and optimiser are built
   * @param heads the questions that it shall learn to answer, at least one
   * @param run where the arithmetic runs
   * @return a network that the caller closes
   * @throws BackendException where the backend fails, or does not know a loss
   */
  TrainableNetwork create(TrainingConfig config, List<Head> heads, RunOptions run);
}
