package io.github.leukemia4j.cli;

import io.github.leukemia4j.backend.OpenOptions;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A saved pipeline, and how it is run. */
final class OpenPipeline {
  @Mixin private ModelOption model;

  @Mixin private DeviceOption device;

  @Option(
      names = "--accept-unfit",
      description =
          "Decide also on images that the gate finds unfit (blank, out of focus, of unusual stain, ...) instead of referring them to a person.")
  private boolean acceptUnfit;

  Path path() {
    return model.path();
  }

  OpenOptions options() {
    return OpenOptions.DEFAULT
        .withDevice(device.device())
        .withThreads(device.threads())
        .withGate(acceptUnfit ? OpenOptions.Gate.FLAG : OpenOptions.Gate.REFUSE);
  }

  MultilevelPipeline open() throws IOException {
    return MultilevelPipeline.load(path(), options());
  }
}
