package io.github.leukemia4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.leukemia4j.cli.Commands.Run;
import io.github.leukemia4j.model.HeadManifest;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.synthetic.SyntheticSmear;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From synthetic cells to a pipeline that leaves questions open. */
class CalibrateCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path shared;
  private static Path cells;
  private static Path model;
  private static String printed;

  @TempDir Path temporary;

  @BeforeAll
  static void trainWithACalibrationPart() throws IOException {
    cells = shared.resolve("cells");
    model = shared.resolve("model");
    SyntheticSmear.builder()
        .imageSize(32)
        .cellsPerLabel(40)
        .patientsPerLabel(12)
        .build()
        .write(cells);
    Run trained =
        Commands.train(
            cells.resolve("manifest.csv"),
            model,
            "--calibration",
            "0.3",
            "--sensitivity",
            "0.7",
            "--confidence",
            "0.8",
            "--coverage",
            "0.6");
    assertThat(trained.code()).as(trained.err()).isZero();
    printed = trained.out();
  }

  private static HeadManifest cell(Path pipeline) throws IOException {
    return ModelBundle.open(pipeline.resolve("1-cell")).manifest().heads().get(0);
  }

  private static HeadManifest abnormal(Path pipeline) throws IOException {
    return ModelBundle.open(pipeline.resolve("1-cell")).manifest().heads().get(1);
  }

  @Test
  void trainStoresWhatTheCalibrationPartSupports() throws IOException {
    HeadManifest cell = cell(model);
    assertThat(cell.calibration().temperature().patients()).isGreaterThan(5);
    assertThat(cell.decision().operatingPoint().sensitivity().orElseThrow())
        .isGreaterThanOrEqualTo(0.7);
    assertThat(cell.decision().operatingPoint().confidence()).hasValue(0.8);
    assertThat(abnormal(model).decision().conformalSets()).isNotNull();
    assertThat(printed)
        .contains("Calibrated the stage cell:", "for the sensitivity of at least 0.7", "log loss");
    assertThat(Files.readString(model.resolve("1-cell/MODEL_CARD.md")))
        .contains("sensitivity of at least 0.7", "with confidence 0.8");
    assertThat(Files.readString(model.resolve("MODEL_CARD.md")))
        .contains("sensitivity of at least 0.7", "conformal sets of coverage 0.6 for each label");
    JsonNode path = JSON.readTree(model.resolve("report.json").toFile()).get("path");
    assertThat(
            path.get("decided").asInt()
                + path.get("stoppedEarly").asInt()
                + path.get("referred").asInt())
        .isEqualTo(path.get("samples").asInt());
  }

  @Test
  void evaluateRefusesTheCalibrationPart() {
    Run run =
        Commands.run(
            "evaluate",
            "--model",
            model,
            "--data",
            cells.resolve("manifest.csv"),
            "--split",
            model.resolve("split.json"),
            "--part",
            "calibration");
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("must be evaluated on patients and images");
  }

  @Test
  void calibrateTakesTheSharesOfPickedCellsOutOfTheFit() throws IOException {
    HeadManifest[] fitted = new HeadManifest[2];
    for (int i = 0; i < 2; i++) {
      Path out = temporary.resolve("calibrated" + i);
      List<Object> args =
          new ArrayList<>(
              List.of(
                  "calibrate",
                  "--model",
                  model,
                  "--data",
                  cells.resolve("manifest.csv"),
                  "--split",
                  model.resolve("split.json"),
                  "--part",
                  "test",
                  "--out",
                  out));
      if (i == 1) {
        args.add("--picked");
      }
      Run run = Commands.run(args.toArray());
      assertThat(run.code()).as(run.err()).isZero();
      assertThat(run.out()).contains("  bias ");
      fitted[i] = cell(out);
    }
    assertThat(fitted[1].calibration().temperature().logLossBefore())
        .isNotEqualTo(fitted[0].calibration().temperature().logLossBefore());
    assertThat(fitted[1].priors()).isEqualTo(cell(model).priors());
  }

  @Test
  void calibrateWritesAnotherPipelineThatRefersAndSaysWhy() throws IOException {
    Path out = temporary.resolve("calibrated");
    Run run =
        Commands.run(
            "calibrate",
            "--pipeline",
            model,
            "--data",
            cells.resolve("manifest.csv"),
            "--split",
            model.resolve("split.json"),
            "--part",
            "test",
            "--sensitivity",
            "0.85",
            "--specificity",
            "0.85",
            "--confidence",
            "0.3",
            "--coverage",
            "0.99",
            "--out",
            out);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("Calibrated the stage cell:", "REFUSED: Conformal sets of coverage 0.99 need")
        .contains("Wrote " + out);
    HeadManifest cell = cell(out);
    assertThat(cell.decision().operatingPoint()).isNotNull();
    assertThat(cell.decision().upperPoint()).isNotNull();
    assertThat(abnormal(out).decision().refusals()).hasSize(1);

    Path results = temporary.resolve("results.csv");
    Run classified =
        Commands.run(
            "classify-batch", "--accept-unfit", "--model", out, "--data", cells, "--out", results);
    assertThat(classified.code()).as(classified.err()).isZero();
    List<String> lines = Files.readAllLines(results);
    assertThat(lines.get(0)).startsWith("file,outcome,label,probability,path,reason,candidates,");
    assertThat(lines.stream().filter(l -> l.contains(",referred,")).toList())
        .isNotEmpty()
        .allSatisfy(l -> assertThat(l).contains("between the thresholds"));

    Run json =
        Commands.run(
            "classify",
            "--json",
            "--model",
            out,
            cells.resolve(lines.get(1).split(",")[0].replace("\"", "")));
    assertThat(json.code()).as(json.err()).isZero();
    JsonNode one = JSON.readTree(json.out());
    assertThat(one.has("reason")).isTrue();
    assertThat(one.has("candidates")).isTrue();
    assertThat(one.get("outcome").asText()).isIn("decided", "stopped", "referred");
  }

  @Test
  void exportToOnnxKeepsCalibrationAndDecision() throws IOException {
    Path out = temporary.resolve("onnx");
    Run run = Commands.run("export", "--model", model, "--onnx-bundle", out);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(cell(out).decision()).isEqualTo(cell(model).decision());
    assertThat(cell(out).calibration()).isEqualTo(cell(model).calibration());
    assertThat(abnormal(out).decision()).isEqualTo(abnormal(model).decision());
    assertThat(abnormal(out).calibration()).isEqualTo(abnormal(model).calibration());
  }

  @Test
  void calibrateRefusesWhatThePipelineWasTrainedOn() {
    Path out = temporary.resolve("calibrated");
    Run run =
        Commands.run(
            "calibrate",
            "--pipeline",
            model,
            "--data",
            cells.resolve("manifest.csv"),
            "--out",
            out);
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("must be calibrated on patients and images");
    assertThat(out).doesNotExist();
  }

  @Test
  void calibrateNamesAWishOutOfRange() {
    Run run =
        Commands.run(
            "calibrate",
            "--pipeline",
            model,
            "--data",
            cells.resolve("manifest.csv"),
            "--sensitivity",
            "95",
            "--out",
            temporary.resolve("out"));
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("sensitivity must lie in (0, 1); found 95.0");
  }
}
