package io.github.leukemia4j.training;

/**
 * What the network is given of an image; part of the model. {@link TrainingConfig} checks it.
 *
 * @param size the side of the square that images are resized to, in pixels
 * @param centreCrop the share of an image's sides that the network sees, about the middle, in (0,
 *     1]. Where one cell lies in the middle and others come in at the border, a crop shows it
 *     larger and leaves the others out; 1 for whole fields
 * @param stainNormalisation whether every image is given the colours of the training part ({@link
 *     io.github.leukemia4j.image.StainNormalisation}) before anything else is done to it, in
 *     training and in use; little of it is left where the network standardises each image by itself
 * @param testTimeAugmentation what is averaged when an image is classified
 */
public record InputConfig(
    int size,
    double centreCrop,
    boolean stainNormalisation,
    TestTimeAugmentation testTimeAugmentation) {
  static final InputConfig DEFAULT = new InputConfig(64, 0.6, false, TestTimeAugmentation.DIHEDRAL);

  /** What is averaged when an image is classified. */
  public enum TestTimeAugmentation {
    /** The image as it is. */
    NONE,
    /** The logits of its eight flips and quarter turns: slightly better, eight times the work. */
    DIHEDRAL
  }

  void check(int smallest, Faults faults) {
    faults.check(
        size >= smallest && size <= 1024,
        "input.size must be %d to 1024 for this network".formatted(smallest),
        size);
    faults.check(
        centreCrop > 0 && centreCrop <= 1,
        "input.centreCrop must be above 0 and at most 1",
        centreCrop);
  }
}
