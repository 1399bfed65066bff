package io.github.leukemia4j.evaluation;

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
final class StageData {
  /** The metrics of a stage as a whole. */
  static final Set<Metric> OF_STAGE =
      EnumSet.complementOf(EnumSet.range(Metric.PATH_ACCURACY, Metric.HIERARCHICAL_F1_MACRO));

  /** The metrics of one class against the others. */
  static final Set<Metric> OF_CLASS =
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
  static StageData of(StageInput input, int units, EvaluationOptions options) {
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

  LabelSet labels() {
    return labels;
  }

  /** How many numbers {@link #measure} gives: every metric of the stage, then of each class. */
  int size() {
    return (1 + labels.size()) * Metric.COUNT;
  }

  static int indexOf(Metric metric) {
    return metric.ordinal();
  }

  static int indexOf(int label, Metric metric) {
    return (1 + label) * Metric.COUNT + metric.ordinal();
  }

  ConfusionMatrix confusion(int[] weights) {
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

  List<ReliabilityBin> reliability(int[] weights) {
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
  double[] measure(int[] weights) {
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

  /** A share of samples, and how many units these belong to. */
  record Proportion(long successes, long trials, int units) {}

  /** The share behind a metric of the stage as a whole, where it is one. */
  Optional<Proportion> proportion(Metric metric, int[] weights) {
    double[] summed = sums.under(weights);
    ConfusionMatrix matrix = confusion(summed);
    if (metric == Metric.ACCURACY || metric == Metric.END_TO_END_ACCURACY) {
      double right =
          metric == Metric.ACCURACY
              ? matrix.accuracy().orElse(0) * matrix.total()
              : summed[endToEndAt];
      return share(Math.round(right), matrix.total(), i -> true);
    }
    OptionalInt positive = labels.positiveIndex();
    if (positive.isEmpty() || !OF_POSITIVE.contains(metric)) {
      return Optional.empty();
    }
    return proportion(
        positive.getAsInt(), metric == Metric.SENSITIVITY ? Metric.RECALL : metric, weights);
  }

  /** The share behind a metric of one class, where it is one. */
  Optional<Proportion> proportion(int c, Metric metric, int[] weights) {
    ConfusionMatrix matrix = confusion(weights);
    long[][] counts = matrix.counts();
    int classes = labels.size();
    long hit = counts[c][c];
    long others = matrix.total() - matrix.row(c);
    return switch (metric) {
      case RECALL -> share(hit, matrix.row(c), i -> i / classes == c);
      case PRECISION -> share(hit, matrix.column(c), i -> i % classes == c);
      case SPECIFICITY -> share(others - (matrix.column(c) - hit), others, i -> i / classes != c);
      default -> Optional.empty();
    };
  }

  private Optional<Proportion> share(long successes, long trials, IntPredicate cells) {
    return trials == 0
        ? Optional.empty()
        : Optional.of(new Proportion(successes, trials, unitsWith(cells)));
  }

  /** How many units stand behind a metric of the stage as a whole. */
  int unitsBehind(Metric metric) {
    OptionalInt positive = labels.positiveIndex();
    if (positive.isPresent() && OF_POSITIVE.contains(metric)) {
      return unitsBehind(
          positive.getAsInt(), metric == Metric.SENSITIVITY ? Metric.RECALL : metric);
    }
    return labels.size() == 2 && metric == Metric.AUROC
        ? unitsBehind(0, metric)
        : unitsWith(cell -> true);
  }

  /** How many units stand behind a metric of one class: of the rarer side where it has two. */
  int unitsBehind(int c, Metric metric) {
    int classes = labels.size();
    return switch (metric) {
      case SPECIFICITY -> unitsWith(cell -> cell / classes != c);
      case PRECISION -> unitsWith(cell -> cell % classes == c);
      case AUROC, SENSITIVITY_AT_SPECIFICITY, SPECIFICITY_AT_SENSITIVITY ->
          Math.min(unitsWith(cell -> cell / classes == c), unitsWith(cell -> cell / classes != c));
      default -> unitsWith(cell -> cell / classes == c);
    };
  }

  private int unitsWith(IntPredicate cells) {
    int cellCount = labels.size() * labels.size();
    return sums.unitsWith(f -> f < cellCount && cells.test(f));
  }

  /** Why a metric of one class has no value. */
  String reason(int label, Metric metric) {
    return rankings[label] == null && metric == Metric.AUPRC
        ? "of two labels it is measured for the positive one only"
        : metric.undefined();
  }

  /** Why a metric of the stage as a whole has no value. */
  String reason(Metric metric, long total) {
    if (OF_POSITIVE.contains(metric) && labels.positiveIndex().isEmpty()) {
      return "the stage names no positive label";
    }
    return total == 0 ? "there are no samples" : metric.undefined();
  }
}
