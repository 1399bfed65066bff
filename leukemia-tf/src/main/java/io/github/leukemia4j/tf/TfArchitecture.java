package io.github.leukemia4j.tf;

import io.github.leukemia4j.training.NetworkConfig;
import java.util.Set;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

/**
 * A kind of network: it builds features from images, and the library builds the rest. It is found
 * by {@link java.util.ServiceLoader} or given to {@link TfBackend.Builder}, and chosen by its name
 * in the {@link NetworkConfig}.
 *
 * <p>The published test kit proves an architecture: a test class that extends {@code
 * TfArchitectureContract}. Implementations keep no state and are safe for use by many threads.
 */
public interface TfArchitecture {
  /** What a {@link NetworkConfig} calls it; unique among those that are installed. */
  String name();

  /**
   * Fails where it cannot be built with these parameters for images of that size.
   *
   * @param inputSize the side of the images, in pixels
   * @throws IllegalArgumentException naming every parameter that is unknown or out of its range
   */
  void check(NetworkConfig config, int inputSize);

  /**
   * Adds the layers to the graph, from standardised pixels to the features that all heads share.
   * Called once for each graph that the network stands in; it must ask for the same weights in the
   * same order each time. A training under a seed starts from the same values as long as that order
   * stays.
   *
   * <p>Compute image by image, with the kernels' usual operations: the library tries out that an
   * image gets the same bits in every batch, and otherwise runs each alone, which is slower.
   *
   * @param layers adds layers and weights, and {@link TfLayers#lastConvolution marks} what Grad-CAM
   *     looks at
   * @param config with the parameters that {@link #check} let pass
   * @param pixels [images, height, width, 3], each channel of each image of mean 0 and variance 1;
   *     of 16 bits where the convolutions of a training shall compute so
   * @return [images, features], the number of features known
   */
  <T extends TFloating> Operand<TFloat32> features(
      TfLayers layers, NetworkConfig config, Operand<T> pixels);

  /**
   * The TensorFlow operations of its graph that classifies, beyond those that a bundle may always
   * hold. Only operations that the library knows as harmless are accepted: arithmetic on tensors,
   * such as {@code DepthwiseConv2dNative}. A bundle that holds them opens only where an
   * architecture that declares them is installed.
   */
  default Set<String> operations() {
    return Set.of();
  }
}
