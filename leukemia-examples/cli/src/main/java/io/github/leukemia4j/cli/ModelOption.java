package io.github.leukemia4j.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The saved pipeline that a command works with. */
final class ModelOption {
  @Option(
      names = {"--model", "--pipeline"},
      required = true,
      paramLabel = "DIR|ZIP",
      description = "What train wrote, or a zip file of it.")
  private Path model;

  Path path() {
    return model;
  }
}
