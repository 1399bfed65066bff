package io.github.leukemia4j.metric;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import java.util.Arrays;
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

  /** A matrix that keeps these counts, {@code [truth, predicted]}, which nobody may change. */
  ConfusionMatrix(LabelSet labels, long[][] counts) {
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

  /** What rows and columns mean. */
  public LabelSet labels() {
    return labels;
  }

  /** A copy of the counts, {@code [truth, predicted]}. */
  public long[][] counts() {
    return Arrays.stream(counts).map(long[]::clone).toArray(long[][]::new);
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

  /**
   * The mean recall of the labels that occur in the truth; empty without observations. A label that
   * does not occur is left out, as in scikit-learn.
   */
  public OptionalDouble balancedAccuracy() {
    return indices().filter(i -> row(i) > 0).mapToDouble(i -> recall(i).orElseThrow()).average();
  }

  private OptionalDouble recall(int i) {
    return ratio(counts[i][i], row(i));
  }

  private OptionalDouble precision(int i) {
    return ratio(counts[i][i], column(i));
  }

  /**
   * F-beta, (1 + b²) TP / ((1 + b²) TP + b² FN + FP): recall counts {@code beta} times as much as
   * precision. Empty where the label occurs neither in the truth nor among the predictions, 0 where
   * it occurs in one of them alone.
   *
   * @param beta above 0
   */
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
