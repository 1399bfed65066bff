package io.github.leukemia4j.backend;

import java.util.Arrays;

/**
 * What a network says of some images: {@code [heads][images][labels]}, before any correction of
 * priors, temperature or softmax. The arrays are not copied: whoever makes or takes them owns them.
 */
public final class Logits {
  private final double[][][] values;

  private Logits(double[][][] values) {
    this.values = values;
  }

  /**
   * The logits of a network with several heads.
   *
   * @param values {@code [heads][images][labels]}, the same number of images for every head
   * @throws IllegalArgumentException where there is no head, or one has other images than the first
   */
  public static Logits of(double[][][] values) {
    if (values.length == 0
        || !Arrays.stream(values).allMatch(head -> head.length == values[0].length)) {
      throw new IllegalArgumentException(
          "There must be logits of at least one head, for the same images each; found %s images."
              .formatted(Arrays.toString(Arrays.stream(values).mapToInt(h -> h.length).toArray())));
    }
    return new Logits(values);
  }

  /** The number of heads. */
  public int heads() {
    return values.length;
  }

  /** The number of images. */
  public int images() {
    return values[0].length;
  }

  /** One head's logits, {@code [images][labels]}. */
  public double[][] ofHead(int head) {
    return values[head];
  }

  /** One head's logits of one image, {@code [labels]}. */
  public double[] row(int head, int image) {
    return values[head][image];
  }
}
