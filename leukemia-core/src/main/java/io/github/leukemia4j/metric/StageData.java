package io.github.leukemia4j.metric;

import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.calibration.ReliabilityBin;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * One stage's predictions, prepared once so that every metric under any weights of the units is
 * quick: the value on the samples is the one where every weight is 1, and a bootstrap resample is
 * one where a unit's weight is how often it was drawn. Immutable.
 */
public final class StageData {
  /** The metrics of a stage as a whole. */
  public static final Set<Metric> OF_STAGE =
      EnumSet.complementOf(EnumSet.range(Metric.PATH_ACCURACY, Metric.HIERARCHICAL_F1_MACRO));

  /** The metrics of one class against the others. */
  public static final Set<Metric> OF_CLASS =
      EnumSet.of(
          Metric.PRECISION,
          Metric.RECALL,
          Metric.SPECIFICITY,
          Metric.F1,
          Metric.F_BETA,
          Metric.AUROC,
          Metric.AUPRC);

  private static final Set<Metric> OF_POSITIVE =
      EnumSet.of(
          Metric.SENSITIVITY,
          Metric.SPECIFICITY,
          Metric.PRECISION,
          Metric.RECALL,
          Metric.F1,
          Metric.F_BETA,
          Metric.SENSITIVITY_AT_SPECIFICITY,
          Metric.SPECIFICITY_AT_SENSITIVITY);

  static {
    OF_STAGE.remove(Metric.RECALL); // of a stage it is called sensitivity
  }

  static final double LEAST_PROBABILITY = 0x1p-52;

  private final LabelSet labels;
  private final EvaluationOptions options;
  private final Ranking[] rankings;
  private final UnitSums sums;
  private final int logLossAt;
  private final int brierAt;
  private final int endToEndAt;
  private final int binsAt;

  private StageData(LabelSet labels, EvaluationOptions options, Ranking[] rankings, UnitSums sums) {
    this.labels = labels;
    this.options = options;
    this.rankings = rankings;
    this.sums = sums;
    int classes = labels.size();
    this.logLossAt = classes * classes;
    this.brierAt = logLossAt + 1;
    this.endToEndAt = brierAt + 1;
    this.binsAt = endToEndAt + 1;
  }

  /**
   * @param units how many units there are in the whole data set
   */
  public static StageData of(StageInput input, int units, EvaluationOptions options) {
    LabelSet labels = input.labels();
    int bins = options.calibrationBins();
    UnitSums sums =
        UnitSums.of(
            labels.size() * labels.size() + 3 + 3 * bins,
            input.unit(),
            units,
            (sample, adder) -> input.contribute(sample, bins, adder));
    Ranking[] rankings = new Ranking[labels.size()];
    for (int c = 0; c < labels.size(); c++) {
      if (labels.size() > 2 || c == input.scored()) {
        rankings[c] = Ranking.of(input.probabilities()[c], input.isClass(c), input.unit());
      }
    }
    return new StageData(labels, options, rankings, sums);
  }

  public LabelSet labels() {
    return labels;
  }

  /** How many numbers {@link #measure} gives: every metric of the stage, then of each class. */
  public int size() {
    return (1 + labels.size()) * Metric.COUNT;
  }

  public static int indexOf(Metric metric) {
    return metric.ordinal();
  }

  public static int indexOf(int label, Metric metric) {
    return (1 + label) * Metric.COUNT + metric.ordinal();
  }

  public ConfusionMatrix confusion(int[] weights) {
    return confusion(sums.under(weights));
  }

  private ConfusionMatrix confusion(double[] summed) {
    int classes = labels.size();
    long[][] counts = new long[classes][classes];
    for (int i = 0; i < classes * classes; i++) {
      counts[i / classes][i % classes] = Math.round(summed[i]);
    }
    return ConfusionMatrix.of(labels, counts);
  }

  public List<ReliabilityBin> reliability(int[] weights) {
    double[] summed = sums.under(weights);
    int bins = options.calibrationBins();
    return IntStream.range(0, bins)
        .mapToObj(
            b -> {
              int at = binsAt + 3 * b;
              return ReliabilityBin.of(
                  b, bins, Math.round(summed[at]), summed[at + 1], summed[at + 2]);
            })
        .toList();
  }

  /** Every metric under the weights; NaN is undefined and does not leave the package. */
  public double[] measure(int[] weights) {
    double[] summed = sums.under(weights);
    ConfusionMatrix matrix = confusion(summed);
    double[] out = new double[size()];
    Arrays.fill(out, Double.NaN);
    fromCounts(matrix, out);
    fromSums(summed, matrix.total(), out);
    fromRanks(matrix, weights, out);
    return out;
  }

