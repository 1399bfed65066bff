package io.github.leukemia4j.backend;

import io.github.leukemia4j.BackendException;
import io.github.leukemia4j.DataException;
import io.github.leukemia4j.data.Split;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.training.TrainingConfig;
import io.github.leukemia4j.training.TrainingListener;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Turns labelled images into a model bundle: one classifier, one level. The calibration part is a
 * matter of {@link io.github.leukemia4j.pipeline.MultilevelPipeline#train}, which fits to it what
 * {@link TrainingConfig#decisions} wishes; a trainer only records whose images it holds.
 */
public interface Trainer {
  /**
   * Trains a classifier that chooses among the children of the root of the split's taxonomy.
   *
   * @param split samples labelled with those children; each has samples in train and in validation
   * @param directory the bundle to write, which must not exist; it appears whole or not at all
   * @throws IOException where an image cannot be read or the bundle not be written
   * @throws DataException where the split does not hold what training needs
   * @throws BackendException where the backend fails, or training diverges
   * @throws InterruptedException where the thread was interrupted; a checkpoint is left to go on
   *     from, as {@link io.github.leukemia4j.model.UnfinishedTraining} says
   */
  ModelBundle train(TrainingConfig config, Split split, Path directory, TrainingListener listener)
      throws IOException, InterruptedException;
}
