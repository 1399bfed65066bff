package io.github.leukemia4j.backend;

import io.github.leukemia4j.BackendException;
import io.github.leukemia4j.ModelFormatException;
import io.github.leukemia4j.backend.Network.Head;
import io.github.leukemia4j.loss.Loss;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.model.ModelManifest;
import io.github.leukemia4j.training.NetworkConfig.AuxiliaryConfig;
import io.github.leukemia4j.training.RunOptions;
import io.github.leukemia4j.training.TrainingConfig;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Opens model bundles, and may train them. Found by {@link java.util.ServiceLoader}: an
 * implementation names itself in {@code META-INF/services/io.github.leukemia4j.backend.Backend}.
 * Thread-safe. Making an instance must be cheap and load nothing native.
 */
public interface Backend {
  /** A short name, such as {@code tensorflow}, by which options can ask for it. */
  String name();

  /** Whether bundles of this kind can be opened. */
  boolean canOpen(ModelManifest manifest);

  /**
   * Opens the network of a bundle whose digests were verified.
   *
   * @param options of which a backend follows the device and the threads
   * @return what the caller closes
   * @throws IOException where a file of the bundle cannot be read
   * @throws ModelFormatException where a file is damaged, or holds more than arithmetic
   * @throws BackendException where the backend fails, or there is too little memory
   */
  Network open(ModelBundle bundle, OpenOptions options) throws IOException;

  /** What makes networks to be trained; empty for a backend that only infers. */
  default Optional<NetworkFactory> training() {
    return Optional.empty();
  }

  /** Makes networks to be trained. Thread-safe. */
  @FunctionalInterface
  interface NetworkFactory {
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

    /**
     * What a head learns. Immutable and thread-safe.
     *
     * @param head the question
     * @param loss for the head's labels: {@link Loss#forLabels} was called, once for a training
     * @param weight of the loss in the sum over heads; without effect where there is one head
     */
    public record HeadLoss(Head head, Loss loss, double weight) {
      /**
       * Heads under the losses and the weights that the configuration has for them; that over the
       * leaves under the loss of all stages.
       */
      public static List<HeadLoss> of(TrainingConfig config, List<Head> heads) {
        return heads.stream().map(head -> of(config, head)).toList();
      }

      private static HeadLoss of(TrainingConfig config, Head head) {
        AuxiliaryConfig column = config.auxiliary().get(head.stage().name());
        Loss loss =
            switch (head.kind()) {
              case STAGE -> config.loss(head.stage());
              case AUXILIARY -> column.loss();
              case LEAVES -> config.loss();
            };
        double weight =
            switch (head.kind()) {
              case STAGE -> config.weight(head.stage());
              case AUXILIARY -> column.weight();
              case LEAVES -> 1;
            };
        return new HeadLoss(head, loss.forLabels(head.labels()), weight);
      }

      /** The number of the head's labels. */
      public int labels() {
        return head.labels().size();
      }
    }
  }
}
