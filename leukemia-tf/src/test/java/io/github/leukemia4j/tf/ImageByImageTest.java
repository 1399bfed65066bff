package io.github.leukemia4j.tf;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.training.NetworkConfig;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The networks that read rows and weigh patches run on kernels that go image by image, at their
 * usual sizes.
 */
@Tag("arithmetic")
@ExtendWith(NoScopeLeft.class)
class ImageByImageTest {
  private static final int SIDE = 64;
  private static final int IMAGES = 37;

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"recurrent", "transformer", "transformer,stem=0,patch=8"})
  void givesAnImageTheSameBitsInEveryBatch(String network) throws Exception {
    ModelBundle bundle =
        RandomModel.write(
            directory.resolve("bundle"), NetworkConfig.parse(network), SIDE, SIDE, 1, 3);
    byte[] all = new byte[IMAGES * SIDE * SIDE * 3];
    List<CellImage> images = RandomModel.images(IMAGES, SIDE, SIDE, 4);
    for (int i = 0; i < IMAGES; i++) {
      images.get(i).copyTo(all, i * SIDE * SIDE * 3);
    }
    try (TfNetwork opened =
        TfNetwork.open(
            bundle, TinyCells.CPU, Extensions.installed().operations(), InvariantGraph::of)) {
      double[][] together = opened.logits(all, IMAGES).ofHead(0);
      for (int i = 0; i < IMAGES; i++) {
        assertThat(opened.logits(images.get(i).rgb(), 1).ofHead(0)[0]).isEqualTo(together[i]);
      }
      assertThat(opened.arithmetic()).isEqualTo(Arithmetic.IMAGE_BY_IMAGE);
    }
  }
}
