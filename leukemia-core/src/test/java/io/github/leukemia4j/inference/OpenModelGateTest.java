package io.github.leukemia4j.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Prediction.Finding;
import io.github.leukemia4j.backend.OpenOptions;
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
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenModelGateTest {
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
        new ModelManifest.Input(16, 16, "area", "none"),
        "none",
        manifest.heads(),
        null,
        thresholds,
        null);
  }

  private Set<Finding> check(OpenOptions.Gate gate, CellImage image) throws Exception {
    return check(gated(), gate, image);
  }

  private Set<Finding> check(ModelManifest opened, OpenOptions.Gate gate, CellImage image)
      throws Exception {
    Path place = directory.resolve(UUID.randomUUID().toString());
    ModelBundle bundle =
        ModelBundle.create(place, opened, p -> Files.writeString(p.resolve("fake.txt"), "fake"));
    OpenOptions options = OpenOptions.DEFAULT.withGate(gate);
    try (OpenModel model = OpenModel.open(new FakeBackend(), bundle, options)) {
      return model.classifyAll(List.of(image)).get(0).get(0).findings();
    }
  }

  @Test
  void areFoundWhereTheGateFlagsOrRefuses() throws Exception {
    CellImage blank = CellImage.ofRgb(16, 16, new byte[16 * 16 * 3]);
    for (OpenOptions.Gate gate : List.of(OpenOptions.Gate.FLAG, OpenOptions.Gate.REFUSE)) {
      assertThat(check(gate, blank)).contains(Finding.BLANK);
    }
    assertThat(check(OpenOptions.Gate.OFF, blank)).isEmpty();
  }

  @Test
  void areNoneForImagesLikeTheTrainingImages() throws Exception {
    assertThat(check(OpenOptions.Gate.FLAG, noise(100, 16, 100))).isEmpty();
  }

  @Test
  void lookAtTheSizeBeforeResizing() throws Exception {
    assertThat(thresholds.smallestSide()).isEqualTo(8);
    assertThat(check(OpenOptions.Gate.FLAG, noise(100, 7, 100))).contains(Finding.TOO_SMALL);
  }

  @Test
  void areNoneWhereTheBundleHasNoGate() throws Exception {
    assertThat(check(manifest, OpenOptions.Gate.REFUSE, noise(1, 7, 1))).isEmpty();
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
