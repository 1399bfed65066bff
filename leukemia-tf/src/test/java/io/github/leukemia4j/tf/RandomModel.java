package io.github.leukemia4j.tf;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.model.HeadManifest;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.model.ModelManifest;
import io.github.leukemia4j.training.NetworkConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.tensorflow.Graph;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;

/** Bundles with random weights and random statistics of batch normalisation. */
final class RandomModel {
  static final List<String> LABELS = List.of("normal", "AML", "ALL");

  private RandomModel() {}

  static ModelBundle write(
      Path directory, NetworkConfig network, int height, int width, double temperature, long seed)
      throws IOException {
    ModelManifest manifest = manifest(height, width, temperature, "none");
    return ModelBundle.create(
        directory,
        manifest,
        place ->
            SavedModelFile.write(
                place,
                manifest,
                architecture(network),
                network,
                weights(network, manifest.input(), seed)));
  }

  /** Averages the logits over the eight flips and quarter turns of an image. */
  static ModelBundle writeEightViews(Path directory, NetworkConfig network, int side, long seed)
      throws IOException {
    ModelManifest manifest = manifest(side, side, 1, ModelManifest.EIGHT_VIEWS);
    return ModelBundle.create(
        directory,
        manifest,
        place ->
            SavedModelFile.write(
                place,
                manifest,
                architecture(network),
                network,
                weights(network, manifest.input(), seed)));
  }

  private static ModelManifest manifest(
      int height, int width, double temperature, String testTimeAugmentation) {
    return new ModelManifest(
        "cell",
        SavedModelFile.FORMAT,
        new ModelManifest.Input(height, width, "area", NetworkGraph.NORMALISATION),
        testTimeAugmentation,
        List.of(
            new HeadManifest(
                "cell",
                HeadManifest.Kind.STAGE,
                LABELS,
                null,
                null,
                "none",
                new ModelManifest.Priors(
                    "balanced",
                    List.of(0.5, 0.3, 0.2),
                    List.of(1 / 3.0, 1 / 3.0, 1 / 3.0),
                    temperature == 1 ? null : List.of(0.2, 0.3, 0.5)),
                temperature,
                // A model that is calibrated is so to another laboratory.
                temperature == 1 ? null : List.of(0.75, -0.5, -0.25),
                null,
                null,
                Map.of())),
        null,
        null,
        null);
  }

  private static Map<String, float[]> weights(
      NetworkConfig network, ModelManifest.Input input, long seed) {
    Map<String, float[]> weights = new LinkedHashMap<>();
    Random random = new Random(seed);
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      new NetworkGraph(
              tf,
              architecture(network),
              network,
              List.of(LABELS.size()),
              weight -> {
                weights.put(weight.name(), values(weight, random));
                return tf.placeholder(TFloat32.class, Placeholder.shape(weight.shape()));
              })
          .logits(
              tf.placeholder(
                  TUint8.class, Placeholder.shape(Shape.of(-1, input.height(), input.width(), 3))));
    }
    return weights;
  }

  private static TfArchitecture architecture(NetworkConfig network) {
    return Extensions.installed().architecture(network);
  }

  private static float[] values(TfWeight weight, Random random) {
    float[] values = new float[(int) weight.shape().size()];
    double scale = Math.sqrt(2.0 * weight.shape().get(-1) / weight.shape().size());
    for (int i = 0; i < values.length; i++) {
      double gaussian = random.nextGaussian();
      values[i] =
          (float)
              (weight.name().endsWith(".kernel")
                  ? gaussian * scale
                  : weight.name().endsWith(".variance")
                      ? 0.3 + 2 * random.nextDouble()
                      : weight.name().endsWith(".gamma") ? 1 + 0.3 * gaussian : 0.5 * gaussian);
    }
    return values;
  }

  /** Noise over a gradient; the last one uniform, where only the deviation's floor keeps finite. */
  static List<CellImage> images(int count, int height, int width, long seed) {
    Random random = new Random(seed);
    List<CellImage> images = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] rgb = new byte[height * width * 3];
      for (int at = 0; at < rgb.length && i < count - 1; at++) {
        rgb[at] = (byte) (at * 128 / rgb.length + random.nextInt(100));
      }
      images.add(CellImage.ofRgb(height, width, rgb));
    }
    return images;
  }
}
