package io.github.leukemia4j.cli;

import io.github.leukemia4j.training.RunOptions;
import io.github.leukemia4j.training.TrainingConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options that every command that trains has. */
final class TrainingOptions {
  private CommandSpec command;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "Take the settings of this file, such as the training-config.json of a bundle; options go"
              + " before it.")
  private Path config;

  @Option(
      names = "--set",
      paramLabel = "PATH=VALUE",
      description =
          "Any setting of such a file by its path, such as optimizer.schedule=step; may be given"
              + " several times.")
  private Map<String, String> others = new LinkedHashMap<>();

  @Option(
      names = "--read",
      paramLabel = "STAGE=COLUMN",
      description =
          "Read this stage from the column that is learnt beside the labels too: the mean of its"
              + " own logits and those of the sums over the values below its labels. May be given several"
              + " times.")
  private Map<String, String> reads = new LinkedHashMap<>();

  @Mixin private DeviceOption device;

  @Spec(Spec.Target.MIXEE)
  void command(CommandSpec spec) {
    command = spec;
    Settings.TRAINING.addTo(spec);
  }

  /**
   * The settings of the file, with those of the options.
   *
   * @throws IllegalArgumentException where a setting is unknown or out of its range
   */
  TrainingConfig config() throws IOException {
    return config(List.of());
  }

  /**
   * The settings of the file, with those of the options.
   *
   * @param auxiliary columns that are learnt beside the labels, each perhaps with a weight
   */
  TrainingConfig config(List<String> auxiliary) throws IOException {
    TrainingConfig.Builder builder = TrainingConfig.builder();
    if (config != null) {
      builder.read(config);
    }
    try {
      auxiliary.forEach(builder::auxiliary);
      reads.values().stream()
          .distinct()
          .forEach(
              column ->
                  builder.set(
                      "auxiliary.%s.reads".formatted(column),
                      reads.keySet().stream()
                          .filter(stage -> reads.get(stage).equals(column))
                          .toList()));
      others.forEach(builder::set);
      TrainingConfig built = Settings.apply(command, builder).build();
      // The warm-up leaves an epoch to learn in.
      int longest = built.selection().epochs() - 1;
      return built.optimizer().warmupEpochs() <= longest
          ? built
          : built.toBuilder().warmupEpochs(longest).build();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(Settings.inOptions(e.getMessage()), e);
    }
  }

  RunOptions run() {
    return device.run();
  }
}
