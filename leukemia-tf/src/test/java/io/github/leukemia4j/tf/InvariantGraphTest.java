package io.github.leukemia4j.tf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.leukemia4j.Device;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.training.NetworkConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.op.math.Mean;
import org.tensorflow.op.nn.Conv2d;
import org.tensorflow.op.nn.FusedBatchNorm;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.types.TFloat32;

@Tag("arithmetic")
@ExtendWith(NoScopeLeft.class)
class InvariantGraphTest {
  private static final Shape PIXELS = Shape.of(-1, 6, 6, 3);

  /** Operations by their number, without constants. */
  private static Map<String, Integer> operations(GraphDef graph) {
    Map<String, Integer> all = new TreeMap<>();
    for (NodeDef node : graph.getNodeList()) {
      if (!node.getOp().equals("Const")) {
        all.merge(node.getOp(), 1, Integer::sum);
      }
    }
    return all;
  }

  /** Pixels [*, 6, 6, 3] to an operation called logits. */
  private interface Network {
    Operand<TFloat32> build(Ops tf, Operand<TFloat32> pixels);
  }

  /** Operations of the rewritten graph, after both gave the same within single precision. */
  private static Map<String, Integer> rewritten(Network network) {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Operand<TFloat32> pixels =
          tf.withName("pixels").placeholder(TFloat32.class, Placeholder.shape(PIXELS));
      tf.withName("logits").identity(network.build(tf, pixels));
      GraphDef made = InvariantGraph.of(graph);
      float[] expected = run(graph.toGraphDef());
      float[] found = run(made);
      assertThat(found).hasSameSizeAs(expected);
      for (int i = 0; i < expected.length; i++) {
        assertThat(found[i]).isCloseTo(expected[i], within(1e-5f));
      }
      return operations(made);
    }
  }

  private static float[] run(GraphDef definition) {
    try (TfScope scope = new TfScope()) {
      Graph graph = scope.add(new Graph());
      graph.importGraphDef(definition);
      Session session = scope.add(new Session(graph, TfRuntime.config(Device.CPU, 0)));
      TFloat32 pixels = scope.add(TFloat32.tensorOf(Shape.of(3, 6, 6, 3)));
      pixels.asRawTensor().data().asFloats().write(values(3 * 6 * 6 * 3, 1));
      var raw =
          scope
              .add(session.runner().feed("pixels", pixels).fetch("logits").run())
              .get(0)
              .asRawTensor();
      float[] all = new float[(int) raw.shape().size()];
      raw.data().asFloats().read(all);
      return all;
    }
  }

  private static float[] values(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] all = new float[count];
    for (int i = 0; i < count; i++) {
      all[i] = (float) random.nextDouble(-1, 1);
    }
    return all;
  }

  private static Operand<TFloat32> constant(Ops tf, long... shape) {
    Shape sizes = Shape.of(shape);
    return tf.reshape(
        tf.constant(values((int) sizes.size(), sizes.size())), tf.constant(sizes.asArray()));
  }

  /** A constant itself, not one that is reshaped. */
  private static Operand<TFloat32> kernel(Ops tf, long... shape) {
    Shape sizes = Shape.of(shape);
    try (TFloat32 tensor = TFloat32.tensorOf(sizes)) {
      tensor.asRawTensor().data().asFloats().write(values((int) sizes.size(), sizes.size()));
      return tf.constantOf(tensor);
    }
  }

  private static Operand<TFloat32> convolution(Ops tf, Operand<TFloat32> x, Conv2d.Options... o) {
    return tf.nn.conv2d(x, kernel(tf, 3, 3, 3, 4), List.of(1L, 2L, 2L, 1L), "SAME", o);
  }

  private static FusedBatchNorm<TFloat32, TFloat32> normal(
      Ops tf, Operand<TFloat32> x, boolean training) {
    Operand<TFloat32> none = tf.constant(new float[0]);
    Operand<TFloat32> ones = tf.constant(new float[] {1, 2, 3, 4});
    return tf.nn.fusedBatchNorm(
        x,
        kernel(tf, 4),
        kernel(tf, 4),
        training ? none : kernel(tf, 4),
        training ? none : ones,
        FusedBatchNorm.isTraining(training));
  }

  @Test
  void leavesNoKernelOfWholeBatchesInTheNetworksOfThisLibrary(@TempDir Path directory)
      throws Exception {
    Taxonomy cell = Taxonomy.of("cell").with("cell", "normal", "abnormal");
    for (NetworkConfig network : DrawnModels.NETWORKS) {
      ModelBundle bundle =
          DrawnModels.ofEightViews(
              directory.resolve("m" + network.hashCode()), cell, Label.of("cell"), network, 32, 1);
      GraphDef read =
          SavedModelFile.read(
              bundle.file(SavedModelFile.DIRECTORY + "/" + SavedModelFile.FILE),
              bundle.manifest(),
              Set.of());
      try (Graph graph = new Graph()) {
        graph.importGraphDef(read);
        Map<String, Integer> before = operations(read);
        Map<String, Integer> after = operations(InvariantGraph.of(graph));
        assertThat(after)
            .doesNotContainKeys("Conv2D", "MatMul", "Mean", "FusedBatchNormV3")
            .containsEntry("_MklNativeFusedConv2D", before.get("Conv2D"))
            .containsEntry("BatchMatMulV3", before.get("MatMul") + before.get("Mean"));
      }
    }
  }

  @Test
  void fusesAConvolutionWithTheNormalisationAndTheRectifierBehindIt() {
    assertThat(rewritten((tf, x) -> tf.nn.relu(normal(tf, convolution(tf, x), false).y())))
        .containsOnlyKeys("_MklNativeFusedConv2D", "Identity", "Placeholder");
    assertThat(rewritten((tf, x) -> normal(tf, convolution(tf, x), false).y()))
        .containsOnlyKeys("_MklNativeFusedConv2D", "Identity", "Placeholder");
  }

  @Test
  void keepsWhatOthersReadToo() {
    assertThat(
            rewritten(
                (tf, x) -> {
                  Operand<TFloat32> y = convolution(tf, x);
                  return tf.math.add(y, tf.nn.relu(normal(tf, y, false).y()));
                }))
        .containsKeys("_MklNativeConv2D", "FusedBatchNormV3", "Relu");
    assertThat(
            rewritten(
                (tf, x) -> {
                  Operand<TFloat32> y = normal(tf, convolution(tf, x), false).y();
                  return tf.math.add(y, tf.nn.relu(y));
                }))
        .containsKeys("_MklNativeFusedConv2D", "Relu")
        .doesNotContainKeys("FusedBatchNormV3");
    assertThat(rewritten((tf, x) -> tf.math.add(convolution(tf, x), tf.constant(1f))))
        .containsKeys("_MklNativeConv2D", "Add");
  }

  @Test
  void leavesStatisticsOfTheBatchAndKernelsThatAreNotConstant() {
    assertThat(rewritten((tf, x) -> normal(tf, convolution(tf, x), true).y()))
        .containsKeys("_MklNativeConv2D", "FusedBatchNormV3");
    assertThat(
            rewritten(
                (tf, x) ->
                    tf.nn.conv2d(x, constant(tf, 3, 3, 3, 4), List.of(1L, 1L, 1L, 1L), "VALID")))
        .containsKeys("Conv2D");
  }

  @Test
  void keepsStridesPaddingAndDilations() {
    assertThat(
            rewritten(
                (tf, x) ->
                    tf.nn.conv2d(
                        x,
                        kernel(tf, 3, 3, 3, 4),
                        List.of(1L, 1L, 1L, 1L),
                        "VALID",
                        Conv2d.dilations(1L, 2L, 2L, 1L))))
        .containsKeys("_MklNativeConv2D");
    assertThat(
            rewritten(
                (tf, x) ->
                    convolution(
                        tf,
                        tf.math.add(x, x),
                        Conv2d.explicitPaddings(List.of()),
                        Conv2d.dataFormat("NHWC"))))
        .containsKeys("_MklNativeConv2D");
  }

  @Test
  void multipliesDenseLayersImageByImage() {
    Function<Ops, Operand<TFloat32>> weights = tf -> kernel(tf, 108, 5);
    assertThat(
            rewritten(
                (tf, x) ->
                    tf.linalg.matMul(
                        tf.reshape(x, tf.constant(new int[] {-1, 108})), weights.apply(tf))))
        .containsKeys("BatchMatMulV3")
        .doesNotContainKeys("MatMul");
    assertThat(
            rewritten(
                (tf, x) ->
                    tf.linalg.matMul(
                        tf.reshape(x, tf.constant(new int[] {-1, 108})),
                        kernel(tf, 5, 108),
                        MatMul.transposeB(true))))
        .containsKeys("BatchMatMulV3")
        .doesNotContainKeys("MatMul");
    assertThat(
            rewritten(
                (tf, x) ->
                    tf.linalg.matMul(
                        tf.reshape(x, tf.constant(new int[] {108, -1})),
                        kernel(tf, 108, 5),
                        MatMul.transposeA(true))))
        .containsKeys("MatMul");
  }

  @Test
  void meansOverPixelsAreTakenImageByImage() {
    assertThat(rewritten((tf, x) -> tf.math.mean(x, tf.constant(new int[] {1, 2}))))
        .containsKeys("BatchMatMulV3", "Div")
        .doesNotContainKeys("Mean");
    assertThat(
            rewritten(
                (tf, x) -> tf.math.mean(x, tf.constant(new int[] {2, 1}), Mean.keepDims(true))))
        .doesNotContainKeys("Mean");
    for (int[] axes : new int[][] {{0, 1}, {1}, {3}}) {
      assertThat(rewritten((tf, x) -> tf.math.mean(x, tf.constant(axes)))).containsKeys("Mean");
    }
  }
}
