package io.github.leukemia4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.leukemia4j.DataException;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.data.Dataset.LabelCount;
import io.github.leukemia4j.data.check.Verification;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetTest {
  private static final Dataset CELLS =
      Dataset.of(
          "cells",
          TestData.CELLS,
          List.of(
              TestData.sample("1", "normal", "A"),
              TestData.sample("2", "abnormal", "A"),
              TestData.sample("3", "AML", "B"),
              TestData.sample("4", "APL", null),
              TestData.sample("5", "cell", null)));

  @Test
  void tellsItsNameItsSizeAndItsLabels() {
    assertThat(CELLS)
        .hasToString(
            "Dataset[cells: " + CELLS.size() + " images, labels " + CELLS.taxonomy() + "]");
  }

  @Nested
  class Making {
    @Test
    void refusesUnknownLabelsAndRepeatedIds() {
      assertThatThrownBy(
              () ->
                  Dataset.of(
                      "bad",
                      TestData.CELLS,
                      List.of(
                          TestData.sample("1", "CLL", null),
                          TestData.sample("2", "AML", null),
                          TestData.sample("2", "AML", null))))
          .isInstanceOf(DataException.class)
          .hasMessageContainingAll(
              "bad", "1: unknown label \"CLL\"", "2: listed twice", "add it to the taxonomy");
    }

    @Test
    void refusesBlankIdsAndPatients() {
      assertThatThrownBy(() -> TestData.sample(" ", "AML", null))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> TestData.sample("1", "AML", " "))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("must not be blank");
    }

    @Test
    void keepsNameAndLayoutInAPart() {
      Dataset part = CELLS.withSamples(CELLS.samples().subList(0, 2));
      assertThat(part.name()).isEqualTo("cells");
      assertThat(part.layout()).isEqualTo("list of samples");
      assertThat(part.description())
          .isEqualTo(
              "list of samples: 2 images of 1 patients, labels cell(normal, abnormal(AML, APL))");
    }
  }

  @Nested
  class Counting {
    @Test
    void goesByLabelAtOrBelowAndByPatient() {
      assertThat(CELLS.counts())
          .containsExactly(
              new LabelCount("cell", 5, 2, 2),
              new LabelCount("normal", 1, 1, 0),
              new LabelCount("abnormal", 3, 2, 1),
              new LabelCount("AML", 1, 1, 0),
              new LabelCount("APL", 1, 0, 1));
    }
  }

  @Nested
  class Stages {
    @Test
    void ofTheRootTakeEveryLabelUpToItsChildren() {
      Dataset stage = CELLS.forStage(Label.of("cell"));
      assertThat(stage.taxonomy().labelSet(Label.of("cell")).labels())
          .containsExactly(Label.of("normal"), Label.of("abnormal"));
      assertThat(stage.taxonomy().positive(Label.of("cell"))).contains(Label.of("abnormal"));
      assertThat(stage.samples())
          .extracting(s -> s.id() + s.label())
          .containsExactly("1normal", "2abnormal", "3abnormal", "4abnormal");
    }

    @Test
    void furtherDownTakeWhatLiesBelow() {
      Dataset stage = CELLS.forStage(Label.of("abnormal"));
      assertThat(stage.samples()).extracting(Sample::id).containsExactly("3", "4");
      assertThat(stage.taxonomy())
          .isEqualTo(Taxonomy.of("abnormal").with("abnormal", "AML", "APL"));
    }
  }

  @Nested
  class Verifying {
    @TempDir Path dir;

    @Test
    void namesWhatAManifestNamesButIsNoImage() throws IOException, InterruptedException {
      ImageIO.write(
          new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB),
          "png",
          dir.resolve("good.png").toFile());
      Files.writeString(dir.resolve("text.png"), "not an image");
      Files.createFile(dir.resolve("zero.bmp"));
      Path csv =
          Files.writeString(
              dir.resolve("cells.csv"),
              "file,label\ngood.png,a\ntext.png,a\nzero.bmp,b\ngone/away.jpg,b\n");
      Verification verification = Verification.of(Datasets.manifest(csv));
      assertThat(verification.unreadable())
          .containsOnlyKeys("text.png", "zero.bmp", "gone/away.jpg");
      assertThat(verification.unreadable().get("gone/away.jpg"))
          .isEqualTo(dir + "/gone/away.jpg: no such file");
      assertThat(verification.unreadable().get("text.png")).startsWith(dir + "/text.png");
      assertThat(verification.readable().samples())
          .extracting(Sample::id)
          .containsExactly("good.png");
    }

    @Test
    void findsTheDamagedFiles() throws IOException, InterruptedException {
      Path damaged = TestData.shared("damaged");
      List<Sample> samples;
      try (var files = Files.list(damaged)) {
        samples =
            files
                .filter(io.github.leukemia4j.image.decode.ImageDecoder::isNamedAsImage)
                .map(
                    f ->
                        new Sample(
                            f.getFileName().toString(),
                            ImageSource.file(f),
                            Label.of("AML"),
                            Optional.empty()))
                .toList();
      }
      Verification verification = Verification.of(Dataset.of("damaged", TestData.CELLS, samples));
      assertThat(verification.unreadable()).hasSize(6);
    }
  }
}
