package io.github.leukemia4j.tf;

import java.util.Objects;
import org.tensorflow.ndarray.Shape;

/**
 * A weight of a network: what it is called, how large it is, how training treats it and what it
 * starts from.
 *
 * @param name unique in the network and kept for good, because bundles, checkpoints, starting
 *     weights and frozen prefixes go by it: letters, digits, dots, underscores and hyphens, such as
 *     {@code block1.conv1.kernel}. Names that begin with {@value #HEAD} belong to the library.
 * @param shape all sizes known
 * @param role how training treats it
 * @param start the value that every element starts from, or the mean of the values drawn
 * @param deviation the standard deviation of the values drawn; 0 draws none
 */
public record TfWeight(String name, Shape shape, Role role, double start, double deviation) {
  /** What the weights of heads are called: {@code head0.kernel}, {@code head0.bias} and so on. */
  static final String HEAD = "head";

  /** How training treats a weight. */
  public enum Role {
    /** Multiplies values: learnt, and pulled towards 0 by an optimiser's weight decay. */
    KERNEL,
    /** Scales or shifts channels: learnt, without decay. */
    VECTOR,
    /** Follows the batches, as the means and variances of batch normalisation: not learnt. */
    STATISTIC
  }

  /**
   * @throws IllegalArgumentException where the name cannot be that of an operation, a size is
   *     unknown or the start is no number
   */
  public TfWeight {
    Objects.requireNonNull(role, "role");
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9_.-]*")) {
      throw new IllegalArgumentException(
          "A weight's name must be letters, digits, dots, underscores and hyphens; found \"%s\"."
              .formatted(name));
    }
    if (shape.isUnknown() || shape.hasUnknownDimension()) {
      throw new IllegalArgumentException(
          "The sizes of a weight must be known; those of %s are %s. Give the layer before it its sizes."
              .formatted(name, shape));
    }
    if (!Double.isFinite(start) || !(deviation >= 0 && deviation < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "A weight must start from a number with a deviation of 0 or more; %s starts from %s with %s."
              .formatted(name, start, deviation));
    }
  }

  /**
   * A kernel, drawn from a normal distribution of the mean 0 and the variance {@code gain / inputs}
   * (He et al. 2015 for a gain of 2).
   *
   * @param inputs how many products are summed for one output value
   */
  public static TfWeight kernel(String name, Shape shape, double gain, long inputs) {
    return new TfWeight(name, shape, Role.KERNEL, 0, Math.sqrt(gain / inputs));
  }

  /**
   * One learnt value for each channel.
   *
   * @param start of all of them: 1 for scales, 0 for shifts
   */
  public static TfWeight vector(String name, long channels, double start) {
    return new TfWeight(name, Shape.of(channels), Role.VECTOR, start, 0);
  }

  /** One value for each channel that follows the batches, from {@code start} on. */
  public static TfWeight statistic(String name, long channels, double start) {
    return new TfWeight(name, Shape.of(channels), Role.STATISTIC, start, 0);
  }

  /** Whether it belongs to a head, and so to the labels of a stage. */
  boolean ofHead() {
    return name.matches(HEAD + "[0-9]+\\..*");
  }
}
