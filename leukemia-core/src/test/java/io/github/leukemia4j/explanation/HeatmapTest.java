package io.github.leukemia4j.explanation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.leukemia4j.CellImage;
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
  class Colours {
    /** CIE 1976 lightness of sRGB under D65, 0 to 100. */
    private double lightness(double[] rgb) {
      double[] weights = {0.2126, 0.7152, 0.0722};
      double y = 0;
      for (int i = 0; i < 3; i++) {
        double c = rgb[i] / 255;
        y += weights[i] * (c <= 0.04045 ? c / 12.92 : Math.pow((c + 0.055) / 1.055, 2.4));
      }
      return y > 216.0 / 24389 ? 116 * Math.cbrt(y) - 16 : y * 24389 / 27;
    }

    @Test
    void growEvenlyLighter() {
      double first = lightness(Heatmap.colour(0));
      double last = lightness(Heatmap.colour(1));
      assertThat(last - first).isGreaterThan(70);
      for (int i = 0; i <= 100; i++) {
        double even = first + (last - first) * i / 100;
        assertThat(lightness(Heatmap.colour(i / 100.0))).isCloseTo(even, within(2.0));
      }
    }

    @Test
    void areCutOutsideTheirRange() {
      assertThat(Heatmap.colour(-3)).isEqualTo(Heatmap.colour(0));
      assertThat(Heatmap.colour(3)).isEqualTo(Heatmap.colour(1));
    }
  }

  @Nested
  class Overlay {
    private final CellImage white = CellImage.ofRgb(2, 2, filled(12, 255));

    @Test
    void isLightestWhereTheHeatIsMost() {
      CellImage overlay = Heatmap.of(new double[][] {{-5, 0}, {1, 2}}).overlay(white);
      // 0.45 * 255 + 0.55 * viridis: 253, 231, 37 at the top and 68, 1, 84 at the bottom
      assertThat(overlay.value(1, 1, 0)).isEqualTo(254);
      assertThat(overlay.value(1, 1, 2)).isEqualTo(135);
      assertThat(overlay.value(0, 0, 0)).isEqualTo(152);
      assertThat(overlay.value(0, 1, 0)).isEqualTo(152);
    }

    @Test
    void hasNoHeatWhereNothingSpeaksForTheLabel() {
      CellImage overlay = Heatmap.of(new double[][] {{-5, -1}, {-1, -2}}).overlay(white);
      assertThat(overlay.value(0, 0, 0)).isEqualTo(152);
      assertThat(overlay.rgb()).isEqualTo(Heatmap.of(new double[2][2]).overlay(white).rgb());
    }

    @Test
    void isWrittenBesideTheImage(@TempDir Path directory) throws Exception {
      Path file = directory.resolve("map.png");
      Heatmap map = Heatmap.of(new double[][] {{0, 1}});
      Heatmap.writePng(white, List.of(map, map), file);
      BufferedImage read = ImageIO.read(file.toFile());
      assertThat(read.getWidth()).isEqualTo(6);
      assertThat(read.getHeight()).isEqualTo(2);
      assertThat(read.getRGB(0, 0)).isEqualTo(0xFFFFFFFF);
      assertThat(CellImage.of(read.getSubimage(4, 0, 2, 2))).isEqualTo(map.overlay(white));
    }

    @Test
    void isNotWrittenOverAFile(@TempDir Path directory) throws Exception {
      Path file = Files.writeString(directory.resolve("map.png"), "mine");
      assertThatThrownBy(() -> Heatmap.writePng(white, List.of(), file))
          .isInstanceOf(FileAlreadyExistsException.class);
      assertThat(file).hasContent("mine");
    }
  }

  private static byte[] filled(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }
}
