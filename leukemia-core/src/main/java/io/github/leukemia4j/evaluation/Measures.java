package io.github.leukemia4j.evaluation;

import io.github.leukemia4j.metric.Metric;
import io.github.leukemia4j.statistics.Interval;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

/** Metrics with their estimates, or with the reason why they have none. Immutable. */
public final class Measures {
  private final Map<Metric, Estimate> estimates;
  private final Map<Metric, String> undefined;

  private Measures(Map<Metric, Estimate> estimates, Map<Metric, String> undefined) {
    this.estimates = Collections.unmodifiableMap(estimates);
    this.undefined = Collections.unmodifiableMap(undefined);
  }

  /**
   * @param wanted which metrics
   * @param value their values, NaN where undefined
   * @param interval their intervals, asked for only where there is a value
   * @param reason why one is undefined
   */
  static Measures of(
      Iterable<Metric> wanted,
      Function<Metric, Double> value,
      Function<Metric, IntervalFinder.Found> interval,
      Function<Metric, String> reason) {
    Map<Metric, Estimate> estimates = new EnumMap<>(Metric.class);
    Map<Metric, String> undefined = new EnumMap<>(Metric.class);
    for (Metric metric : wanted) {
      double found = value.apply(metric);
      if (Double.isNaN(found)) {
        undefined.put(metric, reason.apply(metric));
      } else {
        IntervalFinder.Found sure = interval.apply(metric);
        estimates.put(metric, new Estimate(found, sure.interval(), sure.remark()));
      }
    }
    return new Measures(estimates, undefined);
  }

  /** The estimate; empty where the metric is undefined or does not apply. */
  public Optional<Estimate> get(Metric metric) {
    return Optional.ofNullable(estimates.get(Objects.requireNonNull(metric, "metric")));
  }

  /** The value alone; empty where the metric is undefined or does not apply. */
  public OptionalDouble value(Metric metric) {
    return get(metric).map(e -> OptionalDouble.of(e.value())).orElse(OptionalDouble.empty());
  }

  /** The interval alone; empty where the metric has none. */
  public Optional<Interval> interval(Metric metric) {
    return get(metric).flatMap(Estimate::interval);
  }

  /** Every metric that has a value, in the order of the enum. */
  public Map<Metric, Estimate> estimates() {
    return estimates;
  }

  /** Every metric that applies but has no value, with the reason. */
  public Map<Metric, String> undefined() {
    return undefined;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Measures that
        && estimates.equals(that.estimates)
        && undefined.equals(that.undefined);
  }

  @Override
  public int hashCode() {
    return Objects.hash(estimates, undefined);
  }

  @Override
  public String toString() {
    return estimates.toString() + (undefined.isEmpty() ? "" : " undefined " + undefined);
  }
}
