package io.github.leukemia4j.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.leukemia4j.training.TrainingConfig.SelectionConfig;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainingHistoryTest {
  private static TrainingHistory.Epoch epoch(int number) {
    return new TrainingHistory.Epoch(number, 0.1, 1, 1, 1, 0.5, 0.5, null, List.of(List.of(1L)), 0);
  }

  @Test
  void countsEpochsFromOne() {
    TrainingHistory history = new TrainingHistory(List.of(epoch(1), epoch(2), epoch(3)), 2, false);
    assertThat(history.best()).isEqualTo(epoch(2));
  }

  @ParameterizedTest
  @CsvSource({
    "LAST, 'epoch 2 of 2: the last, not chosen by any figure'",
    "LOSS, 'epoch 2 of 2: that with the lowest validation loss'",
    "BALANCED_ACCURACY, 'epoch 2 of 2: that with the highest validation balanced accuracy'",
    "AUROC, 'epoch 2 of 2: that with the highest validation AUROC'",
    ", 'epoch 2 of 2: how it was chosen is not known'"
  })
  void saysHowTheKeptEpochWasChosen(SelectionConfig.Criterion criterion, String words) {
    List<TrainingHistory.Epoch> two = List.of(epoch(1), epoch(2));
    assertThat(new TrainingHistory(two, 2, false, criterion).selection()).isEqualTo(words);
    assertThat(new TrainingHistory(two, 2, true, criterion).selection())
        .isEqualTo(words + "; training stopped early");
  }

  @Test
  void copiesItsEpochs() {
    List<TrainingHistory.Epoch> given = new ArrayList<>(List.of(epoch(1)));
    TrainingHistory history = new TrainingHistory(given, 1, false);
    given.clear();
    assertThat(history.epochs()).containsExactly(epoch(1)).isUnmodifiable();
  }
}
