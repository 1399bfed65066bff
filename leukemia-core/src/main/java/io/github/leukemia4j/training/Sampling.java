package io.github.leukemia4j.training;

/** In what order, and how often, the samples of a part come in an epoch. */
public enum Sampling {
  /** Every sample once, in the order of the data set: for validation and tests. */
  IN_ORDER,

  /**
   * Every sample once, shuffled, with each class spread evenly over the epoch, so that batches hold
   * about the same share of it and seldom none.
   */
  NATURAL,

  /**
   * Every class equally often, shuffled: of small classes samples come several times, of large ones
   * not all come. A batch at least as large as the number of classes holds all of them. Shifts the
   * prior, which has to be corrected afterwards.
   */
  BALANCED
}
