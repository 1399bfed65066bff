package io.github.leukemia4j.evaluation;

import io.github.leukemia4j.statistics.ClusterBootstrap;
import io.github.leukemia4j.statistics.Interval;
import io.github.leukemia4j.statistics.PairedTest;
import io.github.leukemia4j.statistics.SignFlipTest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/** Metrics of one stage within each patient, and their means over patients. Immutable. */
final class PatientMeans {
  static final Set<Metric> METRICS =
      Collections.unmodifiableSet(
          EnumSet.of(
              Metric.ACCURACY,
              Metric.BALANCED_ACCURACY,
              Metric.AUROC,
              Metric.SENSITIVITY,
              Metric.SPECIFICITY));

  private final int mixed;
  private final Map<Metric, double[]> values;

  private PatientMeans(int mixed, Map<Metric, double[]> values) {
    this.mixed = mixed;
    this.values = values;
  }

  /** Samples whose unit is no patient are left out. */
  static PatientMeans of(StageInput input, Units units, EvaluationOptions options) {
    Map<Integer, List<Integer>> cells = new LinkedHashMap<>();
    for (int i = 0; i < input.unit().length; i++) {
      if (units.isPatient()[input.unit()[i]]) {
        cells.computeIfAbsent(input.unit()[i], u -> new ArrayList<>()).add(i);
      }
    }
    List<int[]> patients =
        cells.values().stream()
            .map(some -> some.stream().mapToInt(Integer::intValue).toArray())
            .toList();
    List<double[]> measured =
        patients.parallelStream()
            .map(some -> measure(input.part(some).asOneUnit(), options))
            .toList();
    Map<Metric, double[]> values = new EnumMap<>(Metric.class);
    for (Metric metric : METRICS) {
      values.put(
          metric, measured.stream().mapToDouble(all -> all[StageData.indexOf(metric)]).toArray());
    }
    int mixed = (int) patients.stream().filter(some -> several(input, some)).count();
    return new PatientMeans(mixed, values);
  }

  private static boolean several(StageInput input, int[] samples) {
    return Arrays.stream(samples).anyMatch(i -> input.truth()[i] != input.truth()[samples[0]]);
  }

  /** Balanced accuracy within a patient with one label would be its recall under another name. */
  private static double[] measure(StageInput patient, EvaluationOptions options) {
    double[] all = StageData.of(patient, 1, options).measure(new int[] {1});
    if (Arrays.stream(patient.truth()).distinct().count() < 2) {
      all[StageData.indexOf(Metric.BALANCED_ACCURACY)] = Double.NaN;
    }
    return all;
  }

  int patients() {
    return values.get(Metric.ACCURACY).length;
  }

  int mixed() {
    return mixed;
  }

  Map<Metric, Integer> behind() {
    Map<Metric, Integer> behind = new EnumMap<>(Metric.class);
    values.forEach((metric, some) -> behind.put(metric, defined(some).length));
    return Collections.unmodifiableMap(behind);
  }

  Measures means(boolean positive, EvaluationOptions options) {
    return Measures.of(
        METRICS,
        metric -> Arrays.stream(defined(values.get(metric))).average().orElse(Double.NaN),
        metric ->
            IntervalFinder.Found.of(interval(defined(values.get(metric)), metric.range(), options)),
        metric -> reason(metric, positive));
  }

  private static String reason(Metric metric, boolean positive) {
    return switch (metric) {
      case SENSITIVITY, SPECIFICITY ->
          positive ? "no patient has such samples" : "the stage names no positive label";
      case ACCURACY -> "there are no patients";
      default -> "no patient has samples of two labels";
    };
  }

  /** Second minus first. Both must be of the same samples. */
  static Map<Metric, Difference> differences(
      PatientMeans first, PatientMeans second, EvaluationOptions options) {
    Map<Metric, Difference> found = new EnumMap<>(Metric.class);
    for (Metric metric : METRICS) {
      double[] a = defined(first.values.get(metric));
      double[] b = defined(second.values.get(metric));
      if (a.length > 0) {
        double[] differences = IntStream.range(0, a.length).mapToDouble(i -> b[i] - a[i]).toArray();
        found.put(
            metric,
            new Difference(
                Arrays.stream(a).average().orElseThrow(),
                Arrays.stream(b).average().orElseThrow(),
                interval(differences, ClusterBootstrap.Range.ANY, options),
                inPatients(
                    SignFlipTest.ofMean(differences, options.resamples(), options.seed()),
                    a.length)));
      }
    }
    return Collections.unmodifiableMap(found);
  }

  private static PairedTest inPatients(PairedTest test, int patients) {
    return new PairedTest(
        test.difference(), test.pValue(), "sign flips over " + patients + " patients");
  }

  private static double[] defined(double[] values) {
    return Arrays.stream(values).filter(v -> !Double.isNaN(v)).toArray();
  }

  private static Optional<Interval> interval(
      double[] values, ClusterBootstrap.Range range, EvaluationOptions options) {
    if (options.resamples() == 0 || values.length < 2) {
      return Optional.empty();
    }
    double[] replicates =
        Arrays.stream(
                ClusterBootstrap.replicates(
                    new int[values.length],
                    options.resamples(),
                    options.seed(),
                    weights -> new double[] {mean(values, weights)}))
            .mapToDouble(row -> row[0])
            .toArray();
    return ClusterBootstrap.interval(
            Arrays.stream(values).average().orElseThrow(),
            replicates,
            values.length,
            options.level(),
            range)
        .map(i -> i.withMethod("bootstrap over " + values.length + " patients"));
  }

  private static double mean(double[] values, int[] weights) {
    double sum = 0;
    for (int u = 0; u < values.length; u++) {
      sum += weights[u] * values[u];
    }
    return sum / values.length;
  }
}
