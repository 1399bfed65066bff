package io.github.leukemia4j.training;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.calibration.Calibration;
import io.github.leukemia4j.calibration.Decision;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Is told how training goes, on the thread that trains. What it throws ends the training. All
 * methods do nothing by default.
 */
public interface TrainingListener {
  /** Hears everything and does nothing. */
  TrainingListener NONE = new TrainingListener() {};

  /**
   * Tells how training goes in words, a line when a stage begins, after each epoch and when a stage
   * ends: {@code TrainingListener.lines(System.out::println)}.
   */
  static TrainingListener lines(Consumer<String> to) {
    return new Lines(to);
  }

  /**
   * The training of a stage begins.
   *
   * @param stage the inner node of the taxonomy
   * @param epochs at most
   * @param stepsPerEpoch batches in each
   */
  default void stageStarted(Label stage, int epochs, int stepsPerEpoch) {}

  /**
   * The first batch of a stage is ready to be learnt: a look at what training feeds the network.
   * Called once, before the first step, also of a training that goes on after a stop.
   *
   * @param labels that the stage chooses among
   * @param images as the network gets them: resized, stain-normalised, augmented and mixed, as far
   *     as the settings ask for it
   * @param truth of each image; of two that are mixed, that of the one with the larger share
   */
  default void batchPrepared(
      Label stage, LabelSet labels, List<CellImage> images, List<Label> truth) {}

  /**
   * A batch was learnt.
   *
   * @param epoch from 1
   * @param step within the epoch, from 1
   * @param loss of this batch
   */
  default void stepEnded(Label stage, int epoch, int step, double loss) {}

  /** An epoch was learnt and validated. */
  default void epochEnded(Label stage, TrainingHistory.Epoch epoch) {}

  /** The stage is trained; its bundle is written next. */
  default void stageEnded(Label stage, TrainingHistory history) {}

  /**
   * The temperature and the decision of a stage were fitted to the calibration part; told of every
   * stage after all are trained, where there is such a part or a decision is wished.
   *
   * @param calibration empty where there were no samples of the stage
   * @param decision with the wishes that were refused; empty where nothing was wished of the stage
   */
  default void stageCalibrated(
      Label stage, Optional<Calibration> calibration, Optional<Decision> decision) {}

  /** One that tells first this listener and then another. */
  default TrainingListener andThen(TrainingListener next) {
    return new BothListeners(this, next);
  }
}
