/**
 * From samples to the batches of a training:
 *
 * <pre>{@code
 * Dataset -> ImageCache (decoded once, cropped, resized) -> Batches -> Batch -> a step
 *                                                              |
 *                      Sampling (the order), Augmentation, Mixup, the targets of each head
 * }</pre>
 *
 * <p>What a batch holds depends on the seed, the epoch and the samples alone, so that a training
 * that was stopped goes on to the same bits.
 */
package io.github.leukemia4j.training.input;
