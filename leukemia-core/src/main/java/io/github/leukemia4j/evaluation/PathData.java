package io.github.leukemia4j.evaluation;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.metric.Behind;
import io.github.leukemia4j.metric.Metric;
import io.github.leukemia4j.metric.StageData;
import io.github.leukemia4j.metric.UnitSums;
import io.github.leukemia4j.pipeline.MultilevelResult;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How far down the tree each sample was led rightly, prepared like {@link StageData}. The root is
 * no node of a path: it is always right. Immutable.
 */
final class PathData {
  static final Set<Metric> OF_PATH =
      EnumSet.range(Metric.PATH_ACCURACY, Metric.HIERARCHICAL_F1_MACRO);

  private static final int SAMPLES = 0;
  private static final int RIGHT = 1;
  private static final int DECIDED = 2;
  private static final int DECIDED_RIGHT = 3;
  private static final int SHARED_NODES = 4;
  private static final int PREDICTED_NODES = 5;
  private static final int TRUE_NODES = 6;
  private static final int PRECISION = 7;
  private static final int WITH_PREDICTED_NODES = 8;
  private static final int RECALL = 9;
  private static final int F1 = 10;
  private static final int FEATURES = 11;

  private final UnitSums sums;
  private final Map<Label, StageErrors> errors;

  private PathData(UnitSums sums, Map<Label, StageErrors> errors) {
    this.sums = sums;
    this.errors = errors;
  }

  static PathData of(Taxonomy taxonomy, List<ScoredSample> samples, int[] unit, int units) {
    Map<Label, Map<Label, Step>> steps = new HashMap<>();
    for (Label truth : taxonomy.labels()) {
      Map<Label, Step> byDecided = new HashMap<>();
      for (Label decided : taxonomy.labels()) {
        byDecided.put(decided, Step.of(taxonomy, truth, decided));
      }
      steps.put(truth, byDecided);
    }
    UnitSums sums =
        UnitSums.of(
            FEATURES,
            unit,
            units,
            (i, adder) -> {
              ScoredSample sample = samples.get(i);
              steps.get(sample.truth()).get(sample.decided()).contribute(sample.outcome(), adder);
            });
    Map<Label, StageErrors> errors = new LinkedHashMap<>();
    taxonomy.innerNodes().forEach(node -> errors.put(node, new StageErrors(0, 0, 0)));
    for (ScoredSample sample : samples) {
      steps
          .get(sample.truth())
          .get(sample.decided())
          .failedAt
          .ifPresent(node -> errors.merge(node, error(sample, node), StageErrors::plus));
    }
    return new PathData(sums, errors);
  }

  private static StageErrors error(ScoredSample sample, Label node) {
    if (!sample.decided().equals(node)) {
      return new StageErrors(1, 0, 0);
    }
    return sample.outcome() == MultilevelResult.Outcome.REFERRED
        ? new StageErrors(0, 0, 1)
        : new StageErrors(0, 1, 0);
  }

  Map<Label, StageErrors> errors() {
    return errors;
  }

  /** Every metric of the path under the weights, by ordinal; NaN is undefined. */
  double[] measure(int[] weights) {
    double[] s = sums.under(weights);
    double[] out = new double[Metric.COUNT];
    Arrays.fill(out, Double.NaN);
    set(out, Metric.PATH_ACCURACY, s[RIGHT], s[SAMPLES]);
    set(out, Metric.DECIDED_ACCURACY, s[DECIDED_RIGHT], s[DECIDED]);
    set(out, Metric.HIERARCHICAL_PRECISION, s[SHARED_NODES], s[PREDICTED_NODES]);
    set(out, Metric.HIERARCHICAL_RECALL, s[SHARED_NODES], s[TRUE_NODES]);
    if (s[TRUE_NODES] > 0) {
      set(out, Metric.HIERARCHICAL_F1, 2 * s[SHARED_NODES], s[PREDICTED_NODES] + s[TRUE_NODES]);
    }
    set(out, Metric.HIERARCHICAL_PRECISION_MACRO, s[PRECISION], s[WITH_PREDICTED_NODES]);
    set(out, Metric.HIERARCHICAL_RECALL_MACRO, s[RECALL], s[SAMPLES]);
    set(out, Metric.HIERARCHICAL_F1_MACRO, s[F1], s[SAMPLES]);
    return out;
  }

  /** The share behind a metric, where it is one. */
  Optional<StageData.Proportion> proportion(Metric metric, int[] weights) {
    double[] s = sums.under(weights);
    return switch (metric) {
      case PATH_ACCURACY -> StageData.Proportion.of(Math.round(s[RIGHT]), Math.round(s[SAMPLES]));
      case DECIDED_ACCURACY ->
          StageData.Proportion.of(Math.round(s[DECIDED_RIGHT]), Math.round(s[DECIDED]));
      default -> Optional.empty();
    };
  }

  /** Whom a metric rests on. */
  Behind behind(Metric metric) {
    boolean decided = metric == Metric.DECIDED_ACCURACY;
    return Behind.of(
        sums.unitsWith(f -> f == (decided ? DECIDED : SAMPLES)),
        decided ? " with decided cells" : "");
  }

  long samples(int[] weights) {
    return Math.round(sums.under(weights)[SAMPLES]);
  }

  private static void set(double[] out, Metric metric, double numerator, double denominator) {
    out[metric.ordinal()] = denominator > 0 ? numerator / denominator : Double.NaN;
  }

  /**
   * A true and a decided label held against each other.
   *
   * @param shared nodes below the root on both ways
   * @param predicted nodes on the way to the decided label, cut at the truth where it lies below
   * @param actual nodes on the way to the truth
   * @param failedAt the stage at which the ways part, if they do
   */
  private record Step(int shared, int predicted, int actual, Optional<Label> failedAt) {
    static Step of(Taxonomy taxonomy, Label truth, Label decided) {
      List<Label> actual = taxonomy.pathTo(truth);
      List<Label> predicted = taxonomy.pathTo(decided);
      if (predicted.contains(truth)) {
        predicted = actual;
      }
      int shared = 0;
      while (shared < Math.min(actual.size(), predicted.size())
          && actual.get(shared).equals(predicted.get(shared))) {
        shared++;
      }
      return new Step(
          shared - 1,
          predicted.size() - 1,
          actual.size() - 1,
          shared == actual.size() ? Optional.empty() : Optional.of(actual.get(shared - 1)));
    }

    void contribute(MultilevelResult.Outcome outcome, UnitSums.Adder adder) {
      if (actual == 0) {
        return; // a label at the root says nothing that could be scored
      }
      boolean right = failedAt.isEmpty();
      adder.add(SAMPLES, 1);
      adder.add(RIGHT, right ? 1 : 0);
      if (outcome == MultilevelResult.Outcome.DECIDED) {
        adder.add(DECIDED, 1);
        adder.add(DECIDED_RIGHT, right ? 1 : 0);
      }
      adder.add(SHARED_NODES, shared);
      adder.add(PREDICTED_NODES, predicted);
      adder.add(TRUE_NODES, actual);
      if (predicted > 0) {
        adder.add(PRECISION, (double) shared / predicted);
        adder.add(WITH_PREDICTED_NODES, 1);
      }
      adder.add(RECALL, (double) shared / actual);
      adder.add(F1, 2.0 * shared / (predicted + actual));
    }
  }
}
