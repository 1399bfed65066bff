package io.github.leukemia4j.tf;

import io.github.leukemia4j.training.NetworkConfig;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

/**
 * The built-in architectures: an optional stem, blocks of convolutions, global average pooling and
 * dense layers. Their weights are {@code stem.*}, {@code block1.conv1.*}, {@code block1.conv2.*},
 * {@code block1.shortcut.*}, {@code dense1.*} and so on.
 */
final class ConvolutionalNetwork implements TfArchitecture {
  /**
   * Values in the longest vector of a processor. The gradient of a 1 x 1 kernel with stride 2 for
   * input channels that do not fill vectors writes past its memory in TensorFlow 2.18's oneDNN and
   * ends the JVM sooner or later; {@code docs/decisions/training-defaults.md} has what was found.
   * Training leaves the pixels out first instead, which computes the same.
   */
  private static final int VECTOR = 16;

  /** A block is a 3 x 3 convolution and 2 x 2 max-pooling. */
  static final ConvolutionalNetwork PLAIN = new ConvolutionalNetwork("plain");

  /** A block is two 3 x 3 convolutions and a shortcut around them (He et al. 2016). */
  static final ConvolutionalNetwork RESIDUAL = new ConvolutionalNetwork("residual");

  private final String name;

  private ConvolutionalNetwork(String name) {
    this.name = name;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void check(NetworkConfig config, int inputSize) {
    if (inputSize < config.smallestInput()) {
      throw new IllegalArgumentException(
          "The network halves an image's sides until nothing is left of %d pixels; it needs %d."
              .formatted(inputSize, config.smallestInput()));
    }
  }

  @Override
  public <T extends TFloating> Operand<TFloat32> features(
      TfLayers layers, NetworkConfig config, Operand<T> pixels) {
    Ops tf = layers.tf();
    int stem = config.parameters().integer("stem", 0);
    List<Integer> blocks = config.parameters().integers("channels", List.of());
    List<Integer> dense = config.parameters().integers("dense", List.of());
    double dropout = config.parameters().number("dropout", 0);
    Operand<T> x = pixels;
    if (stem > 0) {
      x = tf.nn.relu(layers.convolution("stem", x, stem, 3, 2));
    }
    for (int i = 0; i < blocks.size(); i++) {
      String block = "block" + (i + 1);
      int channels = blocks.get(i);
      x =
          this == PLAIN
              ? plain(layers, block, x, channels)
              : residual(layers, block, x, channels, i == 0 ? 1 : 2);
    }
    Operand<TFloat32> features = layers.meanOverPixels(x);
    for (int i = 1; i <= dense.size(); i++) {
      Operand<TFloat32> kept = layers.dropout(features, dropout, i);
      features = tf.nn.relu(layers.dense("dense" + i, kept, dense.get(i - 1)));
    }
    return layers.dropout(features, dropout, 0);
  }

  private static <T extends TFloating> Operand<T> plain(
      TfLayers layers, String name, Operand<T> x, int channels) {
    return layers.maxPool(
        layers.tf().nn.relu(layers.convolution(name + ".conv1", x, channels, 3, 1)), 2);
  }

  static <T extends TFloating> Operand<T> residual(
      TfLayers layers, String name, Operand<T> x, int channels, int stride) {
    Ops tf = layers.tf();
    Operand<T> y = tf.nn.relu(layers.convolution(name + ".conv1", x, channels, 3, stride));
    y = layers.convolution(name + ".conv2", y, channels, 3, 1);
    return tf.nn.relu(tf.math.add(y, shortcut(layers, name + ".shortcut", x, channels, stride)));
  }

  private static <T extends TFloating> Operand<T> shortcut(
      TfLayers layers, String name, Operand<T> x, int channels, int stride) {
    long in = x.shape().get(3);
    if (in == channels && stride == 1) {
      return x;
    }
    boolean avoided = layers.training() && stride > 1 && in % VECTOR != 0;
    return avoided
        ? layers.convolution(name, layers.maxPool(x, 1), channels, 1, 1)
        : layers.convolution(name, x, channels, 1, stride);
  }
}
