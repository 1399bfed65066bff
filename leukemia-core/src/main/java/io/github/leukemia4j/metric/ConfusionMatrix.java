package io.github.leukemia4j.metric;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import java.util.Arrays;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * How often each true label was given each predicted label, and the metrics that follow from these
 * counts alone. A ratio with a zero denominator is empty. Immutable.
 */
public final class ConfusionMatrix {
  private final LabelSet labels;
  private final long[][] counts;
  private final long[] rows;
  private final long[] columns;
  private final long total;

  private ConfusionMatrix(LabelSet labels, long[][] counts) {
    this.labels = labels;
    this.counts = counts;
    this.rows = new long[counts.length];
    this.columns = new long[counts.length];
    for (int i = 0; i < counts.length; i++) {
      for (int j = 0; j < counts.length; j++) {
        rows[i] += counts[i][j];
        columns[j] += counts[i][j];
      }
    }
    this.total = Arrays.stream(rows).sum();
  }

  /** A matrix that keeps these counts, which nobody may change. */
  static ConfusionMatrix keeping(LabelSet labels, long[][] counts) {
    return new ConfusionMatrix(labels, counts);
  }

  /**
   * @param labels what rows and columns mean
   * @param counts {@code [truth, predicted]}, in the order of the labels; copied
   * @throws IllegalArgumentException where the shape does not fit the labels, or a count is
   *     negative
   */
  public static ConfusionMatrix of(LabelSet labels, long[][] counts) {
    int n = labels.size();
    if (counts.length != n
        || Arrays.stream(counts)
            .anyMatch(row -> row.length != n || Arrays.stream(row).anyMatch(c -> c < 0))) {
      throw new IllegalArgumentException(
          "The counts must be %d rows of %d numbers from 0 up, for %s; found %s."
              .formatted(n, n, labels, Arrays.deepToString(counts)));
    }
    return new ConfusionMatrix(labels, copy(counts));
  }

  /**
   * Counts pairs of indices.
   *
   * @param truth the true labels' places in the set
   * @param predicted the predicted labels' places, one for each of the true ones
   * @throws IllegalArgumentException where the lengths differ or an index is out of range
   */
  public static ConfusionMatrix of(LabelSet labels, int[] truth, int[] predicted) {
    if (truth.length != predicted.length) {
      throw new IllegalArgumentException(
          "There must be one prediction for each true label; found %d for %d."
              .formatted(predicted.length, truth.length));
    }
    long[][] counts = new long[labels.size()][labels.size()];
    for (int i = 0; i < truth.length; i++) {
      counts[Objects.checkIndex(truth[i], labels.size())][
          Objects.checkIndex(predicted[i], labels.size())]++;
    }
    return new ConfusionMatrix(labels, counts);
  }

  /** What rows and columns mean. */
  public LabelSet labels() {
    return labels;
  }

  /** A copy of the counts, {@code [truth, predicted]}. */
  public long[][] counts() {
    return copy(counts);
  }

  /** How many observations there are. */
  public long total() {
    return total;
  }

  /** Observations whose truth is this label. */
  public long truthCount(Label label) {
    return row(labels.indexOf(label));
  }

  /** Observations whose prediction is this label. */
  public long predictedCount(Label label) {
    return column(labels.indexOf(label));
  }

  /** The share of right predictions; empty without observations. */
  public OptionalDouble accuracy() {
    return ratio(right(), total);
  }

  /**
   * The mean recall of the labels that occur in the truth; empty without observations. A label that
   * does not occur is left out, as in scikit-learn.
   */
  public OptionalDouble balancedAccuracy() {
    return indices().filter(i -> row(i) > 0).mapToDouble(i -> recall(i).orElseThrow()).average();
  }

  /** Right predictions among the observations of this label; empty where it has none. */
  public OptionalDouble recall(Label label) {
    return recall(labels.indexOf(label));
  }

  OptionalDouble recall(int i) {
    return ratio(counts[i][i], row(i));
  }

  /** Right predictions among those of this label; empty where it was never predicted. */
  public OptionalDouble precision(Label label) {
    return precision(labels.indexOf(label));
  }

  OptionalDouble precision(int i) {
    return ratio(counts[i][i], column(i));
  }

  /**
   * The share of the other labels' observations that were not predicted as this label; empty
   * without such observations.
   */
  public OptionalDouble specificity(Label label) {
    return specificity(labels.indexOf(label));
  }

