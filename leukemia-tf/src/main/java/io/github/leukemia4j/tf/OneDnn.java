package io.github.leukemia4j.tf;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.internal.c_api.TF_Buffer;
import org.tensorflow.internal.c_api.TF_Status;
import org.tensorflow.internal.c_api.global.tensorflow;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.StdArrays;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.KernelDef;
import org.tensorflow.proto.KernelList;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.RunOptions;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

/**
 * Asks for the kernels of oneDNN by name. TensorFlow takes them by itself only on processors with
 * certain instructions (AVX512_VNNI and later ones). It leaves the others, every AMD processor
 * before Zen 4 among them, to kernels that train half as fast. The kernels of oneDNN are in
 * TensorFlow's library all the same and run on every x86-64 processor. {@code
 * docs/decisions/onednn.md} has what was measured.
 *
 * <p>Stateless.
 */
final class OneDnn {
  /** The label under which TensorFlow registers kernels that keep the usual layout of tensors. */
  private static final AttrValue LABEL =
      AttrValue.newBuilder().setS(ByteString.copyFromUtf8("MklNameChangeOp")).build();

  private static final String TYPE = "T";
  private static final DataType FLOAT = DataType.DT_FLOAT;

  /** All that TensorFlow itself would hand to oneDNN in the networks of this library. */
  private static final Map<String, String> NAMES =
      Map.of(
          "Conv2D", "_MklNativeConv2D",
          "Conv2DBackpropInput", "_MklNativeConv2DBackpropInput",
          "Conv2DBackpropFilter", "_MklNativeConv2DBackpropFilter",
          "FusedBatchNormV3", "_MklNativeFusedBatchNormV3",
          "FusedBatchNormGradV3", "_MklNativeFusedBatchNormGradV3",
          "MaxPool", "_MklNativeMaxPool",
          "MaxPoolGrad", "_MklNativeMaxPoolGrad",
          "MatMul", "_MklMatMul",
          "Softmax", "_MklSoftmax");

  private OneDnn() {}

  /** Whether TensorFlow's library has all of these kernels, as it has on x86-64. */
  static boolean available() {
    return Held.AVAILABLE;
  }

  /** Asked once: what a library has does not change. */
  private static final class Held {
    static final boolean AVAILABLE =
        TfRuntime.call(
            "list its kernels", () -> NAMES.values().stream().allMatch(OneDnn::registered));
  }

