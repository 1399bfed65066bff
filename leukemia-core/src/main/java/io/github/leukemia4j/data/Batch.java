package io.github.leukemia4j.data;

/**
 * Images for one training step, with their labels. The arrays may be longer than what is used of
 * them and belong to the {@link Batches}, which fill them again: they are valid until the next
 * batch is asked for.
 *
 * @param images [size, height, width, 3] from the start of the array, each byte 0 to 255 unsigned
 * @param labels [size] each image's label, as its index in {@link Batches#labels}; of two that are
 *     mixed, that of the one with the larger share
 * @param targets [size, classes] what the network shall say of each image: 1 for its label and 0
 *     elsewhere, or the labels' shares where two images are mixed; rows sum to 1
 * @param samples [size] each image's sample, as its index in the part; of two that are mixed, as
 *     for labels
 * @param size how many images there are, at least 1
 */
public record Batch(byte[] images, int[] labels, float[] targets, int[] samples, int size) {}
