package io.github.leukemia4j.tf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.leukemia4j.Device;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.backend.Backend.NetworkFactory.HeadLoss;
import io.github.leukemia4j.backend.Network.Head;
import io.github.leukemia4j.training.NetworkConfig;
import io.github.leukemia4j.training.OptimizerConfig.Precision;
import io.github.leukemia4j.training.TrainingConfig;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.types.TFloat32;

class OneDnnTest {
  private static final ConfigProto CPU = TfRuntime.config(Device.CPU, 2);

  /** The native library of this build is for x86-64. */
  @Test
  void hasItsKernelsWhereverTheProcessorIsAnX86() {
    assumeThat(System.getProperty("os.arch")).isIn("amd64", "x86_64");
    assumeThat(System.getProperty("os.name")).isIn("Linux", "Windows");
    assertThat(OneDnn.available()).isTrue();
  }

  /**
   * Four blocks, in the towers that learn, that validate, and that say what statistics images have.
   */
  @Test
  void namesEveryExpensiveOperationOfATrainingStep() {
    assumeThat(OneDnn.available()).isTrue();
    assertThat(counts(OneDnn.named(standard(Precision.FLOAT32), CPU)))
        .containsEntry("_MklNativeConv2D", 8L)
        .containsEntry("_MklNativeFusedConv2D", 4L)
        .containsEntry("_MklNativeConv2DBackpropInput", 4L)
        .containsEntry("_MklNativeConv2DBackpropFilter", 4L)
        .containsEntry("_MklNativeFusedBatchNormV3", 12L)
        .containsEntry("_MklNativeFusedBatchNormGradV3", 4L)
        .containsEntry("_MklNativeMaxPool", 12L)
        .containsEntry("_MklNativeMaxPoolGrad", 4L)
        .doesNotContainKeys(
            "Conv2D",
            "Conv2DBackpropInput",
            "Conv2DBackpropFilter",
            "FusedBatchNormV3",
            "FusedBatchNormGradV3",
            "MaxPool",
            "MaxPoolGrad",
            "MatMul",
            "Softmax");
  }

  @Test
  void leavesTheGraphOfAGpuAsItIs() {
    GraphDef graph = standard(Precision.FLOAT32);
    assertThat(OneDnn.named(graph, ConfigProto.getDefaultInstance())).isEqualTo(graph);
  }

  /** Few processors compute in 16 bits, and the kernels fail on the others. */
  @Test
  void leavesNumbersOf16BitsToTensorFlow() {
    assertThat(counts(OneDnn.named(standard(Precision.BFLOAT16), CPU)))
        .containsEntry("Conv2DBackpropFilter", 4L)
        .doesNotContainKey("_MklNativeConv2DBackpropFilter");
  }

  /** Against the graph as TensorFlow would run it: sums of 72 products below 0.5. */
  @Test
  void computesTheSameUpToRounding() {
    Shape images = Shape.of(3, 9, 9, 8);
    Shape filter = Shape.of(3, 3, 8, 5);
    GraphDef definition;
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      Placeholder<TFloat32> x =
          tf.withName("x").placeholder(TFloat32.class, Placeholder.shape(images));
      Operand<TFloat32> constant = tf.constant(filter, DataBuffers.of(random(1, filter)));
      tf.withName("y").nn.conv2d(x, constant, List.of(1L, 2L, 2L, 1L), "SAME");
      definition = graph.toGraphDef();
    }
    float[] pixels = random(2, images);
    assertThat(run(OneDnn.named(definition, CPU), images, pixels))
        .usingComparatorWithPrecision(1e-5f)
        .containsExactly(run(definition, images, pixels));
  }

  /** From -0.5 to 0.5. */
  private static float[] random(long seed, Shape shape) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[(int) shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextDouble() - 0.5);
    }
    return values;
  }

  private static float[] run(GraphDef definition, Shape shape, float[] x) {
    try (TfScope scope = new TfScope()) {
      Graph graph = scope.add(new Graph());
      graph.importGraphDef(definition);
      Session session = scope.add(new Session(graph, CPU));
      TFloat32 tensor = scope.add(TFloat32.tensorOf(shape));
      tensor.asRawTensor().data().asFloats().write(x);
      Result result = scope.add(session.runner().feed("x", tensor).fetch("y").run());
      float[] y = new float[(int) result.get(0).shape().size()];
      result.get(0).asRawTensor().data().asFloats().read(y);
      return y;
    }
  }

  private static GraphDef standard(Precision precision) {
    Label cell = Label.of("cell");
    LabelSet labels = LabelSet.of("normal", "abnormal");
    TrainingConfig config =
        TrainingConfig.builder()
            .network(NetworkConfig.standard())
            .set("optimizer.precision", precision)
            .build();
    return new TrainingGraph(
            config, HeadLoss.of(config, List.of(new Head(cell, labels))), Extensions.installed())
        .definition;
  }

  private static Map<String, Long> counts(GraphDef graph) {
    return graph.getNodeList().stream()
        .collect(Collectors.groupingBy(NodeDef::getOp, Collectors.counting()));
  }
}
