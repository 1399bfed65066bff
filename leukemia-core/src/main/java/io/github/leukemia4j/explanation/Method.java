package io.github.leukemia4j.explanation;

/** How a heat map is made. */
public enum Method {
  /**
   * Gradients of the label's log odds with respect to the last convolution block, averaged over the
   * pixels, weigh the block's channels; negative sums are cut at 0 (Selvaraju et al. 2017). Coarse,
   * as fine as that block.
   */
  GRAD_CAM,
  /**
   * Gradients along the straight way from an image of the mean colour to the image, times the
   * difference (Sundararajan et al. 2017). As fine as the network's input; the values sum to what
   * the image adds to the label's log odds.
   */
  INTEGRATED_GRADIENTS,
  /**
   * By how much the label's log odds fall when a square of the image is covered with its mean
   * colour (Zeiler and Fergus 2014). Needs nothing but the classifier's answers.
   */
  OCCLUSION
}
