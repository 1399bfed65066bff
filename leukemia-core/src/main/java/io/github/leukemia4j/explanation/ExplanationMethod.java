package io.github.leukemia4j.explanation;

/** The ways to make a heat map. */
public enum ExplanationMethod {
  /**
   * Weighs the channels of the last convolution block by the gradients of the label's log odds,
   * averaged over the pixels, and cuts negative sums at 0 (Selvaraju et al. 2017). The map is
   * coarse: it is as fine as that block.
   */
  GRAD_CAM,
  /**
   * Integrates the gradients along the straight line from an image of the mean colour to the image,
   * and multiplies them by the difference of the two (Sundararajan et al. 2017). The map is as fine
   * as the network's input. Its values sum to what the image adds to the label's log odds.
   */
  INTEGRATED_GRADIENTS,
  /**
   * Measures by how much the label's log odds fall when a square of the image is covered with the
   * mean colour (Zeiler and Fergus 2014). It needs only the classifier's answers.
   */
  OCCLUSION
}
