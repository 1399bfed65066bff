package io.github.leukemia4j.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrainingHistoryTest {
  private static TrainingHistory.Epoch epoch(int number) {
    return new TrainingHistory.Epoch(number, 0.1, 1, 1, 1, 0.5, 0.5, null, List.of(List.of(1L)), 0);
  }

  @Test
  void countsEpochsFromOne() {
    TrainingHistory history = new TrainingHistory(List.of(epoch(1), epoch(2), epoch(3)), 2, false);
    assertThat(history.best()).isEqualTo(epoch(2));
  }

  @Test
  void copiesItsEpochs() {
    List<TrainingHistory.Epoch> given = new ArrayList<>(List.of(epoch(1)));
    TrainingHistory history = new TrainingHistory(given, 1, false);
    given.clear();
    assertThat(history.epochs()).containsExactly(epoch(1)).isUnmodifiable();
  }
}
