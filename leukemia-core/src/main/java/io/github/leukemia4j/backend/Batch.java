package io.github.leukemia4j.backend;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Images for one training step, with what each head of the network shall say of them. The arrays
 * may be longer than what is used of them. They belong to the training loop, which fills them again
 * for a later step: a network reads them during {@link TrainableNetwork#step} alone.
 *
 * @param images {@code [size, height, width, 3]} from the start of the array, each byte 0 to 255
 *     unsigned
 * @param samples {@code [size]} each image's sample, as its index in the part; of two that are
 *     mixed, that of the one with the larger share
 * @param size how many images there are, at least 1
 * @param heads the targets of each head, in the order of the network's heads
 */
public record Batch(byte[] images, int[] samples, int size, List<Targets> heads) {
  /**
   * What one head shall say of the images that reach it: those whose label lies below its stage,
   * and of two that are mixed those of which both do.
   *
   * @param labels {@code [count]} each image's label, as its index among the head's; of two that
   *     are mixed, that of the one with the larger share
   * @param values {@code [count, labels of the head]} 1 for an image's label and 0 elsewhere, or
   *     the labels' shares where two images are mixed; rows sum to 1
   * @param rows {@code [count]} the images' places in the batch, ascending
   * @param count how many images reach the head; 0 where none does
   */
  public record Targets(int[] labels, float[] values, int[] rows, int count) {}

  /**
   * A batch for a network with one head, which every image reaches.
   *
   * @param labels {@code [size]} as {@link Targets#labels}
   * @param values {@code [size, labels]} as {@link Targets#values}
   */
  public static Batch ofOneHead(
      byte[] images, int[] samples, int size, int[] labels, float[] values) {
    int[] rows = IntStream.range(0, size).toArray();
    return new Batch(images, samples, size, List.of(new Targets(labels, values, rows, size)));
  }
}
