package org.example.leukemia;

import io.github.leukemia4j.tf.TfArchitecture;
import io.github.leukemia4j.tf.TfLayers;
import io.github.leukemia4j.tf.TfWeight;
import io.github.leukemia4j.training.NetworkConfig;
import java.util.List;
import java.util.Set;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

// [architecture]
/** Depthwise-separable convolutions (Howard et al. 2017): few weights, little arithmetic. */
public final class DepthwiseNetwork implements TfArchitecture {
  private static final List<Integer> CHANNELS = List.of(16, 32, 64, 128);

  @Override
  public String name() {
    return "depthwise";
  }

  @Override
  public void check(NetworkConfig config, int inputSize) {
    config.parameters().requireOnly("The network depthwise", "channels", "dropout");
    int halvings = config.parameters().integers("channels", CHANNELS).size();
    if (inputSize < 1 << halvings) {
      throw new IllegalArgumentException(
          "The network depthwise needs images of %d pixels for %d numbers of channels; found %d."
              .formatted(1 << halvings, halvings, inputSize));
    }
  }

  @Override
  public <T extends TFloating> Operand<TFloat32> features(
      TfLayers layers, NetworkConfig config, Operand<T> pixels) {
    Ops tf = layers.tf();
    List<Integer> channels = config.parameters().integers("channels", CHANNELS);
    Operand<T> x = tf.nn.relu6(layers.convolution("stem", pixels, channels.get(0), 3, 2));
    for (int i = 1; i < channels.size(); i++) {
      x = separable(layers, "block" + i, x, channels.get(i));
    }
    double dropout = config.parameters().number("dropout", 0.2);
    return layers.dropout(layers.meanOverPixels(x), dropout, 0);
  }

  /** One 3 x 3 kernel for each channel with stride 2, then sums over the channels. */
  private static <T extends TFloating> Operand<T> separable(
      TfLayers layers, String name, Operand<T> x, int channels) {
    Ops tf = layers.tf();
    Shape shape = Shape.of(3, 3, x.shape().get(3), 1);
    TfWeight kernel = TfWeight.kernel(name + ".depthwise.kernel", shape, 1, 9);
    Operand<T> y =
        tf.nn.depthwiseConv2dNative(
            x, layers.weight(kernel, x.type()), List.of(1L, 2L, 2L, 1L), "SAME");
    y = tf.nn.relu6(layers.batchNormalisation(name + ".depthwise", y));
    return tf.nn.relu6(layers.convolution(name + ".pointwise", y, channels, 1, 1));
  }

  @Override
  public Set<String> operations() {
    return Set.of("DepthwiseConv2dNative", "Relu6");
  }
}
// [architecture]
