package io.github.leukemia4j.training;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.calibration.Calibration;
import io.github.leukemia4j.calibration.Decision;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Passes everything on to two listeners. */
record BothListeners(TrainingListener first, TrainingListener second) implements TrainingListener {
  BothListeners {
    Objects.requireNonNull(first, "first");
    Objects.requireNonNull(second, "second");
  }

  @Override
  public void stageStarted(Label stage, int epochs, int stepsPerEpoch) {
    first.stageStarted(stage, epochs, stepsPerEpoch);
    second.stageStarted(stage, epochs, stepsPerEpoch);
  }

  @Override
  public void batchPrepared(
      Label stage, LabelSet labels, List<CellImage> images, List<Label> truth) {
    first.batchPrepared(stage, labels, images, truth);
    second.batchPrepared(stage, labels, images, truth);
  }

  @Override
  public void stepEnded(Label stage, int epoch, int step, double loss) {
    first.stepEnded(stage, epoch, step, loss);
    second.stepEnded(stage, epoch, step, loss);
  }

  @Override
  public void epochEnded(Label stage, TrainingHistory.Epoch epoch) {
    first.epochEnded(stage, epoch);
    second.epochEnded(stage, epoch);
  }

  @Override
  public void stageEnded(Label stage, TrainingHistory history) {
    first.stageEnded(stage, history);
    second.stageEnded(stage, history);
  }

  @Override
  public void stageCalibrated(
      Label stage, Optional<Calibration> calibration, Optional<Decision> decision) {
    first.stageCalibrated(stage, calibration, decision);
    second.stageCalibrated(stage, calibration, decision);
  }
}
