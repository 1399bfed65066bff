package io.github.leukemia4j.tf;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.model.ModelCard;
import io.github.leukemia4j.model.ModelManifest;
import io.github.leukemia4j.model.Provenance;
import io.github.leukemia4j.training.NetworkConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.tensorflow.Graph;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;

/** Bundles whose weights are drawn by chance, and images to run through them: no training. */
final class DrawnModels {
  private DrawnModels() {}

  /** A bundle for the stage of an inner node. */
  static ModelBundle bundle(
      Path directory, Taxonomy taxonomy, Label node, NetworkConfig network, int side, long seed)
      throws IOException {
    LabelSet labels = taxonomy.labelSet(node);
    List<Double> shares = Collections.nCopies(labels.size(), 1.0 / labels.size());
    ModelManifest manifest =
        new ModelManifest(
            ModelManifest.SCHEMA_VERSION,
            SavedModelFile.FORMAT,
            node.name(),
            labels.labels().stream().map(Label::name).toList(),
            labels.positive().map(Label::name).orElse(null),
            new ModelManifest.Input(side, side, "area", TfNetwork.NORMALISATION),
            new ModelManifest.Priors("balanced", skewed(labels.size()), shares),
            1.5,
            "none: the weights are drawn",
            Map.of("validation.accuracy", 0.5),
            new Provenance(
                "0.1.0",
                "tensorflow 2.18.0",
                "17",
                "any",
                "CPU",
                1,
                Map.of(),
                seed,
                "drawn",
                "none",
                Map.of(),
                Map.of(),
                "2026-11-23T00:00:00Z"),
            Map.of());
    return ModelBundle.create(
        directory,
        manifest,
        place -> {
          Files.writeString(place.resolve("MODEL_CARD.md"), ModelCard.of(manifest));
          SavedModelFile.write(place, manifest, network, weights(network, side, labels, seed));
        });
  }

  private static List<Double> skewed(int labels) {
    double sum = labels * (labels + 1) / 2.0;
    return IntStream.rangeClosed(1, labels).mapToObj(i -> i / sum).toList();
  }

  /** An image of noise around a colour of its own. */
  static CellImage image(int height, int width, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] rgb = new byte[height * width * 3];
    int[] colour = {random.nextInt(200), random.nextInt(200), random.nextInt(200)};
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) (colour[i % 3] + random.nextInt(56));
    }
    return CellImage.ofRgb(height, width, rgb);
  }

  static List<CellImage> images(int count, int side, long seed) {
    return IntStream.range(0, count).mapToObj(i -> image(side, side, seed * 100_003 + i)).toList();
  }

  private static Map<String, float[]> weights(
      NetworkConfig network, int side, LabelSet labels, long seed) {
    Map<String, float[]> weights = new LinkedHashMap<>();
    SplittableRandom random = new SplittableRandom(seed);
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      new TfNetwork(
              tf,
              network,
              (name, shape) -> {
                weights.computeIfAbsent(name, key -> draw(key, shape, random));
                return tf.variable(shape, TFloat32.class);
              })
          .logits(
              tf.placeholder(TUint8.class, Placeholder.shape(Shape.of(-1, side, side, 3))),
              labels.size());
    }
    return weights;
  }

  private static float[] draw(String name, Shape shape, SplittableRandom random) {
    float[] value = new float[(int) shape.size()];
    if (name.endsWith(".kernel")) {
      double deviation = Math.sqrt(2.0 * shape.get(-1) / shape.size());
      for (int i = 0; i < value.length; i++) {
        value[i] = (float) (random.nextGaussian() * deviation);
      }
    } else if (name.endsWith(".gamma") || name.endsWith(".variance")) {
      Arrays.fill(value, 1);
    }
    return value;
  }
}
