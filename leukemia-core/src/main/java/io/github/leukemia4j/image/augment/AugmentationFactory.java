package io.github.leukemia4j.image.augment;

/**
 * Makes augmentations of one kind by name, so that {@link Augmentation#parse}, and with it a
 * configuration file or a command line, can ask for one of your own: {@code NAME(setting, ...)}.
 * Found by {@link java.util.ServiceLoader}. The kit {@code
 * io.github.leukemia4j.testkit.AugmentationContract} tests it. Stateless and thread-safe.
 */
public interface AugmentationFactory {
  /** What text calls the augmentation: lower case letters; none of the built-in names. */
  String name();

  /**
   * Makes the augmentation.
   *
   * @param settings as they were written; may be empty
   * @return an augmentation that describes itself as this reads it
   * @throws IllegalArgumentException where there are too few or too many settings, or one is out of
   *     its range
   */
  Augmentation of(double... settings);
}
