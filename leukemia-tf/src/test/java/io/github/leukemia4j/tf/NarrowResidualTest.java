package io.github.leukemia4j.tf;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.leukemia4j.training.NetworkConfig;
import io.github.leukemia4j.training.TrainingConfig;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.Graph;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TUint8;

/**
 * Residual networks whose channels are no multiples of 16: the gradient of their strided shortcuts'
 * kernels wrote past its memory and ended the JVM.
 */
class NarrowResidualTest {
  private static final NetworkConfig NARROW =
      NetworkConfig.residual(0, List.of(12, 24, 48), List.of(), 0);

  /** Trains 50 steps of batches of 9 and 10 images. */
  public static void main(String[] args) throws Exception {
    TrainingConfig config =
        TinyTraining.config().network(NARROW).batchSize(10).epochs(10).patience(0).build();
    TinyTraining.train(config, Path.of(args[0]));
    System.out.println("trained");
  }

  @Test
  void areTrainedToTheEnd(@TempDir Path directory) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:-CreateCoredumpOnCrash",
                "-XX:+SuppressFatalErrorMessage",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                NarrowResidualTest.class.getName(),
                directory.resolve("model").toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    List<String> lines = process.inputReader(StandardCharsets.UTF_8).lines().toList();
    assertThat(process.waitFor()).as("%s", lines).isZero();
    assertThat(lines).last().isEqualTo("trained");
  }

  @ParameterizedTest
  @CsvSource({"12, 24, 0", "8, 16, 1", "24, 48, 1", "16, 32, 2"})
  void learnStridedShortcutsOnlyOfWholeVectors(int first, int second, int learnt) {
    NetworkConfig network = NetworkConfig.residual(0, List.of(first, second, 64), List.of(), 0);
    assertThat(stridedShortcuts(network, true)).isEqualTo(learnt);
    assertThat(stridedShortcuts(network, false)).isEqualTo(2);
  }

  private static int stridedShortcuts(NetworkConfig network, boolean training) {
    try (Graph graph = new Graph()) {
      Ops tf = Ops.create(graph);
      NetworkGraph built =
          new NetworkGraph(
              tf,
              ConvolutionalNetwork.RESIDUAL,
              network,
              List.of(2),
              weight -> tf.variable(weight.shape(), TFloat32.class));
      Placeholder<TUint8> images =
          tf.placeholder(TUint8.class, Placeholder.shape(Shape.of(-1, 33, 32, 3)));
      var logits =
          training
              ? built
                  .learning(
                      images,
                      tf.placeholder(TInt64.class, Placeholder.shape(Shape.of(2))),
                      false,
                      name -> false)
                  .logits()
                  .get(0)
              : built.logits(images).get(0);
      assertThat(logits.shape().get(1)).isEqualTo(2);
      List<String> found = new ArrayList<>();
      for (NodeDef node : graph.toGraphDef().getNodeList()) {
        if (node.getOp().equals("Conv2D")
            && node.getAttrOrThrow("strides").getList().getI(1) == 2
            && graph.operation(node.getInput(1)).output(0).shape().get(0) == 1) {
          found.add(node.getName());
        }
      }
      return found.size();
    }
  }
}
