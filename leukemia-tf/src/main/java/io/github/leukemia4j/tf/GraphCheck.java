package io.github.leukemia4j.tf;

import io.github.leukemia4j.ModelFormatException;
import io.github.leukemia4j.model.ModelManifest;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/**
 * Lets only such graphs pass to TensorFlow as can neither reach anything but their input, nor end
 * the virtual machine, nor fill its memory. TensorFlow itself trusts a graph: deep ones overflow
 * its stack, and some attributes end the process. {@link GraphShapes} goes on where this ends.
 */
final class GraphCheck {
  /** The built-in networks have about 300 at most. */
  static final int MAX_NODES = 5_000;

  /** TensorFlow follows a graph by recursion, and dies of some 5,000. */
  static final int MAX_DEPTH = 1_000;

  /** Elements of constants that the file does not hold, but repeats a value for. */
  static final long MAX_REPEATED = 1 << 20;

  private static final int MAX_RANK = 8;

  /** Bytes of an element of each type that a tensor may have. */
  static final Map<DataType, Integer> TYPES =
      Map.of(
          DataType.DT_FLOAT, 4,
          DataType.DT_DOUBLE, 8,
          DataType.DT_HALF, 2,
          DataType.DT_BFLOAT16, 2,
          DataType.DT_INT32, 4,
          DataType.DT_INT64, 8,
          DataType.DT_UINT8, 1);

  private final Path file;
  private final GraphDef graph;
  private final Set<String> further;
  private final Map<String, NodeDef> nodes = new HashMap<>();
  private long repeated;

  private GraphCheck(Path file, GraphDef graph, Set<String> further) {
    this.file = file;
    this.graph = graph;
    this.further = further;
  }

  /**
   * Fails unless the graph is arithmetic on images of that size, within bounds.
   *
   * @param file for messages
   * @param heads how many it must have
   * @param further operations that installed architectures declare
   * @throws ModelFormatException which says what was found
   */
  static void requireHarmless(
      Path file, GraphDef graph, ModelManifest.Input input, int heads, Set<String> further) {
    new GraphCheck(file, graph, further).check(input, heads);
    GraphShapes.requireBounded(file, graph, input);
  }

  private void check(ModelManifest.Input input, int heads) {
    requireArithmetic();
    if (graph.getNodeCount() > MAX_NODES) {
      throw refused("at most " + MAX_NODES + " operations", graph.getNodeCount() + "");
    }
    for (NodeDef node : graph.getNodeList()) {
      if (nodes.put(node.getName(), node) != null) {
        throw refused("each operation once", "two called " + node.getName());
      }
    }
    List<String> missing =
        Stream.concat(
                Stream.of(SavedModelFile.IMAGES),
                IntStream.range(0, heads).mapToObj(SavedModelFile::logits))
            .filter(name -> !nodes.containsKey(name))
            .toList();
    if (!missing.isEmpty()) {
      throw refused("operations called images and as each head's logits", "none called " + missing);
    }
    graph.getNodeList().forEach(this::requireAttributes);
    requireInput(input);
    requireDepth();
  }

  private void requireArithmetic() {
    Set<String> foreign = new TreeSet<>();
    for (NodeDef node : graph.getNodeList()) {
      if (HarmlessOperations.attributes(node.getOp(), further).isEmpty()) {
        foreign.add(node.getOp());
      }
    }
    if (!foreign.isEmpty() && HarmlessOperations.areDeclarable(foreign)) {
      throw new ModelFormatException(
          "%s: expected operations that every bundle may hold, or that an installed architecture declares; found %s. Add the library of the bundle's architecture to the class path."
              .formatted(file, foreign));
    }
    // Gradients and what is registered name functions too.
    int functions =
        graph.getLibrary().getFunctionCount()
            + graph.getLibrary().getGradientCount()
            + graph.getLibrary().getRegisteredGradientsCount();
    if (!foreign.isEmpty() || functions > 0) {
      throw refused(
          "a graph of arithmetic alone, without functions",
          "%s and %d functions".formatted(foreign, functions));
    }
  }

  private void requireAttributes(NodeDef node) {
    Set<String> known = HarmlessOperations.attributes(node.getOp(), further);
    for (Map.Entry<String, AttrValue> attribute : node.getAttrMap().entrySet()) {
      String name = attribute.getKey();
      if (!known.contains(name) || !HarmlessOperations.isHarmless(name, attribute.getValue())) {
        throw refused(
            "attributes of %s within their bounds".formatted(node.getOp()),
            "%s of %s".formatted(name, node.getName()));
      }
    }
    if (node.hasExperimentalType()) {
      throw refused("operations without a type of their own", node.getName());
    }
    if (node.getOp().equals("Const")) {
      requireConstant(node);
    }
    int shape = shapeInput(node);
    if (shape >= 0 && !isConstant(node, shape)) {
      throw refused(
          "constants for shapes and axes", "another input of %s".formatted(node.getName()));
    }
  }

  /** Which input gives a shape, axes or an order of axes; -1 for none. */
  private static int shapeInput(NodeDef node) {
    return switch (node.getOp()) {
      case "Max", "Mean", "Pad", "Reshape", "ReverseV2", "Sum", "Transpose" -> 1;
      case "GatherV2" -> 2;
      // The axis is the last one that is no control input.
      case "ConcatV2" ->
          (int) node.getInputList().stream().filter(input -> !input.startsWith("^")).count() - 1;
      default -> -1;
    };
  }

