package io.github.leukemia4j.examples;

import io.github.leukemia4j.Device;
import io.github.leukemia4j.data.Sampling;
import io.github.leukemia4j.image.Augmentation;
import io.github.leukemia4j.loss.Losses;
import io.github.leukemia4j.training.NetworkConfig;
import io.github.leukemia4j.training.TrainingConfig;
import picocli.CommandLine.Option;

/** The options that every command that trains has. */
final class TrainingOptions {
  /** The networks by name. */
  enum Network {
    /** See {@link NetworkConfig#paper()}. */
    PAPER,
    /** See {@link NetworkConfig#small()}. */
    SMALL,
    /** See {@link NetworkConfig#standard()}. */
    STANDARD,
    /** See {@link NetworkConfig#residual()}. */
    RESIDUAL;

    NetworkConfig config() {
      return switch (this) {
        case PAPER -> NetworkConfig.paper();
        case SMALL -> NetworkConfig.small();
        case STANDARD -> NetworkConfig.standard();
        case RESIDUAL -> NetworkConfig.residual();
      };
    }
  }

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "At most this many epochs; 20 by default.")
  private Integer epochs;

  @Option(
      names = "--size",
      paramLabel = "PIXELS",
      description = "Side of the network's input; 64 by default.")
  private Integer size;

  @Option(
      names = "--seed",
      defaultValue = "1",
      paramLabel = "N",
      description = "Of the split, the weights and everything else; default ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--loss",
      paramLabel = "SPEC",
      description =
          "default, or such as cross-entropy, tversky(0.3,0.7), dice, f-beta(2) or"
              + " 0.5*cross-entropy+0.5*tversky(0.3,0.7).")
  private String loss;

  @Option(
      names = "--network",
      paramLabel = "NAME",
      description = "${COMPLETION-CANDIDATES}; residual by default.")
  private Network network;

  @Option(
      names = "--sampling",
      paramLabel = "natural|balanced",
      description = "How batches are drawn; natural by default.")
  private Sampling sampling;

  @Option(
      names = "--augmentation",
      paramLabel = "SPEC",
      description = "cells, the default, or such as fields, none or dihedral,stain(0.6).")
  private String augmentation;

  @Option(
      names = "--centre-crop",
      paramLabel = "SHARE",
      description =
          "Of an image's sides that the network sees, about the middle; 0.6 by default."
              + " 1 for whole fields.")
  private Double centreCrop;

  @Option(
      names = "--stain-normalisation",
      description = "Give every image the colours of the training images (Reinhard).")
  private boolean stainNormalisation;

  @Option(
      names = "--mixup",
      defaultValue = "0",
      paramLabel = "ALPHA",
      description = "Mix training images with one another, such as 0.2; 0, the default, does not.")
  private double mixup;

  @Option(
      names = "--criterion",
      paramLabel = "NAME",
      description =
          "By which the epoch that is kept is chosen: ${COMPLETION-CANDIDATES}; the last by"
              + " default.")
  private TrainingConfig.Criterion criterion;

  @Option(
      names = "--patience",
      paramLabel = "N",
      description = "Stop after so many epochs that were no better; 0, the default, never does.")
  private Integer patience;

  @Option(
      names = "--averaging",
      paramLabel = "DECAY",
      description =
          "Share of the old in the moving average of the weights; 0.99 by default, 0 for none.")
  private Double averaging;

  @Option(
      names = "--views",
      paramLabel = "none|dihedral",
      description =
          "What is averaged when an image is classified: nothing or, by default, its eight flips and"
              + " turns, for eight times the work of classification.")
  private TrainingConfig.TestTimeAugmentation views;

  @Option(
      names = "--precision",
      paramLabel = "float32|bfloat16",
      description = "In what numbers convolutions are trained.")
  private TrainingConfig.Precision precision;

  @Option(
      names = "--device",
      defaultValue = "auto",
      paramLabel = "auto|cpu|gpu",
      description = "Where to train; default ${DEFAULT-VALUE}.")
  private Device device;

  TrainingConfig.Builder builder() {
    TrainingConfig.Builder config =
        TrainingConfig.builder()
            .seed(seed)
            .device(device)
            .stainNormalisation(stainNormalisation)
            .mixup(mixup);
    if (epochs != null) {
      config.epochs(epochs).warmupEpochs(Math.max(0, Math.min(2, epochs - 1)));
    }
    if (centreCrop != null) {
      config.centreCrop(centreCrop);
    }
    if (size != null) {
      config.inputSize(size);
    }
    if (loss != null) {
      config.loss(Losses.parse(loss));
    }
    if (network != null) {
      config.network(network.config());
    }
    if (sampling != null) {
      config.sampling(sampling);
    }
    if (augmentation != null) {
      config.augmentation(Augmentation.parse(augmentation));
    }
    if (criterion != null) {
      config.criterion(criterion);
    }
    if (patience != null) {
      config.patience(patience);
    }
    if (averaging != null) {
      config.averaging(averaging);
    }
    if (views != null) {
      config.testTimeAugmentation(views);
    }
    if (precision != null) {
      config.precision(precision);
    }
    return config;
  }
}
