package io.github.leukemia4j.onnx;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import io.github.leukemia4j.ModelFormatException;
import io.github.leukemia4j.model.ModelManifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * An ONNX file that holds arithmetic and nothing else: no loop that never ends, no function, no
 * operation of another library, and no weights in other files, which a bundle's digests would not
 * cover. ONNX Runtime itself checks none of this. The numbers are those of onnx.proto.
 */
final class OnnxModelFile {
  static final int MAX_NODES = 5_000;

  /** Of nodes one after another; ONNX Runtime follows a graph by recursion in places. */
  static final int MAX_DEPTH = 1_000;

  /** What a Java array can hold. */
  private static final long MAX_BYTES = Integer.MAX_VALUE - 8;

  private static final Set<String> ALLOWED =
      Set.of(
          "Abs",
          "Add",
          "AveragePool",
          "BatchNormalization",
          "Cast",
          "Clip",
          "Concat",
          "Constant",
          "Conv",
          "Div",
          "Elu",
          "Erf",
          "Exp",
          "Flatten",
          "Gather",
          "Gelu",
          "Gemm",
          "GlobalAveragePool",
          "GlobalMaxPool",
          "HardSigmoid",
          "HardSwish",
          "Identity",
          "InstanceNormalization",
          "LayerNormalization",
          "LeakyRelu",
          "Log",
          "MatMul",
          "Max",
          "MaxPool",
          "Min",
          "Mul",
          "Neg",
          "Pow",
          "PRelu",
          "Reciprocal",
          "ReduceMax",
          "ReduceMean",
          "ReduceSum",
          "Relu",
          "Reshape",
          "Sigmoid",
          "Slice",
          "Softmax",
          "Split",
          "Sqrt",
          "Squeeze",
          "Sub",
          "Sum",
          "Tanh",
          "Transpose",
          "Unsqueeze");

  /** Operations whose inputs but the first are shapes and axes. */
  private static final Set<String> SHAPED =
      Set.of(
          "ReduceMax",
          "ReduceMean",
          "ReduceSum",
          "Reshape",
          "Slice",
          "Split",
          "Squeeze",
          "Unsqueeze");

  /** Of ModelProto: all but training information, functions and devices. */
  private static final Set<Integer> MODEL = Set.of(1, 2, 3, 4, 5, 6, 7, 8, 14);

  /** Of GraphProto: all but sparse tensors and quantization. */
  private static final Set<Integer> GRAPH = Set.of(1, 2, 5, 10, 11, 12, 13, 16);

  /** Of NodeProto: all but the overload of a function and devices. */
  private static final Set<Integer> NODE = Set.of(1, 2, 3, 4, 5, 6, 7, 9);

  /** Of AttributeProto: numbers, texts and a tensor; no graph. */
  private static final Set<Integer> ATTRIBUTE = Set.of(1, 2, 3, 4, 5, 7, 8, 9, 13, 20);

  /** Of TensorProto: all but texts, segments and data outside the file. */
  private static final Set<Integer> TENSOR = Set.of(1, 2, 4, 5, 7, 8, 9, 10, 11, 12, 16);

  private final Path file;

  private OnnxModelFile(Path file) {
    this.file = file;
  }

  /**
   * Reads a model and checks it.
   *
   * @throws IOException where it cannot be read
   * @throws ModelFormatException where it is no such model, or does more than arithmetic
   */
  static byte[] read(Path file, ModelManifest.Input input) throws IOException {
    long size = Files.size(file);
    if (size > MAX_BYTES) {
      throw new ModelFormatException(
          "%s: expected at most %d bytes; found %d.".formatted(file, MAX_BYTES, size));
    }
    byte[] content = Files.readAllBytes(file);
    try {
      UnknownFieldSet model = UnknownFieldSet.parseFrom(content);
      new OnnxModelFile(file).check(model);
      OnnxShapes.requireBounded(file, model, input);
    } catch (InvalidProtocolBufferException e) {
      throw new ModelFormatException(
          "%s: expected an ONNX model; found %s".formatted(file, e.getMessage()), e);
    }
    return content;
  }

  private void check(UnknownFieldSet model) throws InvalidProtocolBufferException {
    requireFields("a model", model, MODEL);
    for (UnknownFieldSet operators : messages(model, 8)) {
      if (!isStandard(text(operators, 1))) {
        throw refused("ONNX's own operators", text(operators, 1));
      }
    }
    List<UnknownFieldSet> graphs = messages(model, 7);
    if (graphs.size() != 1) {
      throw refused("one graph", graphs.size() + "");
    }
    UnknownFieldSet graph = graphs.get(0);
    requireFields("a graph", graph, GRAPH);
    List<UnknownFieldSet> nodes = messages(graph, 1);
    if (nodes.size() > MAX_NODES) {
      throw refused("at most " + MAX_NODES + " operations", nodes.size() + "");
    }
    requireArithmetic(nodes);
    requireDepth(nodes);
    Set<String> constants = new HashSet<>();
    for (UnknownFieldSet tensor : messages(graph, 5)) {
      requireTensor(tensor);
      constants.add(text(tensor, 8));
    }
    requireConstantShapes(nodes, constants);
    List<UnknownFieldSet> inputs = messages(graph, 11);
    if (inputs.size() != 1) {
      throw refused("one input", inputs.stream().map(input -> text(input, 1)).toList() + "");
    }
  }

