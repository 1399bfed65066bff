package io.github.leukemia4j.tf;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Collects a graph and writes it as an ONNX model: the messages of onnx.proto, of IR version 8 and
 * operator set 17, that an inference graph of constants needs. Not thread-safe.
 */
final class OnnxGraph {
  static final int FLOAT = 1;
  static final int UINT8 = 2;
  static final int INT64 = 7;
  static final int DOUBLE = 11;

  private static final int IR_VERSION = 8;
  private static final int OPERATOR_SET = 17;

  /** Of onnx.proto's AttributeProto.AttributeType. */
  private static final int ATTRIBUTE_FLOAT = 1;

  private static final int ATTRIBUTE_INT = 2;
  private static final int ATTRIBUTE_INTS = 7;

  private final List<ByteString> nodes = new ArrayList<>();
  private final List<ByteString> constants = new ArrayList<>();
  private final List<ByteString> inputs = new ArrayList<>();
  private final List<ByteString> outputs = new ArrayList<>();

  /** Writes one message's fields. */
  @FunctionalInterface
  private interface Fields {
    void writeTo(CodedOutputStream out) throws IOException;
  }

  /**
   * @param shape sizes, a name for one that is free
   */
  void input(String name, int type, Object... shape) {
    inputs.add(value(name, type, shape));
  }

  /**
   * @param shape sizes, a name for one that is free
   */
  void output(String name, int type, Object... shape) {
    outputs.add(value(name, type, shape));
  }

  /**
   * A tensor with these values.
   *
   * @param type {@link #FLOAT}, {@link #DOUBLE} or {@link #INT64}
   * @return the name
   */
  String constant(String name, int type, double[] values, long... shape) {
    ByteBuffer raw =
        ByteBuffer.allocate((type == FLOAT ? 4 : 8) * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (double value : values) {
      switch (type) {
        case FLOAT -> raw.putFloat((float) value);
        case DOUBLE -> raw.putDouble(value);
        case INT64 -> raw.putLong((long) value);
        default -> throw new IllegalArgumentException("No constants of the type " + type + ".");
      }
    }
    constants.add(
        message(
            out -> {
              for (long size : shape) {
                out.writeInt64(1, size);
              }
              out.writeInt32(2, type);
              out.writeString(8, name);
              out.writeByteArray(9, raw.array());
            }));
    return name;
  }

  /**
   * An operation with one output, after those that it reads.
   *
   * @param attributes whole numbers, floats or arrays of whole numbers, by name
   * @return the output
   */
  String node(String operation, String output, Map<String, Object> attributes, String... read) {
    nodes.add(
        message(
            out -> {
              for (String input : read) {
                out.writeString(1, input);
              }
              out.writeString(2, output);
              out.writeString(3, output);
              out.writeString(4, operation);
              for (Map.Entry<String, Object> attribute : attributes.entrySet()) {
                out.writeBytes(5, attribute(attribute.getKey(), attribute.getValue()));
              }
            }));
    return output;
  }

  /**
   * The whole model.
   *
   * @param description for people
   * @param metadata for programs
   */
  byte[] model(String name, String description, Map<String, String> metadata) {
    ByteString graph =
        message(
            out -> {
              writeAll(out, 1, nodes);
              out.writeString(2, name);
              writeAll(out, 5, constants);
              out.writeString(10, description);
              writeAll(out, 11, inputs);
              writeAll(out, 12, outputs);
            });
    return message(
            out -> {
              out.writeInt64(1, IR_VERSION);
              out.writeString(2, "leukemia4j");
              out.writeString(6, description);
              out.writeBytes(7, graph);
              out.writeBytes(8, message(set -> set.writeInt64(2, OPERATOR_SET)));
              for (Map.Entry<String, String> entry : metadata.entrySet()) {
                out.writeBytes(
                    14,
                    message(
                        pair -> {
                          pair.writeString(1, entry.getKey());
                          pair.writeString(2, entry.getValue());
                        }));
              }
            })
        .toByteArray();
  }

  private static ByteString attribute(String name, Object value) {
    return message(
        out -> {
          out.writeString(1, name);
          if (value instanceof Float number) {
            out.writeFloat(2, number);
            out.writeInt32(20, ATTRIBUTE_FLOAT);
          } else if (value instanceof long[] numbers) {
            for (long number : numbers) {
              out.writeInt64(8, number);
            }
            out.writeInt32(20, ATTRIBUTE_INTS);
          } else {
            out.writeInt64(3, ((Number) value).longValue());
            out.writeInt32(20, ATTRIBUTE_INT);
          }
        });
  }

  private static ByteString value(String name, int type, Object... shape) {
    ByteString sizes =
        message(
            out -> {
              for (Object size : shape) {
                out.writeBytes(
                    1,
                    message(
                        dimension -> {
                          if (size instanceof Number number) {
                            dimension.writeInt64(1, number.longValue());
                          } else {
                            dimension.writeString(2, size.toString());
                          }
                        }));
              }
            });
    ByteString tensor =
        message(
            out -> {
              out.writeInt32(1, type);
              out.writeBytes(2, sizes);
            });
    return message(
        out -> {
          out.writeString(1, name);
          out.writeBytes(2, message(kind -> kind.writeBytes(1, tensor)));
        });
  }

  private static void writeAll(CodedOutputStream out, int field, List<ByteString> messages)
      throws IOException {
    for (ByteString message : messages) {
      out.writeBytes(field, message);
    }
  }

  private static ByteString message(Fields fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      fields.writeTo(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("Writing to memory must not fail.", e);
    }
    return ByteString.copyFrom(bytes.toByteArray());
  }
}
