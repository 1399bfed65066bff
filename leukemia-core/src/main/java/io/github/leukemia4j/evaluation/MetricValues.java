package io.github.leukemia4j.evaluation;

import io.github.leukemia4j.metric.Metric;
import io.github.leukemia4j.statistics.Interval;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.function.Supplier;

/** Metrics with their estimates, or with the reason why they have none. Immutable. */
public final class MetricValues {
  private final List<Metric> metrics;
  private final Map<Metric, Estimate> estimates;
  private final Map<Metric, String> undefined;

  private MetricValues(
      List<Metric> metrics, Map<Metric, Estimate> estimates, Map<Metric, String> undefined) {
    this.metrics = metrics;
    this.estimates = Collections.unmodifiableMap(estimates);
    this.undefined = Collections.unmodifiableMap(undefined);
  }

  /**
   * Reads figures off a row.
   *
   * @param figures what is wanted, in the order of the report
   * @param interval asked for only where there is a value
   */
  static MetricValues of(
      List<? extends Figure> figures,
      double[] row,
      Function<Figure, IntervalFinder.Found> interval) {
    Builder values = new Builder();
    for (Figure figure : figures) {
      values.add(figure.metric(), figure.in(row), () -> interval.apply(figure), figure::reason);
    }
    return values.build();
  }

  /** Collects values. Not thread-safe. */
  static final class Builder {
    private final Map<Metric, Estimate> estimates = new LinkedHashMap<>();
    private final Map<Metric, String> undefined = new LinkedHashMap<>();
    private final List<Metric> metrics = new ArrayList<>();

    /**
     * @param value NaN where undefined
     * @param interval asked for only where there is a value
     * @param reason asked for only where there is none
     */
    void add(
        Metric metric,
        double value,
        Supplier<IntervalFinder.Found> interval,
        Supplier<String> reason) {
      metrics.add(metric);
      if (Double.isNaN(value)) {
        undefined.put(metric, reason.get());
      } else {
        IntervalFinder.Found sure = interval.get();
        estimates.put(metric, new Estimate(value, sure.interval(), sure.remark()));
      }
    }

    MetricValues build() {
      return new MetricValues(List.copyOf(metrics), estimates, undefined);
    }
  }

  /** Every metric that applies, with a value or without, in the order of reports. */
  public List<Metric> metrics() {
    return metrics;
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

  /** Every metric that has a value, in the order of reports. */
  public Map<Metric, Estimate> estimates() {
    return estimates;
  }

  /** Every metric that applies but has no value, with the reason. */
  public Map<Metric, String> undefined() {
    return undefined;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof MetricValues that
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
