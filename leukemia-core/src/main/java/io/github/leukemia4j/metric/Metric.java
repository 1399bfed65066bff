package io.github.leukemia4j.metric;

/**
 * A figure by which predictions are judged: what it is called, where its values lie, and how its
 * spread can be told. {@link StageMetric} says how one is computed of a stage's answers, and is
 * what you implement to bring a metric of your own; {@link Metrics} lists those that are built in.
 * Implementations are immutable and thread-safe.
 */
public interface Metric {
  /** Says how far a metric strays from one set of patients to the next. */
  enum Nature {
    /** Leaving out one patient changes it a little: the jackknife tells its spread. */
    SMOOTH,
    /** Is smooth, and tells two groups apart: needs at least 5 patients of each. */
    RANKED,
    /**
     * Tells two groups apart and jumps from sample to sample, as what is read off at a threshold
     * does: needs at least 5 patients of each group, and patients are drawn (the bootstrap).
     */
    JUMPING,
    /** Is above 0 by chance alone, so that no interval of it holds the truth: has none. */
    BIASED
  }

  /** Where values can lie, which decides the scale on which they are taken to be normal. */
  enum Range {
    /** 0 to 1, as shares and areas under curves: the logit. */
    UNIT,
    /** -1 to 1, as correlations: Fisher's z. */
    CORRELATION,
    /** 0 and more, as losses: the logarithm. */
    POSITIVE,
    /** Any number, as differences: the number itself. */
    ANY
  }

  /**
   * A share of samples, which has an exact interval.
   *
   * @param successes how many samples have the property, from 0 to {@code trials}
   * @param trials how many samples could have it, at least 1
   */
  record Share(long successes, long trials) {
    /** Successes over trials, in [0, 1]. */
    public double value() {
      return (double) successes / trials;
    }
  }

  /** The name in reports: letters and digits, such as {@code balancedAccuracy}. Never changes. */
  String id();

  /** What people call it, such as {@code Balanced accuracy}. */
  String title();

  /** The same in at most 18 characters, where a table must fit a terminal. */
  default String brief() {
    return title();
  }

  /** Whether it is among what people ask for first of a stage. */
  default boolean headline() {
    return false;
  }

  /** Where its values can lie. */
  default Range range() {
    return Range.UNIT;
  }

  /** How its spread is told; {@link Nature#JUMPING}, which presumes the least, by default. */
  default Nature nature() {
    return Nature.JUMPING;
  }

  /** Why it has no value, where it has none: the end of a sentence. */
  default String undefined() {
    return "it is undefined on these samples";
  }
}
