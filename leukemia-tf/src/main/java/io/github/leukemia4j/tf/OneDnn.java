package io.github.leukemia4j.tf;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
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
  private static final String LABEL = "MklNameChangeOp";

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
        && kernel.getLabel().equals(LABEL)
        && kernel.getConstraintList().stream()
            .filter(constraint -> constraint.getName().equals(TYPE))
            .allMatch(c -> c.getAllowedValues().getList().getTypeList().contains(FLOAT));
  }

  /**
   * The same graph under the same names, with the kernels of oneDNN in the place of those that
   * TensorFlow would choose, where numbers have 32 bits. It computes the same up to rounding. For a
   * GPU, and where the library has no such kernels, the graph as it is.
   *
   * @param graph any; what is not known here stays
   * @param config of the session that is to run it
   */
  static GraphDef named(GraphDef graph, ConfigProto config) {
    if (!TfRuntime.onCpu(config) || !available()) {
      return graph;
    }
    Set<String> constants = new HashSet<>();
    Set<String> differentiated = new HashSet<>();
    for (NodeDef node : graph.getNodeList()) {
      if (node.getOp().equals("Const")) {
        constants.add(node.getName());
      } else if (node.getOp().equals("MaxPoolGrad")) {
        differentiated.add(node.getInput(1));
      }
    }
    GraphDef.Builder named = graph.toBuilder();
    for (NodeDef.Builder node : named.getNodeBuilderList()) {
      if (!NAMES.containsKey(node.getOp()) || node.getAttrOrThrow(TYPE).getType() != FLOAT) {
        continue;
      }
      switch (node.getOp()) {
        // The kernel may keep a constant filter in its own layout, and takes the same way for a
        // batch of one image as for more.
        case "Conv2D" -> node.putAttr("is_filter_const", of(constants.contains(node.getInput(1))));
        case "MaxPool" ->
            node.putAttr("workspace_enabled", of(differentiated.contains(node.getName())));
        // Where the maxima were: the second output of the pooling whose first output is known.
        case "MaxPoolGrad" ->
            node.putAttr("workspace_enabled", of(true)).addInput(node.getInput(1) + ":1");
        default -> {
          // Nothing but another name.
        }
      }
      node.setOp(NAMES.get(node.getOp()))
          .putAttr("_kernel", AttrValue.newBuilder().setS(ByteString.copyFromUtf8(LABEL)).build())
          .removeAttr("use_cudnn_on_gpu")
          .removeAttr("explicit_paddings");
    }
    return named.build();
  }

  private static AttrValue of(boolean value) {
    return AttrValue.newBuilder().setB(value).build();
  }
}
