package io.github.leukemia4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.Datasets;
import io.github.leukemia4j.data.split.Split;
import io.github.leukemia4j.data.split.Splitter;
import io.github.leukemia4j.evaluation.EvaluationReport;
import io.github.leukemia4j.metric.Metrics;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import io.github.leukemia4j.synthetic.SyntheticSmear;
import io.github.leukemia4j.training.NetworkConfig;
import io.github.leukemia4j.training.RunOptions;
import io.github.leukemia4j.training.TrainingConfig;
import io.github.leukemia4j.training.input.ImageCache;
import java.awt.image.BufferedImage;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Model.CommandSpec;

/** What the commands leave behind for people. */
class ReportFilesTest {
  @TempDir static Path directory;
  private static Path cells;
  private static Path model;
  private static EvaluationReport report;

  @BeforeAll
  static void train() throws Exception {
    cells = directory.resolve("cells");
    model = directory.resolve("model");
    TrainingConfig config =
        TrainingConfig.builder()
            .network(NetworkConfig.small())
            .inputSize(32)
            .epochs(2)
            .warmupEpochs(0)
            .build();
    CommandSpec command =
        Main.commandLine().setOut(new PrintWriter(new StringWriter())).getCommandSpec();
    Dataset dataset =
        Datasets.open(
            SyntheticSmear.builder().imageSize(40).cellsPerLabel(30).build().write(cells));
    try (ImageCache images = new Reading(command).read(dataset, config)) {
      Split split = Splitter.of(config.batches().seed()).split(dataset, images.verification());
      report =
          new TrainingSession(command, config, RunOptions.DEFAULT, null)
              .run(images, split, model, null);
    }
  }

  @Test
  void trainingWritesAPageWithPlotsAndErrors() throws Exception {
    String page = Files.readString(model.resolve("report.html"));

    assertThat(page)
        .contains(
            "ROC curve",
            "Learning curves of the stage cell: loss",
            "the most confident errors",
            "Beside something simpler",
            "Patient by patient",
            "data:image/jpeg;base64");
  }

  @Test
  void trainingWritesLearningCurvesOfEachStageAndLeavesTheBundlesWhole() throws Exception {
    for (String stage : List.of("1-cell-cell", "1-cell-abnormal")) {
      BufferedImage picture = ImageIO.read(model.resolve(stage + "-learning-curves.png").toFile());
      assertThat(picture.getWidth()).isEqualTo(1760);
    }
    MultilevelPipeline.load(model).close();
  }

  @Test
  void trainingWritesTheCardOfTheTest() throws Exception {
    double auroc = report.stage(Label.of("cell")).metrics().value(Metrics.AUROC).orElseThrow();

    assertThat(model.resolve("MODEL_CARD.md"))
        .content()
        .containsPattern(String.format(Locale.ROOT, "\\| AUROC +\\| %.3f", auroc));
  }

  @Test
  void evaluatingWritesTheSameNumbersOnAPage() throws Exception {
    Path page = directory.resolve("evaluation.html");
    StringWriter errors = new StringWriter();
    int code =
        Main.commandLine()
            .setErr(new PrintWriter(errors))
            .setOut(new PrintWriter(new StringWriter()))
            .execute(
                "evaluate",
                "--model",
                model.toString(),
                "--data",
                cells.toString(),
                "--split",
                model.resolve("split.json").toString(),
                "--part",
                "test",
                "--html",
                page.toString());

    assertThat(errors.toString()).isEmpty();
    assertThat(code).isZero();
    double accuracy =
        report.stage(Label.of("cell")).metrics().value(Metrics.ACCURACY).orElseThrow();
    assertThat(page).content().contains("<data value=\"" + accuracy + "\">");
  }
}
