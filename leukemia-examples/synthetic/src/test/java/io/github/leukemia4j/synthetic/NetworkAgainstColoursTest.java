package io.github.leukemia4j.synthetic;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.data.check.Verification;
import io.github.leukemia4j.data.split.Split;
import io.github.leukemia4j.data.split.Splitter;
import io.github.leukemia4j.evaluation.EvaluationReport;
import io.github.leukemia4j.evaluation.Evaluator;
import io.github.leukemia4j.evaluation.ScoredSample;
import io.github.leukemia4j.metric.EvaluationOptions;
import io.github.leukemia4j.metric.Metrics;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import io.github.leukemia4j.training.NetworkConfig;
import io.github.leukemia4j.training.TrainingConfig;
import io.github.leukemia4j.training.TrainingListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On the same unseen patients a small network must know much more than mean colours do. */
class NetworkAgainstColoursTest {
  @Test
  void meanColoursStayClearlyBelowTheNetwork(@TempDir Path folder) throws Exception {
    Dataset cells =
        SyntheticSmear.builder()
            .seed(3)
            .imageSize(48)
            .cellsPerLabel(80)
            .cells(Label.of("normal"), 320)
            .patientsPerLabel(10)
            .build()
            .dataset();
    Split split = Splitter.of(3).split(cells, Verification.of(cells));
    TrainingConfig config =
        TrainingConfig.builder()
            .network(NetworkConfig.small())
            .inputSize(48)
            .epochs(12)
            .seed(3)
            .build();
    EvaluationReport network;
    try (MultilevelPipeline pipeline =
        MultilevelPipeline.train(split, config, folder.resolve("model"), TrainingListener.NONE)) {
      network =
          Evaluator.evaluate(
              cells.taxonomy(),
              ScoredSample.of(pipeline, split.test(), done -> {}),
              EvaluationOptions.defaults().withResamples(0));
    }

    for (Label stage : cells.taxonomy().innerNodes()) {
      double byNetwork =
          network.stage(stage).metrics().value(Metrics.BALANCED_ACCURACY).orElseThrow();
      double byColours = nearestNeighbour(split.forStage(stage));
      assertThat(byNetwork - byColours)
          .as("stage %s: network %s, mean colours %s", stage, byNetwork, byColours)
          .isGreaterThan(0.1);
    }
  }

  /**
   * Balanced accuracy on the test part of the label of the nearest training cell in mean colour.
   */
  private static double nearestNeighbour(Split split) throws IOException {
    List<double[]> known = new ArrayList<>();
    for (Sample sample : split.train().samples()) {
      known.add(meanColours(sample.source().read()));
    }
    List<Label> labels = split.taxonomy().children(split.taxonomy().root());
    double recalls = 0;
    for (Label label : labels) {
      int right = 0;
      int all = 0;
      for (Sample sample : split.test().samples()) {
        if (sample.label().equals(label)) {
          all++;
          right += nearest(split, known, sample).equals(label) ? 1 : 0;
        }
      }
      recalls += (double) right / all;
    }
    return recalls / labels.size();
  }

  private static Label nearest(Split split, List<double[]> known, Sample sample)
      throws IOException {
    double[] colours = meanColours(sample.source().read());
    int best = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i < known.size(); i++) {
      double distance = 0;
      for (int c = 0; c < 3; c++) {
        distance += Math.pow(colours[c] - known.get(i)[c], 2);
      }
      if (distance < least) {
        least = distance;
        best = i;
      }
    }
    return split.train().samples().get(best).label();
  }

  private static double[] meanColours(CellImage cell) {
    double[] mean = new double[3];
    for (int row = 0; row < cell.height(); row++) {
      for (int column = 0; column < cell.width(); column++) {
        for (int c = 0; c < 3; c++) {
          mean[c] += cell.value(row, column, c) / (double) (cell.height() * cell.width());
        }
      }
    }
    return mean;
  }
}
