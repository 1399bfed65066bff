package io.github.leukemia4j.evaluation;

import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.metric.EvaluationOptions;
import io.github.leukemia4j.metric.Interval;
import io.github.leukemia4j.metric.Metric;
import io.github.leukemia4j.metric.Metric.Nature;
import io.github.leukemia4j.metric.Metrics;
import io.github.leukemia4j.metric.StageMetric;
import io.github.leukemia4j.metric.StageScores;
import io.github.leukemia4j.statistics.DeLong;
import io.github.leukemia4j.statistics.Proportions;
import io.github.leukemia4j.statistics.Spread;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Chooses the interval that fits the data, or says why there is none. Independent samples get
 * Clopper-Pearson's for shares and DeLong's for areas. Where patients have several samples, the
 * jackknife or the bootstrap over patients gives it, and Korn and Graubard's for shares.
 */
final class IntervalFinder {
  /** The fewest clusters of each label on which an interval can be relied. */
  static final int LEAST_CLUSTERS = 5;

  static final Set<StageMetric> MEAN_RECALLS =
      Set.of(Metrics.BALANCED_ACCURACY, Metrics.MACRO_RECALL);

  /** An interval, or none, and what is to be said of it. */
  record Found(Optional<Interval> interval, Optional<String> remark) {
    /** Where no intervals are wanted. */
    static final Found NOTHING = new Found(Optional.empty(), Optional.empty());

    static Found of(Interval interval) {
      return new Found(Optional.of(interval), Optional.empty());
    }

    static Found none(String why) {
      return new Found(Optional.empty(), Optional.of("no interval: " + why));
    }
  }

  private final EvaluationOptions options;
  private final Clusters clusters;
  private final double[] row;
  private final Optional<ResampledSpreads> spreads;

  private IntervalFinder(
      EvaluationOptions options,
      Clusters clusters,
      double[] row,
      Optional<ResampledSpreads> spreads) {
    this.options = options;
    this.clusters = clusters;
    this.row = row;
    this.spreads = spreads;
  }

  /**
   * @param row the figures on the data themselves
   */
  static IntervalFinder of(
      Taxonomy taxonomy,
      List<ScoredSample> samples,
      Figures figures,
      double[] row,
      Clusters clusters,
      EvaluationOptions options) {
    if (options.resamples() == 0 || clusters.count() == 0) {
      return new IntervalFinder(options, clusters, row, Optional.empty());
    }
    Clusters groups = Clusters.scattered(samples, ResampledSpreads.GROUPS, options.seed());
    boolean clustered = !clusters.independent() && clusters.count() <= options.resamples();
    return new IntervalFinder(
        options,
        clusters,
        row,
        Optional.of(
            new ResampledSpreads(
                clusters,
                figures::row,
                clustered
                    ? Optional.of(Figures.of(taxonomy, samples, groups, options)::row)
                    : Optional.empty(),
                groups.count(),
                options)));
  }

  /** Of a figure of a stage, or of one of its labels. */
  Found of(Figures.Stage stage, Figure figure) {
    if (spreads.isEmpty()) {
      return Found.NOTHING;
    }
    if (figure.metric() == Metrics.AUROC
        && clusters.independent()
        && stage.scores().labels().size() == 2) {
      return delong(stage.scores());
    }
    return MEAN_RECALLS.contains(figure.metric()) ? ofMeanRecall(stage, figure) : of(figure);
  }

  /** Of any figure, by its metric's nature. */
  Found of(Figure figure) {
    if (spreads.isEmpty()) {
      return Found.NOTHING;
    }
    Optional<Metric.Share> share = figure.share();
    if (clusters.independent() && share.isPresent()) {
      return Found.of(
          Proportions.clopperPearson(share.get().successes(), share.get().trials(), options.level())
              .withMethod("Clopper-Pearson" + clusters.assumption()));
    }
    SupportingClusters behind = figure.behind();
    Nature nature = figure.metric().nature();
    if (nature == Nature.BIASED) {
      return Found.none("it is above 0 by chance, too");
    }
    return tooFewToRank(nature, behind, clusters)
        .orElseGet(() -> surely(interval(figure, behind, share), behind, clusters));
  }

  /** Two groups must be told apart: of a handful an interval would be everything, or wrong. */
  private static Optional<Found> tooFewToRank(
      Nature nature, SupportingClusters behind, Clusters clusters) {
    return (nature == Nature.RANKED || nature == Nature.JUMPING) && behind.fewest() < LEAST_CLUSTERS
        ? Optional.of(Found.none(tooFew(behind, clusters) + ", and needs " + LEAST_CLUSTERS))
        : Optional.empty();
  }

