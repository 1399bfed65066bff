package io.github.leukemia4j.loss;

import io.github.leukemia4j.LabelSet;

/**
 * What training makes small: a number for a batch of targets and predicted probabilities. The
 * meaning of a loss, in double precision on plain arrays; a backend computes the same on its graph.
 * Implementations are immutable.
 */
public interface Loss {
  /**
   * The loss of a batch. Must not grow with the batch size.
   *
   * @param targets [batch][classes], rows that sum to 1; one-hot, or soft
   * @param probabilities [batch][classes], rows that sum to 1
   * @throws IllegalArgumentException where the shapes differ, the batch is empty, or rows are no
   *     distributions
   */
  double value(double[][] targets, double[][] probabilities);

  /**
   * The derivative of the value with respect to each probability, as if they were independent.
   * Central differences unless overridden.
   *
   * @return [batch][classes]
   */
  default double[][] gradient(double[][] targets, double[][] probabilities) {
    throw new UnsupportedOperationException("placeholder until the loss package lands");
  }

  /**
   * The loss as it is used to train a classifier of these labels: a hook for losses that treat the
   * positive label apart. Called once, before training.
   *
   * @throws IllegalArgumentException where the loss does not fit the labels
   */
  default Loss forLabels(LabelSet labels) {
    return this;
  }

  /**
   * The formula with its numbers; stored in the model bundle and compared when training resumes.
   */
  String describe();
}
