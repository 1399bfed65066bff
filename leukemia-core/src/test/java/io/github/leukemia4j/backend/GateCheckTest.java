package io.github.leukemia4j.backend;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Finding;
import io.github.leukemia4j.image.GateThresholds;
import io.github.leukemia4j.image.quality.ImageGate;
import io.github.leukemia4j.image.quality.ImageStatistics;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.model.ModelManifest;
import io.github.leukemia4j.pipeline.FakeBackend;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GateCheckTest {
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
    thresholds = ImageGate.learn(images);
    manifest = FakeBackend.bundle(directory.resolve("plain"), "cell", List.of("a", "b")).manifest();
  }

  private ModelManifest gated() {
    return new ModelManifest(
        manifest.name(),
        manifest.format(),
        manifest.input(),
        "none",
        manifest.heads(),
        null,
        thresholds,
        null);
  }

  private Set<Finding> check(OpenOptions.Gate gate, CellImage image) {
    return GateCheck.of(gated(), OpenOptions.DEFAULT.withGate(gate))
        .findings(image, image.resize(16, 16));
  }

  @Test
  void areFoundWhereTheGateFlagsOrRefuses() {
    CellImage blank = CellImage.ofRgb(16, 16, new byte[16 * 16 * 3]);
    for (OpenOptions.Gate gate : List.of(OpenOptions.Gate.FLAG, OpenOptions.Gate.REFUSE)) {
      assertThat(check(gate, blank)).contains(Finding.BLANK);
    }
    assertThat(check(OpenOptions.Gate.OFF, blank)).isEmpty();
  }

  @Test
  void areNoneForImagesLikeTheTrainingImages() {
    assertThat(check(OpenOptions.Gate.FLAG, noise(100, 16, 100))).isEmpty();
  }

  @Test
  void lookAtTheSizeBeforeResizing() {
    assertThat(thresholds.smallestSide()).isEqualTo(8);
    assertThat(check(OpenOptions.Gate.FLAG, noise(100, 7, 100))).contains(Finding.TOO_SMALL);
  }

  @Test
  void areNoneWhereTheBundleHasNoGate() {
    assertThat(GateCheck.of(manifest, OpenOptions.DEFAULT).findings(noise(1, 7, 1), noise(1, 7, 1)))
        .isEmpty();
  }

  @Test
  void thresholdsSurviveTheBundle() throws Exception {
    ModelBundle bundle =
        ModelBundle.create(
            directory.resolve("gated"),
            gated(),
            place -> Files.writeString(place.resolve("fake.txt"), "fake"));
    assertThat(bundle.manifest().gate()).isEqualTo(thresholds);
    assertThat(bundle.manifest().withFormat("other").gate()).isEqualTo(thresholds);
  }
}
