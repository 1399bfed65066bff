package io.github.leukemia4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReadmeTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  @ParameterizedTest
  @CsvSource({
    "train-and-classify, leukemia-examples/src/main/java/io/github/leukemia4j/examples/TrainAndClassify.java",
    "hand-made, leukemia-examples/src/test/java/io/github/leukemia4j/examples/HandMadeClassifierTest.java"
  })
  void showsCodeThatIsCompiled(String marker, String source) throws IOException {
    List<String> lines = Files.readAllLines(ROOT.resolve(source));
    int first = lines.indexOf("  // [" + marker + "]");
    int last = lines.lastIndexOf("  // [" + marker + "]");
    assertThat(first).isNotNegative().isLessThan(last);
    String code = String.join("\n", lines.subList(first + 1, last)).stripIndent();

    assertThat(Files.readString(ROOT.resolve("README.md")))
        .as("README.md must show the marked lines of %s", source)
        .contains("```java\n" + code + "\n```");
  }

  @Test
  void givesTheCommandThatContinuousIntegrationRuns() throws IOException {
    String command =
        Files.readAllLines(ROOT.resolve(".ci/run")).stream()
            .filter(line -> line.startsWith("mvn "))
            .findFirst()
            .orElseThrow();

    assertThat(Files.readString(ROOT.resolve("README.md"))).contains("```sh\n" + command + "\n```");
  }
}
