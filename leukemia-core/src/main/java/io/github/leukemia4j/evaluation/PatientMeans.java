package io.github.leukemia4j.evaluation;

import io.github.leukemia4j.evaluation.ComparisonReport.Difference;
import io.github.leukemia4j.evaluation.StageReport.MetricValues;
import io.github.leukemia4j.metric.EvaluationOptions;
import io.github.leukemia4j.metric.Interval;
import io.github.leukemia4j.metric.Metric;
import io.github.leukemia4j.metric.Metrics;
import io.github.leukemia4j.metric.StageMetric;
import io.github.leukemia4j.metric.StageScores;
import io.github.leukemia4j.statistics.Proportions;
import io.github.leukemia4j.statistics.SignFlipTest;
import io.github.leukemia4j.statistics.Spread;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Metrics of one stage within each patient, and their means over patients. Immutable. */
final class PatientMeans {
  private final int mixed;
  private final Map<StageMetric, double[]> values;
  private final Map<StageMetric, double[]> trials;

  /**
   * @param values of each patient, NaN where undefined
   * @param trials how many cells each patient's share is of; 0 where it is no share
   */
  private PatientMeans(
      int mixed, Map<StageMetric, double[]> values, Map<StageMetric, double[]> trials) {
    this.mixed = mixed;
    this.values = values;
    this.trials = trials;
  }

  /** Samples of no patient are left out. */
  static PatientMeans of(
      StageScores scores, int[] samples, Clusters clusters, EvaluationOptions options) {
    Map<Integer, List<Integer>> cells = new LinkedHashMap<>();
    for (int i : samples) {
      if (clusters.isPatient()[scores.cluster(i)]) {
        cells.computeIfAbsent(scores.cluster(i), u -> new ArrayList<>()).add(i);
      }
    }
    List<StageScores> patients =
        cells.values().parallelStream()
            .map(some -> scores.part(some.stream().mapToInt(Integer::intValue).toArray()))
            .toList();
    Map<StageMetric, double[]> values = new LinkedHashMap<>();
    Map<StageMetric, double[]> trials = new LinkedHashMap<>();
    for (StageMetric metric : options.ofPatients()) {
      values.put(metric, patients.stream().mapToDouble(p -> within(p, metric)).toArray());
      trials.put(
          metric,
          patients.stream()
              .mapToDouble(p -> metric.share(p).map(Metric.Share::trials).orElse(0L))
              .toArray());
    }
    int mixed = (int) patients.stream().filter(PatientMeans::ofSeveralLabels).count();
    return new PatientMeans(mixed, values, trials);
  }

  /** Balanced accuracy within a patient with one label would be its recall under another name. */
  private static double within(StageScores patient, StageMetric metric) {
    return metric == Metrics.BALANCED_ACCURACY && !ofSeveralLabels(patient)
        ? Double.NaN
        : metric.of(patient).orElse(Double.NaN);
  }

  private static boolean ofSeveralLabels(StageScores patient) {
    return IntStream.range(1, patient.size()).anyMatch(i -> patient.truth(i) != patient.truth(0));
  }

  /** The variance that a mean of shares would have were all cells independent. */
  private double ofIndependentCells(StageMetric metric) {
    if (Arrays.stream(trials.get(metric)).allMatch(cells -> cells == 0)) {
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

  int patients() {
    return values.get(Metrics.ACCURACY).length;
  }

  int mixed() {
    return mixed;
  }

  Map<Metric, Integer> behind() {
    Map<Metric, Integer> behind = new LinkedHashMap<>();
    values.forEach((metric, some) -> behind.put(metric, defined(some).length));
    return Collections.unmodifiableMap(behind);
  }

  MetricValues means(boolean positive, EvaluationOptions options) {
    return MetricValues.of(
        List.copyOf(values.keySet()),
        metric -> metric,
        metric -> Arrays.stream(defined(values.get(metric))).average().orElse(Double.NaN),
        metric ->
            sure(defined(values.get(metric)), ofIndependentCells(metric), metric.range(), options),
        metric -> reason(metric, positive));
  }

  private static String reason(StageMetric metric, boolean positive) {
    if (metric == Metrics.ACCURACY) {
      return "there are no patients";
    }
    if (metric == Metrics.BALANCED_ACCURACY || metric == Metrics.AUROC) {
      return "no patient has samples of two labels";
    }
    return metric.basis() != StageMetric.Basis.EVERY_LABEL && !positive
        ? "the stage names no positive label"
        : "no patient has such samples";
  }

  /** Second minus first. Both must be of the same samples. */
  static Map<Metric, Difference> differences(
      PatientMeans first, PatientMeans second, EvaluationOptions options) {
    Map<Metric, Difference> found = new LinkedHashMap<>();
    for (StageMetric metric : first.values.keySet()) {
      double[] a = defined(first.values.get(metric));
      double[] b = defined(second.values.get(metric));
      if (a.length > 0) {
        double[] differences = IntStream.range(0, a.length).mapToDouble(i -> b[i] - a[i]).toArray();
        IntervalFinder.Found sure = sure(differences, 0, Metric.Range.ANY, options);
        found.put(
            metric,
            new Difference(
                Arrays.stream(a).average().orElseThrow(),
                Arrays.stream(b).average().orElseThrow(),
                sure.interval(),
                SignFlipTest.ofMean(differences, options.resamples(), options.seed()),
                "sign flips over " + a.length + " patients",
                sure.remark()));
      }
    }
    return Collections.unmodifiableMap(found);
  }

  private static double[] defined(double[] values) {
    return Arrays.stream(values).filter(v -> !Double.isNaN(v)).toArray();
  }

  /**
   * Of the mean of independent values. Where all are 0 or all are 1, the chance of that is at most
   * the mean to the power of their number.
   */
  private static IntervalFinder.Found sure(
      double[] values, double least, Metric.Range range, EvaluationOptions options) {
    if (options.resamples() == 0) {
      return IntervalFinder.Found.NOTHING;
    }
    int n = values.length;
    String over = " over " + n + " patients";
    double sum = Arrays.stream(values).sum();
    boolean[] all = new boolean[n];
    Arrays.fill(all, true);
    Optional<Interval> interval =
        n >= 2 && range == Metric.Range.UNIT && (sum == 0 || sum == n)
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
