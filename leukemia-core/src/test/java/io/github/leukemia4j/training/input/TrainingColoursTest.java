package io.github.leukemia4j.training.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.ModelFormatException;
import io.github.leukemia4j.store.RechecksummedJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingColoursTest {
  private static final double[] ROW = {0.1, 1.0 / 3, 2, 3, 4, 5, 6, 7, 1e-17};

  @TempDir Path directory;

  @Test
  void comeBackToTheBit() throws IOException {
    new TrainingColours(List.of(Label.of("AML"), Label.of("normal")), List.of(ROW, new double[9]))
        .write(directory);

    TrainingColours read = TrainingColours.read(directory).orElseThrow();

    assertThat(read.labels()).containsExactly(Label.of("AML"), Label.of("normal"));
    assertThat(read.colours().get(0)).isEqualTo(ROW);
    assertThat(read.colours().get(1)).containsOnly(0);
  }

  @Test
  void areAbsentFromPipelinesThatWerePutTogether() throws IOException {
    assertThat(TrainingColours.read(directory)).isEmpty();
  }

  @Test
  void areRefusedWhereTheyWereChanged() throws IOException {
    new TrainingColours(List.of(Label.of("AML")), List.of(ROW)).write(directory);
    Path file = directory.resolve(TrainingColours.FILE);
    Files.writeString(file, Files.readString(file).replace("2.0", "2.5"));

    assertThatThrownBy(() -> TrainingColours.read(directory))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void areRefusedWhereARowIsShortOrMissing() throws IOException {
    Path file = directory.resolve(TrainingColours.FILE);
    for (String colours : List.of("[[1,2]]", "[]", "[null]", "null")) {
      RechecksummedJson.write(
          file, "{\"schemaVersion\":1,\"labels\":[\"AML\"],\"colours\":%s}".formatted(colours));

      assertThatThrownBy(() -> TrainingColours.read(directory))
          .isInstanceOf(ModelFormatException.class)
          .hasMessageContaining("expected 9 finite statistics for each label");
    }
  }
}
