package io.github.leukemia4j.explanation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.explanation.Explanations.Heatmap;
import java.awt.image.BufferedImage;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeatmapTest {
  @Nested
  class Making {
    @Test
    void rejectsRowsOfSeveralLengths() {
      assertThatThrownBy(() -> Heatmap.of(new double[][] {{1, 2}, {3}}))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("rows of one length");
    }

    @Test
    void rejectsWhatIsNotFinite() {
      assertThatThrownBy(() -> Heatmap.of(new double[][] {{Double.NaN}}))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("finite");
      assertThatThrownBy(() -> Heatmap.of(new double[0][]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("found 0 rows");
    }

    @Test
    void doesNotFollowTheArrayItWasMadeOf() {
      double[][] values = {{1, 2}};
      Heatmap map = Heatmap.of(values);
      values[0][0] = 9;
      map.values()[0][1] = 9;
      assertThat(map).isEqualTo(Heatmap.of(new double[][] {{1, 2}}));
    }
  }

  @Nested
  class Resizing {
    @Test
    void isBilinearBetweenPixelCentres() {
      // Centres of 4 columns lie at -0.25 (cut to 0), 0.25, 0.75 and 1.25 (cut to 1) of the old.
      assertThat(Heatmap.of(new double[][] {{0, 4}}).resize(1, 4).values()[0])
          .containsExactly(new double[] {0, 1, 3, 4}, within(1e-12));
    }

    @Test
    void keepsWhatIsUniform() {
      double[][] resized =
          Heatmap.of(new double[][] {{3, 3}, {3, 3}, {3, 3}}).resize(7, 5).values();
      assertThat(Arrays.stream(resized).flatMapToDouble(Arrays::stream).toArray())
          .containsOnly(3.0)
          .hasSize(35);
    }
  }

  @Nested
  class Overlay {
    private final CellImage white = CellImage.ofRgb(2, 2, filled(12, 255));

    @Test
    void leavesTheStainWhereThereIsNoHeat() {
      byte[] purple = {90, 40, 120, 90, 40, 120, 90, 40, 120, 90, 40, 120};
      CellImage cell = CellImage.ofRgb(2, 2, purple);
      CellImage overlay = Heatmap.of(new double[][] {{0, 0}, {0, 2}}).overlay(cell);
      assertThat(overlay.value(0, 0, 0)).isEqualTo(90);
      assertThat(overlay.value(0, 0, 1)).isEqualTo(40);
      assertThat(overlay.value(0, 0, 2)).isEqualTo(120);
      assertThat(Heatmap.of(new double[2][2]).overlay(cell)).isEqualTo(cell);
    }

    @Test
    void showsWhatSpeaksForTheLabelAndAgainstItInTwoColours() {
      CellImage overlay = Heatmap.of(new double[][] {{-2, 0}, {1, 2}}).overlay(white);
      // 0.4 * 255 + 0.6 * (255, 212, 0), and half of that opacity for half the heat.
      assertThat(overlay.value(1, 1, 1)).isEqualTo(229);
      assertThat(overlay.value(1, 1, 2)).isEqualTo(102);
      assertThat(overlay.value(1, 0, 2)).isEqualTo(179);
      // 0.4 * 255 + 0.6 * (0, 169, 143)
      assertThat(overlay.value(0, 0, 0)).isEqualTo(102);
      assertThat(overlay.value(0, 0, 2)).isEqualTo(188);
    }
  }

  @Nested
  class Picture {
    private final CellImage image = CellImage.ofRgb(320, 320, filled(320 * 320 * 3, 200));
    private final Heatmap map = Heatmap.of(new double[][] {{0, 1}});

    @Test
    void holdsTitlesTheFrameOfWhatWasSeenAndWhatTheColoursMean() {
      BufferedImage picture =
          new ExplanationPicture(
                  image,
                  "cell.png",
                  List.of(new ExplanationPicture.Panel("what speaks for AML (0.981)", map, 0.5)))
              .draw();
      assertThat(picture.getWidth()).isEqualTo(2 * 320 + 3 * 12);
      int top = 52; // below the title
      // The image itself is untouched; the frame runs round the middle half of the overlay.
      assertThat(picture.getRGB(12 + 100, top + 100)).isEqualTo(0xFFC8C8C8);
      assertThat(picture.getRGB(2 * 12 + 320 + 20, top + 20)).isEqualTo(0xFFC8C8C8);
      assertThat(List.of(0xFF000000, 0xFFFFFFFF))
          .contains(picture.getRGB(2 * 12 + 320 + 80, top + 160));
      assertThat(dark(picture, 2 * 12 + 320, 0, 320, top)).isGreaterThan(50);
      assertThat(dark(picture, 0, top + 320, 320, 40)).isGreaterThan(20);
    }

    private int dark(BufferedImage picture, int x, int y, int width, int height) {
      int count = 0;
      for (int row = y; row < y + height; row++) {
        for (int column = x; column < x + width; column++) {
          count += (picture.getRGB(column, row) & 0xFF) < 64 ? 1 : 0;
        }
      }
      return count;
    }

    @Test
    void isWritten(@TempDir Path directory) throws Exception {
      Path file = directory.resolve("map.png");
      new ExplanationPicture(image, "cell", List.of()).write(file);
      assertThat(ImageIO.read(file.toFile()).getWidth()).isEqualTo(320 + 24);
    }

    @Test
    void isNotWrittenOverAFile(@TempDir Path directory) throws Exception {
      Path file = Files.writeString(directory.resolve("map.png"), "mine");
      ExplanationPicture picture = new ExplanationPicture(image, "cell", List.of());
      assertThatThrownBy(() -> picture.write(file)).isInstanceOf(FileAlreadyExistsException.class);
      assertThat(file).hasContent("mine");
    }

    @Test
    void refusesACropThatIsNoShare() {
      assertThatThrownBy(() -> new ExplanationPicture.Panel("x", map, 0))
          .hasMessage("The crop must lie in (0, 1]; found 0.0.");
    }
  }

  private static byte[] filled(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }
}
