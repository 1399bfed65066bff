package io.github.leukemia4j.tf;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.LeukemiaClassifier;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.backend.OpenOptions;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.model.ModelManifest;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
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
  /** The networks with a name of their own. */
  static final List<NetworkConfig> NETWORKS =
      List.of(
          NetworkConfig.small(),
          NetworkConfig.standard(),
          NetworkConfig.residual(),
          NetworkConfig.paper());

  private DrawnModels() {}

  /** A bundle for the stage of an inner node. */
  static ModelBundle bundle(
      Path directory, Taxonomy taxonomy, Label node, NetworkConfig network, int side, long seed)
      throws IOException {
    return bundle(directory, taxonomy, node, network, side, seed, "none");
  }

  /** A bundle that looks at the eight flips and quarter turns of each image. */
  static ModelBundle ofEightViews(
      Path directory, Taxonomy taxonomy, Label node, NetworkConfig network, int side, long seed)
      throws IOException {
    return bundle(directory, taxonomy, node, network, side, seed, ModelManifest.EIGHT_VIEWS);
  }

  private static ModelBundle bundle(
      Path directory,
      Taxonomy taxonomy,
      Label node,
      NetworkConfig network,
      int side,
      long seed,
      String testTimeAugmentation)
      throws IOException {
    LabelSet labels = taxonomy.labelSet(node);
    List<Double> shares = Collections.nCopies(labels.size(), 1.0 / labels.size());
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("schemaVersion", ModelManifest.SCHEMA_VERSION);
    fields.put("format", SavedModelFile.FORMAT);
    fields.put("name", node.name());
    fields.put(
        "input",
        Map.of(
            "height",
            side,
            "width",
            side,
            "resize",
            SavedModelFile.RESIZE,
            "normalisation",
            NetworkGraph.NORMALISATION));
    Map<String, Object> head = new LinkedHashMap<>();
    head.put("stage", node.name());
    head.put("labels", labels.labels().stream().map(Label::name).toList());
    head.put("positive", labels.positive().map(Label::name).orElse(null));
    head.put(
        "priors",
        Map.of("sampling", "balanced", "natural", skewed(labels.size()), "training", shares));
    head.put("temperature", 1.5);
    head.put("loss", "none: the weights are drawn");
    head.put("metrics", Map.of("validation.accuracy", 0.5));
    fields.put("heads", List.of(head));
    fields.put("testTimeAugmentation", testTimeAugmentation);
    fields.put(
        "provenance",
        Map.of(
            "library",
            "0.1.0",
            "backend",
            "tensorflow 2.18.0",
            "threads",
            1,
            "seed",
            seed,
            "dataset",
            "drawn",
            "created",
            "2026-11-23T00:00:00Z"));
    // Through JSON, so that fields which may be absent need not be named here.
    ModelManifest manifest = new ObjectMapper().convertValue(fields, ModelManifest.class);
    return ModelBundle.create(
        directory,
        manifest,
        place -> {
          Files.writeString(place.resolve(ModelBundle.CARD), manifest.card());
          SavedModelFile.write(
              place,
              manifest,
              Extensions.installed().architecture(network),
              network,
              weights(network, side, labels, seed));
        });
  }

  /** A saved pipeline with a drawn network at every stage. */
  static Path pipeline(
      Path directory, Taxonomy taxonomy, NetworkConfig network, int side, long seed)
      throws IOException {
    Path parts = Files.createTempDirectory(directory.toAbsolutePath().getParent(), "parts-");
    Map<Label, LeukemiaClassifier> stages = new LinkedHashMap<>();
    for (Label node : taxonomy.innerNodes()) {
      ModelBundle bundle =
          bundle(parts.resolve(node.name()), taxonomy, node, network, side, seed + stages.size());
      stages.put(node, TfModels.open(bundle, OpenOptions.DEFAULT));
    }
    try (MultilevelPipeline pipeline = MultilevelPipeline.of(taxonomy, stages)) {
      pipeline.save(directory);
    }
    return directory;
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
      new NetworkGraph(
              tf,
              Extensions.installed().architecture(network),
              network,
              List.of(labels.size()),
              weight -> {
                weights.put(weight.name(), draw(weight, random));
                return tf.variable(weight.shape(), TFloat32.class);
              })
          .logits(tf.placeholder(TUint8.class, Placeholder.shape(Shape.of(-1, side, side, 3))));
    }
    return weights;
  }

  private static float[] draw(TfWeight weight, SplittableRandom random) {
    float[] value = new float[(int) weight.shape().size()];
    Arrays.fill(value, (float) weight.start());
    double deviation = Math.sqrt(2.0 * weight.shape().get(-1) / weight.shape().size());
    for (int i = 0; weight.deviation() > 0 && i < value.length; i++) {
      value[i] = (float) (random.nextGaussian() * deviation);
    }
    return value;
  }
}
