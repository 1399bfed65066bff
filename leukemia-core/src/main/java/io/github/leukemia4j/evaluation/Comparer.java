package io.github.leukemia4j.evaluation;

import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.evaluation.compare.ComparisonReport;
import io.github.leukemia4j.evaluation.compare.Difference;
import io.github.leukemia4j.evaluation.compare.PatientComparison;
import io.github.leukemia4j.evaluation.compare.StageComparison;
import io.github.leukemia4j.metric.Behind;
import io.github.leukemia4j.metric.EvaluationOptions;
import io.github.leukemia4j.metric.Metric;
import io.github.leukemia4j.metric.StageData;
import io.github.leukemia4j.metric.StageInput;
import io.github.leukemia4j.statistics.DeLong;
import io.github.leukemia4j.statistics.McNemar;
import io.github.leukemia4j.statistics.PairedTest;
import io.github.leukemia4j.statistics.SignFlipTest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Compares two cascades. Both sets of answers are prepared as one data set in which each unit
 * occurs twice, so that swapping the cascades for a unit is a matter of weights.
 */
final class Comparer {
  /** Of fewer of a label DeLong's normal approximation is off; swaps are exact. */
  private static final int LEAST_DELONG = 10;

  private final Taxonomy taxonomy;
  private final List<ScoredSample> samplesOfFirst;
  private final List<ScoredSample> samplesOfSecond;
  private final EvaluationOptions options;
  private final Units units;
  private final CascadeData data;
  private final double[] first;
  private final double[] second;
  private final Spreads spreads;
  private final double[] pValues;

  private Comparer(
      Taxonomy taxonomy,
      List<ScoredSample> samplesOfFirst,
      List<ScoredSample> samplesOfSecond,
      EvaluationOptions options) {
    this.taxonomy = taxonomy;
    this.samplesOfFirst = samplesOfFirst;
    this.samplesOfSecond = samplesOfSecond;
    this.options = options;
    this.units = Units.of(samplesOfFirst);
    List<ScoredSample> both = new ArrayList<>(samplesOfFirst);
    both.addAll(samplesOfSecond);
    this.data = CascadeData.of(taxonomy, both, units.doubled(), options);
    int[] all = new int[units.count()];
    Arrays.fill(all, 1);
    this.first = data.measure(beside(all, new int[all.length]));
    this.second = data.measure(beside(new int[all.length], all));
    Units groups = Units.scattered(samplesOfFirst, Spreads.GROUPS, options.seed());
    boolean clustered = !units.independent() && units.count() <= options.resamples();
    this.spreads =
        new Spreads(
            units,
            weights -> difference(data, weights),
            clustered
                ? Optional.of(scattered(CascadeData.of(taxonomy, both, groups.doubled(), options)))
                : Optional.empty(),
            groups.count(),
            options);
    this.pValues =
        SignFlipTest.pValues(units.count(), options.resamples(), options.seed(), this::swapped);
  }

  static ComparisonReport compare(
      Taxonomy taxonomy,
      List<ScoredSample> first,
      List<ScoredSample> second,
      EvaluationOptions options) {
    Comparer comparer = new Comparer(taxonomy, first, second, options);
    List<StageComparison> stages = new ArrayList<>();
    for (int s = 0; s < comparer.data.stages().size(); s++) {
      stages.add(comparer.stage(s));
    }
    return new ComparisonReport(
        List.copyOf(stages),
        comparer.differences(
            PathData.OF_PATH, comparer.data.startOfPath(), comparer.data.path()::behind),
        options,
        new ComparisonReport.Compared("the first", ""),
        new ComparisonReport.Compared("the second", ""));
  }

  private StageComparison stage(int index) {
    CascadeData.Stage stage = data.stages().get(index);
    int[] unit = stage.input().unit();
    int samples = unit.length / 2; // the second half repeats the first
    Map<Metric, Difference> found =
        new EnumMap<>(differences(StageData.OF_STAGE, data.startOf(index), stage.data()::behind));
    if (units.independent()) {
      independent(stage.input(), samples, found);
    }
    return new StageComparison(
        stage.node(),
        samples,
        units.patients(Arrays.copyOf(unit, samples)),
        Collections.unmodifiableMap(found),
        byPatient(stage, samples));
  }

