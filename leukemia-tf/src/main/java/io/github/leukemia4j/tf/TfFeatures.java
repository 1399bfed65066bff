package io.github.leukemia4j.tf;

import io.github.leukemia4j.ModelFormatException;
import io.github.leukemia4j.backend.OpenOptions;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.model.ModelManifest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.tensorflow.Graph;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/**
 * The features that a bundle's network makes of an image, before its heads: what another classifier
 * may learn from, such as a support vector machine. Where the network averages over views of an
 * image, its features are averaged, too. Thread-safe; to be closed.
 *
 * <p>An image may get other last bits in another batch.
 */
public final class TfFeatures implements AutoCloseable {
  /** Images of one run, so that memory stays bounded. */
  private static final int CHUNK = 64;

  private final TfScope scope = new TfScope();
  private final Session session;
  private final ModelManifest manifest;
  private final String output;

  private TfFeatures(GraphDef definition, String output, ModelBundle bundle, OpenOptions options) {
    this.manifest = bundle.manifest();
    this.output = output;
    try {
      Graph graph = scope.add(new Graph());
      graph.importGraphDef(definition);
      this.session =
          scope.add(new Session(graph, TfRuntime.config(options.device(), options.threads())));
    } catch (RuntimeException | Error e) {
      scope.close();
      throw e;
    }
  }

  /**
   * Opens a bundle whose architecture is installed.
   *
   * @throws IOException where a file cannot be read
   * @throws ModelFormatException where the bundle is not one that this library trained on
   *     TensorFlow
   */
  public static TfFeatures open(ModelBundle bundle, OpenOptions options) throws IOException {
    if (!SavedModelFile.FORMAT.equals(bundle.manifest().format())) {
      throw new ModelFormatException(
          "%s: features need a model of the format %s; found %s. Take the bundle that was trained."
              .formatted(bundle.directory(), SavedModelFile.FORMAT, bundle.manifest().format()));
    }
    Path file = bundle.file(SavedModelFile.DIRECTORY + "/" + SavedModelFile.FILE);
    GraphDef definition =
        SavedModelFile.read(file, bundle.manifest(), Extensions.installed().operations());
    String output =
        node(definition, NetworkGraph.ofOneView(0))
            .flatMap(bias -> node(definition, bias.getInput(0)))
            .filter(product -> product.getOp().equals("MatMul"))
            .map(product -> product.getInput(0))
            .orElseThrow(
                () ->
                    new ModelFormatException(
                        "%s: expected a network whose first head is a dense layer of features; found none. Train it with this library."
                            .formatted(file)));
    return TfRuntime.call(
        "open " + file, () -> new TfFeatures(definition, output, bundle, options));
  }

  private static Optional<NodeDef> node(GraphDef definition, String name) {
    return definition.getNodeList().stream().filter(n -> n.getName().equals(name)).findFirst();
  }

  /**
   * The features of images.
   *
   * @param rgb [images, height, width, 3], of the network's input size, as {@link
   *     io.github.leukemia4j.backend.Network#logits} takes them
   * @return [images][features]
   */
  public double[][] of(byte[] rgb, int images) {
    int bytes = 3 * manifest.input().height() * manifest.input().width();
    if (rgb.length < images * bytes) {
      throw new IllegalArgumentException(
          "%d images must have %d bytes each; found %d in all."
              .formatted(images, bytes, rgb.length));
    }
    double[][] all = new double[images][];
    for (int from = 0; from < images; from += CHUNK) {
      int first = from;
      int count = Math.min(CHUNK, images - from);
      double[][] chunk =
          TfRuntime.call("make features of images", () -> run(rgb, first * bytes, count));
      System.arraycopy(chunk, 0, all, from, count);
    }
    return all;
  }

  private double[][] run(byte[] rgb, int offset, int count) {
    try (TfScope run = new TfScope()) {
      var pixels =
          run.add(
              TrainingSession.imageTensor(
                  rgb, offset, count, manifest.input().height(), manifest.input().width()));
      Result result =
          run.add(session.runner().feed(SavedModelFile.IMAGES, pixels).fetch(output).run());
      var raw = result.get(0).asRawTensor();
      int views = manifest.views();
      int features = (int) raw.shape().get(1);
      double[][] rows = TrainingSession.rows(raw, count * views, features);
      double[][] means = new double[count][features];
      for (int i = 0; i < rows.length; i++) {
        for (int f = 0; f < features; f++) {
          means[i % count][f] += rows[i][f] / views;
        }
      }
      return means;
    }
  }

  @Override
  public void close() {
    scope.close();
  }
}
