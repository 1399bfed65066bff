package io.github.leukemia4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.leukemia4j.cli.Commands.Run;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.model.ModelBundle.Provenance;
import io.github.leukemia4j.synthetic.SyntheticSmear;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pipeline of synthetic cells, and a folder of others that has no folders for classes. */
class AdaptCommandTest {
  @TempDir static Path shared;
  private static Path model;
  private static Path images;
  private static int count;

  @TempDir Path temporary;

  @BeforeAll
  static void train() throws Exception {
    model = Commands.model();
    images = Files.createDirectories(shared.resolve("laboratory/slide 1"));
    for (Sample sample :
        SyntheticSmear.builder()
            .seed(9)
            .imageSize(32)
            .cellsPerLabel(6)
            .build()
            .dataset()
            .samples()) {
      ImageIO.write(
          sample.read().toBufferedImage(), "png", images.resolve("cell" + count + ".png").toFile());
      count++;
    }
  }

  private Run adapt(Path out, String... options) {
    List<Object> all =
        new ArrayList<>(
            List.of(
                "adapt",
                "--model",
                model.toString(),
                "--data",
                shared.resolve("laboratory").toString(),
                "--out",
                out.toString(),
                "--device",
                "cpu"));
    all.addAll(List.of(options));
    return Commands.run(all.toArray());
  }

  private static Provenance.Adaptation done(Path pipeline) throws Exception {
    return ModelBundle.open(pipeline.resolve("1-cell"))
        .manifest()
        .provenance()
        .adaptations()
        .get(0);
  }

  @Test
  void adaptsTheFirstBlocksToAnyFolderOfImages() throws Exception {
    Path out = temporary.resolve("adapted");
    Run run = adapt(out, "--blocks", "2");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("to " + count + " images of laboratory (0 left out).")
        .contains("Stage cell: predicted normal")
        .contains("Warning: At least 100 images should tell of a laboratory")
        .contains("Wrote " + out);
    assertThat(done(out).blocks()).containsExactly("block1", "block2");
    assertThat(done(out).weight()).isEqualTo(1);
    assertThat(out.resolve("ADAPTATION.md")).exists();
    Run classified =
        Commands.run(
            "classify-batch",
            "--model",
            out.toString(),
            "--data",
            images.toString(),
            "--out",
            temporary.resolve("results.csv").toString(),
            "--device",
            "cpu");
    assertThat(classified.code()).as(classified.err()).isZero();
  }

  @Test
  void takesBlocksWeightAndShares() throws Exception {
    Path out = temporary.resolve("adapted");
    Run run = adapt(out, "--blocks", "all", "--weight", "0.5", "--shares");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(done(out).blocks()).containsExactly("block1", "block2", "block3");
    assertThat(done(out).weight()).isEqualTo(0.5);
    assertThat(run.out()).contains(", estimated ").contains("; not corrected.");
  }

  @Test
  void refusesWhatIsOutOfRange() {
    Path out = temporary.resolve("adapted");
    assertThat(adapt(out, "--weight", "2").err()).contains("found the weight 2.0");
    assertThat(adapt(out, "--blocks", "few").err()).contains("must be a number or all; found few");
    assertThat(out).doesNotExist();
  }
}
