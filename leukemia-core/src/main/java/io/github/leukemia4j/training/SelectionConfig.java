package io.github.leukemia4j.training;

/**
 * How long training goes on, and which epoch is kept. {@link TrainingConfig} checks it.
 *
 * @param epochs the largest number of them
 * @param criterion which epoch is kept
 * @param patience epochs without a better one after which training stops; 0 for never. Needs a
 *     criterion other than {@link Criterion#LAST}
 */
public record SelectionConfig(int epochs, Criterion criterion, int patience) {
  static final SelectionConfig DEFAULT = new SelectionConfig(20, Criterion.LAST, 0);

  /** Which epoch is kept; all but the last are judged on the validation part. */
  public enum Criterion {
    /**
     * The last one: once the learning rate has come down it is as good as the best, and no figure
     * of the validation part was chosen for being high.
     */
    LAST,
    /** The lowest validation loss. */
    LOSS,
    /** The highest balanced accuracy; of equal ones, that with the lower loss. */
    BALANCED_ACCURACY,
    /** The highest area under the ROC curve; of equal ones, that with the lower loss. */
    AUROC
  }

  void check(Faults faults) {
    faults.checkLeast("selection.epochs", epochs, 1);
    faults.checkLeast("selection.patience", patience, 0);
    faults.check(
        patience <= 0 || criterion != Criterion.LAST,
        "selection.patience must be 0 where the last epoch is kept; choose another criterion",
        patience);
  }
}