  /**
   * Whether TensorFlow takes a kernel of oneDNN by itself for a convolution of such numbers: found
   * out by running one, which then goes by another name.
   */
  static <T extends TFloating> boolean chosen(Class<T> type, ConfigProto config) {
    try (TfScope scope = new TfScope()) {
      Graph graph = scope.add(new Graph());
      Ops tf = Ops.create(graph);
      Operand<TFloat32> pixels =
          tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(1, 4, 4, 1)));
      Operand<TFloat32> kernel = tf.constant(new float[1][1][1][1]);
      Operand<T> result =
          tf.nn.conv2d(
              tf.dtypes.cast(pixels, type),
              tf.dtypes.cast(kernel, type),
              List.of(1L, 1L, 1L, 1L),
              "SAME");
      TFloat32 zeros = scope.add(TFloat32.tensorOf(StdArrays.ndCopyOf(new float[1][4][4][1])));
      Session session = scope.add(new Session(graph, config));
      return scope
          .add(
              session
                  .runner()
                  .feed(pixels, zeros)
                  .addTarget(result)
                  .setOptions(RunOptions.newBuilder().setOutputPartitionGraphs(true).build())
                  .runAndFetchMetadata())
          .getMetadata()
          .orElseThrow()
          .getPartitionGraphsList()
          .stream()
          .flatMap(part -> part.getNodeList().stream())
          .anyMatch(node -> node.getOp().startsWith("_Mkl"));
    }
  }

  @SuppressWarnings("try") // the scope frees what is made under it, without being named
  private static boolean registered(String op) {
    try (PointerScope scope = new PointerScope()) {
      TF_Status status = TF_Status.newStatus();
      TF_Buffer list = tensorflow.TF_GetRegisteredKernelsForOp(op, status);
      status.throwExceptionIfNotOK();
      byte[] bytes = new byte[Math.toIntExact(list.length())];
      new BytePointer(list.data()).get(bytes);
      tensorflow.TF_DeleteBuffer(list);
      return KernelList.parseFrom(bytes).getKernelList().stream().anyMatch(OneDnn::fits);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("TensorFlow's list of kernels must be readable.", e);
    }
  }

  private static boolean fits(KernelDef kernel) {
    return kernel.getDeviceType().equals("CPU")
        && LABEL.getS().equals(kernel.getLabelBytes())
        && kernel.getConstraintList().stream()
            .filter(constraint -> constraint.getName().equals(TYPE))
            .allMatch(c -> c.getAllowedValues().getList().getTypeList().contains(FLOAT));
  }

  /**
   * The same graph under the same names, with the kernels of oneDNN in the place of those that
   * TensorFlow would choose, where numbers have 32 bits. It computes the same up to rounding. For a
   * GPU, and where the library has no such kernels, the graph as it is.
   *
   * @param graph whose filters are variables; what is not known here stays
   * @param config of the session that is to run it
   */
  static GraphDef named(GraphDef graph, ConfigProto config) {
    if (!TfRuntime.onCpu(config) || !available()) {
      return graph;
    }
    Map<String, List<NodeDef>> readers = new HashMap<>();
    for (NodeDef node : graph.getNodeList()) {
      for (String input : node.getInputList()) {
        String from = input.replaceFirst("^\\^", "").replaceFirst(":\\d+$", "");
        readers.computeIfAbsent(from, name -> new ArrayList<>()).add(node);
      }
    }
    Map<String, NodeDef> fused = new HashMap<>();
    Set<String> gone = new HashSet<>();
    for (NodeDef node : graph.getNodeList()) {
      NodeDef normal = node.getOp().equals("Conv2D") ? onlyReader(readers, node) : null;
      if (normal != null && isFloat(node) && appliesStoredStatistics(normal)) {
        NodeDef next = onlyReader(readers, normal);
        NodeDef relu = next != null && next.getOp().equals("Relu") ? next : null;
        NodeDef all = fused(node, normal, relu, false);
        fused.put(all.getName(), all);
        gone.addAll(List.of(node.getName(), normal.getName()));
      }
    }
    GraphDef.Builder named = graph.toBuilder().clearNode();
    for (NodeDef node : graph.getNodeList()) {
      if (fused.containsKey(node.getName())) {
        named.addNode(fused.get(node.getName()));
      } else if (!gone.contains(node.getName())) {
        named.addNode(
            NAMES.containsKey(node.getOp()) && isFloat(node) ? renamed(node, readers) : node);
      }
    }
    return named.build();
  }

  private static NodeDef renamed(NodeDef node, Map<String, List<NodeDef>> readers) {
    NodeDef.Builder renamed =
        node.toBuilder()
            .setOp(NAMES.get(node.getOp()))
            .putAttr("_kernel", LABEL)
            .removeAttr("use_cudnn_on_gpu")
            .removeAttr("explicit_paddings");
    if (node.getOp().equals("MaxPool")) {
      boolean differentiated =
          readers.getOrDefault(node.getName(), List.of()).stream()
              .anyMatch(reader -> reader.getOp().equals("MaxPoolGrad"));
      renamed.putAttr("workspace_enabled", of(differentiated));
    } else if (node.getOp().equals("MaxPoolGrad")) {
      // Where the maxima were: the second output of the pooling whose first output is known.
      renamed.putAttr("workspace_enabled", of(true)).addInput(node.getInput(1) + ":1");
    }
    return renamed.build();
  }

  /**
   * A convolution as one operation with the batch normalisation behind it, by stored statistics,
   * and a rectifier behind that; under the name of the last of them. TensorFlow makes the same of
   * them where oneDNN is on.
   *
   * @param relu null where there is none
   * @param constantFilter whether the filter never changes: the kernel then keeps it in a layout of
   *     its own, and computes a batch of one image as it does more
   */
  static NodeDef fused(NodeDef convolution, NodeDef normal, NodeDef relu, boolean constantFilter) {
    NodeDef.Builder all =
        convolution(convolution, "_MklNativeFusedConv2D", constantFilter)
            .setName((relu == null ? normal : relu).getName())
            .addInput(convolution.getInput(0))
            .addInput(convolution.getInput(1));
    AttrValue.ListValue.Builder types = AttrValue.ListValue.newBuilder();
    for (String statistic : normal.getInputList().subList(1, 5)) {
      all.addInput(statistic);
      types.addType(FLOAT);
    }
    AttrValue.ListValue.Builder steps =
        AttrValue.ListValue.newBuilder().addS(ByteString.copyFromUtf8("FusedBatchNorm"));
    if (relu != null) {
      steps.addS(ByteString.copyFromUtf8("Relu"));
    }
    return all.putAttr("fused_ops", AttrValue.newBuilder().setList(steps).build())
        .putAttr("num_args", AttrValue.newBuilder().setI(types.getTypeCount()).build())
        .putAttr("TArgs", AttrValue.newBuilder().setList(types).build())
        .putAttr("epsilon", normal.getAttrOrThrow("epsilon"))
        .build();
  }

  /** A convolution under another operation's name, without inputs, which it may have more of. */
  static NodeDef.Builder convolution(NodeDef node, String operation, boolean constantFilter) {
    NodeDef.Builder made = NodeDef.newBuilder().setName(node.getName()).setOp(operation);
    for (String kept : List.of(TYPE, "strides", "padding", "data_format", "dilations")) {
      made.putAttr(kept, node.getAttrOrThrow(kept));
    }
    return made.putAttr("_kernel", LABEL).putAttr("is_filter_const", of(constantFilter));
  }

  private static boolean appliesStoredStatistics(NodeDef node) {
    return node.getOp().equals("FusedBatchNormV3")
        && isFloat(node)
        && !node.getAttrOrThrow("is_training").getB();
  }

  /** Null where there are several, or none. */
  private static NodeDef onlyReader(Map<String, List<NodeDef>> readers, NodeDef node) {
    List<NodeDef> all = readers.getOrDefault(node.getName(), List.of());
    return all.size() == 1 ? all.get(0) : null;
  }

  private static boolean isFloat(NodeDef node) {
    return node.getAttrOrThrow(TYPE).getType() == FLOAT;
  }

  private static AttrValue of(boolean value) {
    return AttrValue.newBuilder().setB(value).build();
  }
}
