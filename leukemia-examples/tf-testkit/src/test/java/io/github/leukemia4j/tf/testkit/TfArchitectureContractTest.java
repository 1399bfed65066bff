package io.github.leukemia4j.tf.testkit;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.leukemia4j.BackendException;
import io.github.leukemia4j.tf.TfArchitecture;
import io.github.leukemia4j.tf.TfLayers;
import io.github.leukemia4j.tf.TfWeight;
import io.github.leukemia4j.training.NetworkConfig;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.nn.Conv2d;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

/** Architectures with a fault, each found by the contract. */
class TfArchitectureContractTest {
  /**
   * Two convolutions.
   *
   * @param dilation of the second; above 1 its gradient is wrong in TensorFlow 2.18
   * @param activation {@code relu}, or {@code elu}, which must be declared
   */
  private record Faulty(int dilation, String activation, Set<String> operations)
      implements TfArchitecture {
    @Override
    public String name() {
      return "faulty";
    }

    @Override
    public void check(NetworkConfig config, int inputSize) {
      config.parameters().requireOnly("The network faulty");
    }

    @Override
    public <T extends TFloating> Operand<TFloat32> features(
        TfLayers layers, NetworkConfig config, Operand<T> pixels) {
      Ops tf = layers.tf();
      Operand<T> x = tf.nn.relu(layers.convolution("first", pixels, 4, 3, 1));
      TfWeight kernel = TfWeight.kernel("second.kernel", Shape.of(3, 3, 4, 8), 1, 36);
      Operand<T> y =
          tf.nn.conv2d(
              x,
              layers.weight(kernel, x.type()),
              List.of(1L, 1L, 1L, 1L),
              "SAME",
              Conv2d.dilations(1L, (long) dilation, (long) dilation, 1L));
      y = layers.batchNormalisation("second", y);
      return layers.meanOverPixels(activation.equals("elu") ? tf.nn.elu(y) : tf.nn.relu(y));
    }
  }

  private static final class Contract extends TfArchitectureContract {
    Contract(TfArchitecture architecture) {
      super(architecture, "faulty", 16);
    }
  }

  @Test
  void passesTheGradientsOfAFaultlessOne() {
    Contract contract = new Contract(new Faulty(1, "relu", Set.of()));
    assertThatCode(contract::everyWeightHasTheGradientOfTheLoss).doesNotThrowAnyException();
  }

  @Test
  void findsAGradientThatIsWrong() {
    Contract contract = new Contract(new Faulty(2, "relu", Set.of()));
    assertThatThrownBy(contract::everyWeightHasTheGradientOfTheLoss)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("slopes of the loss along the gradient of");
  }

  @Test
  void findsAnOperationThatIsNotDeclared() {
    assertThatThrownBy(
            new Contract(new Faulty(1, "elu", Set.of()))::everyWeightHasTheGradientOfTheLoss)
        .isInstanceOf(BackendException.class)
        .hasMessageContaining("faulty does not declare [Elu]");
    assertThatCode(
            new Contract(new Faulty(1, "elu", Set.of("Elu")))::everyWeightHasTheGradientOfTheLoss)
        .doesNotThrowAnyException();
  }

  @Test
  void findsADeclarationOfWhatIsNotHarmless() {
    assertThatThrownBy(
            new Contract(new Faulty(1, "relu", Set.of("ReadFile")))
                ::everyWeightHasTheGradientOfTheLoss)
        .isInstanceOf(BackendException.class)
        .hasMessageContaining("and declares [ReadFile]");
  }
}
