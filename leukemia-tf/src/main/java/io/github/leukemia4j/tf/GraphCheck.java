package io.github.leukemia4j.tf;

import io.github.leukemia4j.BackendException;
import io.github.leukemia4j.ModelFormatException;
import io.github.leukemia4j.model.ModelManifest;
import io.github.leukemia4j.training.NetworkConfig;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.tensorflow.Graph;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;

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
  private static final int MAX_STEP = 4096;

  /** Arithmetic on tensors and nothing else, with the attributes that each operation has. */
  static final Map<String, Set<String>> ALLOWED =
      attributes(
          """
          Add T
          AddV2 T
          BiasAdd T data_format
          Cast SrcT DstT Truncate
          ConcatV2 T Tidx N
          Const dtype value
          Conv2D T strides use_cudnn_on_gpu padding explicit_paddings data_format dilations
          Div T
          FusedBatchNormV3 T U epsilon exponential_avg_factor data_format is_training
          GatherV2 Tparams Tindices Taxis batch_dims
          Identity T
          MatMul T transpose_a transpose_b grad_a grad_b
          MaxPool T ksize strides padding explicit_paddings data_format
          Maximum T
          Mean T Tidx keep_dims
          Mul T
          Placeholder dtype shape
          Relu T
          Reshape T Tshape
          ReverseV2 T Tidx
          Rsqrt T
          Softmax T
          Sqrt T
          Square T
          Sub T
          Sum T Tidx keep_dims
          Transpose T Tperm""");

  /**
   * What an architecture may declare: no less harmless, but not needed by the built-in ones. A
   * bundle of a stranger cannot have them unless whoever opens it has installed an architecture
   * that does.
   */
  static final Map<String, Set<String>> DECLARABLE =
      attributes(
          """
          Abs T
          AvgPool T ksize strides padding data_format
          DepthwiseConv2dNative T strides padding explicit_paddings data_format dilations
          Elu T
          Erf T
          Exp T
          LeakyRelu T alpha
          Max T Tidx keep_dims
          Minimum T
          Neg T
          Pad T Tpaddings
          Relu6 T
          Sigmoid T
          Softplus T
          Tanh T""");

  private static Map<String, Set<String>> attributes(String table) {
    return table
        .lines()
        .map(line -> List.of(line.split(" ")))
        .collect(
            Collectors.toUnmodifiableMap(
                words -> words.get(0), words -> Set.copyOf(words.subList(1, words.size()))));
  }

  /** Bytes of an element of each type that a tensor may have. */
  private static final Map<DataType, Integer> TYPES =
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
      if (known(node).isEmpty()) {
        foreign.add(node.getOp());
      }
    }
    if (DECLARABLE.keySet().containsAll(foreign) && !foreign.isEmpty()) {
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

  /** The attributes of an operation; none where it may not be in the graph. */
  private Set<String> known(NodeDef node) {
    Set<String> own = ALLOWED.get(node.getOp());
    boolean declared = own == null && further.contains(node.getOp());
    return declared
        ? DECLARABLE.getOrDefault(node.getOp(), Set.of())
        : own == null ? Set.of() : own;
  }

  /**
   * Fails where an architecture declares what cannot be let pass, or its network holds what it does
   * not declare: its bundles could not be opened.
   *
   * @param inputSize the side of the images, in pixels
   */
  static void requireDeclared(TfArchitecture architecture, NetworkConfig config, int inputSize) {
    Set<String> undeclared = new TreeSet<>();
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      new NetworkGraph(
              tf,
              architecture,
              config,
              List.of(2),
              weight -> tf.placeholder(TFloat32.class, Placeholder.shape(weight.shape())))
          .logits(
              tf.placeholder(
                  TUint8.class, Placeholder.shape(Shape.of(-1, inputSize, inputSize, 3))));
      graph.operations().forEachRemaining(operation -> undeclared.add(operation.type()));
    }
    undeclared.removeAll(ALLOWED.keySet());
    undeclared.removeAll(architecture.operations());
    Set<String> unknown = new TreeSet<>(architecture.operations());
    unknown.removeAll(DECLARABLE.keySet());
    if (!undeclared.isEmpty() || !unknown.isEmpty()) {
      throw new BackendException(
          """
          An architecture must declare the operations of its network, each of them one of %s; %s does not declare %s, \
          and declares %s. Build it of others, or declare them."""
              .formatted(
                  new TreeSet<>(DECLARABLE.keySet()), architecture.name(), undeclared, unknown));
    }
  }

  private void requireAttributes(NodeDef node) {
    Set<String> known = known(node);
    for (Map.Entry<String, AttrValue> attribute : node.getAttrMap().entrySet()) {
      String name = attribute.getKey();
      if (!known.contains(name) || !isHarmless(name, attribute.getValue())) {
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

  private static boolean isHarmless(String name, AttrValue value) {
    return switch (name) {
      case "T",
          "U",
          "Tidx",
          "Tperm",
          "Tshape",
          "Tpaddings",
          "Tparams",
          "Tindices",
          "Taxis",
          "SrcT",
          "DstT",
          "dtype" ->
          TYPES.containsKey(value.getType());
      case "strides", "dilations", "ksize" ->
          value.getList().getICount() == 4 && areSteps(value.getList().getIList(), 1);
      case "explicit_paddings" ->
          (value.getList().getICount() == 0 || value.getList().getICount() == 8)
              && areSteps(value.getList().getIList(), 0);
      case "padding" -> Set.of("SAME", "VALID", "EXPLICIT").contains(value.getS().toStringUtf8());
      case "data_format" -> value.getS().toStringUtf8().equals("NHWC");
      // Anything else ends the process where the tensor has fewer dimensions.
      case "batch_dims" -> value.getValueCase() == AttrValue.ValueCase.I && value.getI() == 0;
      case "is_training" -> value.getValueCase() == AttrValue.ValueCase.B && !value.getB();
      case "keep_dims",
          "Truncate",
          "transpose_a",
          "transpose_b",
          "grad_a",
          "grad_b",
          "use_cudnn_on_gpu" ->
          value.getValueCase() == AttrValue.ValueCase.B;
      case "epsilon", "exponential_avg_factor", "alpha" ->
          value.getValueCase() == AttrValue.ValueCase.F && Float.isFinite(value.getF());
      case "N" -> value.getI() >= 1 && value.getI() <= MAX_NODES;
      case "value" -> value.hasTensor();
      case "shape" -> value.hasShape();
      default -> false;
    };
  }

  private static boolean areSteps(List<Long> steps, int least) {
    return steps.stream().allMatch(step -> step >= least && step <= MAX_STEP);
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
