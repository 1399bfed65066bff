package io.github.leukemia4j.evaluation;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.metric.Metric;
import io.github.leukemia4j.pipeline.MultilevelResult;
import io.github.leukemia4j.statistics.ClusterSums;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How far down the tree each sample was led rightly, prepared like {@link
 * io.github.leukemia4j.metric.StageScores}. The root is no node of a path: it is always right.
 * Immutable.
 */
final class PathScores {

  /** What is summed up over the samples. */
  private enum Sum {
    SAMPLES,
    RIGHT,
    DECIDED,
    DECIDED_RIGHT,
    SHARED_NODES,
    PREDICTED_NODES,
    TRUE_NODES,
    PRECISION,
    WITH_PREDICTED_NODES,
    RECALL,
    F1
  }

  private final ClusterSums sums;
  private final int clusters;
  private final Map<Label, StageErrors> errors;

  private PathScores(ClusterSums sums, int clusters, Map<Label, StageErrors> errors) {
    this.sums = sums;
    this.clusters = clusters;
    this.errors = errors;
  }

  static PathScores of(Taxonomy taxonomy, List<ScoredSample> samples, int[] cluster, int clusters) {
    Map<Label, Map<Label, Step>> steps = new HashMap<>();
    for (Label truth : taxonomy.labels()) {
      Map<Label, Step> byDecided = new HashMap<>();
      for (Label decided : taxonomy.labels()) {
        byDecided.put(decided, Step.of(taxonomy, truth, decided));
      }
      steps.put(truth, byDecided);
    }
    ClusterSums sums =
        ClusterSums.of(
            Sum.values().length,
            cluster,
            clusters,
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
    return new PathScores(sums, clusters, errors);
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
    double[] sums = this.sums.under(weights);
    double[] out = new double[PathMetric.values().length];
    for (PathMetric metric : PathMetric.values()) {
      out[metric.ordinal()] = measure(metric, sums);
    }
    return out;
  }

  private static double measure(PathMetric metric, double[] sums) {
    return switch (metric) {
      case PATH_ACCURACY -> ratio(sums, Sum.RIGHT, Sum.SAMPLES);
      case DECIDED_ACCURACY -> ratio(sums, Sum.DECIDED_RIGHT, Sum.DECIDED);
      case HIERARCHICAL_PRECISION -> ratio(sums, Sum.SHARED_NODES, Sum.PREDICTED_NODES);
      case HIERARCHICAL_RECALL -> ratio(sums, Sum.SHARED_NODES, Sum.TRUE_NODES);
      case HIERARCHICAL_F1 -> {
        double actual = sums[Sum.TRUE_NODES.ordinal()];
        yield actual > 0
            ? 2 * sums[Sum.SHARED_NODES.ordinal()] / (sums[Sum.PREDICTED_NODES.ordinal()] + actual)
            : Double.NaN;
      }
      case HIERARCHICAL_PRECISION_MACRO -> ratio(sums, Sum.PRECISION, Sum.WITH_PREDICTED_NODES);
      case HIERARCHICAL_RECALL_MACRO -> ratio(sums, Sum.RECALL, Sum.SAMPLES);
      case HIERARCHICAL_F1_MACRO -> ratio(sums, Sum.F1, Sum.SAMPLES);
    };
  }

  private static double ratio(double[] sums, Sum numerator, Sum denominator) {
    double below = sums[denominator.ordinal()];
    return below > 0 ? sums[numerator.ordinal()] / below : Double.NaN;
  }

  /** The share of samples that a metric is, if it is one. */
  Optional<Metric.Share> share(PathMetric metric) {
    return switch (metric) {
      case PATH_ACCURACY -> share(Sum.RIGHT, Sum.SAMPLES);
      case DECIDED_ACCURACY -> share(Sum.DECIDED_RIGHT, Sum.DECIDED);
      default -> Optional.empty();
    };
  }

  private Optional<Metric.Share> share(Sum successes, Sum trials) {
    long of = total(trials);
    return of == 0 ? Optional.empty() : Optional.of(new Metric.Share(total(successes), of));
  }

  /** Whom a metric rests on. */
  Behind behind(PathMetric metric) {
    boolean decided = metric == PathMetric.DECIDED_ACCURACY;
    return Behind.of(
        sums.clustersWith(f -> f == (decided ? Sum.DECIDED : Sum.SAMPLES).ordinal()),
        decided ? " with decided cells" : "");
  }

  /** How many samples have a label below the root. */
  long samples() {
    return total(Sum.SAMPLES);
  }

  private long total(Sum sum) {
    int[] once = new int[clusters];
    Arrays.fill(once, 1);
    return Math.round(sums.under(once)[sum.ordinal()]);
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

    void contribute(MultilevelResult.Outcome outcome, ClusterSums.Adder adder) {
      if (actual == 0) {
        return; // a label at the root says nothing that could be scored
      }
      boolean right = failedAt.isEmpty();
      adder.add(Sum.SAMPLES.ordinal(), 1);
      adder.add(Sum.RIGHT.ordinal(), right ? 1 : 0);
      if (outcome == MultilevelResult.Outcome.DECIDED) {
        adder.add(Sum.DECIDED.ordinal(), 1);
        adder.add(Sum.DECIDED_RIGHT.ordinal(), right ? 1 : 0);
      }
      adder.add(Sum.SHARED_NODES.ordinal(), shared);
      adder.add(Sum.PREDICTED_NODES.ordinal(), predicted);
      adder.add(Sum.TRUE_NODES.ordinal(), actual);
      if (predicted > 0) {
        adder.add(Sum.PRECISION.ordinal(), (double) shared / predicted);
        adder.add(Sum.WITH_PREDICTED_NODES.ordinal(), 1);
      }
      adder.add(Sum.RECALL.ordinal(), (double) shared / actual);
      adder.add(Sum.F1.ordinal(), 2.0 * shared / (predicted + actual));
    }
  }
}
