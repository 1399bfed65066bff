package io.github.leukemia4j.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.statistics.ClusterBootstrap;
import io.github.leukemia4j.statistics.Interval;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * How often the cluster bootstrap covers the truth, by simulation: patients of two kinds, each with
 * 4 to 20 cells whose scores share a patient effect as large as the cells' own spread.
 */
class BootstrapCoverageTest {
  static final List<Metric> METRICS =
      List.of(
          Metric.ACCURACY,
          Metric.BALANCED_ACCURACY,
          Metric.SENSITIVITY,
          Metric.SPECIFICITY,
          Metric.AUROC,
          Metric.F1,
          Metric.BRIER);

  private static final int REPETITIONS = 2000;
  private static final int RESAMPLES = 150;
  private static final EvaluationOptions OPTIONS = EvaluationOptions.defaults();

  private static StageData draw(int patients, Random random) {
    int[] cells = new int[patients];
    Arrays.setAll(cells, p -> 4 + random.nextInt(17));
    int n = Arrays.stream(cells).sum();
    int[] truth = new int[n];
    int[] chosen = new int[n];
    int[] unit = new int[n];
    double[][] columns = new double[2][n];
    int at = 0;
    for (int p = 0; p < patients; p++) {
      double centre = (p % 2 == 0 ? -1.2 : 1.2) + random.nextGaussian();
      for (int c = 0; c < cells[p]; c++) {
        double probability = 1 / (1 + Math.exp(-centre - random.nextGaussian()));
        truth[at] = p % 2;
        chosen[at] = probability > 0.5 ? 1 : 0;
        unit[at] = p;
        columns[0][at] = 1 - probability;
        columns[1][at++] = probability;
      }
    }
    LabelSet labels = LabelSet.of("normal", "abnormal");
    return StageData.of(
        new StageInput(
            labels.withPositive(labels.get(1)), truth, chosen, columns, new boolean[n], unit),
        patients,
        OPTIONS);
  }

  private static int[] ones(int n) {
    int[] ones = new int[n];
    Arrays.fill(ones, 1);
    return ones;
  }

  static Map<Metric, Double> coverage(int patients) {
    double[] truth = draw(100_000, new Random(99)).measure(ones(100_000));
    int[] strata = new int[patients];
    Arrays.setAll(strata, p -> p % 2);
    Map<Metric, Integer> covered = new EnumMap<>(Metric.class);
    Random random = new Random(patients);
    for (int r = 0; r < REPETITIONS; r++) {
      StageData data = draw(patients, random);
      double[] found = data.measure(ones(patients));
      double[][] replicates = ClusterBootstrap.replicates(strata, RESAMPLES, r, data::measure);
      for (Metric metric : METRICS) {
        double[] values =
            Arrays.stream(replicates).mapToDouble(row -> row[metric.ordinal()]).toArray();
        Optional<Interval> interval =
            ClusterBootstrap.interval(
                found[metric.ordinal()], values, data.unitsBehind(metric), 0.95, metric.range());
        if (interval.isPresent() && interval.get().contains(truth[metric.ordinal()])) {
          covered.merge(metric, 1, Integer::sum);
        }
      }
    }
    Map<Metric, Double> shares = new EnumMap<>(Metric.class);
    METRICS.forEach(m -> shares.put(m, covered.getOrDefault(m, 0) / (double) REPETITIONS));
    return shares;
  }

  /** Prints the table of docs/evaluation.md. */
  public static void main(String[] arguments) {
    for (int patients : new int[] {6, 10, 20, 30, 50, 100}) {
      System.out.println(patients + " " + coverage(patients));
    }
  }

  @Test
  void isWithinThreePointsOfNominalAtFiftyPatients() {
    assertThat(coverage(50)).allSatisfy((m, share) -> assertThat(share).isBetween(0.92, 0.98));
  }
}
