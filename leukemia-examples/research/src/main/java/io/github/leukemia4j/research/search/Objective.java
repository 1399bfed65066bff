package io.github.leukemia4j.research.search;

import java.io.IOException;

/** What a strategy makes as large as it can. */
@FunctionalInterface
public interface Objective {
  /**
   * Judges a point.
   *
   * @param point in the unit cube of a {@link SearchSpace}; is not kept
   * @param budget what it may cost; points are compared at equal budgets only
   * @return the larger the better; finite
   * @throws IOException where something cannot be read or written
   * @throws InterruptedException where the thread was interrupted
   */
  double score(double[] point, Budget budget) throws IOException, InterruptedException;
}
