package io.github.leukemia4j.tf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.tensorflow.Graph;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/**
 * Rewrites a network's graph so that an image gets the same bits whichever images stand beside it,
 * wherever it stands among them, and on however many threads. For CPUs alone: a GPU lacks the
 * kernels.
 *
 * <p>TensorFlow's own kernels multiply matrices whose rows are the pixels or the images of a whole
 * batch, block by block, and a row at the end of a block is summed in another order. Measured on
 * networks of this library, images alone against the same in batches: a dense layer ({@code
 * MatMul}) gave other bits for nearly every image, with oneDNN or without; a convolution for half
 * of the images where oneDNN is off, which is so on most processors; the mean over pixels for half
 * of them where the channels do not fill vectors of 16. So
 *
 * <ul>
 *   <li>a convolution becomes oneDNN's, which goes image by image, with the batch normalisation and
 *       the rectifier behind it: what TensorFlow makes of it itself where oneDNN is on. The kernel
 *       is in the native library whatever the environment says. That the filter is constant has to
 *       be said, or a batch of one takes another kernel;
 *   <li>a dense layer and the mean over pixels become one product for each image, by {@code
 *       BatchMatMulV3}, which oneDNN leaves alone, whether it is on or off.
 * </ul>
 *
 * <p>The rest is arithmetic on single elements, maxima, and sums of whole numbers that are exact in
 * any order. What does not fit is left as it is: {@link TfNetwork} tries the result out.
 */
final class InvariantGraph {
  private static final String CONV = "Conv2D";
  private static final String NORMALISE = "FusedBatchNormV3";
  private static final String RELU = "Relu";

  private final GraphDef definition;
  private final Graph shapes;
  private final Map<String, NodeDef> nodes = new HashMap<>();

  /**
   * By the name of a node: those that read its first output, and for anything else the empty name.
   */
  private final Map<String, List<String>> readers = new HashMap<>();

  /** In place of nodes of these names. */
  private final Map<String, List<NodeDef>> replacements = new HashMap<>();

  private final Set<String> fused = new HashSet<>();

  private InvariantGraph(Graph imported) {
    this.shapes = imported;
    // With every attribute, also those that a file may leave out.
    this.definition = imported.toGraphDef();
    for (NodeDef node : definition.getNodeList()) {
      nodes.put(node.getName(), node);
      for (String input : node.getInputList()) {
        String from = nameOf(input);
        boolean first = input.equals(from) || input.equals(from + ":0");
        readers.computeIfAbsent(from, name -> new ArrayList<>()).add(first ? node.getName() : "");
      }
    }
    // What is fetched must keep its name.
    for (int head = 0; nodes.containsKey(SavedModelFile.logits(head)); head++) {
      readers.computeIfAbsent(SavedModelFile.logits(head), name -> new ArrayList<>()).add("");
    }
  }

  /**
   * Rewrites a graph of one image for each row.
   *
   * @param imported as it was read
   */
  static GraphDef of(Graph imported) {
    return new InvariantGraph(imported).rewritten();
  }

  private GraphDef rewritten() {
    for (NodeDef node : definition.getNodeList()) {
      switch (node.getOp()) {
        case CONV -> convolution(node);
        case "MatMul" -> dense(node);
        case "Mean" -> meanOverPixels(node);
        default -> {}
      }
    }
    GraphDef.Builder graph = GraphDef.newBuilder().setVersions(definition.getVersions());
    for (NodeDef node : definition.getNodeList()) {
      if (!fused.contains(node.getName())) {
        graph.addAllNode(replacements.getOrDefault(node.getName(), List.of(node)));
      }
    }
    return graph.build();
  }

  private void convolution(NodeDef node) {
    boolean fits =
        isFloat(node)
            && isConstant(node.getInput(1))
            && text(node, "data_format").equals("NHWC")
            && Set.of("SAME", "VALID").contains(text(node, "padding"));
    if (!fits) {
      return;
    }
    NodeDef normal = onlyReader(node, NORMALISE);
    if (normal == null || !canBeFused(normal)) {
      NodeDef.Builder alone = OneDnn.convolution(node, "_MklNativeConv2D", true);
      replacements.put(node.getName(), List.of(alone.addAllInput(node.getInputList()).build()));
      return;
    }
    NodeDef relu = onlyReader(normal, RELU);
    NodeDef all = OneDnn.fused(node, normal, relu, true);
    replacements.put(all.getName(), List.of(all));
    fused.add(node.getName());
    if (relu != null) {
      fused.add(normal.getName());
    }
  }

  private boolean canBeFused(NodeDef normal) {
    return isFloat(normal)
        && !flag(normal, "is_training")
        && text(normal, "data_format").equals("NHWC")
        && normal.getInputList().subList(1, 5).stream().allMatch(this::isConstant);
  }

  /** [images, in] by [in, out]: for each image [1, in] by [in, out]. */
  private void dense(NodeDef node) {
    if (!isFloat(node) || flag(node, "transpose_a") || !isConstant(node.getInput(1))) {
      return;
    }
    boolean transposed = flag(node, "transpose_b");
    Shape weights = shape(node.getInput(1));
    int in = (int) weights.get(transposed ? 1 : 0);
    int out = (int) weights.get(transposed ? 0 : 1);
    String name = node.getName();
    replacements.put(
        name,
        Stream.of(
                reshaped(name + "/rows", node.getInput(0), -1, 1, in),
                List.of(product(name + "/products", name + "/rows", node.getInput(1), transposed)),
                reshaped(name, name + "/products", -1, out))
            .flatMap(List::stream)
            .toList());
  }

