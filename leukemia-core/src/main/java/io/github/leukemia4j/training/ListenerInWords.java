package io.github.leukemia4j.training;

import io.github.leukemia4j.Label;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Consumer;

/** Tells how training goes in words. */
record ListenerInWords(Consumer<String> to) implements TrainingListener {
  ListenerInWords {
    Objects.requireNonNull(to, "to");
  }

  @Override
  public void stageStarted(Label stage, int epochs, int stepsPerEpoch) {
    to.accept("%s: at most %d epochs of %d steps".formatted(stage.name(), epochs, stepsPerEpoch));
  }

  @Override
  public void epochEnded(Label stage, TrainingHistory.Epoch epoch) {
    to.accept(
        String.format(
            Locale.ROOT,
            "%s: epoch %d, loss %.3f, on the validation part %.3f, balanced accuracy %.3f (%.1f s)",
            stage.name(),
            epoch.epoch(),
            epoch.trainingLoss(),
            epoch.validationLoss(),
            epoch.validationBalancedAccuracy(),
            epoch.seconds()));
  }

  @Override
  public void stageEnded(Label stage, TrainingHistory history) {
    to.accept(
        "%s: kept epoch %d of %d"
            .formatted(stage.name(), history.bestEpoch(), history.epochs().size()));
  }
}
