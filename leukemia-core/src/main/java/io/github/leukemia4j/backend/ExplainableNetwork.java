package io.github.leukemia4j.backend;

import io.github.leukemia4j.BackendException;
import java.util.function.UnaryOperator;

/**
 * A network that computes gradients of its logits, to show which pixels speak for a label.
 * Thread-safe.
 */
public interface ExplainableNetwork extends Network {
  /**
   * Weighs the last block's channels by the mean gradient of a value with respect to them, and cuts
   * negative sums at 0 (Grad-CAM, Selvaraju et al. 2017).
   *
   * @param rgb one image, {@code [height, width, 3]}, as the network is fed
   * @param head the place of the head in {@link #heads()}
   * @param derivative from the head's logits {@code [labels]} to the derivatives of the explained
   *     value with respect to them
   * @return {@code [rows][columns]} of the last block's output, 0 or more
   * @throws BackendException where the backend fails, or the network has no such block
   */
  double[][] gradCam(byte[] rgb, int head, UnaryOperator<double[]> derivative);

  /**
   * Integrates the gradients of a value along the straight way from an image of the mean colour to
   * this one, times the difference, summed over the colours (Sundararajan et al. 2017).
   *
   * @param rgb one image, {@code [height, width, 3]}, as the network is fed
   * @param head the place of the head in {@link #heads()}
   * @param derivative from the head's logits {@code [labels]} to the derivatives of the explained
   *     value with respect to them
   * @return {@code [height][width]}; sums to the value of the image less that of the mean colour
   * @throws BackendException where the backend fails
   */
  double[][] integratedGradients(byte[] rgb, int head, UnaryOperator<double[]> derivative);
}
