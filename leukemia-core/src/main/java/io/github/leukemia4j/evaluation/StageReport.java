package io.github.leukemia4j.evaluation;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.metric.ConfusionMatrix;
import io.github.leukemia4j.metric.Interval;
import io.github.leukemia4j.metric.Metric;
import io.github.leukemia4j.metric.Metrics;
import io.github.leukemia4j.metric.ReliabilityBin;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * How one stage fared on all samples whose truth lies below it, whether or not the cascade brought
 * them there. Immutable.
 *
 * @param stage the inner node
 * @param patients how many different patients these samples name; 0 where none is known
 * @param confusion by the label to which the cascade sent a sample; where it ended before, by the
 *     label that the stage chooses by its own rule, what a refer band leaves open being positive
 * @param metrics of the stage as a whole
 * @param classes one for each label, in the order of the labels
 * @param reliability the bins behind the calibration error
 * @param calibrationCheck what these errors would be of a calibrated model, and a test; empty
 *     without samples or resamples
 * @param riskCoverage what answering only the surest samples gives
 * @param byPatient the same samples with the patient as what is judged; empty where no patient is
 *     known, or each has one sample
 */
public record StageReport(
    Label stage,
    int patients,
    ConfusionMatrix confusion,
    MetricValues metrics,
    List<ClassReport> classes,
    List<ReliabilityBin> reliability,
    Optional<CalibrationCheck> calibrationCheck,
    RiskCoverage riskCoverage,
    Optional<PatientReport> byPatient) {

  /** The one of a stage. */
  static <T> T of(Label innerNode, List<T> stages, Function<T, Label> name) {
    return stages.stream()
        .filter(s -> name.apply(s).equals(innerNode))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "The stage must be one of %s; found %s."
                        .formatted(stages.stream().map(name).toList(), innerNode)));
  }

  /** What the stage chooses among. */
  public LabelSet labels() {
    return confusion.labels();
  }

  /** How many samples it was held against. */
  public long samples() {
    return confusion.total();
  }

  /** How many of the labels occur in the truth. */
  public long labelsThatOccur() {
    return classes.stream().filter(c -> c.samples() > 0).count();
  }

  /**
   * How one class of a stage fared against the others.
   *
   * @param label the class
   * @param samples whose truth lies at or below it
   * @param predicted samples for which it was chosen
   * @param metrics recall, precision, specificity, F1, F-beta, AUROC, average precision
   */
  public record ClassReport(Label label, long samples, long predicted, MetricValues metrics) {}

  /**
   * How a stage fared on patients instead of cells. Samples without patient are left out.
   *
   * @param patients how many have samples at the stage
   * @param mixed how many of them have samples of several labels, and so no label of their own
   * @param pooling how the cells of a patient were made one decision, in words
   * @param decisions one decision for each patient, held against the patient's label: its samples
   *     are patients; empty where a patient is mixed, and where the stage has no patient
   * @param means of each metric within each patient, the mean over the patients on whom it is
   *     defined: {@link Metrics#ACCURACY}, {@link Metrics#BALANCED_ACCURACY} and {@link
   *     Metrics#AUROC} of patients with several labels, {@link Metrics#SENSITIVITY} and {@link
   *     Metrics#SPECIFICITY}
   * @param behind over how many patients each mean was taken
   */
  public record PatientReport(
      int patients,
      int mixed,
      String pooling,
      Optional<StageReport> decisions,
      MetricValues means,
      Map<Metric, Integer> behind) {}

  /**
   * A metric's value and how sure it is.
   *
   * @param value the value on the samples, finite
   * @param interval its confidence interval, where one could be made
   * @param remark why there is no interval, or what its reader must know, such as that too few
   *     patients stand behind it: a sentence without its full stop; empty where there is nothing to
   *     say
   */
  public record Estimate(double value, Optional<Interval> interval, Optional<String> remark) {
    /**
     * @throws IllegalArgumentException where the value is not finite
     */
    public Estimate {
      if (!Double.isFinite(value)) {
        throw new IllegalArgumentException("An estimate must be finite; found " + value + ".");
      }
    }
  }

  /**
   * Metrics with their estimates, or with the reason why they have none.
   *
   * @param measured every metric that applies, with a value or without, in the order of reports
   * @param estimates of every metric that has a value, in this order
   * @param undefined every metric that has none, with the reason
   */
  public record MetricValues(
      List<Metric> measured, Map<Metric, Estimate> estimates, Map<Metric, String> undefined) {
    /** Copies the collections. */
    public MetricValues {
      measured = List.copyOf(measured);
      estimates = Collections.unmodifiableMap(new LinkedHashMap<>(estimates));
      undefined = Collections.unmodifiableMap(new LinkedHashMap<>(undefined));
    }

    /**
     * @param figures what is wanted, in the order of the report
     * @param value NaN where undefined
     * @param interval asked for only where there is a value
     * @param reason asked for only where there is none
     */
    static <F> MetricValues of(
        List<F> figures,
        Function<F, Metric> metric,
        ToDoubleFunction<F> value,
        Function<F, IntervalFinder.Found> interval,
        Function<F, String> reason) {
      Map<Metric, Estimate> estimates = new LinkedHashMap<>();
      Map<Metric, String> undefined = new LinkedHashMap<>();
      for (F figure : figures) {
        double found = value.applyAsDouble(figure);
        if (Double.isNaN(found)) {
          undefined.put(metric.apply(figure), reason.apply(figure));
        } else {
          IntervalFinder.Found sure = interval.apply(figure);
          estimates.put(metric.apply(figure), new Estimate(found, sure.interval(), sure.remark()));
        }
      }
      return new MetricValues(figures.stream().map(metric).toList(), estimates, undefined);
    }

    /** The estimate; empty where the metric is undefined or does not apply. */
    public Optional<Estimate> get(Metric metric) {
      return Optional.ofNullable(estimates.get(metric));
    }

    /** The value alone; empty where the metric is undefined or does not apply. */
    public OptionalDouble value(Metric metric) {
      return get(metric).map(e -> OptionalDouble.of(e.value())).orElse(OptionalDouble.empty());
    }

    /** The interval alone; empty where the metric has none. */
    public Optional<Interval> interval(Metric metric) {
      return get(metric).flatMap(Estimate::interval);
    }
  }

  /**
   * What a calibrated model would show on samples of this size, and a test whether this one is
   * calibrated. Calibration errors are never 0 by chance, and the fewer the samples the larger they
   * are: a value says nothing without this beside it.
   *
   * <p>Truths are drawn from the highest probabilities themselves, bin by bin. Where patients have
   * several samples, which are alike, the gaps of whole patients are also given random signs, and
   * the larger of both expectations and of both p-values counts.
   *
   * @param expectedError the mean {@link Metrics#EXPECTED_CALIBRATION_ERROR} of a calibrated model
   * @param maximumError its mean {@link Metrics#MAXIMUM_CALIBRATION_ERROR}
   * @param pValue how often the expected calibration error of a calibrated model is at least that
   *     of this one, in (0, 1]
   * @param method how this was found, in words
   */
  public record CalibrationCheck(
      double expectedError, double maximumError, double pValue, String method) {}

  /**
   * What answering only the surest samples gives: for every least confidence the share of samples
   * that are answered and the share of errors among them (El-Yaniv and Wiener 2010).
   *
   * @param points from the highest confidence down, one for each distinct confidence
   */
  public record RiskCoverage(List<Point> points) {
    /**
     * One least confidence.
     *
     * @param leastConfidence from which on samples are answered
     * @param coverage the share of samples that are, in (0, 1]
     * @param risk the share of errors among them
     */
    public record Point(double leastConfidence, double coverage, double risk) {}

    /**
     * @param confidence of each sample, higher where surer; a number
     * @param right whether its answer is right
     */
    static RiskCoverage of(double[] confidence, boolean[] right) {
      int n = confidence.length;
      List<Integer> surest =
          IntStream.range(0, n)
              .boxed()
              .sorted(Comparator.comparingDouble(i -> -confidence[i]))
              .toList();
      List<Point> points = new ArrayList<>();
      int errors = 0;
      for (int at = 0; at < n; at++) {
        double least = confidence[surest.get(at)];
        errors += right[surest.get(at)] ? 0 : 1;
        if (at + 1 == n || confidence[surest.get(at + 1)] != least) {
          points.add(new Point(least, (at + 1.0) / n, errors / (at + 1.0)));
        }
      }
      return new RiskCoverage(List.copyOf(points));
    }

    /**
     * The fewest of the surest samples that are at least this share of all.
     *
     * @param coverage in [0, 1]
     * @return empty without samples
     */
    public Optional<Point> at(double coverage) {
      // (k + 1.0) / n can fall short of a share that it should reach by the last bit.
      return points.stream().filter(p -> p.coverage() >= coverage - 1e-12).findFirst();
    }

    /**
     * The mean risk over all coverages, as a sum of steps: lower is better. Empty without samples.
     */
    public OptionalDouble area() {
      double area = 0;
      double before = 0;
      for (Point point : points) {
        area += (point.coverage() - before) * point.risk();
        before = point.coverage();
      }
      return points.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(area);
    }
  }
}