  /** Shapes and axes that are computed would leave the size of a tensor open. */
  private void requireConstantShapes(List<UnknownFieldSet> nodes, Set<String> constants) {
    for (UnknownFieldSet node : nodes) {
      List<ByteString> inputs = node.getField(1).getLengthDelimitedList();
      if (text(node, 4).equals("Constant")) {
        constants.add(text(node, 2));
      }
      if (SHAPED.contains(text(node, 4))) {
        for (ByteString input : inputs.subList(Math.min(1, inputs.size()), inputs.size())) {
          if (!input.isEmpty() && !constants.contains(input.toStringUtf8())) {
            throw refused("constants for shapes and axes", input.toStringUtf8());
          }
        }
      }
    }
  }

  private void requireArithmetic(List<UnknownFieldSet> nodes)
      throws InvalidProtocolBufferException {
    Set<String> foreign = new TreeSet<>();
    for (UnknownFieldSet node : nodes) {
      String domain = text(node, 7);
      String operation = text(node, 4);
      if (!isStandard(domain) || !ALLOWED.contains(operation)) {
        foreign.add(isStandard(domain) ? operation : domain + "." + operation);
      }
    }
    if (!foreign.isEmpty()) {
      throw refused("a graph of arithmetic alone", foreign + "");
    }
    for (UnknownFieldSet node : nodes) {
      requireFields("an operation", node, NODE);
      for (UnknownFieldSet attribute : messages(node, 5)) {
        requireFields("an attribute of " + text(node, 4), attribute, ATTRIBUTE);
        for (UnknownFieldSet tensor : messages(attribute, 5)) {
          requireTensor(tensor);
        }
      }
    }
  }

  private static boolean isStandard(String domain) {
    return domain.isEmpty() || domain.equals("ai.onnx");
  }

  /** Nodes stand behind those that they read, or ONNX Runtime refuses the model. */
  private void requireDepth(List<UnknownFieldSet> nodes) {
    Map<String, Integer> depths = new HashMap<>();
    for (UnknownFieldSet node : nodes) {
      int depth = 1;
      for (ByteString input : node.getField(1).getLengthDelimitedList()) {
        depth = Math.max(depth, 1 + depths.getOrDefault(input.toStringUtf8(), 0));
      }
      if (depth > MAX_DEPTH) {
        throw refused("at most %d operations one after another".formatted(MAX_DEPTH), "more");
      }
      for (ByteString output : node.getField(2).getLengthDelimitedList()) {
        depths.put(output.toStringUtf8(), depth);
      }
    }
  }

  private void requireTensor(UnknownFieldSet tensor) {
    boolean outside =
        tensor.hasField(13)
            || tensor.getField(14).getVarintList().stream().anyMatch(place -> place != 0);
    if (outside) {
      throw refused(
          "weights in the file itself, which the manifest lists",
          "%s in another file".formatted(text(tensor, 8)));
    }
    Set<Integer> fields = new TreeSet<>(tensor.asMap().keySet());
    fields.remove(14);
    requireFields("a tensor", fields, TENSOR);
  }

  private void requireFields(String what, UnknownFieldSet message, Set<Integer> known) {
    requireFields(what, message.asMap().keySet(), known);
  }

  private void requireFields(String what, Set<Integer> found, Set<Integer> known) {
    Set<Integer> more = new TreeSet<>(found);
    more.removeAll(known);
    if (!more.isEmpty()) {
      throw refused(
          "%s of numbers, texts and plain tensors".formatted(what),
          "the fields %s of onnx.proto".formatted(more));
    }
  }

  private static List<UnknownFieldSet> messages(UnknownFieldSet message, int field)
      throws InvalidProtocolBufferException {
    List<UnknownFieldSet> messages = new ArrayList<>();
    for (ByteString bytes : message.getField(field).getLengthDelimitedList()) {
      messages.add(UnknownFieldSet.parseFrom(bytes));
    }
    return messages;
  }

  /** A text; empty where there is none. */
  private static String text(UnknownFieldSet message, int field) {
    List<ByteString> texts = message.getField(field).getLengthDelimitedList();
    return texts.isEmpty() ? "" : texts.get(texts.size() - 1).toStringUtf8();
  }

  private ModelFormatException refused(String expected, String found) {
    return new ModelFormatException(
        "%s: expected %s; found %s. Do not open this bundle.".formatted(file, expected, found));
  }
}
