package io.github.leukemia4j.evaluation;

import io.github.leukemia4j.evaluation.StageReport.CalibrationCheck;
import io.github.leukemia4j.metric.EvaluationOptions;
import io.github.leukemia4j.metric.Metric;
import io.github.leukemia4j.metric.Metrics;
import io.github.leukemia4j.metric.ReliabilityBin;
import io.github.leukemia4j.metric.StageScores;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.apache.commons.statistics.distribution.BinomialDistribution;

/** Finds what a calibrated model would show on the samples of a stage. */
final class CalibrationErrors {
  /** The two errors that it is about. */
  static final Set<Metric> METRICS =
      Set.of(Metrics.EXPECTED_CALIBRATION_ERROR, Metrics.MAXIMUM_CALIBRATION_ERROR);

  private CalibrationErrors() {}

  /** What stands beside one of the two errors, which have no interval. */
  static String remark(CalibrationCheck check, Metric metric) {
    String shows = "no interval: on samples of this size a calibrated model shows %.3f";
    return metric == Metrics.MAXIMUM_CALIBRATION_ERROR
        ? String.format(Locale.ROOT, shows, check.maximumError())
        : String.format(
            Locale.ROOT,
            shows + ", and as much as here with p = %.3f",
            check.expectedError(),
            check.pValue());
  }

  /** Empty without samples or resamples. */
  static Optional<CalibrationCheck> check(
      StageScores scores, Clusters clusters, EvaluationOptions options) {
    if (scores.size() == 0 || options.resamples() == 0) {
      return Optional.empty();
    }
    Gaps gaps = Gaps.of(scores, clusters);
    CalibrationCheck drawn = gaps.drawn(options.resamples(), options.seed());
    if (clusters.independent()) {
      return Optional.of(drawn);
    }
    CalibrationCheck flipped = gaps.flipped(options.resamples(), options.seed());
    return Optional.of(
        new CalibrationCheck(
            Math.max(drawn.expectedError(), flipped.expectedError()),
            Math.max(drawn.maximumError(), flipped.maximumError()),
            Math.max(drawn.pValue(), flipped.pValue()),
            drawn.method() + "; signs of the gaps of " + clusters.inWords() + " flipped"));
  }

  /**
   * @param samples in each bin
   * @param confidence the sum of highest probabilities in each bin
   * @param observed confidences less right answers in each bin
   * @param gap the same of each cluster, {@code [clusters, bins]}; no clusters where samples are
   *     independent
   */
  private record Gaps(int[] samples, double[] confidence, double[] observed, double[][] gap) {
    static Gaps of(StageScores scores, Clusters clusters) {
      int bins = StageScores.CALIBRATION_BINS;
      boolean clustered = !clusters.independent();
      double[][] ofCluster = new double[clustered ? clusters.count() : 0][];
      Gaps all = new Gaps(new int[bins], new double[bins], new double[bins], ofCluster);
      for (int i = 0; i < scores.size(); i++) {
        int best = scores.mostProbable(i);
        double probability = scores.probability(i, best);
        int bin = ReliabilityBin.indexOf(probability, bins);
        all.samples[bin]++;
        all.confidence[bin] += probability;
        double gap = probability - (best == scores.truth(i) ? 1 : 0);
        all.observed[bin] += gap;
        if (clustered) {
          int cluster = scores.cluster(i);
          ofCluster[cluster] = ofCluster[cluster] == null ? new double[bins] : ofCluster[cluster];
          ofCluster[cluster][bin] += gap;
        }
      }
      return new Gaps(
          all.samples,
          all.confidence,
          all.observed,
          Arrays.stream(ofCluster).filter(g -> g != null).toArray(double[][]::new));
    }

    CalibrationCheck drawn(int resamples, long seed) {
      double[][] cumulative = new double[samples.length][];
      int[] lowest = new int[samples.length];
      for (int b = 0; b < samples.length; b++) {
        double share = Math.min(1, confidence[b] / Math.max(1, samples[b]));
        double spread = 10 * Math.sqrt(samples[b] * share * (1 - share)) + 30;
        lowest[b] = (int) Math.max(0, Math.floor(confidence[b] - spread));
        int highest = (int) Math.min(samples[b], Math.ceil(confidence[b] + spread));
        cumulative[b] = new double[highest - lowest[b] + 1];
        BinomialDistribution right = BinomialDistribution.of(samples[b], share);
        double below = 0;
        for (int k = 0; k < cumulative[b].length; k++) {
          below += right.probability(lowest[b] + k);
          cumulative[b][k] = below;
        }
      }
      SplittableRandom random = new SplittableRandom(seed);
      Tally tally = new Tally(this);
      double[] sums = new double[samples.length];
      for (int r = 0; r < resamples; r++) {
        for (int b = 0; b < sums.length; b++) {
          int found = Arrays.binarySearch(cumulative[b], random.nextDouble());
          int place = Math.min(found < 0 ? -found - 1 : found, cumulative[b].length - 1);
          sums[b] = confidence[b] - (lowest[b] + place);
        }
        tally.add(sums);
      }
      return tally.check("truths drawn from the probabilities");
    }

    CalibrationCheck flipped(int resamples, long seed) {
      SplittableRandom random = new SplittableRandom(seed);
      Tally tally = new Tally(this);
      double[] sums = new double[samples.length];
      for (int r = 0; r < resamples; r++) {
        Arrays.fill(sums, 0);
        for (double[] cluster : gap) {
          double sign = random.nextBoolean() ? 1 : -1;
          for (int b = 0; b < sums.length; b++) {
            sums[b] += sign * cluster[b];
          }
        }
        tally.add(sums);
      }
      return tally.check("");
    }
  }

  /** Sums up the errors of draws, and counts those that are at least as large as the real one. */
  private static final class Tally {
    private final Gaps gaps;
    private final double observed;
    private double expected;
    private double largest;
    private int atLeast;
    private int draws;

    Tally(Gaps gaps) {
      this.gaps = gaps;
      this.observed = error(gaps.observed());
    }

    private double error(double[] sums) {
      return Arrays.stream(sums).map(Math::abs).sum() / Arrays.stream(gaps.samples).sum();
    }

    void add(double[] sums) {
      double error = error(sums);
      expected += error;
      // Sums in another order differ in the last bits; equal errors must count as such.
      atLeast += error >= observed * (1 - 1e-12) - 1e-15 ? 1 : 0;
      double most = 0;
      for (int b = 0; b < sums.length; b++) {
        most = Math.max(most, Math.abs(sums[b]) / Math.max(1, gaps.samples[b]));
      }
      largest += most;
      draws++;
    }

    CalibrationCheck check(String method) {
      return new CalibrationCheck(
          expected / draws, largest / draws, (atLeast + 1.0) / (draws + 1.0), method);
    }
  }
}
