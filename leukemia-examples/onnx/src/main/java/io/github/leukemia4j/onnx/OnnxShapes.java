package io.github.leukemia4j.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;
import io.github.leukemia4j.ModelFormatException;
import io.github.leukemia4j.model.ModelManifest;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * How large the tensors of a model are, as ONNX Runtime infers it without computing any, with the
 * bounds that TensorFlow's graphs have: a few bytes can ask for more memory than there is.
 */
final class OnnxShapes {
  /** Eight views at the size of the image with as many channels as a network may have. */
  private static final long ELEMENTS_PER_PIXEL = 8 * 4096;

  private static final long LEAST = 1 << 22;
  private static final long MOST = 1 << 28;

  private OnnxShapes() {}

  /**
   * Fails where an operation would make a tensor out of proportion.
   *
   * @param model whose graph is arithmetic, with constants for shapes and axes
   * @throws ModelFormatException which names the tensor
   */
  static void requireBounded(Path file, UnknownFieldSet model, ModelManifest.Input input)
      throws InvalidProtocolBufferException {
    long most =
        Math.min(MOST, Math.max(LEAST, ELEMENTS_PER_PIXEL * input.height() * input.width()));
    Map<String, Long> one = elements(file, model, 1);
    Map<String, Long> two = elements(file, model, 2);
    one.forEach(
        (tensor, elements) -> {
          if (elements > most) {
            throw refused(file, "at most %d values for an image".formatted(most), elements, tensor);
          }
          // What grows faster than the number of images has no bound in a batch.
          if (two.get(tensor) > 2 * elements) {
            throw refused(
                file,
                "at most %d values for two images".formatted(2 * elements),
                two.get(tensor),
                tensor);
          }
        });
  }

  private static Map<String, Long> elements(Path file, UnknownFieldSet model, int images)
      throws InvalidProtocolBufferException {
    byte[] open = allOutputs(model, images);
    try (OrtSession.SessionOptions settings = new OrtSession.SessionOptions()) {
      // Nothing is computed beforehand either.
      settings.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.NO_OPT);
      try (OrtSession session = OnnxRuntime.environment().createSession(open, settings)) {
        Map<String, Long> elements = new HashMap<>();
        for (Map.Entry<String, NodeInfo> output : session.getOutputInfo().entrySet()) {
          elements.put(output.getKey(), elements(file, output.getValue()));
        }
        return elements;
      }
    } catch (OrtException e) {
      throw new ModelFormatException(
          file + ": expected a model that ONNX Runtime can run; found " + e.getMessage(), e);
    }
  }

  private static long elements(Path file, NodeInfo tensor) {
    long elements = 1;
    if (tensor.getInfo() instanceof TensorInfo info) {
      for (long size : info.getShape()) {
        // Negative where it is not known; beyond 2^31 there is no need to multiply further.
        elements =
            size < 0 || elements < 0 ? -1 : Math.min(elements, 1L << 31) * Math.min(size, 1L << 31);
      }
    } else {
      elements = -1;
    }
    if (elements < 0) {
      throw new ModelFormatException(
          "%s: expected tensors of known size; found %s. Do not open this bundle."
              .formatted(file, tensor));
    }
    return elements;
  }

  /** The model for so many images, with all that is computed as outputs. */
  private static byte[] allOutputs(UnknownFieldSet model, int images)
      throws InvalidProtocolBufferException {
    UnknownFieldSet graph = UnknownFieldSet.parseFrom(bytes(model, 7));
    Set<ByteString> outputs = new LinkedHashSet<>();
    for (ByteString node : graph.getField(1).getLengthDelimitedList()) {
      outputs.addAll(UnknownFieldSet.parseFrom(node).getField(2).getLengthDelimitedList());
    }
    Field.Builder values = Field.newBuilder();
    for (ByteString output : outputs) {
      if (!output.isEmpty()) {
        // A name alone: the runtime infers type and shape.
        values.addLengthDelimited(message(UnknownFieldSet.newBuilder(), 1, output).toByteString());
      }
    }
    UnknownFieldSet.Builder changed =
        graph.toBuilder().clearField(12).addField(12, values.build()).clearField(13);
    Field.Builder inputs = Field.newBuilder();
    for (ByteString input : graph.getField(11).getLengthDelimitedList()) {
      inputs.addLengthDelimited(withImages(input, images));
    }
    changed.clearField(11).addField(11, inputs.build());
    return message(model.toBuilder().clearField(7), 7, changed.build().toByteString())
        .toByteArray();
  }

  /** A ValueInfoProto whose first size is the number of images. */
  private static ByteString withImages(ByteString input, int images)
      throws InvalidProtocolBufferException {
    UnknownFieldSet value = UnknownFieldSet.parseFrom(input);
    UnknownFieldSet type = UnknownFieldSet.parseFrom(bytes(value, 2));
    UnknownFieldSet tensor = UnknownFieldSet.parseFrom(bytes(type, 1));
    UnknownFieldSet shape = UnknownFieldSet.parseFrom(bytes(tensor, 2));
    Field.Builder sizes = Field.newBuilder();
    boolean first = true;
    for (ByteString size : shape.getField(1).getLengthDelimitedList()) {
      Field number = Field.newBuilder().addVarint(images).build();
      sizes.addLengthDelimited(
          first ? UnknownFieldSet.newBuilder().addField(1, number).build().toByteString() : size);
      first = false;
    }
    UnknownFieldSet.Builder shapeOfSo = shape.toBuilder().clearField(1).addField(1, sizes.build());
    UnknownFieldSet tensorOfSo =
        message(tensor.toBuilder().clearField(2), 2, shapeOfSo.build().toByteString());
    UnknownFieldSet typeOfSo =
        message(type.toBuilder().clearField(1), 1, tensorOfSo.toByteString());
    return message(value.toBuilder().clearField(2), 2, typeOfSo.toByteString()).toByteString();
  }

  private static ByteString bytes(UnknownFieldSet message, int field) {
    ByteString all = ByteString.EMPTY;
    // Parts of one message, where there are several, are merged by joining them.
    for (ByteString part : message.getField(field).getLengthDelimitedList()) {
      all = all.concat(part);
    }
    return all;
  }

  private static UnknownFieldSet message(
      UnknownFieldSet.Builder builder, int field, ByteString content) {
    return builder.addField(field, Field.newBuilder().addLengthDelimited(content).build()).build();
  }

  private static ModelFormatException refused(
      Path file, String expected, long found, String tensor) {
    return new ModelFormatException(
        "%s: expected %s; found %d of %s. Do not open this bundle."
            .formatted(file, expected, found, tensor));
  }
}
