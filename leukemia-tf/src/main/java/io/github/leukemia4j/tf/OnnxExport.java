package io.github.leukemia4j.tf;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.leukemia4j.ModelFormatException;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.model.ModelManifest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/**
 * Translates the graph of a bundle into ONNX, operation by operation, so that it needs to know
 * nothing of the network's shape. Images enter as they do in TensorFlow, [images, height, width,
 * 3], and are turned to [images, 3, height, width] once, the order of ONNX's convolutions. The
 * correction for the priors and the temperature come from the manifest, which is what the
 * classifier goes by.
 */
final class OnnxExport {
  /** What a bundle's manifest calls this format. */
  static final String FORMAT = "onnx";

  /** The only file of the network. */
  static final String FILE = "model.onnx";

  /** Deeper graphs are refused before they exhaust the stack. */
  private static final int MAX_DEPTH = 2000;

  private static final Map<String, Object> NONE = Map.of();

  private final Path file;
  private final ModelManifest manifest;
  private final Map<String, NodeDef> nodes = new HashMap<>();
  private final Map<String, Value> done = new HashMap<>();
  private final Set<String> waiting = new LinkedHashSet<>();
  private final OnnxGraph graph = new OnnxGraph();

  /**
   * A translated tensor.
   *
   * @param rank 4 for [images, channels, height, width]; others are as in TensorFlow
   * @param height of images, else 0
   * @param width of images, else 0
   */
  private record Value(String name, int rank, int height, int width) {
    boolean images() {
      return rank == 4;
    }

    Value renamed(String other) {
      return new Value(other, rank, height, width);
    }
  }

  private OnnxExport(Path file, ModelManifest manifest, GraphDef definition) {
    this.file = file;
    this.manifest = manifest;
    definition.getNodeList().forEach(node -> nodes.put(node.getName(), node));
  }

  /**
   * The bundle's network as an ONNX model.
   *
   * @throws ModelFormatException where the graph holds what cannot be translated
   */
  static byte[] model(ModelBundle bundle) throws IOException {
    Path file = bundle.file(SavedModelFile.DIRECTORY + "/" + SavedModelFile.FILE);
    return new OnnxExport(
            file, bundle.manifest(), SavedModelFile.read(file, bundle.manifest().input()))
        .translate();
  }

  private byte[] translate() throws IOException {
    int labels = manifest.labels().size();
    graph.input(
        SavedModelFile.IMAGES,
        OnnxGraph.UINT8,
        "images",
        manifest.input().height(),
        manifest.input().width(),
        3);
    graph.output(SavedModelFile.LOGITS, OnnxGraph.FLOAT, "images", labels);
    graph.output(SavedModelFile.PROBABILITIES, OnnxGraph.FLOAT, "images", labels);
    graph.node("Identity", SavedModelFile.LOGITS, NONE, value(SavedModelFile.LOGITS).name());
    double[] correction = new double[labels];
    for (int i = 0; i < labels; i++) {
      correction[i] =
          Math.log(manifest.priors().natural().get(i) / manifest.priors().training().get(i));
    }
    String corrected =
        graph.node(
            "Add",
            "prior_corrected",
            NONE,
            SavedModelFile.LOGITS,
            graph.constant("prior_correction", OnnxGraph.FLOAT, correction, labels));
    String tempered =
        graph.node(
            "Div",
            "tempered",
            NONE,
            corrected,
            graph.constant("temperature", OnnxGraph.FLOAT, new double[] {manifest.temperature()}));
    graph.node("Softmax", SavedModelFile.PROBABILITIES, Map.of("axis", -1), tempered);
    return graph.model(manifest.name(), description(), metadata());
  }

  private String description() {
    return "Chooses among "
        + manifest.labels()
        + " for 8-bit RGB images of cells, [images, height, width, 3]. "
        + (manifest.input().centreCrop() == 1
            ? ""
            : "Of each side of an image the middle share in the metadata (centre_crop) must be cut"
                + " out first, and then resized: this file does neither. ")
        + (manifest.input().stainNormalisation() == null
            ? ""
            : "The images must be stain-normalised first, to the colours in the metadata"
                + " (stain_normalisation): this file does not do it. ")
        + "Research use only: not a medical device.";
  }

