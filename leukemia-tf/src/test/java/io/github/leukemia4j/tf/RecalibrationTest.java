package io.github.leukemia4j.tf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LeukemiaClassifier;
import io.github.leukemia4j.ModelFormatException;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.backend.OpenOptions;
import io.github.leukemia4j.calibration.DecisionWish;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.Split;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.model.ModelManifest;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import io.github.leukemia4j.training.NetworkConfig;
import io.github.leukemia4j.training.TrainingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;

/** A new temperature in the file that other TensorFlow runtimes take. */
@ExtendWith(NoScopeLeft.class)
@Tag("arithmetic")
class RecalibrationTest {
  @TempDir Path folder;

  private ModelBundle recalibrated(ModelBundle bundle, double temperature) throws IOException {
    ModelManifest manifest = bundle.manifest().toBuilder().temperature(temperature).build();
    return ModelBundle.create(
        folder.resolve("recalibrated"),
        manifest,
        place -> {
          for (String name : bundle.manifest().files().keySet()) {
            Files.createDirectories(place.resolve(name).getParent());
            Files.copy(bundle.file(name), place.resolve(name));
          }
          new TfBackend().recalibrate(place, manifest);
        });
  }

  /** As a serving runtime would, by the signature's names. */
  private static float[] run(ModelBundle bundle, CellImage image, String output) {
    try (SavedModelBundle model =
            SavedModelBundle.load(bundle.directory().resolve("saved_model").toString(), "serve");
        TUint8 pixels = TUint8.tensorOf(Shape.of(1, image.height(), image.width(), 3))) {
      pixels.asRawTensor().data().write(image.rgb());
      try (Result result = model.session().runner().feed("images", pixels).fetch(output).run()) {
        TFloat32 row = (TFloat32) result.get(0);
        float[] values = new float[(int) row.size()];
        row.asRawTensor().data().asFloats().read(values);
        return values;
      }
    }
  }

  @Test
  void reachesTheOutputOfTheSavedModelAndLeavesTheLogits() throws IOException {
    ModelBundle bundle =
        RandomModel.write(folder.resolve("model"), NetworkConfig.small(), 16, 16, 1, 5);
    ModelBundle hot = recalibrated(bundle, 2.5);
    CellImage image = RandomModel.images(2, 16, 16, 1).get(0);
    assertThat(run(hot, image, "logits")).isEqualTo(run(bundle, image, "logits"));
    try (LeukemiaClassifier classifier = new TfBackend().open(hot, TinyCells.CPU)) {
      Prediction expected = classifier.classify(image);
      float[] found = run(hot, image, "probabilities");
      for (int k = 0; k < found.length; k++) {
        assertThat((double) found[k]).isCloseTo(expected.probabilities()[k], within(1e-5));
      }
      assertThat(found).isNotEqualTo(run(bundle, image, "probabilities"));
    }
  }

  @Test
  void saysThePrevalenceThatItWasOpenedFor() throws IOException {
    ModelBundle bundle =
        RandomModel.write(folder.resolve("model"), NetworkConfig.small(), 16, 16, 1, 5);
    OpenOptions some = TinyCells.CPU.withPrevalence(Label.of("AML"), 0.5);
    try (LeukemiaClassifier classifier = new TfBackend().open(bundle, some)) {
      assertThat(classifier.prevalence()).isEmpty();
    }
    OpenOptions all =
        some.withPrevalence(Label.of("normal"), 0.3).withPrevalence(Label.of("ALL"), 0.2);
    try (LeukemiaClassifier classifier = new TfBackend().open(bundle, all)) {
      assertThat(classifier.prevalence()).isEqualTo(all.prevalence());
    }
  }

  @Test
  void refusesAnOutputOfAnotherForm() throws IOException {
    ModelBundle bundle =
        RandomModel.write(folder.resolve("model"), NetworkConfig.small(), 16, 16, 1, 5);
    Path other = Files.createDirectories(folder.resolve("other"));
    Path file = Files.createDirectory(other.resolve("saved_model")).resolve("saved_model.pb");
    SavedModel.Builder model =
        SavedModel.parseFrom(Files.readAllBytes(bundle.file("saved_model/saved_model.pb")))
            .toBuilder();
    MetaGraphDef.Builder meta = model.getMetaGraphsBuilder(0);
    GraphDef.Builder graph = meta.getGraphDefBuilder();
    for (NodeDef.Builder node : graph.getNodeBuilderList()) {
      if (node.getName().equals("probabilities")) {
        node.setInput(0, "logits");
      }
    }
    Files.write(file, model.build().toByteArray());
    assertThatThrownBy(() -> new TfBackend().recalibrate(other, bundle.manifest()))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("divides by a constant temperature");
  }

  @Test
  void isPartOfTrainingWithACalibrationPart() throws Exception {
    Taxonomy two = TinyCells.TWO;
    Dataset calibration = TinyCells.part(two, "calibration", 2000, 20, 20);
    Split split =
        Split.of(
            TinyCells.part(two, "train", 0, 40, 40),
            TinyCells.part(two, "validation", 1000, 16, 16),
            calibration,
            TinyCells.part(two, "test", 3000, 4, 4));
    DecisionWish wish = DecisionWish.builder().sensitivity(0.8).specificity(0.8).build();
    try (MultilevelPipeline pipeline =
        MultilevelPipeline.train(
            split,
            two,
            TinyCells.config().decisions(wish).build(),
            folder.resolve("pipeline"),
            TrainingListener.NONE)) {
      ModelManifest cell = pipeline.classifiers().get(Label.of("cell")).manifest().orElseThrow();
      assertThat(cell.calibration().temperature().samples()).isEqualTo(40);
      assertThat(cell.decision().operatingPoint().evidence()).contains("independent cells");
      assertThat(cell.decision().operatingPoint().sensitivity().orElseThrow()).isBetween(0.8, 1.0);
      List<CellImage> images = TinyCells.images(6, TinyCells.SIDE);
      ModelBundle bundle = pipeline.classifiers().get(Label.of("cell")).bundle().orElseThrow();
      double[] expected =
          pipeline.classifiers().get(Label.of("cell")).classify(images.get(1)).probabilities();
      float[] found = run(bundle, images.get(1), "probabilities");
      assertThat((double) found[1]).isCloseTo(expected[1], within(1e-5));
    }
  }
}
