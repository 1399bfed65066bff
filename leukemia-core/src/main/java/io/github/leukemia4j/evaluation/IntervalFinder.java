package io.github.leukemia4j.evaluation;

import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.metric.Behind;
import io.github.leukemia4j.metric.EvaluationOptions;
import io.github.leukemia4j.metric.Metric;
import io.github.leukemia4j.metric.StageData;
import io.github.leukemia4j.metric.StageInput;
import io.github.leukemia4j.statistics.ClusterBootstrap;
import io.github.leukemia4j.statistics.DeLong;
import io.github.leukemia4j.statistics.Interval;
import io.github.leukemia4j.statistics.Proportions;
import io.github.leukemia4j.statistics.Spread;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Picks the interval that fits the data, or says why there is none: exact shares and DeLong's area
 * where samples are independent; where patients have several samples, what leaving out patients
 * shows, shares as Korn and Graubard have them.
 */
final class IntervalFinder {
  /** The fewest units of each label on which an interval can be relied. */
  static final int LEAST_UNITS = 5;

  /** Two groups must be told apart: of a handful the interval would be everything, or wrong. */
  private static final Set<Metric> RANKED =
      EnumSet.of(
          Metric.AUROC,
          Metric.AUPRC,
          Metric.SENSITIVITY_AT_SPECIFICITY,
          Metric.SPECIFICITY_AT_SENSITIVITY);

  /** Above 0 by chance alone, so that no interval of theirs holds the truth. */
  static final Set<Metric> BIASED =
      EnumSet.of(Metric.EXPECTED_CALIBRATION_ERROR, Metric.MAXIMUM_CALIBRATION_ERROR);

  static final Set<Metric> MEAN_RECALLS = EnumSet.of(Metric.BALANCED_ACCURACY, Metric.MACRO_RECALL);

  /** An interval, or none, and what is to be said of it. */
  record Found(Optional<Interval> interval, Optional<String> remark) {
    static Found of(Interval interval) {
      return new Found(Optional.of(interval), Optional.empty());
    }

    static Found none(String why) {
      return new Found(Optional.empty(), Optional.of("no interval: " + why));
    }
  }

  private final EvaluationOptions options;
  private final Units units;
  private final Optional<Spreads> spreads;

  private IntervalFinder(EvaluationOptions options, Units units, Optional<Spreads> spreads) {
    this.options = options;
    this.units = units;
    this.spreads = spreads;
  }

  static IntervalFinder of(
      Taxonomy taxonomy,
      List<ScoredSample> samples,
      CascadeData data,
      Units units,
      EvaluationOptions options) {
    if (options.resamples() == 0 || units.count() == 0) {
      return new IntervalFinder(options, units, Optional.empty());
    }
    Units groups = Units.scattered(samples, Spreads.GROUPS, options.seed());
    boolean clustered = !units.independent() && units.count() <= options.resamples();
    return new IntervalFinder(
        options,
        units,
        Optional.of(
            new Spreads(
                units,
                data::measure,
                clustered
                    ? Optional.of(CascadeData.of(taxonomy, samples, groups, options)::measure)
                    : Optional.empty(),
                groups.count(),
                options)));
  }

  /**
   * @param metric what it is
   * @param value on the data
   * @param column the metric's place in the row of numbers
   * @param behind whom it rests on
   * @param share the share of samples that it is, if it is one
   */
  Found of(
      Metric metric,
      double value,
      int column,
      Behind behind,
      Optional<StageData.Proportion> share) {
    if (spreads.isEmpty()) {
      return new Found(Optional.empty(), Optional.empty());
    }
    if (units.independent() && share.isPresent()) {
      return Found.of(
          Proportions.clopperPearson(share.get().successes(), share.get().trials(), options.level())
              .withMethod("Clopper-Pearson" + units.assumption()));
    }
    if (RANKED.contains(metric) && behind.fewest() < LEAST_UNITS) {
      return Found.none(tooFew(behind, units) + ", and needs " + LEAST_UNITS);
    }
    return surely(interval(metric, value, column, behind, share), behind, units);
  }

