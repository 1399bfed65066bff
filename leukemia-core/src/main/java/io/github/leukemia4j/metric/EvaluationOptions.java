package io.github.leukemia4j.metric;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What is measured and how surely. Immutable.
 *
 * @param level of the intervals, in (0, 1)
 * @param resamples of the bootstrap; 0 makes no intervals
 * @param seed of the bootstrap: equal seeds give equal intervals
 * @param metrics measured of every stage besides {@link Metrics#OF_STAGE}
 */
public record EvaluationOptions(double level, int resamples, long seed, List<StageMetric> metrics) {

  /**
   * @throws IllegalArgumentException where one breaks the rules above, or two metrics have the same
   *     id; lists all faults
   */
  public EvaluationOptions {
    metrics = List.copyOf(metrics);
    List<String> faults = new ArrayList<>();
    if (!(level > 0 && level < 1)) {
      faults.add("the level must lie in (0, 1); found " + level);
    }
    if (resamples < 0) {
      faults.add("resamples must be 0 or more; found " + resamples);
    }
    Set<String> taken = new HashSet<>();
    Metrics.OF_STAGE.forEach(metric -> taken.add(metric.id()));
    for (StageMetric metric : metrics) {
      if (!metric.id().matches("[A-Za-z][A-Za-z0-9]*")) {
        faults.add("the id of a metric must be letters and digits; found " + metric.id());
      } else if (!taken.add(metric.id())) {
        faults.add("no two metrics may have the same id; found twice " + metric.id());
      }
    }
    if (!faults.isEmpty()) {
      throw new IllegalArgumentException("Evaluation options: " + String.join("; ", faults) + ".");
    }
  }

  /** Level 0.95 from 1,000 resamples with seed 0, and {@link Metrics#installed()} besides. */
  public static EvaluationOptions defaults() {
    return new EvaluationOptions(0.95, 1000, 0, Metrics.installed());
  }

  /** The same with another number of resamples; 0 makes no intervals. */
  public EvaluationOptions withResamples(int other) {
    return new EvaluationOptions(level, other, seed, metrics);
  }

  /** The same with another seed of the bootstrap. */
  public EvaluationOptions withSeed(long other) {
    return new EvaluationOptions(level, resamples, other, metrics);
  }

  /** The same with these metrics besides the built-in ones, in place of those installed. */
  public EvaluationOptions withMetrics(List<StageMetric> other) {
    return new EvaluationOptions(level, resamples, seed, other);
  }

  /** Everything that is measured of every stage, in the order of reports. */
  public List<StageMetric> ofStage() {
    return with(Metrics.OF_STAGE);
  }

  /** Everything that is measured within each patient, in the order of reports. */
  public List<StageMetric> ofPatients() {
    return with(Metrics.OF_PATIENTS);
  }

  /** What people ask for first of a stage, in the order of reports. */
  public List<Metric> headlines() {
    return Stream.concat(Metrics.HEADLINES.stream(), metrics.stream().filter(Metric::headline))
        .toList();
  }

  private List<StageMetric> with(List<StageMetric> builtIn) {
    return Stream.concat(builtIn.stream(), metrics.stream()).toList();
  }
}
