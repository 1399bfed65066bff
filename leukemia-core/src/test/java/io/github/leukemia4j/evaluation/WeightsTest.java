package io.github.leukemia4j.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.metric.EvaluationOptions;
import io.github.leukemia4j.metric.StageData;
import io.github.leukemia4j.metric.StageInput;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the bootstrap rests on: a unit of weight w counts as w copies of its samples. */
class WeightsTest {
  private static final int UNITS = 7;

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void weighAsCopies(int classes) {
    Random random = new Random(classes);
    for (int repetition = 0; repetition < 50; repetition++) {
      int[] weights = random.ints(UNITS, 0, 4).toArray();
      int n = 40;
      int[] unit = random.ints(n, 0, UNITS).toArray();
      int[] truth = random.ints(n, 0, classes).toArray();
      double[][] columns = new double[classes][n];
      for (int i = 0; i < n; i++) {
        double sum = 0;
        for (int c = 0; c < classes; c++) {
          columns[c][i] = 1 + random.nextInt(6); // many ties
          sum += columns[c][i];
        }
        for (int c = 0; c < classes; c++) {
          columns[c][i] /= sum;
        }
      }
      int[] source =
          IntStream.range(0, n)
              .flatMap(i -> IntStream.generate(() -> i).limit(weights[unit[i]]))
              .toArray();
      double[] weighted = data(classes, truth, columns, unit, UNITS).measure(weights);
      double[] copied =
          data(
                  classes,
                  IntStream.of(source).map(i -> truth[i]).toArray(),
                  Arrays.stream(columns)
                      .map(column -> IntStream.of(source).mapToDouble(i -> column[i]).toArray())
                      .toArray(double[][]::new),
                  new int[source.length],
                  1)
              .measure(new int[] {1});
      for (int m = 0; m < weighted.length; m++) {
        if (Double.isNaN(copied[m])) {
          assertThat(weighted[m]).isNaN();
        } else {
          assertThat(weighted[m]).isCloseTo(copied[m], within(1e-12));
        }
      }
    }
  }

  private static StageData data(
      int classes, int[] truth, double[][] columns, int[] unit, int units) {
    int n = truth.length;
    int[] chosen = new int[n];
    boolean[] endToEnd = new boolean[n];
    for (int i = 0; i < n; i++) {
      for (int c = 0; c < classes; c++) {
        chosen[i] = columns[c][i] > columns[chosen[i]][i] ? c : chosen[i];
      }
      endToEnd[i] = chosen[i] == truth[i] && columns[0][i] > 0.3;
    }
    LabelSet labels = classes == 2 ? LabelSet.of("a", "b") : LabelSet.of("a", "b", "c");
    return StageData.of(
        new StageInput(labels.withPositive(labels.get(1)), truth, chosen, columns, endToEnd, unit),
        units,
        EvaluationOptions.defaults());
  }
}
