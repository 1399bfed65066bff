package io.github.leukemia4j.tf;

import io.github.leukemia4j.ModelFormatException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/** The TensorFlow graph that is exported: its operations, their attributes and constants. */
final class OnnxSource {
  /** Deeper graphs are refused before they exhaust the stack. */
  static final int MAX_DEPTH = 2000;

  private final Path file;
  private final Map<String, NodeDef> nodes = new HashMap<>();

  OnnxSource(Path file, GraphDef definition) {
    this.file = file;
    definition.getNodeList().forEach(node -> nodes.put(node.getName(), node));
  }

  NodeDef node(String name) {
    NodeDef node = nodes.get(name);
    if (node == null) {
      throw new ModelFormatException(
          "%s: expected the operation %s; found none.".formatted(file, name));
    }
    return node;
  }

  /**
   * A constant.
   *
   * @param type as ONNX numbers it
   * @param values row by row
   * @param shape empty for a single value
   */
  record Tensor(int type, double[] values, long[] shape) {}

  boolean isConstant(NodeDef node, int input) {
    return constantNode(node.getInput(input)).getOp().equals("Const");
  }

  private NodeDef constantNode(String tensor) {
    NodeDef node = node(tensor);
    for (int depth = 0; node.getOp().equals("Identity") && depth < MAX_DEPTH; depth++) {
      node = node(node.getInput(0));
    }
    return node;
  }

  Tensor constant(NodeDef node, int input) {
    NodeDef constant = constantNode(node.getInput(input));
    if (!constant.getOp().equals("Const")) {
      throw cannot(node, "a constant as input %d".formatted(input));
    }
    int type = floating(node, type(constant, "dtype"));
    TensorProto tensor = constant.getAttrOrThrow("value").getTensor();
    double[] values = values(node, tensor);
    return new Tensor(type, values, shape(tensor));
  }

  int[] integers(NodeDef node, int input) {
    NodeDef constant = constantNode(node.getInput(input));
    if (!constant.getOp().equals("Const") || type(constant, "dtype") != DataType.DT_INT32) {
      throw cannot(node, "constant whole numbers as input %d".formatted(input));
    }
    double[] values = values(node, constant.getAttrOrThrow("value").getTensor());
    return Arrays.stream(values).mapToInt(value -> (int) value).toArray();
  }

  int floating(NodeDef node, DataType type) {
    return switch (type) {
      case DT_FLOAT -> OnnxGraph.FLOAT;
      case DT_DOUBLE -> OnnxGraph.DOUBLE;
      default -> throw cannot(node, "floating-point numbers and not %s".formatted(type));
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
      throw cannot(node, "a constant of %d values".formatted(values.length));
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

  static DataType type(NodeDef node, String attribute) {
    return node.getAttrOrThrow(attribute).getType();
  }

  static List<Long> ints(NodeDef node, String attribute) {
    return node.containsAttr(attribute)
        ? node.getAttrOrThrow(attribute).getList().getIList()
        : List.of();
  }

  /** Requires [images, height, width, channels]. */
  void requireByRow(NodeDef node) {
    if (!node.getAttrOrThrow("data_format").getS().toStringUtf8().equals("NHWC")) {
      throw cannot(node, "the data format NHWC");
    }
  }

  ModelFormatException cannot(NodeDef node, String expected) {
    return new ModelFormatException(
        "%s: expected %s; found the operation %s called %s. This model cannot be exported to ONNX."
            .formatted(file, expected, node.getOp(), node.getName()));
  }
}
