package io.github.leukemia4j.cli;

import static io.github.leukemia4j.cli.Commands.cells;
import static io.github.leukemia4j.cli.Commands.run;
import static io.github.leukemia4j.cli.Commands.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.leukemia4j.cli.Commands.Run;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StudyCommandTest {
  @TempDir private Path temporary;

  @Test
  void writesATableAndGoesOnWithIt() {
    Path out = temporary.resolve("study");
    Object[] args = {
      "study",
      "--data",
      cells().resolve("manifest.csv"),
      "--out",
      out,
      "--quick",
      "--folds",
      "2",
      "--rows",
      "features-neighbours,colours,majority"
    };
    Run first = succeed(args);
    assertThat(first.out())
        .contains("Row 1 of 3", "fold 2 of 2", "Less the first", "Wrote 3 rows, study.md")
        .contains("its protocol is not comparable");
    assertThat(out).isDirectoryContaining("glob:**study.html");
    assertThat(succeed(args).out()).contains("Row 3 of 3, The most frequent label: there already.");
  }

  @Test
  void namesAllFaultsAtOnce() {
    Path out = temporary.resolve("study");
    Run run =
        run(
            "study",
            "--data",
            cells().resolve("manifest.csv"),
            "--out",
            out,
            "--rows",
            "boosting,cnn-svm",
            "--folds",
            "1");
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err())
        .contains(
            "rows must be among [paper-tversky",
            "found [boosting]",
            "the row cnn-svm needs the networks",
            "there must be two folds or more; found 1");
    assertThat(out).doesNotExist();
  }

  @Test
  void refusesColumnsThatItWouldNotLearn() {
    Run run =
        run("study", "--data", cells(), "--out", temporary.resolve("s"), "--auxiliary", "type");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("A study learns no columns beside the labels");
  }
}
