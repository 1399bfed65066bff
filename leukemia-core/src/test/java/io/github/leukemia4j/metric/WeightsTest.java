package io.github.leukemia4j.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.leukemia4j.LabelSet;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the bootstrap rests on: a cluster of weight w counts as w copies of its samples. */
class WeightsTest {
  private static final int CLUSTERS = 7;

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void weighAsCopies(int classes) {
    Random random = new Random(classes);
    for (int repetition = 0; repetition < 50; repetition++) {
      int[] weights = random.ints(CLUSTERS, 0, 4).toArray();
      int n = 40;
      int[] cluster = random.ints(n, 0, CLUSTERS).toArray();
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
              .flatMap(i -> IntStream.generate(() -> i).limit(weights[cluster[i]]))
              .toArray();
      StageScores weighted = scores(classes, truth, columns, cluster, CLUSTERS).under(weights);
      StageScores copied =
          scores(
              classes,
              IntStream.of(source).map(i -> truth[i]).toArray(),
              Arrays.stream(columns)
                  .map(column -> IntStream.of(source).mapToDouble(i -> column[i]).toArray())
                  .toArray(double[][]::new),
              new int[source.length],
              1);
      same(Metrics.OF_STAGE, weighted, copied);
      for (int c = 0; c < classes; c++) {
        same(Metrics.OF_LABEL, weighted.against(c), copied.against(c));
      }
      for (double share : new double[] {0.3, 0.8}) {
        for (int c = 0; c < classes; c++) {
          assertThat(weighted.sensitivityAt(c, share)).isEqualTo(copied.sensitivityAt(c, share));
          assertThat(weighted.specificityAt(c, share)).isEqualTo(copied.specificityAt(c, share));
        }
      }
    }
  }

  private static void same(List<StageMetric> metrics, StageScores weighted, StageScores copied) {
    for (StageMetric metric : metrics) {
      OptionalDouble expected = metric.of(copied);
      if (expected.isEmpty()) {
        assertThat(metric.of(weighted)).as("%s", metric).isEmpty();
      } else {
        assertThat(metric.of(weighted).orElseThrow())
            .as("%s", metric)
            .isCloseTo(expected.getAsDouble(), within(1e-12));
      }
    }
  }

  private static StageScores scores(
      int classes, int[] truth, double[][] columns, int[] cluster, int clusters) {
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
    return StageScores.of(
        labels.withPositive(labels.get(1)), truth, chosen, columns, endToEnd, cluster, clusters);
  }
}
