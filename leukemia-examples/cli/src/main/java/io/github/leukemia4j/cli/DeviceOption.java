package io.github.leukemia4j.cli;

import io.github.leukemia4j.Device;
import io.github.leukemia4j.backend.OpenOptions;
import io.github.leukemia4j.training.RunOptions;
import picocli.CommandLine.Option;

/** Where a command computes. */
final class DeviceOption {
  @Option(
      names = "--device",
      defaultValue = "auto",
      paramLabel = "auto|cpu|gpu",
      description = "Where to compute; default ${DEFAULT-VALUE}.")
  private Device device;

  @Option(
      names = "--threads",
      defaultValue = "0",
      paramLabel = "N",
      description = "Of the arithmetic; default ${DEFAULT-VALUE}, as many as there are processors.")
  private int threads;

  Device device() {
    return device;
  }

  int threads() {
    return threads;
  }

  OpenOptions open() {
    return OpenOptions.DEFAULT.withDevice(device).withThreads(threads);
  }

  RunOptions run() {
    return RunOptions.DEFAULT.withDevice(device).withThreads(threads);
  }
}
