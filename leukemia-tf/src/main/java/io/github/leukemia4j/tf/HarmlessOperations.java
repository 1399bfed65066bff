package io.github.leukemia4j.tf;

import io.github.leukemia4j.BackendException;
import io.github.leukemia4j.training.NetworkConfig;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.tensorflow.Graph;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;

/**
 * The operations that a bundle's graph may hold, their attributes, and the bounds of these: no
 * files, no Python, no network, no functions. Some end the process or fill the memory outside of
 * the bounds; {@code docs/decisions/bundles-from-strangers.md} names them. Stateless.
 */
final class HarmlessOperations {
  private static final int MAX_STEP = 4096;

  /** Arithmetic on tensors and nothing else, with the attributes that each operation has. */
  static final Map<String, Set<String>> ALLOWED =
      table(
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
   * What an architecture may declare: no less harmless, but not needed by networks of convolutions.
   * A bundle of a stranger cannot have them unless an architecture that is installed declares them.
   */
  static final Map<String, Set<String>> DECLARABLE =
      table(
          """
          Abs T
          AvgPool T ksize strides padding data_format
          BatchMatMulV3 Ta Tb Tout adj_x adj_y grad_x grad_y
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

  private static Map<String, Set<String>> table(String lines) {
    return lines
        .lines()
        .map(line -> List.of(line.split(" ")))
        .collect(
            Collectors.toUnmodifiableMap(
                words -> words.get(0), words -> Set.copyOf(words.subList(1, words.size()))));
  }

  private HarmlessOperations() {}

  /**
   * The attributes that an operation may have; none where it may not be in a graph.
   *
   * @param further operations that installed architectures declare
   */
  static Set<String> attributes(String operation, Set<String> further) {
    Map<String, Set<String>> declared = further.contains(operation) ? DECLARABLE : Map.of();
    return ALLOWED.getOrDefault(operation, declared.getOrDefault(operation, Set.of()));
  }

  /** Whether architectures may declare all of these. */
  static boolean areDeclarable(Set<String> operations) {
    return DECLARABLE.keySet().containsAll(operations);
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

  /** Whether the value of an attribute is within its bounds. */
  static boolean isHarmless(String name, AttrValue value) {
    return switch (name) {
      case "T",
          "Ta",
          "Tb",
          "Tout",
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
          GraphCheck.TYPES.containsKey(value.getType());
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
          "adj_x",
          "adj_y",
          "grad_x",
          "grad_y",
          "grad_a",
          "grad_b",
          "use_cudnn_on_gpu" ->
          value.getValueCase() == AttrValue.ValueCase.B;
      case "epsilon", "exponential_avg_factor", "alpha" ->
          value.getValueCase() == AttrValue.ValueCase.F && Float.isFinite(value.getF());
      case "N" -> value.getI() >= 1 && value.getI() <= GraphCheck.MAX_NODES;
      case "value" -> value.hasTensor();
      case "shape" -> value.hasShape();
      default -> false;
    };
  }

  private static boolean areSteps(List<Long> steps, int least) {
    return steps.stream().allMatch(step -> step >= least && step <= MAX_STEP);
  }
}
