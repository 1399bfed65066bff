package io.github.leukemia4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuickstartCommandTest {
  @TempDir Path temporary;

  @Test
  void endsWithTheAnswersForRealCellsThatTheReadmeShows() throws Exception {
    Path folder = temporary.resolve("real-cells");
    StringWriter written = new StringWriter();
    PrintWriter console = new PrintWriter(written);

    QuickstartCommand.realCells(console, folder);

    console.flush();
    String shown =
        written.toString().replace(folder.toString(), "quickstart/real-cells").replace("\r", "");
    assertThat(Files.readString(Path.of("..", "..", "README.md")))
        .contains("```\n" + shown.strip() + "\n```");
  }
}
