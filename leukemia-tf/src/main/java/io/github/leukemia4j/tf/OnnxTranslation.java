package io.github.leukemia4j.tf;

import io.github.leukemia4j.tf.OnnxSource.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tensorflow.proto.NodeDef;

/**
 * Translates TensorFlow's operations into those of ONNX, one by one, from an output back to the
 * images. Images enter as they do in TensorFlow, [images, height, width, 3], and are turned to
 * [images, 3, height, width] once, the order of ONNX's convolutions.
 */
final class OnnxTranslation {
  private static final int MAX_DEPTH = OnnxSource.MAX_DEPTH;
  private static final Map<String, Object> NONE = Map.of();

  private final OnnxSource source;
  private final int height;
  private final int width;
  private final OnnxGraph graph;
  private final OnnxTokens tokens;
  private final Map<String, OnnxValue> done = new HashMap<>();
  private final Set<String> waiting = new LinkedHashSet<>();

  /**
   * @param height of the images in pixels
   * @param width of the images in pixels
   * @param graph gets the operations
   */
  OnnxTranslation(OnnxSource source, int height, int width, OnnxGraph graph) {
    this.source = source;
    this.height = height;
    this.width = width;
    this.graph = graph;
    this.tokens = new OnnxTokens(source, graph);
  }

  /**
   * Adds what computes a tensor, where it is not there yet.
   *
   * @param tensor of TensorFlow's graph
   * @return its name in the ONNX graph
   */
  String translate(String tensor) {
    return value(tensor).name();
  }

  private OnnxValue value(String tensor) {
    String name = tensor.endsWith(":0") ? tensor.substring(0, tensor.length() - 2) : tensor;
    OnnxValue known = done.get(name);
    if (known != null) {
      return known;
    }
    NodeDef node = source.node(name);
    if (!waiting.add(name) || waiting.size() > MAX_DEPTH) {
      throw source.cannot(
          node, "a graph without circles, at most %d operations deep".formatted(MAX_DEPTH));
    }
    OnnxValue value = translate(node);
    waiting.remove(name);
    done.put(name, value);
    return value;
  }

  private OnnxValue translate(NodeDef node) {
    return switch (node.getOp()) {
      case "Placeholder" -> images(node);
      case "Identity" -> value(node.getInput(0));
      case "Cast" -> cast(node);
      case "Conv2D" -> convolution(node, false);
      case "DepthwiseConv2dNative" -> convolution(node, true);
      case "FusedBatchNormV3" -> batchNormalisation(node);
      case "MaxPool" -> maxPool(node);
      case "Mean", "Sum" -> reduction(node);
      case "MatMul" -> product(node);
      case "BatchMatMulV3" ->
          tokens.product(node, value(node.getInput(0)), value(node.getInput(1)));
      case "Softmax" -> tokens.softmax(node, value(node.getInput(0)));
      case "Add", "AddV2", "BiasAdd" -> binary("Add", node);
      case "Sub" -> binary("Sub", node);
      case "Mul" -> binary("Mul", node);
      case "Div" -> binary("Div", node);
      case "ConcatV2" -> concatenation(node);
      case "GatherV2" -> tokens.gathered(node, value(node.getInput(0)));
      case "Reshape" -> reshape(node);
      case "ReverseV2" -> reverse(node);
      case "Transpose" -> transpose(node);
      case "Maximum", "Minimum" -> binary(node.getOp().substring(0, 3), node);
      case "Elu", "Exp", "Relu", "Sigmoid", "Softplus", "Sqrt", "Tanh" -> unary(node);
      case "Relu6" -> rectifiedTo6(node);
      case "Square" -> square(node);
      case "Rsqrt" -> inverseRoot(node);
      default -> throw source.cannot(node, "an operation that can be translated");
    };
  }

  private OnnxValue images(NodeDef node) {
    if (!node.getName().equals(SavedModelFile.IMAGES)) {
      throw source.cannot(node, "no input but " + SavedModelFile.IMAGES);
    }
    String turned =
        graph.node(
            "Transpose",
            "images_by_channel",
            Map.of("perm", new long[] {0, 3, 1, 2}),
            SavedModelFile.IMAGES);
    return new OnnxValue(turned, 4, height, width);
  }

