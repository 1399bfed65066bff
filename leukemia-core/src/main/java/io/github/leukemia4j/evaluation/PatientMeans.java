package io.github.leukemia4j.evaluation;

import io.github.leukemia4j.evaluation.compare.Difference;
import io.github.leukemia4j.metric.EvaluationOptions;
import io.github.leukemia4j.metric.Metric;
import io.github.leukemia4j.metric.StageData;
import io.github.leukemia4j.metric.StageInput;
import io.github.leukemia4j.statistics.ClusterBootstrap;
import io.github.leukemia4j.statistics.Interval;
import io.github.leukemia4j.statistics.PairedTest;
import io.github.leukemia4j.statistics.Proportions;
import io.github.leukemia4j.statistics.SignFlipTest;
import io.github.leukemia4j.statistics.Spread;
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
  private final Map<Metric, double[]> trials;

  /**
   * @param values of each patient, NaN where undefined
   * @param trials how many cells each patient's share is of; of metrics that are no share none
   */
  private PatientMeans(int mixed, Map<Metric, double[]> values, Map<Metric, double[]> trials) {
    this.mixed = mixed;
    this.values = values;
    this.trials = trials;
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
    Map<Metric, double[]> trials = new EnumMap<>(Metric.class);
    for (Metric metric : List.of(Metric.ACCURACY, Metric.SENSITIVITY, Metric.SPECIFICITY)) {
      trials.put(
          metric, patients.stream().mapToDouble(some -> trials(metric, input, some)).toArray());
    }
    return new PatientMeans(mixed, values, trials);
  }

  private static long trials(Metric metric, StageInput input, int[] samples) {
    int positive = input.labels().positiveIndex().orElse(-1);
    return Arrays.stream(samples)
        .filter(
            i ->
                metric == Metric.ACCURACY
                    || (input.truth()[i] == positive) == (metric == Metric.SENSITIVITY))
        .count();
  }

  /** The variance that a mean of shares would have were all cells independent. */
  private double ofIndependentCells(Metric metric) {
    if (!trials.containsKey(metric)) {
      return 0;
    }
    double[] shares = values.get(metric);
    double mean = Arrays.stream(defined(shares)).average().orElse(0);
    double sum = 0;
    int n = 0;
    for (int p = 0; p < shares.length; p++) {
      if (!Double.isNaN(shares[p])) {
        sum += 1 / trials.get(metric)[p];
        n++;
      }
    }
    return mean * (1 - mean) * sum / ((double) n * n);
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
            sure(defined(values.get(metric)), ofIndependentCells(metric), metric.range(), options),
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
        IntervalFinder.Found sure = sure(differences, 0, ClusterBootstrap.Range.ANY, options);
        found.put(
            metric,
            new Difference(
                Arrays.stream(a).average().orElseThrow(),
                Arrays.stream(b).average().orElseThrow(),
                sure.interval(),
                inPatients(
                    SignFlipTest.ofMean(differences, options.resamples(), options.seed()),
                    a.length),
                sure.remark()));
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

  /**
   * Of the mean of independent values. Where all are 0 or all are 1, the chance of that is at most
   * the mean to the power of their number.
   */
  private static IntervalFinder.Found sure(
      double[] values, double least, ClusterBootstrap.Range range, EvaluationOptions options) {
    if (options.resamples() == 0) {
      return new IntervalFinder.Found(Optional.empty(), Optional.empty());
    }
    int n = values.length;
    String over = " over " + n + " patients";
    double sum = Arrays.stream(values).sum();
    boolean[] all = new boolean[n];
    Arrays.fill(all, true);
    Optional<Interval> interval =
        n >= 2 && range == ClusterBootstrap.Range.UNIT && (sum == 0 || sum == n)
            ? Optional.of(
                Proportions.clopperPearson(Math.round(sum), n, options.level())
                    .withMethod("Clopper-Pearson" + over + ", who do not differ"))
            : n < 2
                ? Optional.empty()
                : Spread.jackknife(
                        Arrays.stream(values).map(v -> (sum - v) / (n - 1)).toArray(),
                        new int[n],
                        all,
                        least)
                    .flatMap(s -> s.interval(sum / n, options.level(), range, "jackknife" + over));
    return IntervalFinder.surely(interval, n);
  }
}
