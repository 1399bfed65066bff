package io.github.leukemia4j.research.study;

import io.github.leukemia4j.training.TrainingConfig;
import java.util.List;
import java.util.Objects;

/**
 * What a study compares, and how. Immutable.
 *
 * @param rows ids of {@link #ALL} in the order of the table; the others are tested against the
 *     first
 * @param folds of the cross-validation by patient
 * @param training of every network, except for its network and its loss; its seed makes the folds
 */
public record StudyConfig(List<String> rows, int folds, TrainingConfig training) {
  /** Every row there is, in the order of the full table. */
  public static final List<String> ALL = StudyRows.ids();

  private static final List<String> QUICK =
      List.of(
          "paper-tversky",
          "paper-cross-entropy",
          "default-tversky",
          "default-cross-entropy",
          "recurrent",
          "transformer",
          "cnn-svm",
          "features-forest",
          "features-svm",
          "features-neighbours",
          "colours",
          "majority");

  private static final int QUICK_EPOCHS = 6;

  /** Copies the list. */
  public StudyConfig {
    rows = List.copyOf(rows);
    Objects.requireNonNull(training, "training");
  }

  /** All rows, five folds, and the settings of training as they are. */
  public static StudyConfig full(TrainingConfig training) {
    return new StudyConfig(ALL, 5, training);
  }

  /**
   * Twelve rows, three folds and at most six epochs: whether everything works, and who is far off.
   */
  public static StudyConfig quick(TrainingConfig training) {
    int epochs = Math.min(QUICK_EPOCHS, training.selection().epochs());
    return new StudyConfig(QUICK, 3, training.toBuilder().epochs(epochs).build());
  }

  /** The same with other rows. */
  public StudyConfig withRows(List<String> others) {
    return new StudyConfig(others, folds, training);
  }

  /** The same with another number of folds. */
  public StudyConfig withFolds(int other) {
    return new StudyConfig(rows, other, training);
  }
}
