package io.github.leukemia4j.training;

import io.github.leukemia4j.image.augment.Augmentation;
import io.github.leukemia4j.image.pixels.Mixup;

/**
 * Which images make a step, and what is done to them. {@link TrainingConfig} checks it.
 *
 * @param size samples in a step, 2 or more
 * @param sampling which samples make an epoch, in random order
 * @param augmentation what is done to training images, anew in every epoch
 * @param mixup how strongly training images are mixed with one another after augmentation, their
 *     targets alike ({@link Mixup#alpha}): 0.2 for mildly, 1 for any share alike, 0 for not at all.
 *     The training loss is then that of mixed images against mixed targets
 * @param seed of everything that is drawn by chance: initial weights, order, augmentation, dropout
 */
public record BatchConfig(
    int size, Sampling sampling, Augmentation augmentation, double mixup, long seed) {
  static final BatchConfig DEFAULT =
      new BatchConfig(32, Sampling.NATURAL, Augmentation.cells(), 0, 1);

  void check(Faults faults) {
    faults.checkLeast("batches.size", size, 2);
    faults.check(
        mixup >= 0 && mixup <= Mixup.MOST_ALPHA,
        "batches.mixup must be 0 to " + Mixup.MOST_ALPHA,
        mixup);
  }
}
