package io.github.leukemia4j.cli;

import io.github.leukemia4j.image.augment.Augmentation;
import io.github.leukemia4j.training.InputConfig;
import io.github.leukemia4j.training.NetworkConfig;
import io.github.leukemia4j.training.OptimizerConfig;
import io.github.leukemia4j.training.RunOptions;
import io.github.leukemia4j.training.SelectionConfig;
import io.github.leukemia4j.training.TrainingConfig;
import java.util.Locale;
import java.util.stream.Stream;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that every command that trains has. Their defaults are those of the library. */
final class TrainingOptions {
  private static final TrainingConfig DEFAULTS = TrainingConfig.defaults();

  /** The networks by name. */
  enum Network {
    /** See {@link NetworkConfig#paper()}. */
    PAPER(NetworkConfig.paper()),
    /** See {@link NetworkConfig#small()}. */
    SMALL(NetworkConfig.small()),
    /** See {@link NetworkConfig#standard()}. */
    STANDARD(NetworkConfig.standard()),
    /** See {@link NetworkConfig#residual()}. */
    RESIDUAL(NetworkConfig.residual());

    private final NetworkConfig config;

    Network(NetworkConfig config) {
      this.config = config;
    }

    private static Network ofDefaults() {
      return Stream.of(values())
          .filter(network -> network.config.equals(DEFAULTS.network()))
          .findFirst()
          .orElseThrow();
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "At most this many epochs; default ${DEFAULT-VALUE}.")
  private int epochs = DEFAULTS.selection().epochs();

  @Option(
      names = "--size",
      paramLabel = "PIXELS",
      description = "Side of the network's input; default ${DEFAULT-VALUE}.")
  private int size = DEFAULTS.input().size();

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      description = "Images in a step; default ${DEFAULT-VALUE}.")
  private int batchSize = DEFAULTS.batches().size();

  @Option(
      names = "--learning-rate",
      paramLabel = "RATE",
      description = "The highest, after the warm-up; default ${DEFAULT-VALUE}.")
  private double learningRate = DEFAULTS.optimizer().learningRate();

  @Option(
      names = "--weight-decay",
      paramLabel = "RATE",
      description = "Of AdamW; default ${DEFAULT-VALUE}.")
  private double weightDecay = DEFAULTS.optimizer().weightDecay();

  @Option(
      names = "--network",
      paramLabel = "NAME",
      description = "${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
  private Network network = Network.ofDefaults();

  @Option(
      names = "--augmentation",
      defaultValue = "cells",
      paramLabel = "SPEC",
      description = "Such as cells, fields, none or dihedral,stain(0.6); default ${DEFAULT-VALUE}.")
  private String augmentation;

  @Option(
      names = "--centre-crop",
      paramLabel = "SHARE",
      description =
          "Of an image's sides that the network sees, about the middle; default ${DEFAULT-VALUE}."
              + " 1 for whole fields.")
  private double centreCrop = DEFAULTS.input().centreCrop();

  @Option(
      names = "--stain-normalisation",
      description = "Give every image the colours of the training images (Reinhard).")
  private boolean stainNormalisation;

  @Option(
      names = "--mixup",
      paramLabel = "ALPHA",
      description =
          "Mix training images with one another, such as 0.2; default ${DEFAULT-VALUE}, not at"
              + " all.")
  private double mixup = DEFAULTS.batches().mixup();

  @Option(
      names = "--criterion",
      paramLabel = "NAME",
      description =
          "By which the epoch that is kept is chosen: ${COMPLETION-CANDIDATES}; default"
              + " ${DEFAULT-VALUE}.")
  private SelectionConfig.Criterion criterion = DEFAULTS.selection().criterion();

  @Option(
      names = "--patience",
      paramLabel = "N",
      description =
          "Stop after so many epochs that were no better; default ${DEFAULT-VALUE}, never.")
  private int patience = DEFAULTS.selection().patience();

  @Option(
      names = "--averaging",
      paramLabel = "DECAY",
      description =
          "Share of the old in the moving average of the weights, 0 for none; default"
              + " ${DEFAULT-VALUE}.")
  private double averaging = DEFAULTS.optimizer().averaging();

  @Option(
      names = "--views",
      paramLabel = "none|dihedral",
      description =
          "What is averaged when an image is classified: nothing, or its eight flips and turns, for"
              + " eight times the work of classification; default ${DEFAULT-VALUE}.")
  private InputConfig.TestTimeAugmentation views = DEFAULTS.input().testTimeAugmentation();

  @Option(
      names = "--precision",
      paramLabel = "float32|bfloat16",
      description = "In what numbers convolutions are trained; default ${DEFAULT-VALUE}.")
  private OptimizerConfig.Precision precision = DEFAULTS.optimizer().precision();

  @Mixin private DeviceOption device;

  TrainingConfig.Builder builder() {
    return TrainingConfig.builder()
        .epochs(epochs)
        .warmupEpochs(Math.max(0, Math.min(DEFAULTS.optimizer().warmupEpochs(), epochs - 1)))
        .inputSize(size)
        .batchSize(batchSize)
        .learningRate(learningRate)
        .weightDecay(weightDecay)
        .network(network.config)
        .augmentation(Augmentation.parse(augmentation))
        .centreCrop(centreCrop)
        .stainNormalisation(stainNormalisation)
        .mixup(mixup)
        .criterion(criterion)
        .patience(patience)
        .averaging(averaging)
        .testTimeAugmentation(views)
        .precision(precision);
  }

  RunOptions run() {
    return device.run();
  }
}
