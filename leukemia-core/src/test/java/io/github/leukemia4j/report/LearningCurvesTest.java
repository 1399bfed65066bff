package io.github.leukemia4j.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.training.TrainingHistory;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LearningCurvesTest {
  @Test
  void showLossAndBalancedAccuracySideBySide() {
    BufferedImage picture = LearningCurves.picture(Label.of("cell"), Examples.history());
    assertThat(picture.getWidth()).isEqualTo(1760);
    assertThat(picture.getHeight()).isEqualTo(736);
    // Validation is drawn blue in both panels, training, of which there is a loss only, vermilion.
    assertThat(pixels(picture, 0, 880, 0x0072B2)).isGreaterThan(100);
    assertThat(pixels(picture, 880, 1760, 0x0072B2)).isGreaterThan(100);
    assertThat(pixels(picture, 0, 880, 0xD55E00)).isGreaterThan(100);
    assertThat(pixels(picture, 880, 1760, 0xD55E00)).isZero();
    // The legend stands above the plot, so that it covers no line: its swatch is below the title.
    assertThat(picture.getRGB(20, 56 + 24) & 0xFFFFFF).isEqualTo(0xD55E00);
  }

  private static long pixels(BufferedImage picture, int from, int to, int colour) {
    return IntStream.range(from, to)
        .mapToLong(
            x ->
                IntStream.range(0, picture.getHeight())
                    .filter(y -> (picture.getRGB(x, y) & 0xFFFFFF) == colour)
                    .count())
        .sum();
  }

  @Test
  void needAnEpoch() {
    TrainingHistory empty = new TrainingHistory(List.of(), 1, false);
    assertThat(LearningCurves.of(Label.of("cell"), List.of(empty))).isEmpty();
  }
}