  private OnnxValue cast(NodeDef node) {
    OnnxValue x = value(node.getInput(0));
    int to = source.floating(node, OnnxSource.type(node, "DstT"));
    return x.renamed(graph.node("Cast", name(node), Map.of("to", to), x.name()));
  }

  /**
   * TensorFlow's kernel is [height, width, in, out], or [height, width, in, outputs of each] where
   * every channel has kernels of its own; that of ONNX is [out, in, height, width], with one in
   * there.
   */
  private OnnxValue convolution(NodeDef node, boolean depthwise) {
    OnnxValue x = requireImages(node, value(node.getInput(0)));
    Tensor kernel = source.constant(node, 1);
    long[] shape = kernel.shape();
    if (shape.length != 4) {
      throw source.cannot(node, "a kernel of four sizes");
    }
    int h = (int) shape[0];
    int w = (int) shape[1];
    int in = (int) shape[2];
    int out = (int) shape[3];
    double[] turned = new double[kernel.values().length];
    for (int y = 0; y < h; y++) {
      for (int column = 0; column < w; column++) {
        for (int i = 0; i < in; i++) {
          for (int o = 0; o < out; o++) {
            int pair = depthwise ? i * out + o : o * in + i;
            turned[(pair * h + y) * w + column] =
                kernel.values()[((y * w + column) * in + i) * out + o];
          }
        }
      }
    }
    long[] size = depthwise ? new long[] {in * out, 1, h, w} : new long[] {out, in, h, w};
    OnnxWindow window = OnnxWindow.of(source, node, x.height(), x.width(), h, w);
    Map<String, Object> attributes = window.attributes();
    attributes.put("group", depthwise ? in : 1);
    String weights = graph.constant(name(node) + "_kernel", kernel.type(), turned, size);
    return places(window, graph.node("Conv", name(node), attributes, x.name(), weights));
  }

  private static OnnxValue places(OnnxWindow window, String name) {
    return new OnnxValue(name, 4, window.rows().count(), window.columns().count());
  }

  private OnnxValue batchNormalisation(NodeDef node) {
    source.requireByRow(node);
    if (node.getAttrOrThrow("is_training").getB()) {
      throw source.cannot(node, "stored statistics");
    }
    OnnxValue x = requireImages(node, value(node.getInput(0)));
    String[] read = new String[5];
    read[0] = x.name();
    for (int i = 1; i < read.length; i++) {
      Tensor values = source.constant(node, i);
      read[i] =
          graph.constant(
              name(node) + "_" + i, values.type(), values.values(), values.values().length);
    }
    Map<String, Object> epsilon = Map.of("epsilon", node.getAttrOrThrow("epsilon").getF());
    return x.renamed(graph.node("BatchNormalization", name(node), epsilon, read));
  }

  private OnnxValue maxPool(NodeDef node) {
    OnnxValue x = requireImages(node, value(node.getInput(0)));
    List<Long> size = OnnxSource.ints(node, "ksize");
    OnnxWindow window =
        OnnxWindow.of(source, node, x.height(), x.width(), size.get(1), size.get(2));
    return places(window, graph.node("MaxPool", name(node), window.attributes(), x.name()));
  }

