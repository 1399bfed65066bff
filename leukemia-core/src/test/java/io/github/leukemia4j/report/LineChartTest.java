package io.github.leukemia4j.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class LineChartTest {
  @Test
  void everyErrorBarIsASolidLine() throws IOException {
    int bars = 30;
    double[] x = IntStream.range(0, bars).mapToDouble(i -> 0.03 * (i + 1)).toArray();
    double[] low = new double[bars];
    double[] middle = new double[bars];
    double[] high = new double[bars];
    Arrays.fill(low, 0.1);
    Arrays.fill(middle, 0.5);
    Arrays.fill(high, 0.9);

    BufferedImage picture =
        read(
            new LineChart("x", "y")
                .unitSquare()
                .bars(new CurvePlot("points", x, middle), low, high, 0, false)
                .png());

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

  private static BufferedImage read(byte[] png) throws IOException {
    return ImageIO.read(new ByteArrayInputStream(png));
  }
}
