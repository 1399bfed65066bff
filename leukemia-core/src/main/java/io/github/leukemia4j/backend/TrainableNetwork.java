package io.github.leukemia4j.backend;

import io.github.leukemia4j.BackendException;
import io.github.leukemia4j.backend.Network.Logits;
import io.github.leukemia4j.model.ModelManifest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The arithmetic of one network that is being trained. The library owns everything around it: which
 * images come when, the learning rate, validation, the choice of the epoch, checkpoints, and the
 * files of the bundle beside the network's own. Not thread-safe; the training closes it.
 *
 * <p>Weights and all other values that a step changes are known by name. The names of a head's own
 * weights begin with {@code head} and its number, such as {@code head0.kernel}; all others belong
 * to the features that the heads share. A network that is given the same seed, the same batches and
 * the same steps must end in the same bits, also where it was restored from its {@link #state} on
 * the way.
 */
public interface TrainableNetwork extends AutoCloseable {
  /**
   * What a step found before it changed the weights.
   *
   * @param loss of the batch: the sum over the heads, each under its own loss
   * @param gradientNorm the Euclidean length of the whole gradient, before any clipping
   */
  record Step(double loss, double gradientNorm) {}

  /**
   * What computes, as far as it decides the result.
   *
   * @param format of the files that {@link #export} writes, as a manifest names it
   * @param normalisation what the network itself does to pixels first, as a manifest names it
   * @param backend its name and version, such as {@code tensorflow 2.18.0}
   * @param device that computes, as the backend calls it
   * @param threads of the arithmetic
   * @param options of the backend that change results
   * @param arithmetic a digest that is another one where a machine rounds otherwise, by which a
   *     training that goes on recognises the machine that it began on; empty where the same machine
   *     does not round the same twice, as on a GPU
   */
  record Origin(
      String format,
      String normalisation,
      String backend,
      String device,
      int threads,
      Map<String, String> options,
      Optional<String> arithmetic) {
    /** Copies the map. */
    public Origin {
      options = Map.copyOf(options);
      Objects.requireNonNull(arithmetic, "arithmetic");
    }
  }

  /**
   * An array of numbers, such as a weight.
   *
   * @param shape the lengths of the axes; empty for a single number
   * @param values as many as the shape has, the last axis fastest; not copied
   */
  record Tensor(int[] shape, float[] values) {
    /**
     * @throws IllegalArgumentException where the shape has another number of values
     */
    public Tensor {
      if (size(shape) != values.length) {
        throw new IllegalArgumentException(
            "A tensor of the shape %s must have %d values; found %d."
                .formatted(Arrays.toString(shape), size(shape), values.length));
      }
    }

    /** How many values a tensor of this shape has. */
    public static long size(int[] shape) {
      return IntStream.of(shape).asLongStream().reduce(1, Math::multiplyExact);
    }
  }

  /** What computes. */
  Origin origin();

  /**
   * Learns one batch.
   *
   * @param batch its arrays stay the caller's and are not changed
   * @param learningRate of this step
   * @param number of the step, from 1, counted over all epochs
   * @return the loss and the gradient, which need not be finite: the training then stops
   * @throws BackendException where the backend fails, or there is too little memory
   */
  Step step(Batch batch, double learningRate, long number);

  /**
   * Computes the logits of some images by the weights that would be kept now, without dropout.
   *
   * @param rgb {@code [images, height, width, 3]}, perhaps longer; it stays the caller's
   * @param images how many there are, at least 1
   * @return {@code [heads][images][labels]}
   */
  Logits logits(byte[] rgb, int images);

  /**
   * Computes the normalisation statistics of a batch, such as the means and variances of batch
   * normalisation, by the weights that would be kept now, without dropout. Each layer normalises by
   * {@code (1 - share) * stored + share * of the batch} before the next one computes its own. The
   * weights stay as they are.
   *
   * @param rgb {@code [images, height, width, 3]}, perhaps longer; it stays the caller's
   * @param images how many there are, at least 1
   * @param share of the batch in what normalises, 0 to 1
   * @return what the batch says in place of each weight that is such a statistic, by its name and
   *     in its shape, from the images up; empty for a network without any, which is the default
   * @throws BackendException where the backend fails, or there is too little memory
   */
  default Map<String, float[]> statistics(byte[] rgb, int images, double share) {
    return Map.of();
  }

  /** The shape of each weight that {@link #weights} gives, by name. */
  Map<String, int[]> shapes();

  /** A copy of the weights that would be kept now, by name: their moving averages if there are. */
  Map<String, float[]> weights();

  /** A copy of everything that a step changes, by name. */
  Map<String, float[]> state();

  /**
   * Goes back to a state.
   *
   * @param state as {@link #state} gave it
   */
  void restore(Map<String, float[]> state);

  /**
   * Sets weights to begin with, and their moving averages with them; those not named stay.
   *
   * @param weights by name, in the {@link #shapes} of this network
   */
  void start(Map<String, float[]> weights);

  /**
   * Writes the network's files into a bundle.
   *
   * @param directory the bundle's, which holds no network yet
   * @param manifest of the bundle, without its list of files
   * @param weights as {@link #weights} gave them, perhaps in an earlier epoch
   * @throws IOException where a file cannot be written
   */
  void export(Path directory, ModelManifest manifest, Map<String, float[]> weights)
      throws IOException;

  /** Frees what the network holds. Does nothing the second time. */
  @Override
  void close();

  /**
   * Images for one training step, with what each head of the network shall say of them. The arrays
   * may be longer than what is used of them. They belong to the training loop, which fills them
   * again for a later step: a network reads them during {@link TrainableNetwork#step} alone.
   *
   * @param images {@code [size, height, width, 3]} from the start of the array, each byte 0 to 255
   *     unsigned
   * @param samples {@code [size]} each image's sample, as its index in the part; of two that are
   *     mixed, that of the one with the larger share
   * @param size how many images there are, at least 1
   * @param heads the targets of each head, in the order of the network's heads
   */
  record Batch(byte[] images, int[] samples, int size, List<Targets> heads) {
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
}
