package io.github.leukemia4j.evaluation;

import io.github.leukemia4j.calibration.ReliabilityBin;
import io.github.leukemia4j.metric.EvaluationOptions;
import io.github.leukemia4j.metric.Metric;
import io.github.leukemia4j.metric.StageInput;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import org.apache.commons.statistics.distribution.BinomialDistribution;

/**
 * What a calibrated model would show on samples of this size, and a test whether this one is
 * calibrated. Calibration errors are never 0 by chance, and the fewer the samples the larger they
 * are: a value says nothing without this beside it.
 *
 * <p>Truths are drawn from the highest probabilities themselves, bin by bin. Where patients have
 * several samples, which are alike, the gaps of whole patients are also given random signs, and the
 * larger of both expectations and of both p-values counts.
 *
 * @param expectedError the mean {@link Metric#EXPECTED_CALIBRATION_ERROR} of a calibrated model
 * @param maximumError its mean {@link Metric#MAXIMUM_CALIBRATION_ERROR}
 * @param pValue how often the expected calibration error of a calibrated model is at least that of
 *     this one, in (0, 1]
 * @param method how this was found, in words
 */
public record CalibrationCheck(
    double expectedError, double maximumError, double pValue, String method) {

  /** What stands beside one of the two errors, which have no interval. */
  String remark(Metric metric) {
    return metric == Metric.MAXIMUM_CALIBRATION_ERROR
        ? String.format(
            Locale.ROOT,
            "no interval: on samples of this size a calibrated model shows %.3f",
            maximumError)
        : String.format(
            Locale.ROOT,
            "no interval: on samples of this size a calibrated model shows %.3f, and as much as"
                + " here with p = %.3f",
            expectedError,
            pValue);
  }

  /** Empty without samples or resamples. */
  static Optional<CalibrationCheck> of(StageInput input, Units units, EvaluationOptions options) {
    if (input.truth().length == 0 || options.resamples() == 0) {
      return Optional.empty();
    }
    Gaps gaps = Gaps.of(input, units, options.calibrationBins());
    CalibrationCheck drawn = gaps.drawn(options.resamples(), options.seed());
    if (units.independent()) {
      return Optional.of(drawn);
    }
    CalibrationCheck flipped = gaps.flipped(options.resamples(), options.seed());
    return Optional.of(
        new CalibrationCheck(
            Math.max(drawn.expectedError, flipped.expectedError),
            Math.max(drawn.maximumError, flipped.maximumError),
            Math.max(drawn.pValue, flipped.pValue),
            drawn.method + "; signs of the gaps of " + units.inWords() + " flipped"));
  }

  /**
   * @param samples in each bin
   * @param confidence the sum of highest probabilities in each bin
   * @param observed confidences less right answers in each bin
   * @param gap the same of each unit, {@code [units, bins]}; no units where samples are independent
   */
  private record Gaps(int[] samples, double[] confidence, double[] observed, double[][] gap) {
    static Gaps of(StageInput input, Units units, int bins) {
      boolean clustered = !units.independent();
      double[][] ofUnit = new double[clustered ? units.count() : 0][];
      Gaps all = new Gaps(new int[bins], new double[bins], new double[bins], ofUnit);
      for (int i = 0; i < input.truth().length; i++) {
        int best = input.mostProbable(i);
        double probability = input.probabilities()[best][i];
        int bin = ReliabilityBin.indexOf(probability, bins);
        all.samples[bin]++;
        all.confidence[bin] += probability;
        double gap = probability - (best == input.truth()[i] ? 1 : 0);
        all.observed[bin] += gap;
        if (clustered) {
          int unit = input.unit()[i];
          ofUnit[unit] = ofUnit[unit] == null ? new double[bins] : ofUnit[unit];
          ofUnit[unit][bin] += gap;
        }
      }
      return new Gaps(
          all.samples,
          all.confidence,
          all.observed,
          Arrays.stream(ofUnit).filter(g -> g != null).toArray(double[][]::new));
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
        for (double[] unit : gap) {
          double sign = random.nextBoolean() ? 1 : -1;
          for (int b = 0; b < sums.length; b++) {
            sums[b] += sign * unit[b];
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
