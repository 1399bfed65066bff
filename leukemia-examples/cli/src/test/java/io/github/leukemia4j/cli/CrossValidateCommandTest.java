package io.github.leukemia4j.cli;

import static io.github.leukemia4j.cli.Commands.run;
import static io.github.leukemia4j.cli.Commands.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.leukemia4j.evaluation.Predictions;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CrossValidateCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  @TempDir Path temporary;
  private final Path cells = Commands.cells();

  @Test
  void scoresEverySampleOnceAndSaysWhatToHoldItAgainst() throws IOException {
    Path out = temporary.resolve("cv");
    Object[] args = {
      "crossvalidate",
      "--data",
      cells.resolve("manifest.csv"),
      "--out",
      out,
      "--folds",
      "2",
      "--network",
      "small",
      "--size",
      "32",
      "--epochs",
      "1"
    };
    succeed(args);

    JsonNode report = JSON.readTree(out.resolve("report.json").toFile());
    assertThat(report.at("/stages/0/samples").intValue())
        .isEqualTo(Predictions.read(out.resolve("predictions.csv")).samples().size());
    assertThat(report.at("/baselines/0/how").asText()).contains("of each fold");
    assertThat(report.at("/calibration/0/temperatures")).hasSize(2);
    assertThat(report.at("/calibration/1/differences/logLoss/first").isNumber()).isTrue();
    assertThat(report.at("/stages/1/byPatient/decisions/samples").intValue()).isPositive();
    assertThat(out.resolve("report.html"))
        .content()
        .contains("Beside something simpler", "Patient by patient", "Calibration by a temp");
    assertThat(out.resolve("report.md")).content().contains("One decision for each");
    JsonNode before = JSON.readTree(out.resolve("report.json").toFile());

    assertThat(run(args).code()).as("called again, with all folds there").isZero();
    assertThat(JSON.readTree(out.resolve("report.json").toFile())).isEqualTo(before);
    assertThat(run("compare", out, out, "--resamples", "20").code()).isZero();

    Path labels = temporary.resolve("labels");
    Commands.Run looked =
        succeed(
            "labels",
            "--data",
            cells.resolve("manifest.csv"),
            "--predictions",
            out.resolve("predictions.csv"),
            "--out",
            labels);
    assertThat(looked.out()).contains("No label was changed.");
    assertThat(labels.resolve("labels.html")).content().contains("Stage cell", "Stage abnormal");
  }
}
