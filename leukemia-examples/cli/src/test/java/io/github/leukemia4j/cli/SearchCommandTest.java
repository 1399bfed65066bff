package io.github.leukemia4j.cli;

import static io.github.leukemia4j.cli.Commands.run;
import static io.github.leukemia4j.cli.Commands.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SearchCommandTest {
  @TempDir Path temporary;
  private final Path cells = Commands.cells();

  private Object[] args(String space, Path out) throws IOException {
    return new Object[] {
      "search",
      "--data",
      cells.resolve("manifest.csv"),
      "--space",
      Files.writeString(temporary.resolve("space.json"), space),
      "--out",
      out,
      "--strategy",
      "genetic",
      "--trials",
      "2",
      "--folds",
      "2",
      "--no-fresh-folds",
      "--network",
      "small",
      "--size",
      "32",
      "--epochs",
      "1"
    };
  }

  @Test
  void searchesThenRemembers() throws IOException {
    Path out = temporary.resolve("search");
    Object[] args =
        args(
            """
            {"settings": {
              "loss": {"choices": ["cross-entropy", "tversky(${1-beta},${beta})"]},
              "beta": {"range": [0.3, 0.9]}
            }}
            """,
            out);
    Commands.Run first = succeed(args);
    assertThat(first.out())
        .contains("default ", "trial   2", "The default has a balanced accuracy");
    assertThat(Files.readAllLines(out.resolve("trials.jsonl"))).hasSize(3);
    assertThat(out.resolve("search.html")).content().contains("Parallel coordinates");
    assertThat(out.resolve("split.json")).exists();
    assertThat(succeed(args).out()).contains("(from before)");
    succeed(
        "train",
        "--data",
        cells.resolve("manifest.csv"),
        "--config",
        out.resolve("best-config.json"),
        "--split",
        out.resolve("split.json"),
        "--out",
        temporary.resolve("trained"));
  }

  @Test
  void saysAllThatIsWrongBeforeTheFirstTraining() throws IOException {
    Commands.Run run =
        run(args("{\"settings\": {\"loss\": {\"choices\": [\"dice\", \"dise\"]}}}", temporary));
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("A search cannot begin:", "loss at dise:", "there is no loss");
    assertThat(temporary.resolve("trials.jsonl")).doesNotExist();
  }
}
