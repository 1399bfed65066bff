package io.github.leukemia4j.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.DataException;
import io.github.leukemia4j.HandMadeClassifier;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.Datasets;
import io.github.leukemia4j.data.ImageSource;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.data.check.Verification;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.model.ModelManifest;
import io.github.leukemia4j.pipeline.FakeBackend;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import io.github.leukemia4j.training.loop.TrainingSamples;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeakCheckTest {
  private static final Taxonomy CELLS = Taxonomy.of("cell").with("cell", "normal", "abnormal");

  @TempDir private Path directory;

  private static Sample sample(String id, String patient, int value) {
    CellImage image = CellImage.ofRgb(1, 1, new byte[] {(byte) value, 0, 0});
    return new Sample(
        id, ImageSource.of(id, image), Label.of("normal"), Optional.ofNullable(patient));
  }

  private static Dataset dataset(Sample... samples) {
    return Dataset.of("cells", CELLS, List.of(samples));
  }

  private MultilevelPipeline pipeline(ModelBundle.Content content) throws IOException {
    ModelManifest manifest =
        FakeBackend.bundle(directory.resolve("plain"), "cell", List.of("normal", "abnormal"))
            .manifest();
    ModelBundle bundle = ModelBundle.create(directory.resolve("bundle"), manifest, content);
    return MultilevelPipeline.of(
        CELLS,
        Map.of(
            Label.of("cell"),
            new HandMadeClassifier(
                CELLS.labelSet(Label.of("cell")), image -> 0, Optional.of(bundle))));
  }

  private MultilevelPipeline trainedOn(Dataset dataset) throws Exception {
    List<String> patients = dataset.samples().stream().flatMap(s -> s.patient().stream()).toList();
    return pipeline(
        TrainingSamples.of(patients, Verification.of(dataset).digests().values())::write);
  }

  @Test
  void refusesPatientsAndImagesOfTheTraining() throws Exception {
    try (MultilevelPipeline pipeline =
        trainedOn(dataset(sample("a", "Miller", 1), sample("b", null, 2)))) {
      Dataset other =
          dataset(
              sample("c", "Miller", 3),
              sample("d", "Miller", 4),
              sample("e", "Smith", 5),
              sample("f", null, 2));
      assertThatThrownBy(
              () -> Evaluator.requireUnseen(pipeline, Verification.of(other), "Leave them out:"))
          .isInstanceOf(DataException.class)
          .hasMessageContainingAll(
              "found 1 patients and 1 of 4 images in cells",
              "Leave them out:",
              "patient Miller: 2 images",
              "image f")
          .hasMessageNotContaining("Smith");
    }
  }

  @Test
  void recognisesATrainingImageThatWasSavedInAnotherFormat() throws Exception {
    BufferedImage cell = new BufferedImage(4, 4, BufferedImage.TYPE_INT_RGB);
    cell.setRGB(1, 2, 0xABCDEF);
    Path png = directory.resolve("cell.png");
    Path bmp = directory.resolve("copy.bmp");
    ImageIO.write(cell, "png", png.toFile());
    ImageIO.write(cell, "bmp", bmp.toFile());
    try (MultilevelPipeline pipeline = trainedOn(dataset(file(png)))) {
      Dataset copy = dataset(file(bmp));
      assertThatThrownBy(
              () -> Evaluator.requireUnseen(pipeline, Verification.of(copy), "Leave them out:"))
          .isInstanceOf(DataException.class)
          .hasMessageContainingAll("found 0 patients and 1 of 1 images", "image copy.bmp");
    }
  }

  private static Sample file(Path image) {
    return new Sample(
        image.getFileName().toString(),
        ImageSource.file(image),
        Label.of("normal"),
        Optional.empty());
  }

  @Test
  void recognisesPatientsOfDataSetsThatWereMerged() throws Exception {
    Dataset a = dataset(sample("a", "P1", 1)).named("hospitalA");
    Dataset b = dataset(sample("b", "P2", 2)).named("hospitalB");
    Dataset merged = Datasets.merge("both", CELLS, List.of(a, b));
    try (MultilevelPipeline pipeline = trainedOn(merged)) {
      Dataset own = dataset(sample("c", "P1", 3), sample("d", "P3", 4));
      assertThatThrownBy(
              () -> Evaluator.requireUnseen(pipeline, Verification.of(own), "Leave them out:"))
          .isInstanceOf(DataException.class)
          .hasMessageContainingAll("found 1 patients", "patient P1: 1 images");
      // Patient 1 of hospital B is not patient 1 of hospital A.
      Dataset others =
          Datasets.merge(
              "both", CELLS, List.of(dataset(sample("e", "P1", 5)).named("hospitalB"), own(6)));
      assertThat(Evaluator.requireUnseen(pipeline, Verification.of(others), "Leave them out:"))
          .isEmpty();
    }
  }

  private static Dataset own(int value) {
    return dataset(sample("f", "P9", value)).named("hospitalC");
  }

  @Test
  void recognisesPatientsInDataSetsThatAreMergedLater() throws Exception {
    try (MultilevelPipeline pipeline = trainedOn(dataset(sample("a", "P1", 1)))) {
      Dataset hospital = dataset(sample("b", "P1", 2)).named("hospitalA");
      Dataset merged =
          Datasets.merge(
              "all",
              CELLS,
              List.of(Datasets.merge("both", CELLS, List.of(hospital, own(3))), own(4)));
      assertThatThrownBy(
              () -> Evaluator.requireUnseen(pipeline, Verification.of(merged), "Leave them out:"))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("patient both::hospitalA::P1: 1 images");
    }
  }

  @Test
  void acceptsOthers() throws Exception {
    try (MultilevelPipeline pipeline = trainedOn(dataset(sample("a", "Miller", 1)))) {
      assertThat(
              Evaluator.requireUnseen(
                  pipeline, Verification.of(dataset(sample("a", "Smith", 2))), "Leave them out:"))
          .isEmpty();
    }
  }

  @Test
  void namesStagesThatDoNotSay() throws Exception {
    try (MultilevelPipeline pipeline =
        pipeline(place -> Files.writeString(place.resolve("fake.txt"), "fake"))) {
      assertThat(
              Evaluator.requireUnseen(
                  pipeline, Verification.of(dataset(sample("a", "Miller", 1))), "Leave them out:"))
          .containsExactly(Label.of("cell"));
    }
  }
}