  private boolean isConstant(NodeDef node, int input) {
    NodeDef from = input < node.getInputCount() ? nodes.get(source(node.getInput(input))) : null;
    return from != null && from.getOp().equals("Const");
  }

  /** The name of the operation that an input comes from. */
  static String source(String input) {
    String name = input.startsWith("^") ? input.substring(1) : input;
    int colon = name.indexOf(':');
    return colon < 0 ? name : name.substring(0, colon);
  }

  private void requireConstant(NodeDef node) {
    TensorProto tensor = node.getAttrOrDefault("value", AttrValue.getDefaultInstance()).getTensor();
    DataType type = node.getAttrOrDefault("dtype", AttrValue.getDefaultInstance()).getType();
    long elements = elements(tensor.getTensorShape());
    if (elements < 0 || tensor.getDtype() != type || !TYPES.containsKey(type)) {
      throw refused("constants of known size and of one type", node.getName());
    }
    long bytes = tensor.getTensorContent().size();
    long listed = listed(tensor);
    boolean whole = bytes > 0 && bytes == elements * TYPES.get(type) && listed == 0;
    if (!whole && (bytes > 0 || listed > elements)) {
      throw refused("constants that hold as many values as they say", node.getName());
    }
    repeated += whole ? 0 : elements - listed;
    if (repeated > MAX_REPEATED) {
      throw refused(
          "constants that repeat at most %d values".formatted(MAX_REPEATED),
          "more, with " + node.getName());
    }
  }

  private static long listed(TensorProto tensor) {
    return switch (tensor.getDtype()) {
      case DT_FLOAT -> tensor.getFloatValCount();
      case DT_DOUBLE -> tensor.getDoubleValCount();
      case DT_INT64 -> tensor.getInt64ValCount();
      case DT_HALF, DT_BFLOAT16 -> tensor.getHalfValCount();
      default -> tensor.getIntValCount();
    };
  }

  /** How many elements a tensor of this shape has; negative where that is not known. */
  static long elements(TensorShapeProto shape) {
    if (shape.getUnknownRank() || shape.getDimCount() > MAX_RANK) {
      return -1;
    }
    long elements = 1;
    for (TensorShapeProto.Dim dim : shape.getDimList()) {
      if (dim.getSize() < 0 || dim.getSize() > Integer.MAX_VALUE) {
        return -1;
      }
      elements = Math.multiplyHigh(elements, dim.getSize()) == 0 ? elements * dim.getSize() : -1;
      if (elements < 0) {
        return -1;
      }
    }
    return elements;
  }

  /** TensorFlow takes images of any size, whatever the graph says, and computes nonsense. */
  private void requireInput(ModelManifest.Input input) {
    List<String> inputs =
        graph.getNodeList().stream()
            .filter(node -> node.getOp().equals("Placeholder"))
            .map(NodeDef::getName)
            .toList();
    if (!inputs.equals(List.of(SavedModelFile.IMAGES))) {
      throw refused("the only input " + SavedModelFile.IMAGES, inputs + "");
    }
    NodeDef images = nodes.get(SavedModelFile.IMAGES);
    List<Long> sizes =
        images
            .getAttrOrDefault("shape", AttrValue.getDefaultInstance())
            .getShape()
            .getDimList()
            .stream()
            .map(TensorShapeProto.Dim::getSize)
            .toList();
    List<Long> expected = List.of(-1L, (long) input.height(), (long) input.width(), 3L);
    DataType type = images.getAttrOrDefault("dtype", AttrValue.getDefaultInstance()).getType();
    if (!sizes.equals(expected) || type != DataType.DT_UINT8) {
      throw new ModelFormatException(
          "%s: expected a network for images %s of bytes; found %s of %s."
              .formatted(file, expected, sizes, type));
    }
  }

  /** The longest way from an input or a constant, without recursion; also finds circles. */
  private void requireDepth() {
    Map<String, Integer> waitsFor = new HashMap<>();
    Map<String, List<String>> usedBy = new HashMap<>();
    Deque<String> ready = new ArrayDeque<>();
    for (NodeDef node : graph.getNodeList()) {
      waitsFor.put(node.getName(), node.getInputCount());
      if (node.getInputCount() == 0) {
        ready.add(node.getName());
      }
      for (String input : node.getInputList()) {
        String from = source(input);
        if (!nodes.containsKey(from)) {
          throw refused("inputs that are in the graph", input + " of " + node.getName());
        }
        usedBy.computeIfAbsent(from, name -> new ArrayList<>()).add(node.getName());
      }
    }
    Map<String, Integer> depths = new HashMap<>();
    int done = 0;
    while (!ready.isEmpty()) {
      String name = ready.poll();
      done++;
      int depth = depths.getOrDefault(name, 0);
      if (depth > MAX_DEPTH) {
        throw refused("at most %d operations one after another".formatted(MAX_DEPTH), "more");
      }
      for (String user : usedBy.getOrDefault(name, List.of())) {
        depths.merge(user, depth + 1, Math::max);
        if (waitsFor.merge(user, -1, Integer::sum) == 0) {
          ready.add(user);
        }
      }
    }
    if (done < graph.getNodeCount()) {
      throw refused("a graph without circles", "one");
    }
  }

  private ModelFormatException refused(String expected, String found) {
    return new ModelFormatException(
        "%s: expected %s; found %s. Do not open this bundle.".formatted(file, expected, found));
  }
}