  /**
   * Of a mean of recalls. Where one label with few patients has hardly an error, leaving out
   * patients shows too little. So each recall's own interval, on the degrees of freedom that labels
   * of as many equally different patients have together, reaches into that of the mean (Zou and
   * Donner 2008), which is the wider one at each end.
   */
  private Found ofMeanRecall(Figures.Stage stage, Figure mean) {
    double value = mean.in(row);
    Found found = of(mean);
    if (found.interval().isEmpty() || value == 1 || mean.behind().fewest() < 2) {
      return found;
    }
    List<Figure> recalls =
        stage.byLabel().stream()
            .flatMap(List::stream)
            .filter(figure -> figure.metric() == Metrics.RECALL)
            .toList();
    double sum = 0;
    double squares = 0;
    int occurring = 0;
    for (Figure recall : recalls) {
      double behind = recall.behind().count();
      occurring += behind > 0 ? 1 : 0;
      sum += behind > 0 ? 1 / behind : 0;
      squares += behind > 0 ? 1 / (behind * behind * (behind - 1)) : 0;
    }
    double degrees = Spread.degrees(sum * sum / squares);
    double below = 0;
    double above = 0;
    for (Figure recall : recalls) {
      Optional<Metric.Share> share = recall.share();
      if (share.isPresent()) {
        double variance =
            spreads.get().of(recall, recall.behind()).map(Spread::variance).orElse(0.0);
        Interval own =
            new Spread(variance, degrees)
                .share(share.get().successes(), share.get().trials(), options.level(), "");
        double point = share.get().value();
        below += (point - own.lower()) * (point - own.lower());
        above += (own.upper() - point) * (own.upper() - point);
      }
    }
    Interval whole = found.interval().get();
    return new Found(
        Optional.of(
            new Interval(
                Math.max(0, Math.min(whole.lower(), value - Math.sqrt(below) / occurring)),
                Math.min(1, Math.max(whole.upper(), value + Math.sqrt(above) / occurring)),
                options.level(),
                whole.method().replaceFirst("jackknife|bootstrap", "$0 and the recalls' own"))),
        found.remark());
  }

  /** Says what has to be said of an interval that rests on these, or of its absence. */
  private static Found surely(
      Optional<Interval> interval, SupportingClusters behind, Clusters clusters) {
    return surely(interval, behind.fewest(), tooFew(behind, clusters));
  }

  /** The same of a mean over patients. */
  static Found surely(Optional<Interval> interval, int patients) {
    return surely(
        interval, patients, "rests on " + patients + (patients == 1 ? " patient" : " patients"));
  }

  private static Found surely(Optional<Interval> interval, int fewest, String restsOn) {
    if (interval.isEmpty()) {
      return Found.none(
          fewest < 2 ? restsOn : "leaving out one after the other does not tell how far it strays");
    }
    return new Found(
        interval,
        fewest < LEAST_CLUSTERS
            ? Optional.of(restsOn + "; below " + LEAST_CLUSTERS + " an interval may be too short")
            : Optional.empty());
  }

  /** Of two pipelines' difference. */
  static Found ofDifference(
      Figure figure,
      double difference,
      Clusters clusters,
      ResampledSpreads spreads,
      EvaluationOptions options) {
    Nature nature = figure.metric().nature();
    if (nature == Nature.BIASED) {
      return Found.none("both errors are above 0 by chance, too");
    }
    SupportingClusters behind = figure.behind().once();
    return tooFewToRank(nature, behind, clusters)
        .orElseGet(
            () ->
                surely(
                    spreads
                        .of(figure, behind)
                        .flatMap(
                            s ->
                                s.interval(
                                    difference,
                                    options.level(),
                                    Metric.Range.ANY,
                                    spreads.method(figure, behind))),
                    behind,
                    clusters));
  }

  private static String tooFew(SupportingClusters behind, Clusters clusters) {
    return "rests on " + clusters.noun(behind.fewest()) + behind.part();
  }

  private Optional<Interval> interval(
      Figure figure, SupportingClusters behind, Optional<Metric.Share> share) {
    double value = figure.in(row);
    if (share.isPresent() && (value == 0 || value == 1)
        || figure.metric() instanceof StageMetric metric
            && MEAN_RECALLS.contains(metric)
            && value == 1) {
      return alike(value, behind);
    }
    String method = spreads.get().method(figure, behind);
    Optional<Spread> spread = spreads.get().of(figure, behind);
    return share.isPresent()
        ? spread.map(
            s ->
                s.share(
                    share.get().successes(),
                    share.get().trials(),
                    options.level(),
                    method.replaceFirst("jackknife|cluster bootstrap", "Korn-Graubard")))
        : spread.flatMap(s -> s.interval(value, options.level(), figure.metric().range(), method));
  }

  /**
   * Without any error, or any success, nothing tells how alike a cluster's cells are. Counting each
   * cluster as one observation is then safe: were the share below the bound, that all clusters are
   * faultless would be less probable than the level allows.
   */
  private Optional<Interval> alike(double value, SupportingClusters behind) {
    int count = behind.alike();
    return count < 2
        ? Optional.empty()
        : Optional.of(
            Proportions.clopperPearson(value == 0 ? 0 : count, count, options.level())
                .withMethod(
                    "Clopper-Pearson over %s, whose cells do not differ"
                        .formatted(clusters.inWords(behind.clusters()))));
  }

  /** DeLong's interval for the area of a stage with two labels and independent samples. */
  private Found delong(StageScores scores) {
    SupportingClusters behind = SupportingClusters.of(Metrics.AUROC, scores);
    return tooFewToRank(Nature.RANKED, behind, clusters)
        .orElseGet(
            () ->
                DeLong.area(
                        scores.probabilities(scores.scored()),
                        scores.isOf(scores.scored()),
                        options.level())
                    .interval()
                    .map(i -> Found.of(i.withMethod("DeLong" + clusters.assumption())))
                    .orElseGet(() -> Found.none("no two samples are ranked wrongly")));
  }
}
