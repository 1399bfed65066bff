package io.github.leukemia4j.training.loop;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.leukemia4j.ModelFormatException;
import io.github.leukemia4j.backend.TrainableNetwork.Tensor;
import io.github.leukemia4j.store.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Arrays of numbers by name, and text beside them, in the format safetensors: the length of a
 * header in eight bytes, the header in JSON, then the numbers, little-endian and in the order of
 * the header. {@code safetensors.numpy.load_file} of Python reads it.
 *
 * @param metadata text by name
 * @param tensors in order
 */
record SafeTensors(Map<String, String> metadata, Map<String, Tensor> tensors) {
  private static final String METADATA = "__metadata__";

  /** The header's length is a multiple of this, as the format wishes. */
  private static final int ALIGNMENT = 8;

  /** As the format's own reader has it. */
  private static final int MAX_HEADER_BYTES = 100_000_000;

  /** The whole file. */
  byte[] toBytes() {
    ObjectNode header = Json.MAPPER.createObjectNode();
    header.set(METADATA, Json.MAPPER.valueToTree(metadata));
    long end = 0;
    for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
      long start = end;
      end += (long) entry.getValue().values().length * Float.BYTES;
      ObjectNode description = header.putObject(entry.getKey()).put("dtype", "F32");
      description.set("shape", Json.MAPPER.valueToTree(entry.getValue().shape()));
      description.putArray("data_offsets").add(start).add(end);
    }
    byte[] json;
    try {
      json = Json.MAPPER.writeValueAsBytes(header);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
    int padded = (json.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    ByteBuffer file =
        ByteBuffer.allocate(Math.toIntExact(Long.BYTES + padded + end))
            .order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(padded).put(json);
    while (file.position() < Long.BYTES + padded) {
      file.put((byte) ' ');
    }
    tensors.values().forEach(tensor -> put(file, tensor.values()));
    return file.array();
  }

  private static void put(ByteBuffer file, float[] values) {
    file.asFloatBuffer().put(values);
    file.position(file.position() + values.length * Float.BYTES);
  }

  /**
   * Reads a whole file, whatever wrote it. Numbers of 16 and 64 bits become numbers of 32 bits.
   *
   * @param name of the file, for messages
   * @throws ModelFormatException where it is no such file
   */
  static SafeTensors of(byte[] bytes, String name) {
    ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    long length = bytes.length < Long.BYTES ? -1 : file.getLong();
    if (length < 2 || length > Math.min(MAX_HEADER_BYTES, bytes.length - Long.BYTES)) {
      throw damaged(name, "a header of 2 to " + MAX_HEADER_BYTES + " bytes", length + " bytes");
    }
    byte[] json = new byte[(int) length];
    file.get(json);
    Map<String, String> metadata = new LinkedHashMap<>();
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    try {
      JsonNode header = Json.MAPPER.readTree(json);
      if (!header.isObject()) {
        throw damaged(name, "a header that is an object", header.getNodeType().toString());
      }
      for (Map.Entry<String, JsonNode> entry : header.properties()) {
        if (entry.getKey().equals(METADATA)) {
          entry
              .getValue()
              .properties()
              .forEach(e -> metadata.put(e.getKey(), e.getValue().asText()));
        } else {
          tensors.put(entry.getKey(), tensor(entry.getKey(), entry.getValue(), file.slice(), name));
        }
      }
    } catch (IOException e) {
      throw new ModelFormatException(
          "%s: expected a safetensors file with a header in JSON; found %s."
              .formatted(name, e.getMessage()),
          e);
    }
    return new SafeTensors(metadata, tensors);
  }

  private static Tensor tensor(String tensor, JsonNode description, ByteBuffer data, String name) {
    String type = description.path("dtype").asText();
    int bytes =
        switch (type) {
          case "F16", "BF16" -> 2;
          case "F32" -> 4;
          case "F64" -> 8;
          default -> throw damaged(name, "numbers of F16, BF16, F32 or F64 in " + tensor, type);
        };
    int[] shape = new int[description.path("shape").size()];
    Arrays.setAll(shape, axis -> description.path("shape").path(axis).asInt(-1));
    long start = description.path("data_offsets").path(0).asLong(-1);
    long end = description.path("data_offsets").path(1).asLong(-1);
    boolean fits = start >= 0 && start <= end && end <= data.capacity();
    if (!fits
        || IntStream.of(shape).anyMatch(n -> n < 0)
        || (shape.length > 0
            && IntStream.of(shape).asDoubleStream().reduce(1, (a, b) -> a * b) > end)
        || Tensor.size(shape) * bytes != end - start) {
      throw damaged(name, "data for the shape of " + tensor + " within the file", "" + description);
    }
    ByteBuffer own = data.slice((int) start, (int) (end - start)).order(ByteOrder.LITTLE_ENDIAN);
    return new Tensor(shape, numbers(type, own, (int) Tensor.size(shape)));
  }

  /**
   * Numbers of 16, 32 or 64 bits as numbers of 32.
   *
   * @param type F16, BF16, F32 or F64
   */
  static float[] numbers(String type, ByteBuffer from, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] =
          switch (type) {
            case "F16" -> half(from.getShort());
            case "BF16" -> Float.intBitsToFloat(from.getShort() << 16);
            case "F32" -> from.getFloat();
            default -> (float) from.getDouble();
          };
    }
    return values;
  }

  /** A number of IEEE 754 binary16: 1 bit of sign, 5 of exponent, 10 of fraction. */
  private static float half(short bits) {
    int exponent = bits >> 10 & 0x1f;
    int fraction = bits & 0x3ff;
    float size =
        switch (exponent) {
          case 0 -> Math.scalb((float) fraction, -24);
          case 0x1f -> fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
          default -> Math.scalb((float) (fraction + 0x400), exponent - 25);
        };
    return bits < 0 ? -size : size;
  }

  private static ModelFormatException damaged(String name, String expected, String found) {
    return new ModelFormatException(
        "%s: expected a safetensors file with %s; found %s.".formatted(name, expected, found));
  }
}
