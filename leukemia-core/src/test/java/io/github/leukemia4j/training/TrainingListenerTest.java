package io.github.leukemia4j.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.leukemia4j.Label;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrainingListenerTest {
  @Test
  void linesTellHowTrainingGoes() {
    List<String> lines = new ArrayList<>();
    TrainingListener listener = TrainingListener.lines(lines::add);
    Label cell = Label.of("cell");
    TrainingHistory.Epoch epoch =
        new TrainingHistory.Epoch(
            1, 0.1, 0.51234, 0.4, 0.3, 0.9, 0.85, null, List.of(List.of(1L)), 2.25);

    listener.stageStarted(cell, 20, 33);
    listener.stepEnded(cell, 1, 1, 0.7);
    listener.epochEnded(cell, epoch);
    listener.stageEnded(cell, new TrainingHistory(List.of(epoch), 1, false));

    assertThat(lines)
        .containsExactly(
            "cell: at most 20 epochs of 33 steps",
            "cell: epoch 1, loss 0.512, on the validation part 0.400, balanced accuracy 0.850"
                + " (2.3 s)",
            "cell: kept epoch 1 of 1");
  }
}
