package io.github.leukemia4j.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.leukemia4j.Label;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlotsTest {
  @Test
  void drawsFourPlotsOfEveryStageAndTwoOfItsTraining() {
    Plots plots =
        Plots.of(
            Examples.report(Examples.SIX, 0),
            Examples.SIX,
            Map.of(Label.of("cell"), List.of(Examples.history(), Examples.history())));

    assertThat(plots.of(Label.of("cell")))
        .extracting(Plots.Plot::name)
        .containsExactly(
            "roc",
            "precision-recall",
            "reliability",
            "risk-coverage",
            "learning-loss",
            "learning-balanced-accuracy");
    assertThat(plots.of(Label.of("abnormal"))).hasSize(4);
  }

  /** Each fold has a line and a swatch of the legend in a colour of its own. */
  @Test
  void tellsTheTrainingsOfSeveralFoldsApartByColour() throws IOException {
    List<Plots.Plot> plots =
        Plots.of(
                Examples.report(Examples.SIX, 0),
                Examples.SIX,
                Map.of(
                    Label.of("cell"),
                    List.of(Examples.history(), Examples.history(), Examples.history())))
            .of(Label.of("cell"));

    assertThat(colours(ImageIO.read(new ByteArrayInputStream(plots.get(5).png()))))
        .contains(0x0072B2, 0xD55E00, 0x009E73);
    assertThat(plots.get(5).description()).contains("3 trainings");
  }

  @Test
  void writesPicturesOfTwiceTheSizeThatTheyAreShownAt(@TempDir Path directory) throws IOException {
    List<Path> files =
        Plots.of(Examples.report(Examples.SIX, 0), Examples.SIX, Map.of()).write(directory);

    assertThat(files).hasSize(8).allSatisfy(file -> assertThat(file).isRegularFile());
    assertThat(files.get(0)).hasFileName("1-cell-roc.png");
    BufferedImage picture = ImageIO.read(files.get(0).toFile());
    assertThat(picture.getWidth()).isEqualTo(880);
    assertThat(picture.getHeight()).isEqualTo(880);
    assertThat(ImageIO.read(files.get(3).toFile()).getHeight()).isEqualTo(680);
    assertThat(colours(picture)).contains(0xFFFFFF, 0x0072B2);
  }

  private static Set<Integer> colours(BufferedImage picture) {
    Set<Integer> colours = new HashSet<>();
    for (int y = 0; y < picture.getHeight(); y++) {
      for (int x = 0; x < picture.getWidth(); x++) {
        colours.add(picture.getRGB(x, y) & 0xFFFFFF);
      }
    }
    return colours;
  }

  @Test
  void drawsNothingWithoutSamples() {
    assertThat(Plots.of(Examples.report(List.of(), 0), List.of(), Map.of()).all()).isEmpty();
  }
}
