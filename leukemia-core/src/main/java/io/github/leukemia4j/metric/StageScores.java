package io.github.leukemia4j.metric;

import io.github.leukemia4j.LabelSet;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.BiPredicate;
import java.util.stream.IntStream;

/**
 * What a stage said of each sample that it should know, and how often each sample counts: all that
 * a {@link StageMetric} may look at. Samples belong to clusters, such as patients; a cluster's
 * weight says how often its samples count. Whatever does not depend on the weights is prepared
 * once, so that thousands of weightings ({@link #under}) are quick. Immutable and thread-safe.
 */
public final class StageScores {
  /** How many bins of equal width over [0, 1] a calibration error has. */
  public static final int CALIBRATION_BINS = 15;

  /** The specificity and the sensitivity at which the built-in metrics read off the other. */
  static final double READ_OFF_AT = 0.95;

  private static final int WHOLE = -1;

  private final PreparedScores data;
  private final int[] weights;
  private final double[] sums;
  private final ConfusionMatrix confusion;
  private final Ranking.RankMetrics[] ranks;
  private final int label;

  private StageScores(PreparedScores data, int[] weights) {
    this.data = data;
    this.weights = weights;
    this.sums = data.sums.under(weights);
    this.confusion = data.place.confusion(data.labels, sums);
    this.ranks = new Ranking.RankMetrics[data.labels.size()];
    this.label = WHOLE;
  }

  private StageScores(StageScores whole, int label) {
    this.data = whole.data;
    this.weights = whole.weights;
    this.sums = whole.sums;
    this.confusion = whole.confusion;
    this.ranks = whole.ranks;
    this.label = label;
  }

  /**
   * The most probable labels of samples that are one cluster, the first of equally probable ones.
   *
   * @param labels what the stage chooses among
   * @param truth {@code [samples]}, the true labels' places in the set
   * @param probabilities {@code [samples, labels]}, each in [0, 1]
   * @throws IllegalArgumentException where the shapes do not fit, or a number is no probability
   */
  public static StageScores of(LabelSet labels, int[] truth, double[][] probabilities) {
    int n = truth.length;
    int classes = labels.size();
    if (probabilities.length != n) {
      throw new IllegalArgumentException(
          "There must be one row of probabilities for each sample; found %d for %d."
              .formatted(probabilities.length, n));
    }
    double[][] columns = new double[classes][n];
    int[] chosen = new int[n];
    for (int i = 0; i < n; i++) {
      if (truth[i] < 0 || truth[i] >= classes || probabilities[i].length != classes) {
        throw new IllegalArgumentException(
            """
            Sample %d must have a truth below %d and as many probabilities, for %s; found truth %d \
            and %d probabilities.\
            """
                .formatted(i, classes, labels, truth[i], probabilities[i].length));
      }
      for (int c = 0; c < classes; c++) {
        double p = probabilities[i][c];
        if (!(p >= 0 && p <= 1)) {
          throw new IllegalArgumentException(
              "Each probability must lie in [0, 1]; found %s for sample %d.".formatted(p, i));
        }
        columns[c][i] = p;
        chosen[i] = p > probabilities[i][chosen[i]] ? c : chosen[i];
      }
    }
    return of(labels, truth.clone(), chosen, columns, new boolean[n], new int[n], 1);
  }

  /**
   * What a pipeline said; keeps the arrays, which must not be changed.
   *
   * @param labels what the stage chooses among
   * @param truth the true labels' places
   * @param chosen the chosen labels' places
   * @param probabilities {@code [labels, samples]}
   * @param endToEnd which samples the pipeline brought to the stage and sent on rightly
   * @param cluster which cluster each sample belongs to
   * @param clusters how many clusters there are in the whole data set; each has the weight 1
   */
  public static StageScores of(
      LabelSet labels,
      int[] truth,
      int[] chosen,
      double[][] probabilities,
      boolean[] endToEnd,
      int[] cluster,
      int clusters) {
    int[] once = new int[clusters];
    Arrays.fill(once, 1);
    return new StageScores(
        new PreparedScores(labels, truth, chosen, probabilities, endToEnd, cluster, clusters),
        once);
  }

