package io.github.leukemia4j.research.search;

/** Is told how a search goes, on the thread that searches. All methods do nothing by default. */
public interface SearchListener {
  /** Ignores everything. */
  SearchListener NONE = new SearchListener() {};

  /**
   * Called before the first trial.
   *
   * @param epochs how many all trainings have together, as far as it is known beforehand
   */
  default void planned(long epochs) {}

  /**
   * Called after each epoch.
   *
   * @param epochs how many are done, those of trainings that were there already among them
   */
  default void advanced(long epochs) {}

  /**
   * Called after each trial.
   *
   * @param best so far, of those that had the full budget
   * @param remembered whether it was tried before the search was stopped
   */
  default void tried(Trial trial, Trial best, boolean remembered) {}

  /** Called before the best trial and the default are trained once more on fresh folds. */
  default void freshFolds() {}
}
