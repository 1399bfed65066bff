package io.github.leukemia4j.cli;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.calibration.Calibration;
import io.github.leukemia4j.calibration.Decision;
import io.github.leukemia4j.calibration.Decision.OperatingPoint;
import io.github.leukemia4j.training.TrainingHistory;
import io.github.leukemia4j.training.TrainingListener;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Optional;
import java.util.StringJoiner;

/** Shows how training goes: a line for every epoch, and on a terminal a bar below them. */
final class Progress implements TrainingListener, AutoCloseable {
  private final PrintWriter out;
  private final boolean terminal;
  private ProgressLine bar;
  private int epochs;
  private int stepsPerEpoch;
  private Label started;

  Progress(PrintWriter out) {
    this(out, ProgressLine.onTerminal());
  }

  Progress(PrintWriter out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  @Override
  public void stageStarted(Label stage, int epochs, int stepsPerEpoch) {
    this.started = stage;
    this.epochs = epochs;
    this.stepsPerEpoch = stepsPerEpoch;
    out.println("Training the stage " + stage + ", at most " + epochs + " epochs");
    if (terminal) {
      bar = new ProgressLine(out, stage.name(), (long) epochs * stepsPerEpoch, true);
    }
  }

  @Override
  public void stepEnded(Label stage, int epoch, int step, double loss) {
    if (bar != null) {
      bar.accept((epoch - 1L) * stepsPerEpoch + step);
    }
  }

  @Override
  public void epochEnded(Label stage, TrainingHistory.Epoch epoch) {
    String line =
        String.format(
            Locale.ROOT,
            "  epoch %2d/%d  loss %.3f, validation %.3f, balanced accuracy %.3f  (%.1f s)%s",
            epoch.epoch(),
            epochs,
            epoch.trainingLoss(),
            epoch.validationLoss(),
            epoch.validationBalancedAccuracy(),
            epoch.seconds(),
            stage.equals(started) ? "" : " of the stage " + stage);
    if (bar != null) {
      bar.print(line);
    } else {
      out.println(line);
    }
  }

  @Override
  public void stageEnded(Label stage, TrainingHistory history) {
    close();
    out.println("Stage " + stage + " keeps " + history.selection());
  }

  @Override
  public void stageCalibrated(
      Label stage, Optional<Calibration> calibration, Optional<Decision> decision) {
    out.println(calibrated(stage, calibration, decision));
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
    calibration
        .map(Calibration::bias)
        .ifPresent(
            b ->
                text.add(
                    String.format(
                        Locale.ROOT,
                        "bias %s: %s",
                        b.accepted()
                            ? b.values().stream()
                                .map(v -> String.format(Locale.ROOT, "%+.3f", v))
                                .toList()
                            : "not changed, the fitted one",
                        b.reason())));
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
      bar = null;
    }
  }
}
