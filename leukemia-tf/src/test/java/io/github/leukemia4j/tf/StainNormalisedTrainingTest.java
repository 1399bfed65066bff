package io.github.leukemia4j.tf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LeukemiaClassifier;
import io.github.leukemia4j.data.split.Split;
import io.github.leukemia4j.explanation.Explanations;
import io.github.leukemia4j.explanation.Explanations.Method;
import io.github.leukemia4j.image.StainNormalisation;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.training.TrainingConfig;
import io.github.leukemia4j.training.TrainingListener;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Images of 16 x 16 pixels to train on, and of other sizes and stains to classify. */
@ExtendWith(NoScopeLeft.class)
@Tag("arithmetic")
class StainNormalisedTrainingTest {
  @TempDir static Path folder;
  private static final Split SPLIT = TinyTraining.split();
  private static ModelBundle stained;
  private static StainNormalisation target;

  /** The same network without the step. */
  private static ModelBundle bare;

  @BeforeAll
  static void train() throws Exception {
    Path directory = folder.resolve("stained");
    TinyTraining.train(config(), directory);
    stained = ModelBundle.open(directory);
    target = stained.manifest().input().stainNormalisation();
    bare = TinyTraining.withoutSteps(stained, folder.resolve("bare"));
  }

  private static TrainingConfig config() {
    return TinyTraining.config().set("input.stainNormalisation", true).build();
  }

  private static List<CellImage> images() {
    List<CellImage> images = new ArrayList<>(TinyCells.images(6, 16));
    images.addAll(TinyCells.images(6, 29));
    return images;
  }

  @Test
  void learnsTheTargetFromTheTrainingPartAlone() {
    assertThat(target)
        .isEqualTo(
            StainNormalisation.learn(
                SPLIT.train().samples().stream()
                    .map(s -> StainNormalisation.of(TinyTraining.image(s)))
                    .toList()));
  }

  @Test
  void learnsAndValidatesOnWhatNormalisingTheFilesWouldGive() throws Exception {
    Path directory = folder.resolve("files");
    ModelBundle files =
        TinyTraining.train(
            TinyTraining.config().build(),
            TinyTraining.changed(SPLIT, target::apply),
            directory,
            TrainingListener.NONE);
    assertThat(TinyTraining.weightsHash(directory))
        .isEqualTo(TinyTraining.weightsHash(stained.directory()));
    assertThat(files.manifest().heads().get(0).metrics())
        .isEqualTo(stained.manifest().heads().get(0).metrics());
  }

  @Test
  void trainsAnotherNetworkThanWithoutIt() throws Exception {
    assertThat(TinyTraining.train(TinyTraining.config().build(), folder.resolve("without")))
        .isNotEqualTo(TinyTraining.weightsHash(stained.directory()));
    // The gate judges images as they come.
    assertThat(ModelBundle.open(folder.resolve("without")).manifest().gate())
        .isEqualTo(stained.manifest().gate())
        .isNotNull();
  }

  @Test
  void goesOnToTheSameBits() throws Exception {
    Path model = folder.resolve("resumed");
    TrainingConfig config = config();
    assertThatThrownBy(
            () ->
                TinyTraining.train(
                    config,
                    TinyTraining.RESUMED,
                    model,
                    new TrainingListener() {
                      @Override
                      public void stepEnded(Label stage, int epoch, int step, double loss) {
                        if (epoch == 2 && step == 3) {
                          Thread.currentThread().interrupt();
                        }
                      }
                    }))
        .isInstanceOf(InterruptedException.class);
    assertThat(TinyTraining.train(config, TinyTraining.RESUMED, model))
        .isEqualTo(TinyTraining.weightsHash(stained.directory()));
    assertThat(ModelBundle.open(model).manifest().input()).isEqualTo(stained.manifest().input());
  }

  @Test
  void classifiesAsTheNetworkDoesWithNormalisedImages() throws Exception {
    List<CellImage> prepared =
        images().stream().map(image -> target.apply(image.resize(16, 16))).toList();
    try (LeukemiaClassifier one = LeukemiaClassifier.open(stained.directory());
        LeukemiaClassifier other = LeukemiaClassifier.open(bare.directory())) {
      int differences = 0;
      for (int i = 0; i < prepared.size(); i++) {
        double[] found = one.classify(images().get(i)).probabilities();
        assertThat(found).isEqualTo(other.classify(prepared.get(i)).probabilities());
        assertThat(one.classifyAll(images()).get(i).probabilities()).isEqualTo(found);
        differences += found[0] == other.classify(images().get(i)).probabilities()[0] ? 0 : 1;
      }
      assertThat(differences).as("images for which the step matters").isPositive();
    }
  }

  @Test
  void findsFaultWithAnImageAsItComes() throws Exception {
    // Where every image had the colours of the training images, none would be of unusual stain.
    CellImage green = CellImage.ofRgb(16, 16, colours());
    try (LeukemiaClassifier one = LeukemiaClassifier.open(stained.directory());
        LeukemiaClassifier other = LeukemiaClassifier.open(bare.directory())) {
      assertThat(one.classify(green).findings())
          .isEqualTo(other.classify(green).findings())
          .isNotEmpty();
    }
  }

  private static byte[] colours() {
    byte[] rgb = new byte[3 * 16 * 16];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) (i % 3 == 1 ? 200 + i % 50 : i % 40);
    }
    return rgb;
  }

  @Test
  void explainsWhatTheNetworkWasFed() throws Exception {
    Label label = Label.of("red");
    CellImage image = images().get(2);
    CellImage prepared = target.apply(image);
    try (LeukemiaClassifier one = LeukemiaClassifier.open(stained.directory());
        LeukemiaClassifier other = LeukemiaClassifier.open(bare.directory())) {
      for (Method method : List.of(Method.GRAD_CAM, Method.INTEGRATED_GRADIENTS)) {
        assertThat(Explanations.explain(one, image, label, method))
            .isEqualTo(Explanations.explain(other, prepared, label, method))
            .isNotEqualTo(Explanations.explain(other, image, label, method));
      }
    }
  }
}
