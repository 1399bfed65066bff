package io.github.leukemia4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.image.augment.Augmentation;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ContactSheetTest {
  private static final List<CellImage> CELLS = List.of(noise(30, 40, 1), noise(50, 20, 2));

  private static CellImage noise(int height, int width, long seed) {
    byte[] rgb = new byte[height * width * 3];
    new Random(seed).nextBytes(rgb);
    return CellImage.ofRgb(height, width, rgb);
  }

  @Test
  void showsEachImageAndWhatTheEpochsMakeOfIt() {
    ContactSheet sheet = new ContactSheet(16, 3, Augmentation.cells(), 5);
    CellImage drawn = CellImage.of(sheet.draw(CELLS, List.of("AML", "AML")));
    int margin = drawn.width() - 240;
    assertThat(drawn.height()).isEqualTo(22 + 2 * 18 + 2);
    byte[] first = CELLS.get(0).resize(16, 16).rgb();
    assertThat((byte) drawn.value(22 + 3, margin + 2 + 4, 1))
        .isEqualTo(first[(3 * 16 + 4) * 3 + 1]);
    byte[] second = CELLS.get(1).resize(16, 16).rgb();
    Augmentation.cells().apply(second, 16, 16, Augmentation.random(5, 2, 1));
    // Second row, fourth column, pixel (3, 4).
    for (int channel = 0; channel < 3; channel++) {
      assertThat((byte) drawn.value(22 + 18 + 3, margin + 56 + 4, channel))
          .isEqualTo(second[(3 * 16 + 4) * 3 + channel]);
    }
    assertThat(drawn.value(0, 0, 0)).isEqualTo(255);
  }

  @Test
  void writesTheLabelOfEachRowAndSetsLabelsApart() {
    ContactSheet sheet = new ContactSheet(16, 3, Augmentation.none(), 5);
    CellImage same = CellImage.of(sheet.draw(CELLS, List.of("AML", "AML")));
    CellImage other = CellImage.of(sheet.draw(CELLS, List.of("AML", "APL")));
    assertThat(other.height()).isEqualTo(same.height() + 10);
    assertThat(dark(same, 0, 22, same.width())).as("words above the columns").isPositive();
    int margin = same.width() - 240;
    for (int row = 0; row < 2; row++) {
      int top = 22 + row * 18;
      assertThat(dark(same, top, top + 16, margin)).as("label of a row").isPositive();
    }
  }

  private static long dark(CellImage image, int from, int to, int width) {
    return IntStream.range(from * width, to * width)
        .filter(i -> image.value(i / width, i % width, 1) < 100)
        .count();
  }

  @Test
  void refusesWhatIsNoSheet() {
    assertThatThrownBy(() -> new ContactSheet(0, 3, Augmentation.none(), 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("found 0 and 3");
    assertThatThrownBy(
            () -> new ContactSheet(8, 3, Augmentation.none(), 1).draw(List.of(), List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("found 0 images");
  }
}
