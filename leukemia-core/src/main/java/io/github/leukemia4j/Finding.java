package io.github.leukemia4j;

/** Why an image may not be fit to be classified. */
public enum Finding {
  /** Smaller than the classifier can make sense of. */
  TOO_SMALL,
  /** Nothing to see: all pixels are nearly alike. */
  BLANK,
  /** Out of focus. */
  OUT_OF_FOCUS,
  /** Many pixels at the darkest or brightest value. */
  CLIPPED,
  /** Colours far from those of the training images. */
  UNUSUAL_STAIN
}
