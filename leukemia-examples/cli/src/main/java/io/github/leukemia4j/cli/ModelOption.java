package io.github.leukemia4j.cli;

import io.github.leukemia4j.starter.Starter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The saved pipeline that a command works with. */
final class ModelOption {
  private static final String STARTER = "starter";

  @Option(
      names = {"--model", "--pipeline"},
      required = true,
      paramLabel = "DIR|ZIP",
      description =
          "What train wrote, or a zip file of it; starter is the pipeline that comes with the"
              + " program, where there is no file of that name.")
  private Path model;

  private Path written;

  /**
   * @throws UncheckedIOException where the starter cannot be written to a temporary file
   */
  Path path() {
    if (!model.equals(Path.of(STARTER)) || Files.exists(model)) {
      return model;
    }
    if (written == null) {
      try {
        Path folder = Files.createTempDirectory("leukemia4j-starter-");
        folder.toFile().deleteOnExit();
        written = Starter.write(folder.resolve("starter.zip"));
        written.toFile().deleteOnExit();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return written;
  }
}
