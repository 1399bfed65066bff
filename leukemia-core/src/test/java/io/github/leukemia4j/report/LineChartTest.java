package io.github.leukemia4j.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.leukemia4j.metric.Interval;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LineChartTest {
  @Test
  void everyErrorBarIsASolidLine() {
    int bars = 30;
    double[] x = IntStream.range(0, bars).mapToDouble(i -> 0.03 * (i + 1)).toArray();
    double[] middle = new double[bars];
    Arrays.fill(middle, 0.5);
    List<Interval> intervals = Collections.nCopies(bars, new Interval(0.1, 0.9, 0.95, "test"));

    BufferedImage picture =
        new LineChart("x", "y")
            .unitSquare()
            .bars(new CurvePlot("points", x, middle), intervals, 0, false)
            .image();

    // Eight tenths of the plot, which has some eight tenths of the picture's height.
    int least = picture.getHeight() * 55 / 100;
    assertThat(
            IntStream.range(0, picture.getWidth())
                .filter(column -> blue(picture, column) > least)
                .filter(column -> blue(picture, column - 1) <= least)
                .count())
        .isEqualTo(bars);
  }

  private static long blue(BufferedImage picture, int x) {
    return x < 0
        ? 0
        : IntStream.range(0, picture.getHeight())
            .filter(y -> (picture.getRGB(x, y) & 0xFFFFFF) == 0x0072B2)
            .count();
  }
}