  private Optional<PatientComparison> byPatient(CascadeData.Stage stage, int samples) {
    if (units.independent()) {
      return Optional.empty();
    }
    int[] firstHalf = IntStream.range(0, samples).toArray();
    int[] secondHalf = IntStream.range(samples, 2 * samples).toArray();
    StageInput input = stage.input();
    Units doubled = units.doubled();
    PatientMeans ofFirst = PatientMeans.of(input.part(firstHalf), doubled, options);
    PatientMeans ofSecond = PatientMeans.of(input.part(secondHalf), doubled, options);
    Map<Metric, Difference> decisions = Map.of();
    if (ofFirst.patients() > 0 && ofFirst.mixed() == 0) {
      decisions =
          compare(
                  PatientSamples.taxonomy(taxonomy, stage.node()),
                  PatientSamples.pool(Evaluator.POOLING, taxonomy, stage.node(), samplesOfFirst),
                  PatientSamples.pool(Evaluator.POOLING, taxonomy, stage.node(), samplesOfSecond),
                  options)
              .stages()
              .get(0)
              .differences();
    }
    return Optional.of(
        new PatientComparison(
            ofFirst.patients(),
            ofFirst.mixed(),
            Evaluator.POOLING.describe(),
            decisions,
            PatientMeans.differences(ofFirst, ofSecond, options)));
  }

  private Map<Metric, Difference> differences(
      Set<Metric> metrics, int start, Function<Metric, Behind> behind) {
    Map<Metric, Difference> found = new EnumMap<>(Metric.class);
    for (Metric metric : metrics) {
      int column = start + metric.ordinal();
      if (!Double.isNaN(first[column]) && !Double.isNaN(second[column])) {
        double difference = second[column] - first[column];
        IntervalFinder.Found sure =
            IntervalFinder.ofDifference(
                metric, difference, column, behind.apply(metric).once(), units, spreads, options);
        found.put(
            metric,
            new Difference(
                first[column],
                second[column],
                sure.interval(),
                new PairedTest(difference, pValues[column], "sign flips over " + units.inWords()),
                sure.remark()));
      }
    }
    return Collections.unmodifiableMap(found);
  }

  private void independent(StageInput input, int samples, Map<Metric, Difference> found) {
    int onlyFirst = 0;
    int onlySecond = 0;
    for (int i = 0; i < samples; i++) {
      boolean a = input.chosen()[i] == input.truth()[i];
      boolean b = input.chosen()[samples + i] == input.truth()[i];
      onlyFirst += a && !b ? 1 : 0;
      onlySecond += b && !a ? 1 : 0;
    }
    Difference accuracy = found.get(Metric.ACCURACY);
    if (accuracy != null) {
      PairedTest exact = McNemar.exact(onlyFirst, onlySecond, samples);
      found.put(
          Metric.ACCURACY,
          new Difference(
              accuracy.first(),
              accuracy.second(),
              accuracy.interval(),
              labelled(exact),
              accuracy.remark()));
    }
    boolean[] positive = Arrays.copyOf(input.isClass(input.scored()), samples);
    int positives = 0;
    for (boolean one : positive) {
      positives += one ? 1 : 0;
    }
    if (input.labels().size() == 2 && Math.min(positives, samples - positives) >= LEAST_DELONG) {
      double[] scores = input.probabilities()[input.scored()];
      DeLong.Comparison areas =
          DeLong.compare(
              Arrays.copyOf(scores, samples),
              Arrays.copyOfRange(scores, samples, 2 * samples),
              positive,
              options.level());
      areas
          .test()
          .ifPresent(
              test ->
                  found.put(
                      Metric.AUROC,
                      new Difference(
                          areas.first(),
                          areas.second(),
                          areas.interval().map(i -> i.withMethod("DeLong" + units.assumption())),
                          labelled(test))));
    }
  }

  private PairedTest labelled(PairedTest test) {
    return new PairedTest(test.difference(), test.pValue(), test.method() + units.assumption());
  }

  private double[] swapped(boolean[] swap) {
    int[] asFirst = new int[2 * swap.length];
    int[] asSecond = new int[2 * swap.length];
    for (int u = 0; u < swap.length; u++) {
      asFirst[swap[u] ? swap.length + u : u] = 1;
      asSecond[swap[u] ? u : swap.length + u] = 1;
    }
    return minus(data.measure(asSecond), data.measure(asFirst));
  }

  private static Function<int[], double[]> scattered(CascadeData data) {
    return weights -> difference(data, weights);
  }

  private static double[] difference(CascadeData data, int[] weights) {
    int[] none = new int[weights.length];
    return minus(data.measure(beside(none, weights)), data.measure(beside(weights, none)));
  }

  private static int[] beside(int[] ofFirst, int[] ofSecond) {
    int[] both = Arrays.copyOf(ofFirst, ofFirst.length + ofSecond.length);
    System.arraycopy(ofSecond, 0, both, ofFirst.length, ofSecond.length);
    return both;
  }

  private static double[] minus(double[] a, double[] b) {
    double[] out = new double[a.length];
    Arrays.setAll(out, i -> a[i] - b[i]);
    return out;
  }
}
