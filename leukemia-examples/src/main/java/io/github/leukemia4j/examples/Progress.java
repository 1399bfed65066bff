package io.github.leukemia4j.examples;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.calibration.Calibration;
import io.github.leukemia4j.calibration.Decision;
import io.github.leukemia4j.calibration.OperatingPoint;
import io.github.leukemia4j.training.TrainingHistory;
import io.github.leukemia4j.training.TrainingListener;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Optional;
import java.util.StringJoiner;
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
  public void stageCalibrated(
      Label stage, Optional<Calibration> calibration, Optional<Decision> decision) {
    out.println(calibrated(stage, calibration, decision));
    out.flush();
  }

  /** What was fitted to the calibration samples, and what was not and why, in words. */
  static String calibrated(
      Label stage, Optional<Calibration> calibration, Optional<Decision> decision) {
    StringJoiner text = new StringJoiner(System.lineSeparator() + "  ");
    text.add("Calibrated the stage " + stage + ":");
    text.add(
        calibration
            .map(Calibration::temperature)
            .map(
                t ->
                    String.format(
                        Locale.ROOT,
                        "temperature %.3f (%s: log loss %.4f, then %.4f, on %d samples of %d"
                            + " patients)",
                        t.value(),
                        t.accepted() ? "accepted" : "not changed, the fitted one " + t.reason(),
                        t.logLossBefore(),
                        t.logLossAfter(),
                        t.samples(),
                        t.patients()))
            .orElse("no samples, the temperature is not changed"));
    decision.ifPresent(
        d -> {
          for (OperatingPoint point : new OperatingPoint[] {d.operatingPoint(), d.upperPoint()}) {
            if (point != null) {
              text.add(
                  String.format(
                      Locale.ROOT,
                      "threshold %.3g for the %s (%s)",
                      point.threshold(),
                      point.aim(),
                      point.evidence()));
            }
          }
          if (d.conformalSets() != null) {
            text.add("conformal sets of coverage " + d.conformalSets().coverage());
          }
          d.refusals().forEach(reason -> text.add("REFUSED: " + reason));
        });
    return text.toString();
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
