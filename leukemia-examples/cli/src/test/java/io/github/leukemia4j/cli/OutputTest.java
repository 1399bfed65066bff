package io.github.leukemia4j.cli;

import static io.github.leukemia4j.cli.Commands.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.leukemia4j.cli.Commands.Run;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputTest {
  @TempDir Path temporary;

  private Stream<Path> left() throws IOException {
    return Files.list(temporary);
  }

  @Nested
  class BeforeTheWork {
    private Path page;

    @BeforeEach
    void namePage() {
      page = temporary.resolve("r.html");
    }

    /** A model that is not there, so that a check after it would complain of that. */
    private Run evaluate(Object html) {
      return run("evaluate", "--model", "no", "--data", Commands.cells(), "--html", html);
    }

    @Test
    void refusesAFileThatIsThere() throws IOException {
      Files.writeString(page, "mine");

      Run run = evaluate(page);

      assertThat(run.code()).isEqualTo(1);
      assertThat(run.err()).contains("r.html exists already: nothing is overwritten");
      assertThat(page).hasContent("mine");
    }

    @Test
    void refusesAPlaceBelowAFile() throws IOException {
      Files.writeString(page, "mine");

      assertThat(evaluate(page.resolve("r.html")).err()).contains("must lie in a folder");
    }

    @Test
    void refusesAFolderThatCannotBeWritten() {
      Path system = Path.of("/proc/self/r.html");
      assumeTrue(Files.isDirectory(system.getParent()), "there is no /proc");

      assertThat(evaluate(system).err()).contains("/proc/self/r.html", "that can be written");
    }

    @Test
    void makesMissingFoldersOnlyWhenItWrites() throws IOException {
      Path deep = temporary.resolve("a/b/r.html");

      assertThat(evaluate(deep).err()).contains("There is no no");
      assertThat(left()).isEmpty();

      Output.write(deep, "text");
      assertThat(deep).hasContent("text");
    }
  }

  @Test
  void isNamedWithTheCauseAndLeavesNothingWhereTheDiskIsFull() throws IOException {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.exists(full), "there is no /dev/full");
    Path file = temporary.resolve("report.html");

    assertThatThrownBy(
            () ->
                Output.write(
                    file,
                    beside -> {
                      Files.writeString(beside, "half");
                      try (OutputStream out = Files.newOutputStream(full)) {
                        out.write(1);
                      }
                    }))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll(file.toString(), "could not be written: No space left on device");
    assertThat(left()).isEmpty();
  }

  @Test
  void ofAnExplanationIsNoPictureOfAnotherKind() {
    Run run = run("explain", "--model", "no", "--out", temporary.resolve("x.jpg"), "cell.png");

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("must end in .png", "x.jpg");
  }
}