  /**
   * The same samples under other weights.
   *
   * @param weightOfCluster 0 or more for each cluster; kept, and must not be changed
   */
  public StageScores under(int[] weightOfCluster) {
    return new StageScores(data, weightOfCluster);
  }

  /** The same samples, where one label is held against all others: it is the positive one. */
  public StageScores against(int place) {
    return new StageScores(this, place);
  }

  /** These samples alone, as one cluster of the weight 1. */
  public StageScores part(int[] samples) {
    double[][] probabilities =
        Arrays.stream(data.probabilities)
            .map(column -> Arrays.stream(samples).mapToDouble(i -> column[i]).toArray())
            .toArray(double[][]::new);
    boolean[] endToEnd = new boolean[samples.length];
    for (int i = 0; i < samples.length; i++) {
      endToEnd[i] = data.endToEnd[samples[i]];
    }
    return of(
        data.labels,
        Arrays.stream(samples).map(i -> data.truth[i]).toArray(),
        Arrays.stream(samples).map(i -> data.chosen[i]).toArray(),
        probabilities,
        endToEnd,
        new int[samples.length],
        1);
  }

  /** What the stage chooses among. */
  public LabelSet labels() {
    return data.labels;
  }

  /**
   * The place of the positive label: of the one that is held {@link #against} the others, if any,
   * else of the one that the labels name; empty where they name none.
   */
  public OptionalInt positive() {
    return label == WHOLE ? data.labels.positiveIndex() : OptionalInt.of(label);
  }

  /** Whether one label is held {@link #against} the others. */
  public boolean ofOneLabel() {
    return label != WHOLE;
  }

  /** The place of the label whose probability ranks the samples of a stage with two labels. */
  public int scored() {
    return data.scored();
  }

  /** How many samples there are, each counted once. */
  public int size() {
    return data.truth.length;
  }

  /** How often a sample counts. */
  public int weight(int sample) {
    return weights[data.cluster[sample]];
  }

  /** The cluster of a sample. */
  public int cluster(int sample) {
    return data.cluster[sample];
  }

  /** The place of a sample's true label. */
  public int truth(int sample) {
    return data.truth[sample];
  }

  /** The place of the label that was chosen for a sample. */
  public int chosen(int sample) {
    return data.chosen[sample];
  }

  /** The probability of the label at this place, in [0, 1]. */
  public double probability(int sample, int place) {
    return data.probabilities[place][sample];
  }

  /** The place of a sample's most probable label, the first of equally probable ones. */
  public int mostProbable(int sample) {
    return data.mostProbable(sample);
  }

  /** How often each true label was given each chosen label, weighted. */
  public ConfusionMatrix confusion() {
    return confusion;
  }

  /**
   * The area under the ROC curve of one label against the others, weighted; empty unless both
   * occur. Of two labels each has the same, by the scores of {@link #scored}.
   */
  public OptionalDouble auroc(int place) {
    return defined(ranks(data.labels.size() == 2 ? data.scored() : place).auroc());
  }

  /**
   * The average precision of one label against the others, weighted; empty without samples of it,
   * and of two labels for the one that is not {@link #scored}.
   */
  public OptionalDouble averagePrecision(int place) {
    return data.rankings[place] == null
        ? OptionalDouble.empty()
        : defined(ranks(place).averagePrecision());
  }

  /**
   * The best sensitivity of one label among thresholds of its probability whose specificity is at
   * least this, weighted; empty unless the label and others occur.
   *
   * @param specificity in [0, 1]
   */
  public OptionalDouble sensitivityAt(int place, double specificity) {
    return data.rankings[place] == null
        ? specificityAt(data.scored(), specificity) // two labels: the scores turned round
        : defined(
            specificity == READ_OFF_AT
                ? ranks(place).sensitivityAtSpecificity()
                : measure(place, specificity, 0).sensitivityAtSpecificity());
  }

