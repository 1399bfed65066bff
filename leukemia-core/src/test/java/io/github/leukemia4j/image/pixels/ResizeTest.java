package io.github.leukemia4j.image.pixels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.image.TestImages;
import java.util.Arrays;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResizeTest {

  @ParameterizedTest
  @CsvSource({
    "24, 25, 11, 10",
    "7, 5, 3, 2",
    "5, 7, 11, 3",
    "3, 4, 9, 8",
    "13, 1, 4, 5",
    "1, 1, 3, 3",
    "12, 18, 2, 3",
    "10, 6, 10, 4",
    "64, 64, 63, 65"
  })
  void agreesWithTheDefinition(int height, int width, int newHeight, int newWidth) {
    byte[] source = TestImages.noise(height * width * 3, 31L * height + width);
    assertThat(resize(source, height, width, newHeight, newWidth))
        .isEqualTo(slowly(source, height, width, newHeight, newWidth));
  }

  @ParameterizedTest
  @CsvSource({"360, 363, 64, 64", "31, 17, 80, 9", "640, 480, 97, 101"})
  void leavesAConstantImageConstant(int height, int width, int newHeight, int newWidth) {
    for (int value : new int[] {0, 1, 127, 254, 255}) {
      byte[] source = new byte[height * width * 3];
      Arrays.fill(source, (byte) value);
      assertThat(resize(source, height, width, newHeight, newWidth)).containsOnly(value);
    }
  }

  @Nested
  class Shrinking {
    @Test
    void toHalfIsTheMeanOfFourRoundedHalfUp() {
      byte[] source = {10, 0, 0, 20, 0, 0, 30, 0, 0, 40, 2, 1};
      // (10 + 20 + 30 + 40) / 4 = 25; (0 + 0 + 0 + 2) / 4 = 0.5; 1 / 4.
      assertThat(resize(source, 2, 2, 1, 1)).containsExactly(25, 1, 0);
    }

    @Test
    void countsPartsOfPixelsAsParts() {
      byte[] source = {30, 30, 30, 60, 60, 60, 90, 90, 90};
      // 3 to 2: (30 + 60 / 2) / 1.5 = 40 and (60 / 2 + 90) / 1.5 = 80.
      assertThat(resize(source, 1, 3, 1, 2)).containsExactly(40, 40, 40, 80, 80, 80);
    }

    @Test
    void keepsTheMean() {
      byte[] source = TestImages.noise(200 * 300 * 3, 5);
      // Rounding moves each of 64 x 64 x 3 values by less than 0.5, independently.
      assertThat(mean(resize(source, 200, 300, 64, 64)))
          .isCloseTo(mean(source), org.assertj.core.data.Offset.offset(0.02));
    }
  }

  @Nested
  class Growing {
    @Test
    void interpolatesBetweenCentres() {
      byte[] source = {0, 0, 0, 100, 100, 100};
      // New centres at -0.25, 0.25, 0.75, 1.25 of the old ones.
      assertThat(resize(source, 1, 2, 1, 4))
          .containsExactly(0, 0, 0, 25, 25, 25, 75, 75, 75, 100, 100, 100);
    }
  }

  @Test
  void writesFromTheOffsetOnly() {
    byte[] target = new byte[20];
    Resize.resize(new byte[] {1, 2, 3}, 1, 1, target, 7, 1, 2);
    assertThat(target).containsExactly(0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 1, 2, 3, 0, 0, 0, 0, 0, 0, 0);
  }

  @Test
  void refusesWhatDoesNotFit() {
    assertThatThrownBy(() -> Resize.resize(new byte[3], 1, 1, new byte[3], 0, 1, 2))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> Resize.resize(new byte[4], 1, 1, new byte[3], 0, 1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("height * width * 3 bytes; found 4");
    assertThatThrownBy(() -> Resize.resize(new byte[3], 1, 1, new byte[3], 0, 0, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("found 0 x 1");
  }

  @Test
  void isWhatCellImageUses() {
    CellImage image = TestImages.cell(20, 30, 2);
    assertThat(image.resize(7, 8).rgb()).isEqualTo(resize(image.rgb(), 20, 30, 7, 8));
    assertThat(image.resize(20, 30)).isSameAs(image);
  }

  private static byte[] resize(byte[] source, int height, int width, int newHeight, int newWidth) {
    byte[] target = new byte[newHeight * newWidth * 3];
    Resize.resize(source, height, width, target, 0, newHeight, newWidth);
    return target;
  }

  /** Pixel by pixel from the definition. */
  private static byte[] slowly(byte[] source, int height, int width, int newHeight, int newWidth) {
    byte[] target = new byte[newHeight * newWidth * 3];
    for (int y = 0; y < newHeight; y++) {
      for (int x = 0; x < newWidth; x++) {
        for (int c = 0; c < 3; c++) {
          double sum = 0;
          for (int sy = 0; sy < height; sy++) {
            for (int sx = 0; sx < width; sx++) {
              sum +=
                  weight(sy, height, y, newHeight)
                      * weight(sx, width, x, newWidth)
                      * (source[(sy * width + sx) * 3 + c] & 0xFF);
            }
          }
          // True sums are multiples of more than 1e-6, so that 1e-9 only heals rounding errors.
          target[(y * newWidth + x) * 3 + c] = (byte) Math.floor(sum + 0.5 + 1e-9);
        }
      }
    }
    return target;
  }

  private static double weight(int from, int size, int to, int newSize) {
    double scale = (double) size / newSize;
    if (newSize <= size) {
      double overlap = Math.min((to + 1) * scale, from + 1) - Math.max(to * scale, from);
      return Math.max(0, overlap) / scale;
    }
    double centre = Math.max(0, Math.min(size - 1, (to + 0.5) * scale - 0.5));
    return Math.max(0, 1 - Math.abs(centre - from));
  }

  private static double mean(byte[] values) {
    long sum = 0;
    for (byte value : values) {
      sum += value & 0xFF;
    }
    return (double) sum / values.length;
  }
}
