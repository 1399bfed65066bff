package io.github.leukemia4j.tf;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.LeukemiaClassifier;
import io.github.leukemia4j.Prediction.Finding;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.model.ModelBundle;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A network whose input is more than twice as large as its training images, of 16 pixels. */
@ExtendWith(NoScopeLeft.class)
class GateOfSmallImagesTest {
  @TempDir static Path folder;
  private static ModelBundle bundle;

  @BeforeAll
  static void train() throws Exception {
    Path directory = folder.resolve("enlarging");
    TinyTraining.train(TinyTraining.config().inputSize(40).epochs(1).build(), directory);
    bundle = ModelBundle.open(directory);
  }

  @Test
  void findsNoFaultWithTheSizeOfItsTrainingImages() throws Exception {
    try (LeukemiaClassifier classifier = LeukemiaClassifier.open(bundle.directory())) {
      for (Sample sample : TinyTraining.split().test().samples()) {
        assertThat(classifier.classify(sample.source().read()).findings())
            .doesNotContain(Finding.TOO_SMALL);
      }
    }
  }

  @Test
  void findsFaultWithHalfTheirSide() throws Exception {
    assertThat(bundle.manifest().gate().smallestSide()).isEqualTo(8);
    try (LeukemiaClassifier classifier = LeukemiaClassifier.open(bundle.directory())) {
      CellImage image = TinyTraining.split().test().samples().get(0).source().read();
      assertThat(classifier.classify(image.resize(7, 16)).findings()).contains(Finding.TOO_SMALL);
    }
  }
}
