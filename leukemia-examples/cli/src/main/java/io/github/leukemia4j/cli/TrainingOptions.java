package io.github.leukemia4j.cli;

import io.github.leukemia4j.training.RunOptions;
import io.github.leukemia4j.training.TrainingConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
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
          "Take the settings of this file, such as the training-config.json of a bundle; options go before it.")
  private Path config;

  @Option(
      names = "--set",
      paramLabel = "PATH=VALUE",
      description =
          "Any setting of such a file by its path, such as optimizer.schedule=step; may be given several times.")
  private Map<String, String> others = new LinkedHashMap<>();

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
    TrainingConfig.Builder builder = TrainingConfig.builder();
    if (config != null) {
      builder.read(config);
    }
    try {
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
