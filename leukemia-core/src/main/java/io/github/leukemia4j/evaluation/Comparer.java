package io.github.leukemia4j.evaluation;

import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.evaluation.ComparisonReport.Difference;
import io.github.leukemia4j.evaluation.ComparisonReport.PatientComparison;
import io.github.leukemia4j.evaluation.ComparisonReport.StageComparison;
import io.github.leukemia4j.metric.EvaluationOptions;
import io.github.leukemia4j.metric.Metric;
import io.github.leukemia4j.metric.Metrics;
import io.github.leukemia4j.metric.StageScores;
import io.github.leukemia4j.statistics.DeLong;
import io.github.leukemia4j.statistics.McNemar;
import io.github.leukemia4j.statistics.SignFlipTest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Compares two pipelines. Both sets of answers are prepared as one data set in which each unit
 * occurs twice, so that swapping the pipelines for a unit is a matter of weights.
 */
final class Comparer {
  /** Of fewer of a label DeLong's normal approximation is off; swaps are exact. */
  private static final int LEAST_DELONG = 10;

  private final Taxonomy taxonomy;
  private final List<ScoredSample> samplesOfFirst;
  private final List<ScoredSample> samplesOfSecond;
  private final EvaluationOptions options;
  private final Clusters clusters;
  private final Figures figures;
  private final double[] first;
  private final double[] second;
  private final ResampledSpreads spreads;
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
    this.clusters = Clusters.of(samplesOfFirst);
    List<ScoredSample> both = new ArrayList<>(samplesOfFirst);
    both.addAll(samplesOfSecond);
    this.figures = Figures.of(taxonomy, both, clusters.doubled(), options);
    int[] all = new int[clusters.count()];
    Arrays.fill(all, 1);
    this.first = figures.row(beside(all, new int[all.length]));
    this.second = figures.row(beside(new int[all.length], all));
    Clusters groups = Clusters.scattered(samplesOfFirst, ResampledSpreads.GROUPS, options.seed());
    boolean clustered = !clusters.independent() && clusters.count() <= options.resamples();
    this.spreads =
        new ResampledSpreads(
            clusters,
            weights -> difference(figures, weights),
            clustered
                ? Optional.of(scattered(Figures.of(taxonomy, both, groups.doubled(), options)))
                : Optional.empty(),
            groups.count(),
            options);
    this.pValues =
        SignFlipTest.pValues(clusters.count(), options.resamples(), options.seed(), this::swapped);
  }

  static ComparisonReport compare(
      Taxonomy taxonomy,
      List<ScoredSample> first,
      List<ScoredSample> second,
      EvaluationOptions options) {
    Comparer comparer = new Comparer(taxonomy, first, second, options);
    return new ComparisonReport(
        comparer.figures.stages().stream().map(comparer::stage).toList(),
        comparer.differences(comparer.figures.ofPath()),
        options,
        new ComparisonReport.Compared("the first", ""),
        new ComparisonReport.Compared("the second", ""));
  }

  private StageComparison stage(Figures.Stage stage) {
    int samples = stage.scores().size() / 2; // the second half repeats the first
    Map<Metric, Difference> found = differences(stage.whole());
    if (clusters.independent()) {
      independent(stage.scores(), samples, found);
    }
    return new StageComparison(
        stage.node(),
        samples,
        clusters.patients(stage.scores()),
        Collections.unmodifiableMap(found),
        byPatient(stage, samples));
  }

  private Optional<PatientComparison> byPatient(Figures.Stage stage, int samples) {
    if (clusters.independent()) {
      return Optional.empty();
    }
    int[] firstHalf = IntStream.range(0, samples).toArray();
    int[] secondHalf = IntStream.range(samples, 2 * samples).toArray();
    Clusters doubled = clusters.doubled();
    PatientMeans ofFirst = PatientMeans.of(stage.scores(), firstHalf, doubled, options);
    PatientMeans ofSecond = PatientMeans.of(stage.scores(), secondHalf, doubled, options);
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

  private Map<Metric, Difference> differences(List<Figure> wanted) {
    Map<Metric, Difference> found = new LinkedHashMap<>();
    for (Figure figure : wanted) {
      double a = figure.in(first);
      double b = figure.in(second);
      if (!Double.isNaN(a) && !Double.isNaN(b)) {
        IntervalFinder.Found sure =
            IntervalFinder.ofDifference(figure, b - a, clusters, spreads, options);
        found.put(
            figure.metric(),
            new Difference(
                a,
                b,
                sure.interval(),
                figure.in(pValues),
                "sign flips over " + clusters.inWords(),
                sure.remark()));
      }
    }
    return found;
  }

  private void independent(StageScores scores, int samples, Map<Metric, Difference> found) {
    int onlyFirst = 0;
    int onlySecond = 0;
    for (int i = 0; i < samples; i++) {
      boolean a = scores.chosen(i) == scores.truth(i);
      boolean b = scores.chosen(samples + i) == scores.truth(i);
      onlyFirst += a && !b ? 1 : 0;
      onlySecond += b && !a ? 1 : 0;
    }
    Difference accuracy = found.get(Metrics.ACCURACY);
    if (accuracy != null) {
      found.put(
          Metrics.ACCURACY,
          new Difference(
              accuracy.first(),
              accuracy.second(),
              accuracy.interval(),
              McNemar.exact(onlyFirst, onlySecond, samples),
              "exact McNemar" + clusters.assumption(),
              accuracy.remark()));
    }
    boolean[] positive = Arrays.copyOf(scores.isOf(scores.scored()), samples);
    int positives = 0;
    for (boolean one : positive) {
      positives += one ? 1 : 0;
    }
    if (scores.labels().size() == 2 && Math.min(positives, samples - positives) >= LEAST_DELONG) {
      double[] ranked = scores.probabilities(scores.scored());
      DeLong.Comparison areas =
          DeLong.compare(
              Arrays.copyOf(ranked, samples),
              Arrays.copyOfRange(ranked, samples, 2 * samples),
              positive,
              options.level());
      areas
          .pValue()
          .ifPresent(
              pValue ->
                  found.put(
                      Metrics.AUROC,
                      new Difference(
                          areas.first(),
                          areas.second(),
                          areas.interval().map(i -> i.withMethod("DeLong" + clusters.assumption())),
                          pValue,
                          "DeLong" + clusters.assumption(),
                          Optional.empty())));
    }
  }

  private double[] swapped(boolean[] swap) {
    int[] asFirst = new int[2 * swap.length];
    int[] asSecond = new int[2 * swap.length];
    for (int u = 0; u < swap.length; u++) {
      asFirst[swap[u] ? swap.length + u : u] = 1;
      asSecond[swap[u] ? u : swap.length + u] = 1;
    }
    return minus(figures.row(asSecond), figures.row(asFirst));
  }

  private static Function<int[], double[]> scattered(Figures figures) {
    return weights -> difference(figures, weights);
  }

  private static double[] difference(Figures figures, int[] weights) {
    int[] none = new int[weights.length];
    return minus(figures.row(beside(none, weights)), figures.row(beside(weights, none)));
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