  /** Over rows, columns or both, which are axes 1 and 2 there, 2 and 3 here. */
  private OnnxValue reduction(NodeDef node) {
    OnnxValue x = requireImages(node, value(node.getInput(0)));
    int[] there = source.integers(node, 1);
    double[] axes = Arrays.stream(there).mapToDouble(axis -> axis + 1).sorted().toArray();
    boolean rows = Arrays.stream(there).anyMatch(axis -> axis == 1);
    boolean columns = Arrays.stream(there).anyMatch(axis -> axis == 2);
    boolean keep = node.getAttrOrThrow("keep_dims").getB();
    int sides = (rows ? 1 : 0) + (columns ? 1 : 0);
    if (there.length != sides || !(sides == 2 || sides == 1 && keep)) {
      throw source.cannot(node, "a mean or sum over rows, columns or both");
    }
    String result;
    if (node.getOp().equals("Mean")) {
      long[] here = Arrays.stream(axes).mapToLong(axis -> (long) axis).toArray();
      Map<String, Object> attributes = new LinkedHashMap<>();
      attributes.put("axes", here);
      attributes.put("keepdims", keep ? 1 : 0);
      result = graph.node("ReduceMean", name(node), attributes, x.name());
    } else {
      String here = integers(node, "axes", axes);
      result =
          graph.node("ReduceSum", name(node), Map.of("keepdims", keep ? 1 : 0), x.name(), here);
    }
    return keep
        ? new OnnxValue(result, 4, rows ? 1 : x.height(), columns ? 1 : x.width())
        : OnnxValue.units(result, 2);
  }

  /** Rows for columns. */
  private OnnxValue transpose(NodeDef node) {
    OnnxValue x = value(node.getInput(0));
    if (!x.images()) {
      return tokens.transposed(node, x);
    }
    if (!Arrays.equals(source.integers(node, 1), new int[] {0, 2, 1, 3})) {
      throw source.cannot(node, "images transposed");
    }
    return new OnnxValue(
        graph.node("Transpose", name(node), Map.of("perm", new long[] {0, 1, 3, 2}), x.name()),
        4,
        x.width(),
        x.height());
  }

  /** Rows, columns or both the other way round: a slice that steps backwards. */
  private OnnxValue reverse(NodeDef node) {
    OnnxValue x = requireImages(node, value(node.getInput(0)));
    int[] there = source.integers(node, 1);
    if (there.length == 0 || Arrays.stream(there).anyMatch(axis -> axis != 1 && axis != 2)) {
      throw source.cannot(node, "rows or columns reversed");
    }
    double[] axes = Arrays.stream(there).mapToDouble(axis -> axis + 1).toArray();
    double[] last = new double[axes.length];
    Arrays.fill(last, -1);
    double[] beforeFirst = new double[axes.length];
    Arrays.fill(beforeFirst, Integer.MIN_VALUE);
    String[] read = {
      x.name(),
      integers(node, "starts", last),
      integers(node, "ends", beforeFirst),
      integers(node, "axes", axes),
      integers(node, "steps", last)
    };
    return x.renamed(graph.node("Slice", name(node), NONE, read));
  }

  private String integers(NodeDef node, String what, double[] values) {
    return graph.constant(name(node) + "_" + what, OnnxGraph.INT64, values, values.length);
  }

  /** One batch after the other. */
  private OnnxValue concatenation(NodeDef node) {
    int count = node.getInputCount() - 1;
    if (count < 1 || !Arrays.equals(source.integers(node, count), new int[] {0})) {
      throw source.cannot(node, "batches one after the other");
    }
    List<OnnxValue> parts =
        node.getInputList().subList(0, count).stream().map(this::value).toList();
    OnnxValue first = parts.get(0);
    if (parts.stream()
        .anyMatch(
            part ->
                part.rank() != first.rank()
                    || part.height() != first.height()
                    || part.width() != first.width())) {
      throw source.cannot(node, "batches of one size");
    }
    String[] read = parts.stream().map(OnnxValue::name).toArray(String[]::new);
    return first.renamed(graph.node("Concat", name(node), Map.of("axis", 0), read));
  }

  /** From [views and images, labels] to [views, images, labels], and what is done to tokens. */
  private OnnxValue reshape(NodeDef node) {
    OnnxValue x = value(node.getInput(0));
    if (x.rank() == 4) {
      return tokens.reshaped(node, x);
    }
    double[] shape = Arrays.stream(source.integers(node, 1)).asDoubleStream().toArray();
    if (shape.length < 2 || shape.length > 3) {
      throw source.cannot(node, "[images, units] in two or three sizes");
    }
    String sizes = integers(node, "shape", shape);
    return OnnxValue.units(graph.node("Reshape", name(node), NONE, x.name(), sizes), shape.length);
  }

