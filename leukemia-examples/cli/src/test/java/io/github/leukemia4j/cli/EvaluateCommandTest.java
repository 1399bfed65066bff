package io.github.leukemia4j.cli;

import static io.github.leukemia4j.cli.Commands.evaluate;
import static io.github.leukemia4j.cli.Commands.evaluatePart;
import static io.github.leukemia4j.cli.Commands.fields;
import static io.github.leukemia4j.cli.Commands.run;
import static io.github.leukemia4j.cli.Commands.succeed;
import static io.github.leukemia4j.cli.Commands.succeeded;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.leukemia4j.cli.Commands.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluateCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  @TempDir Path temporary;
  private final Path cells = Commands.cells();
  private final Path model = Commands.model();

  @Test
  void writesTheReportWithItsNames() throws IOException {
    Path json = temporary.resolve("report.json");

    succeeded(evaluatePart("test", "--json", json));

    JsonNode report = JSON.readTree(json.toFile());
    assertThat(report.get("stages")).hasSize(2);
    for (JsonNode stage : report.get("stages")) {
      assertThat(fields(stage))
          .contains("name", "labels", "samples", "patients", "confusion", "perClass");
      assertThat(fields(stage.get("metrics")))
          .contains(
              "accuracy",
              "balancedAccuracy",
              "auroc",
              "sensitivity",
              "specificity",
              "expectedCalibrationError");
      assertThat(fields(stage.at("/metrics/accuracy")))
          .contains("estimate", "lower", "upper", "level");
    }
    assertThat(report.at("/stages/0/name").asText()).isEqualTo("cell");
    assertThat(report.at("/stages/0/metrics/sensitivity/estimate").isNull()).isFalse();
    assertThat(report.at("/stages/1/metrics/sensitivity/estimate").isNull()).isTrue();
    assertThat(fields(report.at("/path/metrics")))
        .contains("accuracy", "hierarchicalPrecision", "hierarchicalRecall", "hierarchicalF1");
    assertThat(fields(report.get("path"))).contains("stoppedEarly", "referred");
    assertThat(report)
        .as("what train wrote of the same part")
        .isEqualTo(JSON.readTree(model.resolve("report.json").toFile()));
  }

  @Test
  void writesPredictionsThatCanBeCompared() throws IOException {
    Path predictions = temporary.resolve("predictions.csv");
    Path json = temporary.resolve("comparison.json");
    Path html = temporary.resolve("comparison.html");
    Run evaluated = succeeded(evaluatePart("test", "--predictions", predictions));
    assertThat(evaluated.out()).contains("Colours alone", "One decision for each");

    Run run =
        succeed(
            "compare",
            predictions,
            predictions,
            "--resamples",
            "50",
            "--json",
            json,
            "--html",
            html);
    assertThat(run.out()).startsWith("- A: " + predictions).contains("Whole path", "within each");
    JsonNode difference =
        JSON.readTree(json.toFile()).at("/stages/0/byPatient/means/balancedAccuracy");
    JsonNode pooled = JSON.readTree(json.toFile()).at("/stages/1/differences/accuracy");
    assertThat(difference.isMissingNode() || difference.get("estimate").doubleValue() == 0)
        .isTrue();
    assertThat(pooled.get("pValue").doubleValue()).isEqualTo(1);
    assertThat(html).content().startsWith("<!DOCTYPE html>");
  }

  @Test
  void refusesToCompareDifferentImages() throws IOException {
    String header = "file,fold,truth,patient,decided,p(normal|cell),p(abnormal|cell)\n";
    Path one = temporary.resolve("one.csv");
    Path other = temporary.resolve("other.csv");
    Files.writeString(one, header + "a,1,normal,P,normal,0.6,0.4\n");
    Files.writeString(other, header + "b,1,normal,P,normal,0.6,0.4\n");

    Run run = run("compare", one, other);

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("same samples", "a (normal) and b (normal)");
  }

  @Test
  void refusesWhatThePipelineWasTrainedOn() {
    Run refused = evaluate();
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err())
        .contains("found ", " patients and ", "--split FILE --part test", "  patient ");

    assertThat(evaluatePart("validation").code()).isEqualTo(1);
    succeeded(evaluate("--allow-training-data"));
  }

  @Test
  void judgesTheBaselineByTheLevelsOfTheModelThoughTheDataHaveNone() throws IOException {
    Path flat = cells.resolve("flat");
    Path csv = flat.resolve("manifest.csv");
    Path levels = temporary.resolve("levels.json");
    Path none = temporary.resolve("none.json");
    Files.createDirectory(flat);
    try (Stream<String> lines = Files.lines(cells.resolve("manifest.csv"))) {
      Files.write(csv, lines.toList());
    }
    try (Stream<Path> all = Files.list(cells)) {
      for (Path folder : all.filter(Files::isDirectory).filter(f -> !f.equals(flat)).toList()) {
        Files.createSymbolicLink(flat.resolve(folder.getFileName()), folder);
      }
    }

    for (Path data : List.of(cells.resolve("manifest.csv"), csv)) {
      Run run =
          run(
              "evaluate",
              "--model",
              model,
              "--data",
              data,
              "--allow-training-data",
              "--json",
              data.equals(csv) ? none : levels);
      assertThat(run.code()).as(run.err()).isZero();
    }

    // The origin differs by the name of the data set alone.
    JsonNode flatReport = JSON.readTree(none.toFile());
    JsonNode levelsReport = JSON.readTree(levels.toFile());
    assertThat(flatReport.at("/origin/data").asText()).isEqualTo("flat, these images");
    ((ObjectNode) flatReport.get("origin")).set("data", levelsReport.at("/origin/data"));
    assertThat(flatReport).isEqualTo(levelsReport);
  }

  @Test
  void refusesAPartWithoutItsSplit() {
    assertThat(run("evaluate", "--model", model, "--data", cells, "--part", "test").code())
        .isEqualTo(2);
  }
}
