package io.github.leukemia4j.tf;

import java.util.Arrays;
import java.util.Map;
import org.tensorflow.proto.NodeDef;

/**
 * Translates what recurrent networks and transformers do to the places of a map: they become
 * tokens, [images, tokens, heads, units], which are weighed with each other, and become places
 * again.
 */
final class OnnxTokens {
  private static final Map<String, Object> NONE = Map.of();

  private final OnnxSource source;
  private final OnnxGraph graph;

  /**
   * @param graph gets the operations
   */
  OnnxTokens(OnnxSource source, OnnxGraph graph) {
    this.source = source;
    this.graph = graph;
  }

  /** From a map to four other sizes, or from these back to a map. */
  OnnxValue reshaped(NodeDef node, OnnxValue x) {
    int[] shape = source.integers(node, 1);
    if (shape.length != 4 || shape[0] != -1 || x.rank() != 4) {
      throw source.cannot(node, "a map and four sizes, the first of them -1");
    }
    double[] values = Arrays.stream(shape).asDoubleStream().toArray();
    String name = node.getName() + "_";
    String sizes = graph.constant(name + "_shape", OnnxGraph.INT64, values, values.length);
    if (x.images()) {
      String byPlace = turned(name + "_by_place", x.name(), 0, 2, 3, 1);
      return OnnxValue.units(graph.node("Reshape", name, NONE, byPlace, sizes), 4);
    }
    String byPlace = graph.node("Reshape", name + "_by_place", NONE, x.name(), sizes);
    return new OnnxValue(turned(name, byPlace, 0, 3, 1, 2), 4, shape[1], shape[2]);
  }

  /**
   * From [views, images, labels] to [images, labels], or one row of a map that is one column wide,
   * [images, channels, 1].
   */
  OnnxValue gathered(NodeDef node, OnnxValue x) {
    double[] index = Arrays.stream(source.integers(node, 1)).asDoubleStream().toArray();
    boolean plain =
        !node.containsAttr("batch_dims") || node.getAttrOrThrow("batch_dims").getI() == 0;
    boolean column = x.images() && x.width() == 1;
    int[] axis = {column ? 1 : 0};
    if (!(x.rank() == 3 || column)
        || !plain
        || index.length != 1
        || !Arrays.equals(source.integers(node, 2), axis)) {
      throw source.cannot(node, "one of the views, or a row of a column");
    }
    String which = graph.constant(node.getName() + "__index", OnnxGraph.INT64, index);
    Map<String, Object> here = Map.of("axis", column ? 2 : 0);
    return OnnxValue.units(
        graph.node("Gather", node.getName() + "_", here, x.name(), which), x.rank() - 1);
  }

  OnnxValue transposed(NodeDef node, OnnxValue x) {
    long[] order = Arrays.stream(source.integers(node, 1)).asLongStream().toArray();
    return x.renamed(turned(node.getName() + "_", x.name(), order));
  }

  /** A product of two matrices for each head of each image. */
  OnnxValue product(NodeDef node, OnnxValue left, OnnxValue right) {
    boolean plain = left.rank() == 4 && !left.images() && right.rank() == 4 && !right.images();
    if (!plain || node.getAttrOrThrow("adj_x").getB()) {
      throw source.cannot(node, "matrices of tokens, the left ones not turned");
    }
    String name = node.getName() + "_";
    String other =
        node.getAttrOrThrow("adj_y").getB()
            ? turned(name + "_turned", right.name(), 0, 1, 3, 2)
            : right.name();
    return left.renamed(graph.node("MatMul", name, NONE, left.name(), other));
  }

  /** Over the last size. */
  OnnxValue softmax(NodeDef node, OnnxValue x) {
    if (x.images()) {
      throw source.cannot(node, "weights of tokens");
    }
    Map<String, Object> last = Map.of("axis", x.rank() - 1);
    return x.renamed(graph.node("Softmax", node.getName() + "_", last, x.name()));
  }

  /** From [places, channels] to [channels, places]. */
  static double[] byChannel(double[] values, int channels) {
    int places = values.length / channels;
    double[] turned = new double[values.length];
    for (int place = 0; place < places; place++) {
      for (int channel = 0; channel < channels; channel++) {
        turned[channel * places + place] = values[place * channels + channel];
      }
    }
    return turned;
  }

  private String turned(String name, String x, long... order) {
    return graph.node("Transpose", name, Map.of("perm", order), x);
  }
}
