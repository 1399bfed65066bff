package io.github.leukemia4j.tf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.backend.Network;
import io.github.leukemia4j.backend.OpenOptions;
import io.github.leukemia4j.backend.TrainableNetwork.Tensor;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.training.NetworkConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TfFeaturesTest {
  @TempDir private Path directory;

  /** A head is a dense layer, and so the mean over views of its logits is that of the features. */
  @Test
  void giveTheLogitsThroughTheHeadOfTheBundle() throws Exception {
    ModelBundle bundle =
        RandomModel.writeEightViews(directory.resolve("bundle"), NetworkConfig.small(), 16, 3);
    List<CellImage> images = RandomModel.images(70, 16, 16, 4);
    byte[] rgb = new byte[images.size() * 16 * 16 * 3];
    for (int i = 0; i < images.size(); i++) {
      images.get(i).copyTo(rgb, i * 16 * 16 * 3);
    }
    Map<String, Tensor> weights = new TfBackend().training().orElseThrow().weights(bundle);
    float[] kernel = weights.get("head0.kernel").values();
    float[] bias = weights.get("head0.bias").values();
    try (TfFeatures features = TfFeatures.open(bundle, OpenOptions.DEFAULT);
        Network network = new TfBackend().open(bundle, OpenOptions.DEFAULT)) {
      double[][] found = features.of(rgb, images.size());
      double[][] logits = network.logits(rgb, images.size()).ofHead(0);
      assertThat(found).hasDimensions(70, 32);
      for (int i = 0; i < found.length; i++) {
        for (int label = 0; label < 3; label++) {
          double logit = bias[label];
          for (int f = 0; f < 32; f++) {
            logit += found[i][f] * kernel[f * 3 + label];
          }
          assertThat(logit).isCloseTo(logits[i][label], within(1e-3));
        }
      }
      assertThatThrownBy(() -> features.of(new byte[5], 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("1 images must have 768 bytes each; found 5 in all.");
    }
  }
}