  private Map<String, String> metadata() throws IOException {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("name", manifest.name());
    all.put("labels", new ObjectMapper().writeValueAsString(manifest.labels()));
    if (manifest.positive() != null) {
      all.put("positive", manifest.positive());
    }
    if (manifest.input().centreCrop() != 1) {
      all.put("centre_crop", manifest.input().centreCrop().toString());
    }
    if (manifest.input().stainNormalisation() != null) {
      all.put(
          "stain_normalisation",
          new ObjectMapper().writeValueAsString(manifest.input().stainNormalisation()));
    }
    all.put("use", "research use only");
    all.put(
        "source.sha256",
        manifest.files().get(SavedModelFile.DIRECTORY + "/" + SavedModelFile.FILE).sha256());
    if (manifest.provenance() != null) {
      all.put("source.library", "leukemia4j " + manifest.provenance().library());
    }
    return all;
  }

  private Value value(String tensor) {
    String name = tensor.endsWith(":0") ? tensor.substring(0, tensor.length() - 2) : tensor;
    Value known = done.get(name);
    if (known != null) {
      return known;
    }
    NodeDef node = node(name);
    if (!waiting.add(name) || waiting.size() > MAX_DEPTH) {
      throw cannot(node, "a graph without circles, at most " + MAX_DEPTH + " operations deep");
    }
    Value value = translate(node);
    waiting.remove(name);
    done.put(name, value);
    return value;
  }

  private NodeDef node(String name) {
    NodeDef node = nodes.get(name);
    if (node == null) {
      throw new ModelFormatException(file + ": expected the operation " + name + "; found none.");
    }
    return node;
  }

  private Value translate(NodeDef node) {
    return switch (node.getOp()) {
      case "Placeholder" -> images(node);
      case "Identity" -> value(node.getInput(0));
      case "Cast" -> cast(node);
      case "Conv2D" -> convolution(node);
      case "FusedBatchNormV3" -> batchNormalisation(node);
      case "MaxPool" -> maxPool(node);
      case "Mean", "Sum" -> reduction(node);
      case "MatMul" -> product(node);
      case "Add", "AddV2", "BiasAdd" -> binary("Add", node);
      case "Sub" -> binary("Sub", node);
      case "Mul" -> binary("Mul", node);
      case "Div" -> binary("Div", node);
      case "ConcatV2" -> concatenation(node);
      case "GatherV2" -> oneView(node);
      case "Reshape" -> reshape(node);
      case "ReverseV2" -> reverse(node);
      case "Transpose" -> transpose(node);
      case "Maximum" -> binary("Max", node);
      case "Relu", "Sqrt" -> unary(node);
      case "Square" -> square(node);
      case "Rsqrt" -> inverseRoot(node);
      default -> throw cannot(node, "an operation that can be translated");
    };
  }

  private Value images(NodeDef node) {
    if (!node.getName().equals(SavedModelFile.IMAGES)) {
      throw cannot(node, "no input but " + SavedModelFile.IMAGES);
    }
    String turned =
        graph.node(
            "Transpose",
            "images_by_channel",
            Map.of("perm", new long[] {0, 3, 1, 2}),
            SavedModelFile.IMAGES);
    return new Value(turned, 4, manifest.input().height(), manifest.input().width());
  }

  private Value cast(NodeDef node) {
    Value x = value(node.getInput(0));
    int to = floating(node, type(node, "DstT"));
    return x.renamed(graph.node("Cast", name(node), Map.of("to", to), x.name()));
  }

  /** TensorFlow's kernel is [height, width, in, out]; that of ONNX is [out, in, height, width]. */
  private Value convolution(NodeDef node) {
    Value x = requireImages(node, value(node.getInput(0)));
    Tensor kernel = constant(node, 1);
    List<Long> strides = ints(node, "strides");
    requireByRow(node);
    if (kernel.shape().length != 4
        || strides.size() != 4
        || ints(node, "dilations").stream().anyMatch(d -> d != 1)) {
      throw cannot(node, "a kernel of four sizes, four strides and no dilation");
    }
    int h = (int) kernel.shape()[0];
    int w = (int) kernel.shape()[1];
    int in = (int) kernel.shape()[2];
    int out = (int) kernel.shape()[3];
    double[] turned = new double[kernel.values().length];
    for (int y = 0; y < h; y++) {
      for (int column = 0; column < w; column++) {
        for (int i = 0; i < in; i++) {
          for (int o = 0; o < out; o++) {
            turned[((o * in + i) * h + y) * w + column] =
                kernel.values()[((y * w + column) * in + i) * out + o];
          }
        }
      }
    }
    Window rows = Window.of(x.height(), h, strides.get(1), same(node));
    Window columns = Window.of(x.width(), w, strides.get(2), same(node));
    String result =
        graph.node(
            "Conv",
            name(node),
            window(rows, columns),
            x.name(),
            graph.constant(name(node) + "_kernel", kernel.type(), turned, out, in, h, w));
    return new Value(result, 4, rows.count(), columns.count());
  }

