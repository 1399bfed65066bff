package io.github.leukemia4j.tf;

/**
 * A tensor that was translated to ONNX.
 *
 * @param name in the ONNX graph
 * @param rank how many sizes it has
 * @param height of images, which are [images, channels, height, width] there; else 0, and the sizes
 *     are in TensorFlow's order
 * @param width of images, else 0
 */
record OnnxValue(String name, int rank, int height, int width) {
  static OnnxValue units(String name, int rank) {
    return new OnnxValue(name, rank, 0, 0);
  }

  /** Whether its channels go before its places. */
  boolean images() {
    return rank == 4 && height > 0;
  }

  OnnxValue renamed(String other) {
    return new OnnxValue(other, rank, height, width);
  }
}
