package io.github.leukemia4j.tf;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LeukemiaClassifier;
import io.github.leukemia4j.explanation.Explanations;
import io.github.leukemia4j.explanation.Explanations.Heatmap;
import io.github.leukemia4j.explanation.Explanations.Method;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.training.TrainingListener;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A network that sees the middle three quarters of each side. */
@ExtendWith(NoScopeLeft.class)
class CentreCroppedTrainingTest {
  private static final double SHARE = 0.75;

  @TempDir static Path folder;
  private static ModelBundle cropped;

  /** The same network, which takes what it is given for the middle. */
  private static ModelBundle bare;

  @BeforeAll
  static void train() throws Exception {
    Path directory = folder.resolve("cropped");
    TinyTraining.train(TinyTraining.config().centreCrop(SHARE).build(), directory);
    cropped = ModelBundle.open(directory);
    bare = TinyTraining.withoutSteps(cropped, folder.resolve("bare"));
  }

  private static List<CellImage> images() {
    List<CellImage> images = new ArrayList<>(TinyCells.images(6, 16));
    images.addAll(TinyCells.images(6, 29));
    return images;
  }

  @Test
  void keepsTheShareInTheBundle() {
    assertThat(cropped.manifest().input().centreCrop()).isEqualTo(SHARE);
    assertThat(bare.manifest().input().centreCrop()).isEqualTo(1);
  }

  @Test
  void learnsAndValidatesOnWhatCroppingTheFilesWouldGive() throws Exception {
    Path directory = folder.resolve("files");
    ModelBundle files =
        TinyTraining.train(
            TinyTraining.config().build(),
            TinyTraining.changed(TinyTraining.split(), image -> image.centre(SHARE)),
            directory,
            TrainingListener.NONE);
    assertThat(TinyTraining.weightsHash(directory))
        .isEqualTo(TinyTraining.weightsHash(cropped.directory()));
    assertThat(files.manifest().heads().get(0).metrics())
        .isEqualTo(cropped.manifest().heads().get(0).metrics());
    assertThat(files.manifest().gate())
        .usingRecursiveComparison()
        .ignoringFields("smallestSide")
        .isEqualTo(cropped.manifest().gate());
    // Half of each image as it came: 12 pixels there, 16 here.
    assertThat(files.manifest().gate().smallestSide()).isEqualTo(6);
    assertThat(cropped.manifest().gate().smallestSide()).isEqualTo(8);
  }

  @Test
  void classifiesAsTheNetworkDoesWithTheMiddle() throws Exception {
    try (LeukemiaClassifier one = LeukemiaClassifier.open(cropped.directory());
        LeukemiaClassifier other = LeukemiaClassifier.open(bare.directory())) {
      int differences = 0;
      for (CellImage image : images()) {
        double[] found = one.classify(image).probabilities();
        assertThat(found).isEqualTo(other.classify(image.centre(SHARE)).probabilities());
        differences += found[0] == other.classify(image).probabilities()[0] ? 0 : 1;
      }
      assertThat(differences).as("images for which the step matters").isPositive();
    }
  }

  @Test
  void explainsTheMiddleAndLeavesTheRestAtNought() throws Exception {
    Label label = Label.of("red");
    CellImage image = images().get(2);
    CellImage middle = image.centre(SHARE);
    try (LeukemiaClassifier one = LeukemiaClassifier.open(cropped.directory());
        LeukemiaClassifier other = LeukemiaClassifier.open(bare.directory())) {
      Heatmap whole = Explanations.explain(one, image, label, Method.INTEGRATED_GRADIENTS);
      Heatmap inner = Explanations.explain(other, middle, label, Method.INTEGRATED_GRADIENTS);
      assertThat(whole).isEqualTo(inner.centredIn(image.height(), image.width()));
      assertThat(whole.value(1, 8)).isZero();
      assertThat(whole.value(2, 2)).isEqualTo(inner.value(0, 0));
      assertThat(whole.value(13, 13)).isEqualTo(inner.value(11, 11));
      assertThat(whole.value(14, 8)).isZero();
    }
  }
}