  private Value batchNormalisation(NodeDef node) {
    requireByRow(node);
    if (node.getAttrOrThrow("is_training").getB()) {
      throw cannot(node, "stored statistics");
    }
    Value x = requireImages(node, value(node.getInput(0)));
    String[] read = new String[5];
    read[0] = x.name();
    for (int i = 1; i < read.length; i++) {
      Tensor values = constant(node, i);
      read[i] =
          graph.constant(
              name(node) + "_" + i, values.type(), values.values(), values.values().length);
    }
    return x.renamed(
        graph.node(
            "BatchNormalization",
            name(node),
            Map.of("epsilon", node.getAttrOrThrow("epsilon").getF()),
            read));
  }

  private Value maxPool(NodeDef node) {
    requireByRow(node);
    Value x = requireImages(node, value(node.getInput(0)));
    List<Long> size = ints(node, "ksize");
    List<Long> strides = ints(node, "strides");
    Window rows = Window.of(x.height(), size.get(1), strides.get(1), same(node));
    Window columns = Window.of(x.width(), size.get(2), strides.get(2), same(node));
    String result = graph.node("MaxPool", name(node), window(rows, columns), x.name());
    return new Value(result, 4, rows.count(), columns.count());
  }

  /** Over rows, columns or both, which are axes 1 and 2 there, 2 and 3 here. */
  private Value reduction(NodeDef node) {
    Value x = requireImages(node, value(node.getInput(0)));
    int[] there = integers(node, 1);
    double[] axes = Arrays.stream(there).mapToDouble(axis -> axis + 1).sorted().toArray();
    boolean rows = Arrays.stream(there).anyMatch(axis -> axis == 1);
    boolean columns = Arrays.stream(there).anyMatch(axis -> axis == 2);
    boolean keep = node.getAttrOrThrow("keep_dims").getB();
    int sides = (rows ? 1 : 0) + (columns ? 1 : 0);
    if (there.length != sides || !(sides == 2 || sides == 1 && keep)) {
      throw cannot(node, "a mean or sum over rows, columns or both");
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
        ? new Value(result, 4, rows ? 1 : x.height(), columns ? 1 : x.width())
        : new Value(result, 2, 0, 0);
  }

  /** From [views, images, labels] to [images, labels]. */
  private Value oneView(NodeDef node) {
    Value x = value(node.getInput(0));
    double[] index = Arrays.stream(integers(node, 1)).asDoubleStream().toArray();
    boolean plain =
        !node.containsAttr("batch_dims") || node.getAttrOrThrow("batch_dims").getI() == 0;
    if (x.rank() != 3
        || !plain
        || index.length != 1
        || !Arrays.equals(integers(node, 2), new int[] {0})) {
      throw cannot(node, "one of the views");
    }
    return new Value(
        graph.node(
            "Gather",
            name(node),
            Map.of("axis", 0),
            x.name(),
            graph.constant(name(node) + "_index", OnnxGraph.INT64, index)),
        2,
        0,
        0);
  }

  /** Rows for columns. */
  private Value transpose(NodeDef node) {
    Value x = requireImages(node, value(node.getInput(0)));
    if (!Arrays.equals(integers(node, 1), new int[] {0, 2, 1, 3})) {
      throw cannot(node, "images transposed");
    }
    return new Value(
        graph.node("Transpose", name(node), Map.of("perm", new long[] {0, 1, 3, 2}), x.name()),
        4,
        x.width(),
        x.height());
  }

  /** Rows, columns or both the other way round: a slice that steps backwards. */
  private Value reverse(NodeDef node) {
    Value x = requireImages(node, value(node.getInput(0)));
    int[] there = integers(node, 1);
    if (there.length == 0 || Arrays.stream(there).anyMatch(axis -> axis != 1 && axis != 2)) {
      throw cannot(node, "rows or columns reversed");
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
  private Value concatenation(NodeDef node) {
    int count = node.getInputCount() - 1;
    if (count < 1 || !Arrays.equals(integers(node, count), new int[] {0})) {
      throw cannot(node, "batches one after the other");
    }
    List<Value> parts = node.getInputList().subList(0, count).stream().map(this::value).toList();
    Value first = parts.get(0);
    if (parts.stream()
        .anyMatch(
            part ->
                part.rank() != first.rank()
                    || part.height() != first.height()
                    || part.width() != first.width())) {
      throw cannot(node, "batches of one size");
    }
    String[] read = parts.stream().map(Value::name).toArray(String[]::new);
    return first.renamed(graph.node("Concat", name(node), Map.of("axis", 0), read));
  }

  /** From [views and images, labels] to [views, images, labels]. */
  private Value reshape(NodeDef node) {
    Value x = value(node.getInput(0));
    double[] shape = Arrays.stream(integers(node, 1)).asDoubleStream().toArray();
    if (x.rank() != 2 || shape.length < 2 || shape.length > 3) {
      throw cannot(node, "[images, units] in two or three sizes");
    }
    return new Value(
        graph.node("Reshape", name(node), NONE, x.name(), integers(node, "shape", shape)),
        shape.length,
        0,
        0);
  }

  private Value product(NodeDef node) {
    if (node.getAttrOrThrow("transpose_a").getB() || node.getAttrOrThrow("transpose_b").getB()) {
      throw cannot(node, "matrices that are not turned");
    }
    Value x = value(node.getInput(0));
    Tensor kernel = constant(node, 1);
    if (x.rank() != 2 || kernel.shape().length != 2) {
      throw cannot(node, "[images, units] and a kernel of two sizes");
    }
    return x.renamed(
        graph.node(
            "MatMul",
            name(node),
            NONE,
            x.name(),
            graph.constant(
                name(node) + "_kernel", kernel.type(), kernel.values(), kernel.shape())));
  }

  private Value binary(String operation, NodeDef node) {
    Value other = isConstant(node, 0) ? value(node.getInput(1)) : value(node.getInput(0));
    Value left = operand(node, 0, other);
    Value right = operand(node, 1, other);
    if (left.rank() != right.rank()) {
      throw cannot(node, "two operands of the same rank");
    }
    return new Value(
        graph.node(operation, name(node), NONE, left.name(), right.name()),
        other.rank(),
        Math.max(left.height(), right.height()),
        Math.max(left.width(), right.width()));
  }

  /** Constants of one value fit all; others fit units, but would meet the wrong axis of images. */
  private Value operand(NodeDef node, int index, Value other) {
    if (!isConstant(node, index)) {
      return value(node.getInput(index));
    }
    Tensor constant = constant(node, index);
    boolean single = constant.values().length == 1;
    if (!single && (other.rank() != 2 || constant.shape().length > 1)) {
      throw cannot(node, "a constant of one value, or one for each unit");
    }
    String name =
        graph.constant(
            name(node) + "_" + index,
            constant.type(),
            constant.values(),
            single ? new long[0] : constant.shape());
    return new Value(name, other.rank(), 1, 1);
  }

  private Value unary(NodeDef node) {
    Value x = value(node.getInput(0));
    return x.renamed(graph.node(node.getOp(), name(node), NONE, x.name()));
  }

  private Value square(NodeDef node) {
    Value x = value(node.getInput(0));
    return x.renamed(graph.node("Mul", name(node), NONE, x.name(), x.name()));
  }

  private Value inverseRoot(NodeDef node) {
    Value x = value(node.getInput(0));
    String root = graph.node("Sqrt", name(node) + "_root", NONE, x.name());
    return x.renamed(graph.node("Reciprocal", name(node), NONE, root));
  }

  /** So that no operation is called as an input or output of the model is. */
  private static String name(NodeDef node) {
    return node.getName() + "_";
  }

  private Value requireImages(NodeDef node, Value x) {
    if (!x.images()) {
      throw cannot(node, "[images, height, width, channels]");
    }
    return x;
  }

  private void requireByRow(NodeDef node) {
    if (!node.getAttrOrThrow("data_format").getS().toStringUtf8().equals("NHWC")) {
      throw cannot(node, "the data format NHWC");
    }
  }

  private boolean same(NodeDef node) {
    String padding = node.getAttrOrThrow("padding").getS().toStringUtf8();
    return switch (padding) {
      case "SAME" -> true;
      case "VALID" -> false;
      default -> throw cannot(node, "the padding SAME or VALID");
    };
  }

  private static Map<String, Object> window(Window rows, Window columns) {
    Map<String, Object> attributes = new LinkedHashMap<>();
    attributes.put("kernel_shape", new long[] {rows.size(), columns.size()});
    attributes.put("strides", new long[] {rows.stride(), columns.stride()});
    attributes.put(
        "pads", new long[] {rows.before(), columns.before(), rows.after(), columns.after()});
    return attributes;
  }

  /**
   * Along one side: TensorFlow's SAME padding puts the odd pixel after the image.
   *
   * @param count how many places the window takes
   */
  private record Window(long size, long stride, long before, long after, int count) {
    static Window of(int side, long size, long stride, boolean same) {
      if (!same) {
        return new Window(size, stride, 0, 0, (int) ((side - size) / stride + 1));
      }
      long count = (side + stride - 1) / stride;
      long padding = Math.max(0, (count - 1) * stride + size - side);
      return new Window(size, stride, padding / 2, padding - padding / 2, (int) count);
    }
  }

  /**
   * A constant.
   *
   * @param type as ONNX numbers it
   * @param values row by row
   * @param shape empty for a single value
   */
  private record Tensor(int type, double[] values, long[] shape) {}

  private boolean isConstant(NodeDef node, int input) {
    return constantNode(node.getInput(input)).getOp().equals("Const");
  }

  private NodeDef constantNode(String tensor) {
    NodeDef node = node(tensor);
    for (int depth = 0; node.getOp().equals("Identity") && depth < MAX_DEPTH; depth++) {
      node = node(node.getInput(0));
    }
    return node;
  }

  private Tensor constant(NodeDef node, int input) {
    NodeDef constant = constantNode(node.getInput(input));
    if (!constant.getOp().equals("Const")) {
      throw cannot(node, "a constant as input " + input);
    }
    int type = floating(node, type(constant, "dtype"));
    TensorProto tensor = constant.getAttrOrThrow("value").getTensor();
    double[] values = values(node, tensor);
    return new Tensor(type, values, shape(tensor));
  }

  private int[] integers(NodeDef node, int input) {
    NodeDef constant = constantNode(node.getInput(input));
    if (!constant.getOp().equals("Const") || type(constant, "dtype") != DataType.DT_INT32) {
      throw cannot(node, "constant whole numbers as input " + input);
    }
    double[] values = values(node, constant.getAttrOrThrow("value").getTensor());
    return Arrays.stream(values).mapToInt(value -> (int) value).toArray();
  }

  private int floating(NodeDef node, DataType type) {
    return switch (type) {
      case DT_FLOAT -> OnnxGraph.FLOAT;
      case DT_DOUBLE -> OnnxGraph.DOUBLE;
      default -> throw cannot(node, "floating-point numbers and not " + type);
    };
  }

  /** Of floats, doubles and 32-bit integers, none of which a double rounds. */
  private double[] values(NodeDef node, TensorProto tensor) {
    double[] values = new double[count(node, shape(tensor))];
    boolean twice = tensor.getDtype() == DataType.DT_DOUBLE;
    boolean whole = tensor.getDtype() == DataType.DT_INT32;
    ByteBuffer raw =
        tensor.getTensorContent().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    int listed =
        twice
            ? tensor.getDoubleValCount()
            : whole ? tensor.getIntValCount() : tensor.getFloatValCount();
    if (raw.hasRemaining()
        ? raw.remaining() != (twice ? 8L : 4L) * values.length
        : listed == 0 && values.length > 0) {
      throw cannot(node, "a constant of " + values.length + " values");
    }
    for (int i = 0; i < values.length; i++) {
      // Equal values at the end are listed once.
      int at = Math.min(i, listed - 1);
      if (raw.hasRemaining()) {
        values[i] = twice ? raw.getDouble() : whole ? raw.getInt() : raw.getFloat();
      } else {
        values[i] =
            twice ? tensor.getDoubleVal(at) : whole ? tensor.getIntVal(at) : tensor.getFloatVal(at);
      }
    }
    return values;
  }

  private static long[] shape(TensorProto tensor) {
    return tensor.getTensorShape().getDimList().stream()
        .mapToLong(TensorShapeProto.Dim::getSize)
        .toArray();
  }

  /** At most 2^28 values, a gigabyte. */
  private int count(NodeDef node, long[] shape) {
    long count = 1;
    for (long size : shape) {
      count *= size;
      if (size < 0 || count > 1 << 28) {
        throw cannot(node, "constants of at most a gigabyte");
      }
    }
    return (int) count;
  }

  private static DataType type(NodeDef node, String attribute) {
    return node.getAttrOrThrow(attribute).getType();
  }

  private static List<Long> ints(NodeDef node, String attribute) {
    return node.containsAttr(attribute)
        ? node.getAttrOrThrow(attribute).getList().getIList()
        : List.of();
  }

  private ModelFormatException cannot(NodeDef node, String expected) {
    return new ModelFormatException(
        file
            + ": expected "
            + expected
            + "; found the operation "
            + node.getOp()
            + " called "
            + node.getName()
            + ". This model cannot be exported to ONNX.");
  }
}
