package io.github.leukemia4j.research.search;

/**
 * How much a trial may cost.
 *
 * @param folds on how many of the common folds it is judged, the first ones, at least 1
 * @param epochs the share of the epochs that it is trained, above 0 and at most 1
 */
public record Budget(int folds, double epochs) {
  /**
   * @throws IllegalArgumentException where one is out of its range
   */
  public Budget {
    if (folds < 1 || !(epochs > 0 && epochs <= 1)) {
      throw new IllegalArgumentException(
          "A budget must have at least 1 fold and a share of the epochs above 0 and at most 1; found %d and %s."
              .formatted(folds, epochs));
    }
  }

  /** What it costs, in whole trainings of one fold. */
  public double cost() {
    return folds * epochs;
  }
}
