package io.github.leukemia4j.cli;

import static io.github.leukemia4j.cli.Commands.copyImages;
import static io.github.leukemia4j.cli.Commands.image;
import static io.github.leukemia4j.cli.Commands.run;
import static io.github.leukemia4j.cli.Commands.succeeded;
import static io.github.leukemia4j.cli.Commands.train;
import static io.github.leukemia4j.cli.Commands.tree;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.leukemia4j.cli.Commands.Run;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.store.AtomicDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainCommandTest {
  @TempDir Path temporary;
  private final Path cells = Commands.cells();
  private final Path model = Commands.model();

  @Test
  void writesThePipelineTheSplitAndTheReport() {
    assertThat(model.resolve("pipeline.json")).isRegularFile();
    assertThat(model.resolve("split.json")).isRegularFile();
    assertThat(model.resolve("report.json")).isRegularFile();
    assertThat(model.resolveSibling("model.training")).doesNotExist();
  }

  @Test
  void takesTheSplitOfAnEarlierTraining() throws IOException {
    Path out = temporary.resolve("again");
    Path split = model.resolve("split.json");

    Run run = train(cells.resolve("manifest.csv"), out, "--split", split.toString(), "--seed", "5");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(out.resolve("split.json")).hasSameTextualContentAs(split);
  }

  @Test
  void refusesACalibrationPartBesideAGivenSplit() {
    Run run =
        train(
            cells.resolve("manifest.csv"),
            temporary.resolve("again"),
            "--split",
            model.resolve("split.json").toString(),
            "--calibration",
            "0.2");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("leave --calibration out");
  }

  @Test
  void takesAFolderTree() throws IOException {
    Path tree = tree(temporary, 8, 8);

    Run run = succeeded(train(tree, temporary.resolve("out")));

    assertThat(run.out()).contains("abnormal");
  }

  @Test
  void takesWindowsLineEndsAndQuotedCommas() throws IOException {
    Path data = temporary.resolve("data");
    Files.createDirectories(data);
    List<String> rows = new ArrayList<>(List.of("patient,file,label"));
    for (String label : List.of("normal", "abnormal")) {
      copyImages(label, data.resolve("a, b"), 8);
    }
    try (Stream<Path> files = Files.list(data.resolve("a, b"))) {
      files
          .sorted()
          .forEach(
              f -> {
                String name = f.getFileName().toString();
                String label = name.startsWith("normal") ? "normal" : "abnormal";
                rows.add("\"P, " + rows.size() + "\",\"a, b/" + name + "\"," + label);
              });
    }
    Path csv = data.resolve("manifest.csv");
    Files.writeString(csv, String.join("\r\n", rows) + "\r\n");

    succeeded(train(csv, temporary.resolve("out")));
  }

  @Test
  void refusesToOverwrite() {
    Run run = train(cells.resolve("manifest.csv"), model);

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains(model.toString(), "exists already", "choose another");
    assertThat(run.err().strip().lines()).hasSize(1);
  }

  @Test
  void normalisesStainAndMixesImagesOnRequest() throws IOException {
    Path out = temporary.resolve("out");

    succeeded(train(cells.resolve("manifest.csv"), out, "--stain-normalisation", "--mixup", "0.2"));

    assertThat(out.resolve("1-cell/training-config.json"))
        .content()
        .contains("\"stainNormalisation\" : true", "\"mixup\" : 0.2");
    assertThat(ModelBundle.open(out.resolve("1-cell")).manifest().input().stainNormalisation())
        .isNotNull();
    assertThat(run("classify", "--model", out, image()).code()).isZero();
  }

  @Test
  void trainsOnceMoreOnAllPartsBesideWhatWasEvaluated() throws IOException {
    Path out = temporary.resolve("out");
    Path data = cells.resolve("manifest.csv");

    succeeded(train(data, out, "--refit"));

    Path again = temporary.resolve("out-refit");
    assertThat(again.resolve("MODEL_CARD.md")).content().contains("the evaluated twin out");
    assertThat(again.resolve("report.html")).content().contains("Test of the evaluated twin");
    assertThat(classify(again)).isNotEqualTo(classify(out));
    assertThat(
            run(
                    "evaluate",
                    "--model",
                    again,
                    "--data",
                    data,
                    "--split",
                    out.resolve("split.json"),
                    "--part",
                    "test")
                .code())
        .isEqualTo(1);
    // Stopped behind the evaluation: the evaluated pipeline stays, and only the rest is done.
    String once = classify(again);
    FileTime before = Files.getLastModifiedTime(out.resolve("pipeline.json"));
    AtomicDirectory.delete(again);
    assertThat(train(data, out, "--refit", "--resume", "--seed", "5").err())
        .contains("goes on only with the settings and data it began with");
    Run resumed = train(data, out, "--refit", "--resume");
    succeeded(resumed);
    assertThat(resumed.out()).contains("Going on behind the finished pipeline in " + out);
    assertThat(classify(again)).isEqualTo(once);
    assertThat(Files.getLastModifiedTime(out.resolve("pipeline.json"))).isEqualTo(before);

    Path there = temporary.resolve("other-refit");
    Files.writeString(Files.createDirectory(there).resolve("mine"), "");
    assertThat(train(data, temporary.resolve("other"), "--refit").err()).contains("other-refit");
    assertThat(temporary.resolve("other")).doesNotExist();
  }

  @Test
  void bringsImagesToOneScaleWhereItIsGiven() throws IOException {
    Path out = temporary.resolve("out");

    succeeded(train(cells.resolve("manifest.csv"), out, "--micrometres-per-pixel", "0.1"));

    // The middle 0.6 of 32 pixels on 32 pixels.
    assertThat(ModelBundle.open(out.resolve("1-cell")).manifest().input().micrometresPerPixel())
        .isCloseTo(0.06, within(1e-12));
    String unknown = classify(out);
    assertThat(classify(out, "--micrometres-per-pixel", "0.1")).isEqualTo(unknown);
    assertThat(classify(out, "--micrometres-per-pixel", "0.05")).isNotEqualTo(unknown);
    Run run = run("classify", "--model", out, "--micrometres-per-pixel", "estimate", image());
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err())
        .contains("At least 10 images must show a whole red cell for the scale to be estimated");
    assertThat(run("classify", "--model", out, "--micrometres-per-pixel", "no", image()).err())
        .contains("--micrometres-per-pixel must be a number above 0, or estimate; found no.");
  }

  private static String classify(Path model, Object... more) throws IOException {
    List<Object> args = new ArrayList<>(List.of("classify", "--model", model, "--json", image()));
    args.addAll(List.of(more));
    return succeeded(run(args.toArray())).out();
  }

  @Test
  void trainsTheSameAgainFromTheSettingsOfABundle() throws IOException {
    Path first = temporary.resolve("first");
    Path again = temporary.resolve("again");
    Path data = cells.resolve("manifest.csv");
    succeeded(train(data, first, "--set=optimizer.schedule=step", "--loss=dice", "--seed=5"));
    Path settings = first.resolve("1-cell/training-config.json");

    succeeded(run("train", "--data", data, "--out", again, "--config", settings));

    assertThat(again.resolve("1-cell/training-config.json")).hasSameTextualContentAs(settings);
    String network = "1-cell/saved_model/saved_model.pb";
    assertThat(again.resolve(network)).hasSameBinaryContentAs(first.resolve(network));
  }

  @Test
  void callsASettingThatIsWrongByItsOption() {
    Run run =
        train(
            cells.resolve("manifest.csv"),
            temporary.resolve("out"),
            "--batch-size=1",
            "--criterion=best");

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err())
        .startsWith(
            "--criterion must be one of [last, loss, balanced_accuracy, auroc]; found best");
    assertThat(run("train", "--data=d", "--out=o", "--epochs=many").code()).isEqualTo(2);
  }

  @Test
  void refusesToMixByLessThanNothing() {
    Run run = train(cells.resolve("manifest.csv"), temporary.resolve("out"), "--mixup", "-1");

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("--mixup must be 0 to 1000.0; found -1.0");
  }

  @Test
  void refusesAnUnknownLoss() {
    Run run = train(cells.resolve("manifest.csv"), temporary.resolve("out"), "--loss", "hinge");

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("hinge", "tversky");
  }

  @Test
  void takesTheSizeOfBatchesTheLearningRateAndTheWeightDecay() throws IOException {
    Path out = temporary.resolve("out");

    succeeded(
        train(
            cells.resolve("manifest.csv"),
            out,
            "--batch-size",
            "8",
            "--learning-rate",
            "0.0015",
            "--weight-decay",
            "0.01",
            "--threads",
            "0"));

    assertThat(out.resolve("1-cell/training-config.json"))
        .content()
        .contains("\"size\" : 8", "\"learningRate\" : 0.0015", "\"weightDecay\" : 0.01");
  }

  @Test
  void takesColumnsOfOtherNames() throws IOException {
    Path renamed = temporary.resolve("renamed/manifest.csv");
    Files.createDirectories(renamed.getParent());
    Files.writeString(
        renamed,
        Files.readString(cells.resolve("manifest.csv"))
            .replaceFirst("label", "class")
            .replaceFirst("patient", "donor"));
    try (Stream<Path> folders = Files.list(cells).filter(Files::isDirectory)) {
      for (Path folder : folders.toList()) {
        Files.createSymbolicLink(renamed.resolveSibling(folder.getFileName()), folder);
      }
    }
    Files.copy(cells.resolve("taxonomy.json"), renamed.resolveSibling("taxonomy.json"));
    Object[] data = {"inspect", "--data", renamed, "--layout", "manifest"};
    Object[] named = {
      "inspect", "--data", renamed, "--label-column", "class", "--patient-column", "donor"
    };

    assertThat(run(data).code()).as("the labels' column has another name").isEqualTo(1);
    assertThat(succeeded(run(named)).out()).contains("120 images of 30 patients");
  }

  @Test
  void refusesThresholdsWithoutAPartToFitThemTo() {
    Run run = train(cells.resolve("manifest.csv"), temporary.resolve("o"), "--sensitivity", "0.9");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("add --calibration SHARE");
  }

  @Test
  void refusesAConfidenceOfNothing() {
    Run run = train(cells.resolve("manifest.csv"), temporary.resolve("o"), "--confidence", "0.9");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("--confidence is that of --sensitivity or --specificity");
  }

  @Test
  void exitsWithTwoWhereItIsUsedWrongly() {
    assertThat(run("train", "--data", cells).code()).isEqualTo(2);
    assertThat(run("train", "--epochs", "many").code()).isEqualTo(2);
    assertThat(run("nonsense").code()).isEqualTo(2);
  }
}
