package io.github.leukemia4j.backend;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Finding;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.image.GateThresholds;
import io.github.leukemia4j.image.ImageStatistics;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.model.ModelManifest;
import io.github.leukemia4j.pipeline.FakeBackend;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FindingsTest {
  private static final LabelSet LABELS = LabelSet.of(List.of(Label.of("a"), Label.of("b")));
  private static final Prediction PREDICTION = Prediction.of(LABELS, 0.4, 0.6);

  @TempDir private Path directory;
  private GateThresholds thresholds;
  private ModelManifest manifest;

  private static CellImage noise(long seed, int side, int spread) {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] rgb = new byte[side * side * 3];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) (100 + random.nextInt(spread));
    }
    return CellImage.ofRgb(side, side, rgb);
  }

  @BeforeEach
  void learn() throws Exception {
    List<ImageStatistics> images = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      images.add(ImageStatistics.of(noise(i, 16, 100)));
    }
    thresholds = GateThresholds.learn(images);
    manifest = FakeBackend.bundle(directory.resolve("plain"), "cell", List.of("a", "b")).manifest();
  }

  private Prediction predict(OpenOptions.Gate gate, CellImage image) {
    return Findings.of(manifest.withGate(thresholds), OpenOptions.DEFAULT.withGate(gate))
        .add(image, image.resize(16, 16), PREDICTION);
  }

  @Test
  void areAddedWhereTheGateFlagsOrRefuses() {
    CellImage blank = CellImage.ofRgb(16, 16, new byte[16 * 16 * 3]);
    for (OpenOptions.Gate gate : List.of(OpenOptions.Gate.FLAG, OpenOptions.Gate.REFUSE)) {
      Prediction checked = predict(gate, blank);
      assertThat(checked.findings()).contains(Finding.BLANK);
      assertThat(checked.probabilities()).containsExactly(0.4, 0.6);
    }
    assertThat(predict(OpenOptions.Gate.OFF, blank).findings()).isEmpty();
  }

  @Test
  void areNoneForImagesLikeTheTrainingImages() {
    assertThat(predict(OpenOptions.Gate.FLAG, noise(100, 16, 100)).findings()).isEmpty();
  }

  @Test
  void lookAtTheSizeBeforeResizing() {
    assertThat(thresholds.smallestSide()).isEqualTo(8);
    assertThat(predict(OpenOptions.Gate.FLAG, noise(100, 7, 100)).findings())
        .contains(Finding.TOO_SMALL);
  }

  @Test
  void areNoneWhereTheBundleHasNoGate() {
    assertThat(
            Findings.of(manifest, OpenOptions.DEFAULT)
                .add(noise(1, 7, 1), noise(1, 7, 1), PREDICTION)
                .findings())
        .isEmpty();
  }

  @Test
  void thresholdsSurviveTheBundle() throws Exception {
    ModelBundle bundle =
        ModelBundle.create(
            directory.resolve("gated"),
            manifest.withGate(thresholds),
            place -> Files.writeString(place.resolve("fake.txt"), "fake"));
    assertThat(bundle.manifest().gate()).isEqualTo(thresholds);
    assertThat(bundle.manifest().withFormat("other").gate()).isEqualTo(thresholds);
  }
}
