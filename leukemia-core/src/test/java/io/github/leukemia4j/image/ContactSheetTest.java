package io.github.leukemia4j.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.leukemia4j.CellImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContactSheetTest {
  private static final List<CellImage> CELLS =
      List.of(TestImages.cell(30, 40, 1), TestImages.cell(50, 20, 2));

  @TempDir Path folder;

  @Test
  void showsEachImageAndWhatTheEpochsMakeOfIt() throws IOException {
    ContactSheet sheet = new ContactSheet(16, 3, Augmentation.cells(), 5);
    Path png = folder.resolve("sheet.png");
    sheet.write(CELLS, png);
    CellImage drawn = CellImage.read(png);
    assertThat(drawn.height()).isEqualTo(2 * 18 + 2);
    assertThat(drawn.width()).isEqualTo(4 * 18 + 2);
    assertThat(drawn).isEqualTo(sheet.draw(CELLS));
    byte[] second = CELLS.get(1).resize(16, 16).rgb();
    Augmentation.cells().apply(second, 16, 16, Augmentation.random(5, 2, 1));
    // Second row, fourth column, pixel (3, 4).
    for (int channel = 0; channel < 3; channel++) {
      assertThat((byte) drawn.value(20 + 3, 56 + 4, channel))
          .isEqualTo(second[(3 * 16 + 4) * 3 + channel]);
    }
    assertThat(drawn.value(0, 0, 0)).isEqualTo(255);
  }

  @Test
  void refusesWhatIsNoSheet() {
    assertThatThrownBy(() -> new ContactSheet(0, 3, Augmentation.none(), 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("found 0 and 3");
    assertThatThrownBy(() -> new ContactSheet(8, 3, Augmentation.none(), 1).draw(List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("found 0 images");
  }
}