  /**
   * Of a mean of recalls. Where one label with few patients has hardly an error, leaving out
   * patients shows too little. So each recall's own interval, on the degrees of freedom that labels
   * of as many equally different patients have together, reaches into that of the mean (Zou and
   * Donner 2008), which is the wider one at each end.
   *
   * @param start where the stage's numbers begin in the row
   */
  Found ofMeanRecall(Metric metric, double value, int start, StageData data, int[] all) {
    Behind behind = data.behind(metric);
    Found found = of(metric, value, start + StageData.indexOf(metric), behind, Optional.empty());
    if (found.interval().isEmpty() || value == 1 || behind.fewest() < 2) {
      return found;
    }
    int labels = data.labels().size();
    double sum = 0;
    double squares = 0;
    int occurring = 0;
    for (int c = 0; c < labels; c++) {
      double units = data.behind(c, Metric.RECALL).count();
      occurring += units > 0 ? 1 : 0;
      sum += units > 0 ? 1 / units : 0;
      squares += units > 0 ? 1 / (units * units * (units - 1)) : 0;
    }
    double degrees = Spread.degrees(sum * sum / squares);
    double below = 0;
    double above = 0;
    for (int c = 0; c < labels; c++) {
      Optional<StageData.Proportion> share = data.proportion(c, Metric.RECALL, all);
      if (share.isPresent()) {
        double variance =
            spreads
                .get()
                .of(
                    Metric.RECALL,
                    start + StageData.indexOf(c, Metric.RECALL),
                    data.behind(c, Metric.RECALL))
                .map(Spread::variance)
                .orElse(0.0);
        double recall = (double) share.get().successes() / share.get().trials();
        Interval own =
            new Spread(variance, degrees)
                .share(share.get().successes(), share.get().trials(), options.level(), "");
        below += (recall - own.lower()) * (recall - own.lower());
        above += (own.upper() - recall) * (own.upper() - recall);
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
  private static Found surely(Optional<Interval> interval, Behind behind, Units units) {
    return surely(interval, behind.fewest(), tooFew(behind, units));
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
        fewest < LEAST_UNITS
            ? Optional.of(restsOn + "; below " + LEAST_UNITS + " an interval may be too short")
            : Optional.empty());
  }

  /** Of two cascades' difference. */
  static Found ofDifference(
      Metric metric,
      double difference,
      int column,
      Behind behind,
      Units units,
      Spreads spreads,
      EvaluationOptions options) {
    if (BIASED.contains(metric)) {
      return Found.none("both errors are above 0 by chance, too");
    }
    if (RANKED.contains(metric) && behind.fewest() < LEAST_UNITS) {
      return Found.none(tooFew(behind, units) + ", and needs " + LEAST_UNITS);
    }
    return surely(
        spreads
            .of(metric, column, behind)
            .flatMap(
                s ->
                    s.interval(
                        difference,
                        options.level(),
                        ClusterBootstrap.Range.ANY,
                        spreads.method(metric, behind))),
        behind,
        units);
  }

  private static String tooFew(Behind behind, Units units) {
    return "rests on " + units.noun(behind.fewest()) + behind.part();
  }

  private Optional<Interval> interval(
      Metric metric,
      double value,
      int column,
      Behind behind,
      Optional<StageData.Proportion> share) {
    String method = spreads.get().method(metric, behind);
    if (share.isPresent() && (value == 0 || value == 1)
        || MEAN_RECALLS.contains(metric) && value == 1) {
      return alike(value, behind);
    }
    Optional<Spread> spread = spreads.get().of(metric, column, behind);
    return share.isPresent()
        ? spread.map(
            s ->
                s.share(
                    share.get().successes(),
                    share.get().trials(),
                    options.level(),
                    method.replaceFirst("jackknife|cluster bootstrap", "Korn-Graubard")))
        : spread.flatMap(s -> s.interval(value, options.level(), metric.range(), method));
  }

  /**
   * Without any error, or any success, nothing tells how alike a unit's cells are. Counting each
   * unit as one observation is then safe: were the share below the bound, that all units are
   * faultless would be less probable than the level allows.
   */
  private Optional<Interval> alike(double value, Behind behind) {
    int count = behind.alike();
    return count < 2
        ? Optional.empty()
        : Optional.of(
            Proportions.clopperPearson(value == 0 ? 0 : count, count, options.level())
                .withMethod(
                    "Clopper-Pearson over "
                        + units.inWords(behind.units())
                        + ", whose cells do not differ"));
  }

  /** DeLong's interval for the area of a stage with two labels and independent samples. */
  Found delong(StageInput input, Behind behind) {
    if (spreads.isEmpty()) {
      return new Found(Optional.empty(), Optional.empty());
    }
    if (behind.fewest() < LEAST_UNITS) {
      return Found.none(tooFew(behind, units) + ", and needs " + LEAST_UNITS);
    }
    return DeLong.area(
            input.probabilities()[input.scored()], input.isClass(input.scored()), options.level())
        .interval()
        .map(i -> Found.of(i.withMethod("DeLong" + units.assumption())))
        .orElseGet(() -> Found.none("no two samples are ranked wrongly"));
  }
}
