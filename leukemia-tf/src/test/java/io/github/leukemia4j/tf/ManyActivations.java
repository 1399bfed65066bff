package io.github.leukemia4j.tf;

import io.github.leukemia4j.training.NetworkConfig;
import java.util.List;
import java.util.Set;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

/** An architecture of operations that the built-in ones do not have, found by ServiceLoader. */
public final class ManyActivations implements TfArchitecture {
  @Override
  public String name() {
    return "activations";
  }

  @Override
  public void check(NetworkConfig config, int inputSize) {
    config.parameters().requireOnly("The network activations");
  }

  @Override
  public <T extends TFloating> Operand<TFloat32> features(
      TfLayers layers, NetworkConfig config, Operand<T> pixels) {
    Ops tf = layers.tf();
    Operand<T> x = tf.nn.relu6(layers.convolution("stem", pixels, 8, 3, 2));
    TfWeight kernel = TfWeight.kernel("depthwise.kernel", Shape.of(3, 3, 8, 2), 1, 9);
    x =
        tf.nn.depthwiseConv2dNative(
            x, layers.weight(kernel, x.type()), List.of(1L, 2L, 2L, 1L), "SAME");
    x = layers.batchNormalisation("depthwise", x);
    x = tf.math.add(tf.nn.elu(x), tf.math.mul(tf.math.sigmoid(x), tf.math.tanh(x)));
    x = layers.convolution("last", x, 16, 3, 1);
    return layers.meanOverPixels(tf.math.minimum(tf.math.softplus(x), tf.nn.relu(x)));
  }

  @Override
  public Set<String> operations() {
    return Set.of(
        "DepthwiseConv2dNative", "Elu", "Minimum", "Relu6", "Sigmoid", "Softplus", "Tanh");
  }
}
