package io.github.leukemia4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.training.TrainingHistory;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProgressTest {
  private final StringWriter written = new StringWriter();
  private final PrintWriter out = new PrintWriter(written);

  /** What a terminal shows in the end: a carriage return goes back to the begin of the line. */
  private static List<String> shown(String text) {
    return Stream.of(text.split(System.lineSeparator()))
        .map(line -> line.substring(line.lastIndexOf('\r') + 1).stripTrailing())
        .filter(line -> !line.isEmpty())
        .toList();
  }

  @Test
  void keepsALineForEveryEpochOnATerminal() {
    Label stage = Label.of("cell");
    Progress progress = new Progress(out, true);

    progress.stageStarted(stage, 2, 10);
    for (int epoch = 1; epoch <= 2; epoch++) {
      progress.stepEnded(stage, epoch, 10, 0.5);
      progress.epochEnded(
          stage,
          new TrainingHistory.Epoch(epoch, 0.1, 0.5, 0.4, 0.45, 0.7, 0.75, 0.9, List.of(), 1.5));
    }
    progress.close();

    assertThat(shown(written.toString()))
        .containsExactly(
            "Training the stage cell, at most 2 epochs",
            "  epoch  1/2  loss 0.500, validation 0.400, balanced accuracy 0.750  (1.5 s)",
            "  epoch  2/2  loss 0.500, validation 0.400, balanced accuracy 0.750  (1.5 s)");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 999_999_999, 1_000_000_000})
  void fitsEightyColumns(long done) {
    String longest = "a stage whose name has 100 characters ".repeat(3).substring(0, 100);
    try (ProgressLine line = new ProgressLine(out, longest, 1_000_000_000, true)) {
      line.accept(done);
      line.refresh();
    }

    assertThat(written.toString().split("\r")).allMatch(text -> text.length() < 80);
    assertThat(written.toString()).contains("a stage whose name has ~", done + "/1000000000", "[");
  }

  @Test
  void leavesNothingOfTheBarOnceItIsClosed() {
    try (ProgressLine line = new ProgressLine(out, "evaluate", 10, true)) {
      line.accept(5);
    }
    out.print("done");
    out.flush();

    assertThat(written.toString()).contains("5/10");
    assertThat(shown(written.toString())).containsExactly("done");
  }

  @Test
  void saysNothingOfWhatIsSoonDoneWhereNothingCanBeWrittenOver() {
    try (ProgressLine line = new ProgressLine(out, "evaluate", 10, false)) {
      line.accept(5);
    }

    assertThat(written.toString()).isEmpty();
  }
}