  /**
   * The best specificity of one label among thresholds of its probability whose sensitivity is at
   * least this, weighted; empty unless the label and others occur.
   *
   * @param sensitivity in [0, 1]
   */
  public OptionalDouble specificityAt(int place, double sensitivity) {
    return data.rankings[place] == null
        ? sensitivityAt(data.scored(), sensitivity)
        : defined(
            sensitivity == READ_OFF_AT
                ? ranks(place).specificityAtSensitivity()
                : measure(place, 0, sensitivity).specificityAtSensitivity());
  }

  private Ranking.RankMetrics ranks(int place) {
    Ranking.RankMetrics found = ranks[place];
    if (found == null) {
      found = measure(place, READ_OFF_AT, READ_OFF_AT);
      ranks[place] = found; // threads that race find the same
    }
    return found;
  }

  private Ranking.RankMetrics measure(int place, double specificity, double sensitivity) {
    long positives = confusion.row(place);
    return data.rankings[place].measure(
        weights, positives, confusion.total() - positives, specificity, sensitivity);
  }

  /** See {@link Metrics#LOG_LOSS}. */
  OptionalDouble logLoss() {
    return perSample(sums[data.place.logLoss()]);
  }

  /** See {@link Metrics#BRIER}. */
  OptionalDouble brier() {
    return perSample(sums[data.place.brier()]);
  }

  /** How many samples the pipeline brought to the stage and sent on rightly, weighted. */
  long endToEnd() {
    return Math.round(sums[data.place.endToEnd()]);
  }

  /** See {@link Metrics#EXPECTED_CALIBRATION_ERROR}. */
  OptionalDouble expectedCalibrationError() {
    double gaps = 0;
    for (int bin = 0; bin < CALIBRATION_BINS; bin++) {
      gaps += gap(bin);
    }
    return perSample(gaps);
  }

  /** See {@link Metrics#MAXIMUM_CALIBRATION_ERROR}. */
  OptionalDouble maximumCalibrationError() {
    double largest = 0;
    for (int bin = 0; bin < CALIBRATION_BINS; bin++) {
      double samples = sums[data.place.inBin(bin)];
      largest = samples > 0 ? Math.max(largest, gap(bin) / samples) : largest;
    }
    return confusion.total() == 0 ? OptionalDouble.empty() : OptionalDouble.of(largest);
  }

  private double gap(int bin) {
    return Math.abs(sums[data.place.confidence(bin)] - sums[data.place.right(bin)]);
  }

  private OptionalDouble perSample(double sum) {
    return confusion.total() == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(sum / confusion.total());
  }

  /** The bins behind the calibration errors, weighted. */
  public List<ReliabilityBin> reliability() {
    return IntStream.range(0, CALIBRATION_BINS)
        .mapToObj(
            bin ->
                ReliabilityBin.of(
                    bin,
                    CALIBRATION_BINS,
                    Math.round(sums[data.place.inBin(bin)]),
                    sums[data.place.confidence(bin)],
                    sums[data.place.right(bin)]))
        .toList();
  }

  /** The probabilities of the label at this place, one for each sample; not a copy. */
  public double[] probabilities(int place) {
    return data.probabilities[place];
  }

  /** Whether each sample is of the label at this place. */
  public boolean[] isOf(int place) {
    return data.isOf(place);
  }

  /**
   * Which clusters have a sample whose true and chosen labels' places are such, whatever their
   * weights.
   */
  public boolean[] clustersWith(BiPredicate<Integer, Integer> truthAndChosen) {
    int classes = data.labels.size();
    return data.sums.clustersWith(
        f -> f < classes * classes && truthAndChosen.test(f / classes, f % classes));
  }

  private static OptionalDouble defined(double value) {
    return Double.isNaN(value) ? OptionalDouble.empty() : OptionalDouble.of(value);
  }
}
