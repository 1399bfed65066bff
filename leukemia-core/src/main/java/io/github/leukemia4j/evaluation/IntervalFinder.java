package io.github.leukemia4j.evaluation;

import io.github.leukemia4j.statistics.ClusterBootstrap;
import io.github.leukemia4j.statistics.DeLong;
import io.github.leukemia4j.statistics.Interval;
import io.github.leukemia4j.statistics.Proportions;
import java.util.Arrays;
import java.util.Optional;

/**
 * Picks the interval that fits the data: the cluster bootstrap where patients have several samples;
 * else exact shares, DeLong for the area of two classes, and the bootstrap over cells for the rest.
 */
final class IntervalFinder {
  /** The fewest units of each label on which an interval can be relied. */
  static final int LEAST_UNITS = 5;

  /** An interval, or none, and what is to be said of it. */
  record Found(Optional<Interval> interval, Optional<String> remark) {
    static Found of(Optional<Interval> interval) {
      return new Found(interval, Optional.empty());
    }
  }

  private final EvaluationOptions options;
  private final Units units;
  private final double[][] replicates;

  private IntervalFinder(EvaluationOptions options, Units units, double[][] replicates) {
    this.options = options;
    this.units = units;
    this.replicates = replicates;
  }

  static IntervalFinder of(CascadeData data, Units units, EvaluationOptions options) {
    double[][] replicates =
        options.resamples() == 0 || units.count() == 0
            ? new double[0][]
            : ClusterBootstrap.replicates(
                units.stratum(), options.resamples(), options.seed(), data::measure);
    return new IntervalFinder(options, units, replicates);
  }

  /**
   * @param metric what it is
   * @param value on the data
   * @param column the metric's place in the row of numbers
   * @param unitsBehind how many units it rests on
   * @param share the share of samples that it is, if it is one
   */
  Found of(
      Metric metric,
      double value,
      int column,
      int unitsBehind,
      Optional<StageData.Proportion> share) {
    Optional<Interval> interval = interval(metric, value, column, unitsBehind, share);
    return new Found(
        interval,
        unitsBehind < LEAST_UNITS
            ? Optional.of(
                "rests on " + unitsBehind + " " + (units.anyPatient() ? "patients" : "cells"))
            : Optional.empty());
  }

  private Optional<Interval> interval(
      Metric metric,
      double value,
      int column,
      int unitsBehind,
      Optional<StageData.Proportion> share) {
    if (replicates.length == 0) {
      return Optional.empty();
    }
    if (units.independent() && share.isPresent()) {
      return Optional.of(
          described(
              Proportions.clopperPearson(
                  share.get().successes(), share.get().trials(), options.level()),
              "Clopper-Pearson" + units.assumption()));
    }
    Optional<Interval> found =
        ClusterBootstrap.interval(
                value,
                Arrays.stream(replicates).mapToDouble(row -> row[column]).toArray(),
                unitsBehind,
                options.level(),
                metric.range())
            .map(
                i ->
                    described(
                        i,
                        (units.anyPatient() ? "cluster bootstrap over " : "bootstrap over ")
                            + units.inWords()));
    return found.isPresent() ? found : share.flatMap(this::overUnits);
  }

  /**
   * Without any error, or any success, the resamples are all alike. Counting each unit as one
   * observation is then safe: were the share below the bound, that all units are faultless would be
   * less probable than the level allows.
   */
  private Optional<Interval> overUnits(StageData.Proportion share) {
    boolean none = share.successes() == 0;
    if (!none && share.successes() < share.trials()) {
      return Optional.empty();
    }
    return Optional.of(
        described(
            Proportions.clopperPearson(none ? 0 : share.units(), share.units(), options.level()),
            "Clopper-Pearson over patients where no cell differs"));
  }

  /** DeLong's interval for the area of a stage with two labels and independent samples. */
  Found delong(StageInput input) {
    return Found.of(area(input));
  }

  private Optional<Interval> area(StageInput input) {
    boolean[] positive = input.isClass(input.scored());
    int positives = 0;
    for (boolean one : positive) {
      positives += one ? 1 : 0;
    }
    if (replicates.length == 0 || positives < 2 || positive.length - positives < 2) {
      return Optional.empty();
    }
    return DeLong.area(input.probabilities()[input.scored()], positive, options.level())
        .interval()
        .map(i -> described(i, "DeLong" + units.assumption()));
  }

  private static Interval described(Interval interval, String method) {
    return interval.withMethod(method);
  }
}