  /**
   * Over the pixels of [images, height, width, channels]: [1, pixels] ones by [pixels, channels].
   */
  private void meanOverPixels(NodeDef node) {
    Shape shape = shape(node.getInput(0));
    boolean fits =
        isFloat(node)
            && overPixels(node.getInput(1))
            && shape.numDimensions() == 4
            && shape.get(1) > 0
            && shape.get(2) > 0
            && shape.get(3) > 0
            && shape.get(1) * shape.get(2) * shape.get(3) < Integer.MAX_VALUE;
    if (!fits) {
      return;
    }
    int pixels = (int) (shape.get(1) * shape.get(2));
    int channels = (int) shape.get(3);
    String name = node.getName();
    int[] result =
        flag(node, "keep_dims") ? new int[] {-1, 1, 1, channels} : new int[] {-1, channels};
    replacements.put(
        name,
        Stream.of(
                reshaped(name + "/pixels", node.getInput(0), -1, pixels, channels),
                List.of(
                    floats(name + "/ones", 1, 1, pixels),
                    product(name + "/sums", name + "/ones", name + "/pixels", false),
                    floats(name + "/count", pixels),
                    NodeDef.newBuilder()
                        .setName(name + "/means")
                        .setOp("Div")
                        .addInput(name + "/sums")
                        .addInput(name + "/count")
                        .putAttr("T", type(DataType.DT_FLOAT))
                        .build()),
                reshaped(name, name + "/means", result))
            .flatMap(List::stream)
            .toList());
  }

  private boolean overPixels(String axes) {
    if (!isConstant(axes)) {
      return false;
    }
    TensorProto value = nodes.get(nameOf(axes)).getAttrOrThrow("value").getTensor();
    List<Integer> found = new ArrayList<>(value.getIntValList());
    ByteBuffer content = value.getTensorContent().asReadOnlyByteBuffer();
    content.order(ByteOrder.nativeOrder());
    while (content.remaining() >= Integer.BYTES) {
      found.add(content.getInt());
    }
    return value.getDtype() == DataType.DT_INT32
        && found.size() == 2
        && Set.copyOf(found).equals(Set.of(1, 2));
  }

  private static NodeDef product(String name, String left, String right, boolean transposed) {
    return NodeDef.newBuilder()
        .setName(name)
        .setOp("BatchMatMulV3")
        .addInput(left)
        .addInput(right)
        .putAttr("Ta", type(DataType.DT_FLOAT))
        .putAttr("Tb", type(DataType.DT_FLOAT))
        .putAttr("Tout", type(DataType.DT_FLOAT))
        .putAttr("adj_x", AttrValue.newBuilder().setB(false).build())
        .putAttr("adj_y", AttrValue.newBuilder().setB(transposed).build())
        .build();
  }

  private static List<NodeDef> reshaped(String name, String input, int... shape) {
    TensorProto.Builder sizes = tensor(DataType.DT_INT32, shape.length);
    for (int size : shape) {
      sizes.addIntVal(size);
    }
    String shapeName = name + "/shape";
    return List.of(
        constant(shapeName, sizes),
        NodeDef.newBuilder()
            .setName(name)
            .setOp("Reshape")
            .addInput(input)
            .addInput(shapeName)
            .putAttr("T", type(DataType.DT_FLOAT))
            .putAttr("Tshape", type(DataType.DT_INT32))
            .build());
  }

  private static NodeDef floats(String name, float value, int... shape) {
    return constant(name, tensor(DataType.DT_FLOAT, shape).addFloatVal(value));
  }

  private static NodeDef constant(String name, TensorProto.Builder value) {
    return NodeDef.newBuilder()
        .setName(name)
        .setOp("Const")
        .putAttr("dtype", type(value.getDtype()))
        .putAttr("value", AttrValue.newBuilder().setTensor(value).build())
        .build();
  }

  private static TensorProto.Builder tensor(DataType type, int... shape) {
    TensorShapeProto.Builder sizes = TensorShapeProto.newBuilder();
    for (int size : shape) {
      sizes.addDim(TensorShapeProto.Dim.newBuilder().setSize(size));
    }
    return TensorProto.newBuilder().setDtype(type).setTensorShape(sizes);
  }

  /** What alone reads a node, where that is such an operation and reads it as its first input. */
  private NodeDef onlyReader(NodeDef node, String operation) {
    List<String> all = readers.getOrDefault(node.getName(), List.of());
    NodeDef reader = all.size() == 1 ? nodes.get(all.get(0)) : null;
    boolean fits =
        reader != null
            && reader.getOp().equals(operation)
            && nameOf(reader.getInput(0)).equals(node.getName());
    return fits ? reader : null;
  }

  private boolean isConstant(String input) {
    NodeDef node = nodes.get(nameOf(input));
    return node != null && node.getOp().equals("Const");
  }

  private static boolean isFloat(NodeDef node) {
    return node.getAttrOrThrow("T").getType() == DataType.DT_FLOAT;
  }

  private Shape shape(String input) {
    return shapes.operation(nameOf(input)).output(0).shape();
  }

  private static String nameOf(String input) {
    return input.substring(input.startsWith("^") ? 1 : 0).replaceFirst(":\\d+$", "");
  }

  private static String text(NodeDef node, String attribute) {
    return node.getAttrOrThrow(attribute).getS().toStringUtf8();
  }

  private static boolean flag(NodeDef node, String attribute) {
    return node.getAttrOrThrow(attribute).getB();
  }

  private static AttrValue type(DataType type) {
    return AttrValue.newBuilder().setType(type).build();
  }
}