  private void fromCounts(ConfusionMatrix matrix, double[] out) {
    set(out, indexOf(Metric.ACCURACY), matrix.accuracy());
    set(out, indexOf(Metric.BALANCED_ACCURACY), matrix.balancedAccuracy());
    set(out, indexOf(Metric.SENSITIVITY), matrix.sensitivity());
    set(out, indexOf(Metric.SPECIFICITY), matrix.specificity());
    set(out, indexOf(Metric.MCC), matrix.matthewsCorrelation());
    set(out, indexOf(Metric.KAPPA), matrix.cohensKappa());
    set(out, indexOf(Metric.MACRO_PRECISION), matrix.macroPrecision());
    set(out, indexOf(Metric.MACRO_RECALL), matrix.macroRecall());
    set(out, indexOf(Metric.MACRO_F1), matrix.macroFBeta(1));
    set(out, indexOf(Metric.WEIGHTED_PRECISION), matrix.weightedPrecision());
    set(out, indexOf(Metric.WEIGHTED_F1), matrix.weightedFBeta(1));
    for (int c = 0; c < labels.size(); c++) {
      set(out, indexOf(c, Metric.RECALL), matrix.recall(c));
      set(out, indexOf(c, Metric.PRECISION), matrix.precision(c));
      set(out, indexOf(c, Metric.SPECIFICITY), matrix.specificity(c));
      set(out, indexOf(c, Metric.F1), matrix.fBeta(c, 1));
      set(out, indexOf(c, Metric.F_BETA), matrix.fBeta(c, options.beta()));
    }
    labels
        .positiveIndex()
        .ifPresent(
            c -> {
              for (Metric metric : List.of(Metric.PRECISION, Metric.F1, Metric.F_BETA)) {
                out[indexOf(metric)] = out[indexOf(c, metric)];
              }
            });
  }

  private void fromSums(double[] summed, long total, double[] out) {
    if (total == 0) {
      return;
    }
    out[indexOf(Metric.LOG_LOSS)] = summed[logLossAt] / total;
    out[indexOf(Metric.BRIER)] = summed[brierAt] / total;
    out[indexOf(Metric.END_TO_END_ACCURACY)] = summed[endToEndAt] / total;
    double gaps = 0;
    double largest = 0;
    for (int at = binsAt; at < summed.length; at += 3) {
      if (summed[at] > 0) {
        double gap = Math.abs(summed[at + 1] - summed[at + 2]);
        gaps += gap;
        largest = Math.max(largest, gap / summed[at]);
      }
    }
    out[indexOf(Metric.EXPECTED_CALIBRATION_ERROR)] = gaps / total;
    out[indexOf(Metric.MAXIMUM_CALIBRATION_ERROR)] = largest;
  }

  private void fromRanks(ConfusionMatrix matrix, int[] weights, double[] out) {
    int classes = labels.size();
    OptionalInt positive = labels.positiveIndex();
    double[] areas = new double[classes];
    double[] precisions = new double[classes];
    for (int c = 0; c < classes; c++) {
      if (rankings[c] == null) {
        areas[c] = Double.NaN;
        precisions[c] = Double.NaN;
        continue;
      }
      long inClass = matrix.row(c);
      Ranking.RankMetrics found =
          rankings[c].measure(
              weights,
              inClass,
              matrix.total() - inClass,
              options.atSpecificity(),
              options.atSensitivity());
      areas[c] = found.auroc();
      precisions[c] = found.averagePrecision();
      out[indexOf(c, Metric.AUROC)] = areas[c];
      out[indexOf(c, Metric.AUPRC)] = precisions[c];
      if (positive.isPresent() && positive.getAsInt() == c) {
        out[indexOf(Metric.SENSITIVITY_AT_SPECIFICITY)] = found.sensitivityAtSpecificity();
        out[indexOf(Metric.SPECIFICITY_AT_SENSITIVITY)] = found.specificityAtSensitivity();
      }
    }
    if (classes == 2) {
      // The scores of one label are those of the other turned round.
      out[indexOf(0, Metric.AUROC)] = meanOfDefined(areas);
      out[indexOf(1, Metric.AUROC)] = meanOfDefined(areas);
    }
    out[indexOf(Metric.AUROC)] = meanOfDefined(areas);
    out[indexOf(Metric.AUPRC)] = meanOfDefined(precisions);
  }

  private static double meanOfDefined(double[] values) {
    return Arrays.stream(values).filter(v -> !Double.isNaN(v)).average().orElse(Double.NaN);
  }

  private static void set(double[] out, int at, OptionalDouble value) {
    out[at] = value.orElse(Double.NaN);
  }

