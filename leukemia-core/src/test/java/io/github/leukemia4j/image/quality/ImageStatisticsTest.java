package io.github.leukemia4j.image.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.image.TestImages;
import io.github.leukemia4j.image.augment.Augmentation;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.StatUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageStatisticsTest {

  @Test
  void coloursAreMomentsOfOpticalDensity() {
    // Red: densities ln 2 and three times 0; green: all ln 2; blue: all 0.
    byte[] rgb = {
      127, 127, -1,
      -1, 127, -1,
      -1, 127, -1,
      -1, 127, -1
    };
    double ln2 = Math.log(2);
    double[] colour = ImageStatistics.colour(CellImage.ofRgb(2, 2, rgb));
    // One in four at ln 2: deviation sqrt(3) / 4 ln 2, skewness (1 - 2 / 4) / (sqrt(3) / 4).
    assertThat(colour)
        .containsExactly(
            new double[] {ln2 / 4, ln2, 0, Math.sqrt(3) / 4 * ln2, 0, 0, 2 / Math.sqrt(3), 0, 0},
            within(1e-12));
  }

  @Test
  void clippedIsThePartOfValuesAtEitherEnd() {
    CellImage image = CellImage.ofRgb(1, 2, new byte[] {0, 1, -1, 100, 100, 100});
    assertThat(ImageStatistics.of(image).clipped()).isCloseTo(2.0 / 6, within(1e-12));
  }

  @Test
  void contrastIsTheDeviationOfGrey() {
    CellImage image = CellImage.ofRgb(1, 2, new byte[] {10, 20, 30, 30, 40, 50});
    assertThat(ImageStatistics.of(image).contrast()).isCloseTo(10, within(1e-9));
  }

  @Test
  void focusOfACheckerboardIsKnown() {
    // Neighbours of +a are -a, so that the Laplacian is -8 times the pixel: 64 times the variance.
    byte[] rgb = new byte[10 * 10 * 3];
    for (int i = 0; i < 100; i++) {
      Arrays.fill(rgb, 3 * i, 3 * i + 3, (byte) ((i / 10 + i % 10) % 2 == 0 ? 100 : 120));
    }
    assertThat(ImageStatistics.of(CellImage.ofRgb(10, 10, rgb)).focus())
        .isCloseTo(64, within(1e-3));
  }

  @Test
  void focusFallsWithBlurAndNotWithContrast() {
    CellImage sharp = TestImages.cell(300, 300, 1);
    byte[] blurred = sharp.rgb();
    Augmentation.blur(4).apply(blurred, 300, 300, () -> -1L);
    byte[] paler = sharp.rgb();
    for (int i = 0; i < paler.length; i++) {
      paler[i] = (byte) (((paler[i] & 0xFF) + 255) / 2);
    }
    double focus = ImageStatistics.of(sharp).focus();
    assertThat(ImageStatistics.of(CellImage.ofRgb(300, 300, blurred)).focus())
        .isLessThan(focus / 2);
    assertThat(ImageStatistics.of(CellImage.ofRgb(300, 300, paler)).focus())
        .isCloseTo(focus, within(0.05 * focus));
  }

  @Test
  void ofATinyOrBlankImageAreNumbers() {
    for (int side : new int[] {1, 2, 50}) {
      ImageStatistics blank =
          ImageStatistics.of(CellImage.ofRgb(side, side, new byte[side * side * 3]));
      assertThat(blank.focus()).isZero();
      assertThat(blank.contrast()).isZero();
      assertThat(blank.clipped()).isEqualTo(1);
      assertThat(blank.colour()).allMatch(Double::isFinite);
    }
  }

  @ParameterizedTest
  @CsvSource({"3, 3", "7, 64", "64, 64", "128, 31", "90, 200", "301, 140"})
  void areThoseOfPlainSumsOfDoubles(int height, int width) {
    CellImage image = TestImages.cell(height, width, 5);
    ImageStatistics statistics = ImageStatistics.of(image);
    double[] grey = grey(image);
    CellImage small = image.resize(Math.min(128, height), Math.min(128, width));
    double[] smallGrey = grey(small);
    int w = small.width();
    double[] laplacian =
        IntStream.range(0, smallGrey.length)
            .filter(i -> i / w > 0 && i / w < small.height() - 1 && i % w > 0 && i % w < w - 1)
            .mapToDouble(
                i ->
                    smallGrey[i - 1]
                        + smallGrey[i + 1]
                        + smallGrey[i - w]
                        + smallGrey[i + w]
                        - 4 * smallGrey[i])
            .toArray();
    double[] green =
        IntStream.range(0, height * width)
            .mapToDouble(i -> -Math.log((image.value(i / width, i % width, 1) + 1) / 256.0))
            .toArray();
    assertThat(statistics.contrast())
        .isCloseTo(Math.sqrt(StatUtils.populationVariance(grey)), within(1e-9));
    assertThat(statistics.focus())
        .isCloseTo(
            StatUtils.populationVariance(laplacian) / StatUtils.populationVariance(smallGrey),
            within(1e-9));
    assertThat(statistics.colour().get(1)).isCloseTo(StatUtils.mean(green), within(1e-9));
    assertThat(statistics.colour().get(4))
        .isCloseTo(Math.sqrt(StatUtils.populationVariance(green)), within(1e-9));
  }

  private static double[] grey(CellImage image) {
    int width = image.width();
    return IntStream.range(0, image.height() * width)
        .mapToDouble(
            i ->
                (image.value(i / width, i % width, 0)
                        + image.value(i / width, i % width, 1)
                        + image.value(i / width, i % width, 2))
                    / 3.0)
        .toArray();
  }

  @Test
  void needNineColours() {
    assertThatThrownBy(() -> new ImageStatistics(1, 1, 0, 0, 0, List.of(1.0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("found 1");
  }
}
