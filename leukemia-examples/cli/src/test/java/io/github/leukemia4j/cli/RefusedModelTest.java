package io.github.leukemia4j.cli;

import static io.github.leukemia4j.cli.Commands.image;
import static io.github.leukemia4j.cli.Commands.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.leukemia4j.cli.Commands.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models that no command opens. */
class RefusedModelTest {
  @TempDir Path temporary;
  private final Path model = Commands.model();

  private Path copy;

  private Path copyOfTheModel() throws IOException {
    copy = temporary.resolve("copy");
    try (Stream<Path> files = Files.walk(model)) {
      for (Path file : files.toList()) {
        Path to = copy.resolve(model.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(to);
        } else {
          Files.copy(file, to);
        }
      }
    }
    return copy;
  }

  private void refused(String... inMessage) throws IOException {
    Run run = run("classify", "--model", copy, image());

    assertThat(run.code()).as(run.out() + run.err()).isEqualTo(1);
    assertThat(run.err()).contains(inMessage).doesNotContain("\tat ");
    assertThat(run.out()).isEmpty();
  }

  @Test
  void withAFlippedByte() throws IOException {
    Path file = copyOfTheModel().resolve("1-cell/saved_model/saved_model.pb");
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);

    refused(file.toString(), "SHA-256", "copy");
  }

  @Test
  void withAMissingFile() throws IOException {
    Path file = copyOfTheModel().resolve("1-cell/training-config.json");
    Files.delete(file);

    refused(file.toString(), "expected", "copy");
  }

  @Test
  void ofANewerSchema() throws IOException {
    Path file = copyOfTheModel().resolve("1-cell/manifest.json");
    Files.writeString(
        file,
        Files.readString(file).replaceFirst("\"schemaVersion\" : 2", "\"schemaVersion\" : 3"));

    refused(file.toString(), "schemaVersion", "newer", "update");
  }

  @Test
  void thatAreMissing() throws IOException {
    copy = temporary.resolve("nowhere");

    refused("nowhere");
  }

  @Test
  void thatAreOneNetworkOfAPipeline() throws IOException {
    copy = model.resolve("1-cell");

    refused("must be a pipeline", "found one of its networks", model + ".");
  }
}