  /** A share of samples. */
  public record Proportion(long successes, long trials) {
    public static Optional<Proportion> of(long successes, long trials) {
      return trials == 0 ? Optional.empty() : Optional.of(new Proportion(successes, trials));
    }
  }

  /** The share behind a metric of the stage as a whole, where it is one. */
  public Optional<Proportion> proportion(Metric metric, int[] weights) {
    double[] summed = sums.under(weights);
    ConfusionMatrix matrix = confusion(summed);
    if (metric == Metric.ACCURACY || metric == Metric.END_TO_END_ACCURACY) {
      double right =
          metric == Metric.ACCURACY
              ? matrix.accuracy().orElse(0) * matrix.total()
              : summed[endToEndAt];
      return Proportion.of(Math.round(right), matrix.total());
    }
    OptionalInt positive = labels.positiveIndex();
    if (positive.isEmpty() || !OF_POSITIVE.contains(metric)) {
      return Optional.empty();
    }
    return proportion(
        positive.getAsInt(), metric == Metric.SENSITIVITY ? Metric.RECALL : metric, weights);
  }

  /** The share behind a metric of one class, where it is one. */
  public Optional<Proportion> proportion(int c, Metric metric, int[] weights) {
    ConfusionMatrix matrix = confusion(weights);
    long hit = matrix.counts()[c][c];
    long others = matrix.total() - matrix.row(c);
    return switch (metric) {
      case RECALL -> Proportion.of(hit, matrix.row(c));
      case PRECISION -> Proportion.of(hit, matrix.column(c));
      case SPECIFICITY -> Proportion.of(others - (matrix.column(c) - hit), others);
      default -> Optional.empty();
    };
  }

  /** Whom a metric of the stage as a whole rests on. */
  public Behind behind(Metric metric) {
    OptionalInt positive = labels.positiveIndex();
    if (positive.isPresent() && OF_POSITIVE.contains(metric)) {
      return behind(positive.getAsInt(), metric == Metric.SENSITIVITY ? Metric.RECALL : metric);
    }
    int classes = labels.size();
    Behind behind = Behind.of(unitsWith(cell -> true), "");
    int occurring = 0;
    int together = 0;
    for (int c = 0; c < classes; c++) {
      Behind label = ofLabel(c);
      behind = label.fewest() > 0 ? behind.orFewer(label) : behind;
      occurring += label.fewest() > 0 ? 1 : 0;
      together += label.fewest();
    }
    // The chance that no unit has an error is at most each label's recall to the power of its
    // units. Of units with one label each these chances multiply, and by the inequality of means
    // their product is at most the mean recall to the power of labels times the fewest units.
    return metric == Metric.BALANCED_ACCURACY || metric == Metric.MACRO_RECALL
        ? behind.worth(behind.fewest() * (together == behind.count() ? occurring : 1))
        : behind;
  }

  /** Whom a metric of one class rests on. */
  public Behind behind(int c, Metric metric) {
    int classes = labels.size();
    boolean[] others = unitsWith(cell -> cell / classes != c);
    boolean[] called = unitsWith(cell -> cell % classes == c);
    boolean[] either = unitsWith(cell -> cell / classes == c || cell % classes == c);
    String name = labels.get(c).name();
    return switch (metric) {
      case RECALL -> ofLabel(c);
      case SPECIFICITY -> Behind.of(others, " of other labels than " + name);
      case PRECISION -> Behind.of(called, " with cells called " + name);
      case AUROC, AUPRC, SENSITIVITY_AT_SPECIFICITY, SPECIFICITY_AT_SENSITIVITY ->
          Behind.of(unitsWith(cell -> true), "")
              .orFewer(ofLabel(c))
              .orFewer(Behind.of(others, " of other labels than " + name));
      default -> Behind.of(either, "").orFewer(ofLabel(c));
    };
  }

  private Behind ofLabel(int c) {
    int classes = labels.size();
    return Behind.of(unitsWith(cell -> cell / classes == c), " of " + labels.get(c).name());
  }

  private boolean[] unitsWith(IntPredicate cells) {
    int cellCount = labels.size() * labels.size();
    return sums.unitsWith(f -> f < cellCount && cells.test(f));
  }

  /** Why a metric of one class has no value. */
  public String reason(int label, Metric metric) {
    return rankings[label] == null && metric == Metric.AUPRC
        ? "of two labels it is measured for the positive one only"
        : metric.undefined();
  }

  /** Why a metric of the stage as a whole has no value. */
  public String reason(Metric metric, long total) {
    if (OF_POSITIVE.contains(metric) && labels.positiveIndex().isEmpty()) {
      return "the stage names no positive label";
    }
    return total == 0 ? "there are no samples" : metric.undefined();
  }
}
