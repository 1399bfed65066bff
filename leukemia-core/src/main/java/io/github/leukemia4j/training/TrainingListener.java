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
 * Receives the progress of a training, on the thread that trains. An exception that a method throws
 * ends the training. All methods do nothing by default.
 *
 * <p>A network that answers several stages is called after the first of them: {@link
 * #stageStarted}, {@link #batchPrepared} and {@link #stepEnded} name that stage, while {@link
 * #epochEnded}, {@link #stageEnded} and {@link #stageCalibrated} are called for each.
 */
public interface TrainingListener {
  /** Ignores everything. */
  TrainingListener NONE = new TrainingListener() {};

  /**
   * Returns a listener that describes the progress in words, one line when a stage begins, after
   * each epoch and when a stage ends: {@code TrainingListener.lines(System.out::println)}.
   */
  static TrainingListener lines(Consumer<String> to) {
    return new ListenerInWords(to);
  }

  /**
   * Called when the training of a network begins.
   *
   * @param stage the inner node of the taxonomy
   * @param epochs the maximum number of epochs
   * @param stepsPerEpoch the number of batches in each epoch
   */
  default void stageStarted(Label stage, int epochs, int stepsPerEpoch) {}

  /**
   * Called once, before the first step, with the images that training feeds the network. It is also
   * called when a training goes on after a stop.
   *
   * @param labels the labels that the stage chooses among
   * @param images the images as the network gets them: resized, stain-normalised, augmented and
   *     mixed, as far as the settings ask for it
   * @param truth the true label of each image; where two images are mixed, the label of the one
   *     with the larger share
   */
  default void batchPrepared(
      Label stage, LabelSet labels, List<CellImage> images, List<Label> truth) {}

  /**
   * Called after each step.
   *
   * @param epoch the number of the epoch, from 1
   * @param step the number of the step within the epoch, from 1
   * @param loss the loss of this batch
   */
  default void stepEnded(Label stage, int epoch, int step, double loss) {}

  /** Called after each epoch and its validation, with the figures of one stage. */
  default void epochEnded(Label stage, TrainingHistory.Epoch epoch) {}

  /** Called when the bundle of a trained network is written, with the history of one stage. */
  default void stageEnded(Label stage, TrainingHistory history) {}

  /**
   * Called for each stage after all networks are trained, when its temperature and its decision
   * have been fitted to the calibration part.
   *
   * @param calibration empty where there were no samples of the stage
   * @param decision the decision, with the wishes that were refused; empty where nothing was wished
   *     of the stage
   */
  default void stageCalibrated(
      Label stage, Optional<Calibration> calibration, Optional<Decision> decision) {}

  /** Returns a listener that passes everything first to this listener and then to another. */
  default TrainingListener andThen(TrainingListener next) {
    return new BothListeners(this, next);
  }
}
