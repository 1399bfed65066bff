package io.github.leukemia4j.explanation;

import io.github.leukemia4j.BackendException;
import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Label;

/**
 * What a {@link io.github.leukemia4j.LeukemiaClassifier} may also implement, where its backend can
 * compute gradients. Thread-safe, as the classifier is.
 */
public interface Explainable {
  /**
   * The heat map by {@link Method#GRAD_CAM}.
   *
   * @return of the image's size; 0 or more
   * @throws IllegalArgumentException where the label is none of the classifier's
   * @throws IllegalStateException where the classifier is closed
   * @throws BackendException where the backend fails, or the network has no such block
   */
  Heatmap gradCam(CellImage image, Label label);

  /**
   * The heat map by {@link Method#INTEGRATED_GRADIENTS}, summed over the colours.
   *
   * @return of the image's size; below 0 where a pixel speaks against the label
   * @throws IllegalArgumentException where the label is none of the classifier's
   * @throws IllegalStateException where the classifier is closed
   * @throws BackendException where the backend fails
   */
  Heatmap integratedGradients(CellImage image, Label label);
}
