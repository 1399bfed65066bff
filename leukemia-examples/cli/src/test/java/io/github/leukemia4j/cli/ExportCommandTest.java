package io.github.leukemia4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import io.github.leukemia4j.pipeline.MultilevelResult;
import io.github.leukemia4j.synthetic.SmallPipeline;
import io.github.leukemia4j.training.TrainingConfig.Networks;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportCommandTest {
  @TempDir static Path directory;
  private static Path trained;
  private static List<CellImage> some;

  @BeforeAll
  static void train() throws Exception {
    Dataset dataset = SmallPipeline.dataset();
    trained = SmallPipeline.train(dataset, directory.resolve("trained"));
    some = new ArrayList<>();
    for (Sample sample : dataset.samples().subList(20, 50)) {
      some.add(sample.source().read());
    }
  }

  @Test
  void exportsAPipelineThatDecidesTheSame() throws Exception {
    Path exported = directory.resolve("pipeline-onnx");
    assertThat(run("export", "--model", trained.toString(), "--onnx-bundle", exported.toString()))
        .isZero();
    try (MultilevelPipeline expected = MultilevelPipeline.load(trained);
        MultilevelPipeline found = MultilevelPipeline.load(exported)) {
      List<MultilevelResult> wanted = expected.classifyAll(some);
      List<MultilevelResult> given = found.classifyAll(some);
      for (int i = 0; i < some.size(); i++) {
        assertThat(given.get(i).path()).isEqualTo(wanted.get(i).path());
        assertThat(given.get(i).probability()).isCloseTo(wanted.get(i).probability(), within(1e-5));
      }
    }
  }

  @Test
  void exportsOneFileForEachNetwork() throws Exception {
    Path exported = directory.resolve("networks");
    assertThat(run("export", "--model", trained.toString(), "--onnx", exported.toString()))
        .isZero();
    assertThat(exported).isDirectoryNotContaining(file -> !file.endsWith("1-cell.onnx"));
    Path one = directory.resolve("one.onnx");
    Path bundle = trained.resolve("1-cell");
    assertThat(run("export", "--model", bundle.toString(), "--onnx", one.toString())).isZero();
    assertThat(one).hasSameBinaryContentAs(exported.resolve("1-cell.onnx"));
  }

  @Test
  void warnsThatAFileDoesNotNormaliseTheStain() throws Exception {
    Path stained =
        SmallPipeline.train(
            SmallPipeline.dataset(),
            SmallPipeline.config()
                .networks(Networks.SEPARATE)
                .set("input.stainNormalisation", true)
                .build(),
            directory.resolve("stained"));
    StringWriter err = new StringWriter();
    Path exported = directory.resolve("stained-stages");
    assertThat(run(err, "export", "--model", stained.toString(), "--onnx", exported.toString()))
        .isZero();
    assertThat(err.toString().strip().lines())
        .hasSize(2)
        .allMatch(line -> line.startsWith("Warning: ") && line.contains("stain-normalised"));
    assertThat(err.toString()).contains("1-cell.onnx", "2-abnormal.onnx");
    StringWriter quiet = new StringWriter();
    Path whole = directory.resolve("stained-bundle");
    assertThat(run(quiet, "export", "--model", stained.toString(), "--onnx-bundle", "" + whole))
        .isZero();
    assertThat(quiet.toString()).isEmpty();
  }

  @Test
  void warnsThatAFileDoesNotCrop() throws Exception {
    Path cropping =
        SmallPipeline.train(
            SmallPipeline.dataset(),
            SmallPipeline.config().centreCrop(0.75).build(),
            directory.resolve("cropping"));
    StringWriter err = new StringWriter();
    Path exported = directory.resolve("cropping-stages");
    assertThat(run(err, "export", "--model", cropping.toString(), "--onnx", exported.toString()))
        .isZero();
    assertThat(err.toString().strip().lines())
        .singleElement()
        .asString()
        .startsWith("Warning: ")
        .contains("the middle 0.75 of each side");
  }

  @Test
  void refusesToOverwrite() throws Exception {
    Path mine = Files.createDirectory(directory.resolve("mine"));
    Files.writeString(mine.resolve("notes"), "keep");
    assertThat(run("export", "--model", trained.toString(), "--onnx-bundle", mine.toString()))
        .isEqualTo(1);
    assertThat(mine.resolve("notes")).hasContent("keep");
  }

  private int run(String... arguments) {
    return run(new StringWriter(), arguments);
  }

  private int run(StringWriter err, String... arguments) {
    return Main.commandLine()
        .setOut(new PrintWriter(new StringWriter()))
        .setErr(new PrintWriter(err))
        .execute(arguments);
  }
}
