package io.github.leukemia4j.examples;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.training.TrainingHistory;
import io.github.leukemia4j.training.TrainingListener;
import java.io.PrintWriter;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows how training goes: a bar on a terminal, a line for every epoch otherwise. */
final class Progress implements TrainingListener, AutoCloseable {
  private final PrintWriter out;
  private final boolean terminal;
  private ProgressBar bar;
  private int epochs;

  Progress(PrintWriter out) {
    this.out = out;
    this.terminal = System.console() != null && System.getenv("CI") == null;
  }

  @Override
  public void stageStarted(Label stage, int epochs, int stepsPerEpoch) {
    this.epochs = epochs;
    if (terminal) {
      bar =
          new ProgressBarBuilder()
              .setTaskName(stage.name())
              .setInitialMax((long) epochs * stepsPerEpoch)
              .setStyle(ProgressBarStyle.ASCII)
              .setUpdateIntervalMillis(200)
              .continuousUpdate()
              .build();
    } else {
      out.println("Training the stage " + stage + ", at most " + epochs + " epochs");
      out.flush();
    }
  }

  @Override
  public void stepEnded(Label stage, int epoch, int step, double loss) {
    if (bar != null) {
      bar.step();
    }
  }

  @Override
  public void epochEnded(Label stage, TrainingHistory.Epoch epoch) {
    String text =
        String.format(
            Locale.ROOT,
            "loss %.3f, validation loss %.3f, balanced accuracy %.3f",
            epoch.trainingLoss(),
            epoch.validationLoss(),
            epoch.validationBalancedAccuracy());
    if (bar != null) {
      bar.setExtraMessage(text);
    } else {
      out.printf(
          Locale.ROOT,
          "  epoch %2d/%d  %s  (%.1f s)%n",
          epoch.epoch(),
          epochs,
          text,
          epoch.seconds());
      out.flush();
    }
  }

  @Override
  public void stageEnded(Label stage, TrainingHistory history) {
    if (bar != null) {
      bar.close();
      bar = null;
    }
    out.println(
        "Kept epoch "
            + history.bestEpoch()
            + " of "
            + history.epochs().size()
            + " for the stage "
            + stage
            + (history.stoppedEarly() ? ", which stopped early" : ""));
    out.flush();
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
