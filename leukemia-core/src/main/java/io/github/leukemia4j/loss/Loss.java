package io.github.leukemia4j.loss;

import io.github.leukemia4j.LabelSet;

/**
 * What training makes small: a number for a batch of targets and predicted probabilities. The
 * meaning of a loss, in double precision on plain arrays; a backend computes the same on its graph.
 * Implementations are immutable, and so safe for use by many threads.
 */
public interface Loss {
  /**
   * The loss of a batch. Must not grow with the batch size, and must not depend on the order of the
   * samples. {@link Losses#requireBatch} does the checks that the built-in losses do.
   *
   * @param targets [batch][classes], rows that sum to 1; one-hot, or soft
   * @param probabilities [batch][classes], rows that sum to 1
   * @throws IllegalArgumentException where the shapes differ, the batch is empty, or rows are no
   *     distributions
   */
  double value(double[][] targets, double[][] probabilities);

  /**
   * The derivative of the value with respect to each probability, as if they were independent.
   *
   * <p>Unless overridden: central differences with a step of 6e-6 of the probability and at least
   * 6e-9, one-sided and of second order next to 0 and 1 so that no probability leaves [0, 1]. They
   * cost two or three values for each element.
   *
   * @return [batch][classes], finite
   * @throws IllegalArgumentException as {@link #value} does
   */
  default double[][] gradient(double[][] targets, double[][] probabilities) {
    return Differences.gradient(this, targets, probabilities);
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

  /** The formula with its numbers; stored in the model bundle. */
  String describe();

  /**
   * The text that {@link Losses#parse} reads, such as {@code tversky(0.3, 0.7)}; stored with the
   * settings of a training, and compared when it resumes. Unless overridden the formula, which
   * nobody reads.
   */
  default String text() {
    return describe();
  }
}
