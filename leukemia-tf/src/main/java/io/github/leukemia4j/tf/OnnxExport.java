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
   * @param images whether it is [images, channels, height, width]; else [images, units]
   * @param height of images, else 0
   * @param width of images, else 0
   */
  private record Value(String name, boolean images, int height, int width) {}

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
    return new OnnxExport(file, bundle.manifest(), SavedModelFile.read(file)).translate();
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
    float[] correction = new float[labels];
    for (int i = 0; i < labels; i++) {
      correction[i] =
          (float)
              Math.log(manifest.priors().natural().get(i) / manifest.priors().training().get(i));
    }
    String corrected =
        graph.node(
            "Add",
            "prior_corrected",
            NONE,
            SavedModelFile.LOGITS,
            graph.constant("prior_correction", correction, labels));
    String tempered =
        graph.node(
            "Div",
            "tempered",
            NONE,
            corrected,
            graph.constant("temperature", new float[] {(float) manifest.temperature()}));
    graph.node("Softmax", SavedModelFile.PROBABILITIES, Map.of("axis", -1), tempered);
    return graph.model(manifest.name(), description(), metadata());
  }

  private String description() {
    return "Chooses among "
        + manifest.labels()
        + " for 8-bit RGB images of cells, [images, height, width, 3]. Research use only: not a"
        + " medical device.";
  }

  private Map<String, String> metadata() throws IOException {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("name", manifest.name());
    all.put("labels", new ObjectMapper().writeValueAsString(manifest.labels()));
    if (manifest.positive() != null) {
      all.put("positive", manifest.positive());
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
      case "Mean" -> mean(node);
      case "MatMul" -> product(node);
      case "Add", "AddV2", "BiasAdd" -> binary("Add", node);
      case "Sub" -> binary("Sub", node);
      case "Mul" -> binary("Mul", node);
      case "Div" -> binary("Div", node);
      case "Maximum" -> binary("Max", node);
      case "Relu" -> unary("Relu", node);
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
    return new Value(turned, true, manifest.input().height(), manifest.input().width());
  }

  private Value cast(NodeDef node) {
    if (type(node, "DstT") != DataType.DT_FLOAT) {
      throw cannot(node, "a cast to float");
    }
    Value x = value(node.getInput(0));
    return like(x, graph.node("Cast", name(node), Map.of("to", OnnxGraph.FLOAT), x.name()));
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
    float[] turned = new float[kernel.values().length];
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
            graph.constant(name(node) + "_kernel", turned, out, in, h, w));
    return new Value(result, true, rows.count(), columns.count());
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
      read[i] = graph.constant(name(node) + "_" + i, values.values(), values.values().length);
    }
    return like(
        x,
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
    return new Value(result, true, rows.count(), columns.count());
  }

  /** Over rows and columns, which are axes 1 and 2 there, 2 and 3 here. */
  private Value mean(NodeDef node) {
    Value x = requireImages(node, value(node.getInput(0)));
    if (!Arrays.equals(integers(node, 1), new int[] {1, 2})) {
      throw cannot(node, "a mean over rows and columns");
    }
    boolean keep = node.getAttrOrThrow("keep_dims").getB();
    String result =
        graph.node(
            "ReduceMean",
            name(node),
            Map.of("axes", new long[] {2, 3}, "keepdims", keep ? 1 : 0),
            x.name());
    return keep ? new Value(result, true, 1, 1) : new Value(result, false, 0, 0);
  }

  private Value product(NodeDef node) {
    if (node.getAttrOrThrow("transpose_a").getB() || node.getAttrOrThrow("transpose_b").getB()) {
      throw cannot(node, "matrices that are not turned");
    }
    Value x = value(node.getInput(0));
    Tensor kernel = constant(node, 1);
    if (x.images() || kernel.shape().length != 2) {
      throw cannot(node, "[images, units] and a kernel of two sizes");
    }
    return like(
        x,
        graph.node(
            "MatMul",
            name(node),
            NONE,
            x.name(),
            graph.constant(name(node) + "_kernel", kernel.values(), kernel.shape())));
  }

  private Value binary(String operation, NodeDef node) {
    Value other = isConstant(node, 0) ? value(node.getInput(1)) : value(node.getInput(0));
    Value left = operand(node, 0, other);
    Value right = operand(node, 1, other);
    if (left.images() != right.images()) {
      throw cannot(node, "two operands of the same kind");
    }
    return new Value(
        graph.node(operation, name(node), NONE, left.name(), right.name()),
        other.images(),
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
    if (!single && (other.images() || constant.shape().length > 1)) {
      throw cannot(node, "a constant of one value, or one for each unit");
    }
    String name =
        single
            ? graph.constant(name(node) + "_" + index, constant.values())
            : graph.constant(name(node) + "_" + index, constant.values(), constant.shape());
    return like(other, name);
  }

  private Value unary(String operation, NodeDef node) {
    Value x = value(node.getInput(0));
    return like(x, graph.node(operation, name(node), NONE, x.name()));
  }

  private Value square(NodeDef node) {
    Value x = value(node.getInput(0));
    return like(x, graph.node("Mul", name(node), NONE, x.name(), x.name()));
  }

  private Value inverseRoot(NodeDef node) {
    Value x = value(node.getInput(0));
    String root = graph.node("Sqrt", name(node) + "_root", NONE, x.name());
    return like(x, graph.node("Reciprocal", name(node), NONE, root));
  }

  /** So that no operation is called as an input or output of the model is. */
  private static String name(NodeDef node) {
    return node.getName() + "_";
  }

  private static Value like(Value x, String name) {
    return new Value(name, x.images(), x.height(), x.width());
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

  /** Row by row; the shape is empty for a single value. */
  private record Tensor(float[] values, long[] shape) {}

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
    TensorProto tensor = tensor(node, input, DataType.DT_FLOAT);
    long[] shape = shape(tensor);
    float[] values = new float[count(node, shape)];
    if (!tensor.getTensorContent().isEmpty()) {
      content(node, tensor, values.length).asFloatBuffer().get(values);
    } else {
      // Equal values at the end are stored once.
      for (int i = 0; i < values.length && tensor.getFloatValCount() > 0; i++) {
        values[i] = tensor.getFloatVal(Math.min(i, tensor.getFloatValCount() - 1));
      }
    }
    return new Tensor(values, shape);
  }

  private int[] integers(NodeDef node, int input) {
    TensorProto tensor = tensor(node, input, DataType.DT_INT32);
    int[] values = new int[count(node, shape(tensor))];
    if (!tensor.getTensorContent().isEmpty()) {
      content(node, tensor, values.length).asIntBuffer().get(values);
    } else {
      for (int i = 0; i < values.length && tensor.getIntValCount() > 0; i++) {
        values[i] = tensor.getIntVal(Math.min(i, tensor.getIntValCount() - 1));
      }
    }
    return values;
  }

  private TensorProto tensor(NodeDef node, int input, DataType type) {
    NodeDef constant = constantNode(node.getInput(input));
    if (!constant.getOp().equals("Const") || type(constant, "dtype") != type) {
      throw cannot(node, "a constant of the type " + type + " as input " + input);
    }
    return constant.getAttrOrThrow("value").getTensor();
  }

  private ByteBuffer content(NodeDef node, TensorProto tensor, int count) {
    if (tensor.getTensorContent().size() != 4L * count) {
      throw cannot(node, "a constant of " + count + " values");
    }
    return tensor.getTensorContent().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
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
