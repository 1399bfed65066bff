package io.github.leukemia4j.cli;

import static io.github.leukemia4j.cli.Commands.run;
import static io.github.leukemia4j.cli.Commands.succeed;
import static io.github.leukemia4j.cli.Commands.succeeded;
import static io.github.leukemia4j.cli.Commands.train;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.leukemia4j.cli.Commands.Run;
import io.github.leukemia4j.data.Datasets;
import io.github.leukemia4j.data.split.Split;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SplitCommandTest {
  @TempDir Path temporary;
  private final Path data = Commands.cells().resolve("manifest.csv");

  @Test
  void writesASplitThatTrainTakes() throws IOException {
    Path file = temporary.resolve("new folder/split.json");

    Run run = succeed("split", "--data", data, "--out", file, "--seed", "3");

    assertThat(run.out()).contains("samples (patients)", "calibration", "Wrote " + file);
    Path out = temporary.resolve("out");
    succeeded(train(data, out, "--split", file));
    assertThat(out.resolve("split.json")).hasSameTextualContentAs(file);
  }

  @Test
  void dividesAsItIsTold() throws IOException {
    Path file = temporary.resolve("split.json");

    succeed("split", "--data", data, "--out", file, "--shares", "0.5,0,0.25,0.25");

    Split split = Split.read(file, Datasets.open(data));
    // 120 cells of 30 patients with 4 cells each: the parts are whole patients.
    assertThat(split.train().size()).isBetween(56, 64);
    assertThat(split.validation().size()).isZero();
    assertThat(split.calibration().size() + split.train().size() + split.test().size())
        .isEqualTo(120);
  }

  @Test
  void refusesSharesThatAreNone() {
    Path file = temporary.resolve("split.json");

    Run few = run("split", "--data", data, "--out", file, "--shares", "0.8,0.2");
    Run many = run("split", "--data", data, "--out", file, "--shares", "0.8,0.1,0.1,0.1");

    assertThat(few.code()).isEqualTo(2);
    assertThat(few.err()).contains("one number for each of train, validation, calibration, test");
    assertThat(many.code()).isEqualTo(1);
    assertThat(many.err()).contains("add up to 1");
    assertThat(file).doesNotExist();
  }
}