  private OnnxValue product(NodeDef node) {
    if (node.getAttrOrThrow("transpose_a").getB() || node.getAttrOrThrow("transpose_b").getB()) {
      throw source.cannot(node, "matrices that are not turned");
    }
    OnnxValue x = value(node.getInput(0));
    Tensor kernel = source.constant(node, 1);
    if (x.rank() != 2 || kernel.shape().length != 2) {
      throw source.cannot(node, "[images, units] and a kernel of two sizes");
    }
    String weights =
        graph.constant(name(node) + "_kernel", kernel.type(), kernel.values(), kernel.shape());
    return x.renamed(graph.node("MatMul", name(node), NONE, x.name(), weights));
  }

  private OnnxValue binary(String operation, NodeDef node) {
    OnnxValue other =
        source.isConstant(node, 0) ? value(node.getInput(1)) : value(node.getInput(0));
    OnnxValue left = operand(node, 0, other);
    OnnxValue right = operand(node, 1, other);
    if (left.rank() != right.rank()) {
      throw source.cannot(node, "two operands of the same rank");
    }
    return new OnnxValue(
        graph.node(operation, name(node), NONE, left.name(), right.name()),
        other.rank(),
        Math.max(left.height(), right.height()),
        Math.max(left.width(), right.width()));
  }

  /**
   * Constants of one value fit all; others are one for each unit, or one for each place and channel
   * of images.
   */
  private OnnxValue operand(NodeDef node, int index, OnnxValue other) {
    if (!source.isConstant(node, index)) {
      return value(node.getInput(index));
    }
    Tensor constant = source.constant(node, index);
    int sizes = constant.shape().length;
    boolean single = constant.values().length == 1;
    boolean turned = other.images() && (sizes == 1 || sizes == 3);
    if (!single && !turned && (other.rank() != 2 || sizes > 1)) {
      throw source.cannot(
          node, "a constant of one value, one for each unit, or one for each place");
    }
    double[] values = constant.values();
    long[] shape = single ? new long[0] : constant.shape();
    if (!single && turned) {
      long channels = shape[sizes - 1];
      shape = sizes == 1 ? new long[] {channels, 1, 1} : new long[] {channels, shape[0], shape[1]};
      values = OnnxTokens.byChannel(values, (int) channels);
    }
    String name = graph.constant(name(node) + "_" + index, constant.type(), values, shape);
    return new OnnxValue(name, other.rank(), 0, 0);
  }

  private OnnxValue unary(NodeDef node) {
    OnnxValue x = value(node.getInput(0));
    return x.renamed(graph.node(node.getOp(), name(node), NONE, x.name()));
  }

  private OnnxValue rectifiedTo6(NodeDef node) {
    OnnxValue x = value(node.getInput(0));
    int type = source.floating(node, OnnxSource.type(node, "T"));
    String six = graph.constant(name(node) + "_six", type, new double[] {6});
    String positive = graph.node("Relu", name(node) + "_relu", NONE, x.name());
    return x.renamed(graph.node("Min", name(node), NONE, positive, six));
  }

  private OnnxValue square(NodeDef node) {
    OnnxValue x = value(node.getInput(0));
    return x.renamed(graph.node("Mul", name(node), NONE, x.name(), x.name()));
  }

  private OnnxValue inverseRoot(NodeDef node) {
    OnnxValue x = value(node.getInput(0));
    String root = graph.node("Sqrt", name(node) + "_root", NONE, x.name());
    return x.renamed(graph.node("Reciprocal", name(node), NONE, root));
  }

  /** So that no operation is called as an input or output of the model is. */
  private static String name(NodeDef node) {
    return node.getName() + "_";
  }

  private OnnxValue requireImages(NodeDef node, OnnxValue x) {
    if (!x.images()) {
      throw source.cannot(node, "[images, height, width, channels]");
    }
    return x;
  }
}