  OptionalDouble specificity(int i) {
    return ratio(otherwise(i), total - row(i));
  }

  /**
   * F-beta, (1 + b²) TP / ((1 + b²) TP + b² FN + FP): recall counts {@code beta} times as much as
   * precision. Empty where the label occurs neither in the truth nor among the predictions, 0 where
   * it occurs in one of them alone.
   *
   * @param beta above 0
   */
  public OptionalDouble fBeta(Label label, double beta) {
    return fBeta(labels.indexOf(label), beta);
  }

  OptionalDouble fBeta(int i, double beta) {
    double weight = beta * beta;
    return ratio((1 + weight) * counts[i][i], weight * row(i) + column(i));
  }

  /**
   * The mean precision of the labels that occur in the truth or among the predictions. One that was
   * never predicted adds 0, as in scikit-learn. Empty without observations.
   */
  public OptionalDouble macroPrecision() {
    return occurring().mapToDouble(i -> precision(i).orElse(0)).average();
  }

  /** The mean recall over the same labels; one that is not in the truth adds 0. */
  public OptionalDouble macroRecall() {
    return occurring().mapToDouble(i -> recall(i).orElse(0)).average();
  }

  /** The mean F-beta over the same labels. */
  public OptionalDouble macroFBeta(double beta) {
    return occurring().mapToDouble(i -> fBeta(i, beta).orElse(0)).average();
  }

  /**
   * The mean precision, each label weighted by its observations; one that was never predicted adds
   * 0. Empty without observations.
   */
  public OptionalDouble weightedPrecision() {
    return ratio(occurring().mapToDouble(i -> row(i) * precision(i).orElse(0)).sum(), total);
  }

  /** The mean F-beta, each label weighted by its observations. Empty without observations. */
  public OptionalDouble weightedFBeta(double beta) {
    return ratio(occurring().mapToDouble(i -> row(i) * fBeta(i, beta).orElse(0)).sum(), total);
  }

  /**
   * Matthews correlation coefficient, in [-1, 1], for several labels as Gorodkin 2004. Empty where
   * the truth or the predictions have one label only (scikit-learn gives 0 there).
   */
  public OptionalDouble matthewsCorrelation() {
    double expected = chance();
    double n = total;
    double truthSpread = n * n - indices().mapToDouble(i -> (double) row(i) * row(i)).sum();
    double predictedSpread =
        n * n - indices().mapToDouble(i -> (double) column(i) * column(i)).sum();
    return ratio(right() * n - expected, Math.sqrt(truthSpread) * Math.sqrt(predictedSpread));
  }

  /**
   * Cohen's kappa, the agreement beyond chance (Cohen 1960). Empty where chance alone would agree
   * always: truth and predictions are the same one label.
   */
  public OptionalDouble cohensKappa() {
    double expected = chance();
    double n = total;
    return ratio(right() * n - expected, n * n - expected);
  }

  /** The sum over labels of truth count times predicted count. */
  private double chance() {
    return indices().mapToDouble(i -> (double) row(i) * column(i)).sum();
  }

  long right() {
    return indices().mapToLong(i -> counts[i][i]).sum();
  }

  long row(int i) {
    return rows[i];
  }

  long column(int j) {
    return columns[j];
  }

  long count(int i, int j) {
    return counts[i][j];
  }

  /** Observations of other labels that were not predicted as this one. */
  long otherwise(int i) {
    return total - row(i) - (column(i) - counts[i][i]);
  }

  private IntStream indices() {
    return IntStream.range(0, counts.length);
  }

  private IntStream occurring() {
    return indices().filter(i -> row(i) > 0 || column(i) > 0);
  }

  private static OptionalDouble ratio(double numerator, double denominator) {
    return denominator > 0 ? OptionalDouble.of(numerator / denominator) : OptionalDouble.empty();
  }

  private static long[][] copy(long[][] counts) {
    return Arrays.stream(counts).map(long[]::clone).toArray(long[][]::new);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ConfusionMatrix that
        && labels.equals(that.labels)
        && Arrays.deepEquals(counts, that.counts);
  }

  @Override
  public int hashCode() {
    return 31 * labels.hashCode() + Arrays.deepHashCode(counts);
  }

  @Override
  public String toString() {
    return labels + " " + Arrays.deepToString(counts);
  }
}
