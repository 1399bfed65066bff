package io.github.leukemia4j.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.leukemia4j.evaluation.EvaluationReport;
import io.github.leukemia4j.training.TrainingHistory;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PlotsTest {
  private final EvaluationReport report = Examples.report(Examples.SIX, 0);
  private final List<StageSamples> stages = StageSamples.of(report, Examples.SIX);

  @Test
  void drawsFourPlotsOfEveryStageAndTwoOfItsTraining() {
    TrainingHistory history = Examples.history();

    assertThat(Plots.of(stages.get(0), report, List.of(history, history)))
        .extracting(Plots.Plot::title)
        .containsExactly(
            "ROC curve",
            "Precision-recall curve",
            "Reliability diagram",
            "Risk-coverage curve",
            "Learning curves of the stage cell: loss",
            "Learning curves of the stage cell: balanced accuracy");
    assertThat(Plots.of(stages.get(1), report, List.of())).hasSize(4);
  }

  /** Each fold has a line and a swatch of the legend in a colour of its own. */
  @Test
  void tellsTheTrainingsOfSeveralFoldsApartByColour() {
    TrainingHistory history = Examples.history();
    Plots.Plot plot = Plots.of(stages.get(0), report, List.of(history, history, history)).get(5);

    assertThat(colours(plot.chart().image())).contains(0x0072B2, 0xD55E00, 0x009E73);
    assertThat(plot.description()).contains("3 trainings");
  }

  @Test
  void drawsPicturesOfTwiceTheSizeThatTheyAreShownAt() {
    List<Plots.Plot> plots = Plots.of(stages.get(0), report, List.of());
    BufferedImage picture = plots.get(0).chart().image();

    assertThat(picture.getWidth()).isEqualTo(880);
    assertThat(picture.getHeight()).isEqualTo(880);
    assertThat(plots.get(3).chart().image().getHeight()).isEqualTo(680);
    assertThat(colours(picture)).contains(0xFFFFFF, 0x0072B2);
  }

  private static Set<Integer> colours(BufferedImage picture) {
    int width = picture.getWidth();
    return IntStream.range(0, width * picture.getHeight())
        .mapToObj(i -> picture.getRGB(i % width, i / width) & 0xFFFFFF)
        .collect(Collectors.toSet());
  }

  @Test
  void drawsNothingWithoutSamples() {
    EvaluationReport none = Examples.report(List.of(), 0);

    assertThat(StageSamples.of(none, List.of()))
        .hasSize(2)
        .allSatisfy(stage -> assertThat(Plots.of(stage, none, List.of())).isEmpty());
  }
}
