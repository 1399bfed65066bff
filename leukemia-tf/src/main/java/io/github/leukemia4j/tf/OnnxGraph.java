package io.github.leukemia4j.tf;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Collects an inference graph of constants and writes it as an ONNX model of IR version 8 and
 * operator set 17. Not thread-safe.
 */
final class OnnxGraph {
  static final int FLOAT = DataType.FLOAT_VALUE;
  static final int UINT8 = DataType.UINT8_VALUE;
  static final int INT64 = DataType.INT64_VALUE;
  static final int DOUBLE = DataType.DOUBLE_VALUE;

  private static final int IR_VERSION = 8;
  private static final int OPERATOR_SET = 17;

  private final GraphProto.Builder graph = GraphProto.newBuilder();

  /**
   * Declares an input.
   *
   * @param shape sizes, a name for one that is free
   */
  void input(String name, int type, Object... shape) {
    graph.addInput(value(name, type, shape));
  }

  /**
   * Declares an output.
   *
   * @param shape sizes, a name for one that is free
   */
  void output(String name, int type, Object... shape) {
    graph.addOutput(value(name, type, shape));
  }

  /**
   * Adds a tensor with these values.
   *
   * @param type {@link #FLOAT}, {@link #DOUBLE} or {@link #INT64}
   * @return the name
   */
  String constant(String name, int type, double[] values, long... shape) {
    ByteBuffer raw =
        ByteBuffer.allocate((type == FLOAT ? 4 : 8) * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (double value : values) {
      if (type == FLOAT) {
        raw.putFloat((float) value);
      } else if (type == DOUBLE) {
        raw.putDouble(value);
      } else {
        raw.putLong((long) value);
      }
    }
    graph.addInitializer(
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(type)
            .addAllDims(Arrays.stream(shape).boxed().toList())
            .setRawData(ByteString.copyFrom(raw.array())));
    return name;
  }

  /**
   * Adds an operation with one output, after those that it reads.
   *
   * @param attributes whole numbers, floats or arrays of whole numbers, by name
   * @return the output
   */
  String node(String operation, String output, Map<String, Object> attributes, String... read) {
    NodeProto.Builder node = graph.addNodeBuilder();
    node.setOpType(operation).setName(output).addOutput(output).addAllInput(List.of(read));
    attributes.forEach((name, value) -> node.addAttribute(attribute(name, value)));
    return output;
  }

  /**
   * Builds the whole model.
   *
   * @param description for people
   * @param metadata for programs
   */
  byte[] model(String name, String description, Map<String, String> metadata) {
    ModelProto.Builder model =
        ModelProto.newBuilder()
            .setIrVersion(IR_VERSION)
            .setProducerName("leukemia4j")
            .setDocString(description)
            .setGraph(graph.setName(name).setDocString(description))
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPERATOR_SET));
    metadata.forEach(
        (key, value) ->
            model.addMetadataProps(
                StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
    return model.build().toByteArray();
  }

  private static AttributeProto attribute(String name, Object value) {
    AttributeProto.Builder attribute = AttributeProto.newBuilder().setName(name);
    if (value instanceof Float number) {
      attribute.setF(number).setType(AttributeType.FLOAT);
    } else if (value instanceof long[] numbers) {
      attribute.addAllInts(Arrays.stream(numbers).boxed().toList()).setType(AttributeType.INTS);
    } else {
      attribute.setI(((Number) value).longValue()).setType(AttributeType.INT);
    }
    return attribute.build();
  }

  private static ValueInfoProto value(String name, int type, Object... shape) {
    ValueInfoProto.Builder value = ValueInfoProto.newBuilder().setName(name);
    TensorShapeProto.Builder sizes =
        value.getTypeBuilder().getTensorTypeBuilder().setElemType(type).getShapeBuilder();
    for (Object size : shape) {
      if (size instanceof Number number) {
        sizes.addDimBuilder().setDimValue(number.longValue());
      } else {
        sizes.addDimBuilder().setDimParam(size.toString());
      }
    }
    return value.build();
  }
}
