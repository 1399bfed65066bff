package io.github.leukemia4j.calibration;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import org.apache.commons.statistics.distribution.BinomialDistribution;

/**
 * Chooses thresholds on calibration samples.
 *
 * <p>The guarantee: with the wanted confidence over the draw of the calibration data, the
 * sensitivity (or specificity) at the chosen threshold is at least the wanted one. Thresholds are
 * tried in an order fixed beforehand, from the safest on, each by a test at the full level, until
 * one fails; choosing the last that passed then keeps the level (fixed-sequence testing: Maurer et
 * al. 1995; Angelopoulos et al. 2021, "Learn then test").
 *
 * <p>Where patients are known they are the independent observations: the sensitivity is then the
 * mean over patients of each one's share of detected positive cells, and the test is that of
 * Hoeffding and Bentkus for means of bounded observations (Bates et al. 2021), which assumes
 * nothing about how alike the cells of a patient are. Where they are not, the test is the exact
 * binomial one. Immutable and thread-safe.
 */
public final class OperatingPoints {
  private static final int STEPS = 1400;
  private static final double WIDEST_LOG_ODDS = 14;

  private final double[] scores;
  private final boolean[] positive;
  private final Optional<int[]> patient;
  private final double[][] positiveGroups;
  private final double[][] negativeGroups;

  /**
   * A threshold, or the reason why there is none.
   *
   * @param point the chosen one; empty where the wish was refused
   * @param reason why it was refused and what would help; empty where it was not
   */
  public record Choice(Optional<OperatingPoint> point, Optional<String> reason) {
    private static Choice made(OperatingPoint point) {
      return new Choice(Optional.of(point), Optional.empty());
    }

    private static Choice refused(String reason) {
      return new Choice(Optional.empty(), Optional.of(reason));
    }

    /**
     * The chosen point.
     *
     * @throws IllegalStateException where the wish was refused; the message is the reason
     */
    public OperatingPoint orElseThrow() {
      return point.orElseThrow(() -> new IllegalStateException(reason.orElseThrow()));
    }
  }

  private OperatingPoints(double[] scores, boolean[] positive, Optional<int[]> patient) {
    this.scores = scores;
    this.positive = positive;
    this.patient = patient;
    this.positiveGroups = groups(true);
    this.negativeGroups = groups(false);
  }

  /**
   * Calibration samples of known patients.
   *
   * @param scores the positive label's probability of each sample, in [0, 1]
   * @param positive which samples are positive
   * @param patient equal numbers for the cells of one patient
   * @throws IllegalArgumentException where the lengths differ or a score is no probability
   */
  public static OperatingPoints of(double[] scores, boolean[] positive, int[] patient) {
    if (patient.length != scores.length) {
      throw new IllegalArgumentException(
          "There must be one patient for each score; found "
              + patient.length
              + " for "
              + scores.length
              + ".");
    }
    return checked(scores, positive, Optional.of(patient.clone()));
  }

  /**
   * Calibration samples that are taken to be independent, each of another patient.
   *
   * @param scores the positive label's probability of each sample, in [0, 1]
   * @param positive which samples are positive
   * @throws IllegalArgumentException where the lengths differ or a score is no probability
   */
  public static OperatingPoints ofIndependent(double[] scores, boolean[] positive) {
    return checked(scores, positive, Optional.empty());
  }

  private static OperatingPoints checked(
      double[] scores, boolean[] positive, Optional<int[]> patient) {
    if (positive.length != scores.length) {
      throw new IllegalArgumentException(
          "There must be one truth for each score; found "
              + positive.length
              + " for "
              + scores.length
              + ".");
    }
    for (double score : scores) {
      if (!(score >= 0 && score <= 1)) {
        throw new IllegalArgumentException(
            "Scores must be probabilities in [0, 1]; found " + score + ".");
      }
    }
    return new OperatingPoints(scores.clone(), positive.clone(), patient);
  }

  /**
   * The highest threshold whose sensitivity is guaranteed: the best specificity that the guarantee
   * leaves.
   *
   * @param sensitivity wanted, in (0, 1)
   * @param confidence of the guarantee, in (0, 1), such as 0.95
   * @return refused where the data do not support any threshold
   */
  public Choice forSensitivity(double sensitivity, double confidence) {
    return guaranteed(true, sensitivity, confidence);
  }

  /**
   * The lowest threshold whose specificity is guaranteed: the best sensitivity that the guarantee
   * leaves.
   *
   * @param specificity wanted, in (0, 1)
   * @param confidence of the guarantee, in (0, 1), such as 0.95
   * @return refused where the data do not support any threshold
   */
  public Choice forSpecificity(double specificity, double confidence) {
    return guaranteed(false, specificity, confidence);
  }

  private Choice guaranteed(boolean ofPositives, double wanted, double confidence) {
    if (!(wanted > 0 && wanted < 1 && confidence > 0 && confidence < 1)) {
      throw new IllegalArgumentException(
          "Wanted share and confidence must lie in (0, 1); found "
              + wanted
              + " and "
              + confidence
              + ".");
    }
    String aim = (ofPositives ? "sensitivity" : "specificity") + " of at least " + wanted;
    double[][] groups = ofPositives ? positiveGroups : negativeGroups;
    int units = groups.length;
    double error = 1 - confidence;
    int least = (int) Math.ceil(Math.log(error) / Math.log(wanted) - 1e-9);
    String kind =
        (ofPositives ? "positive " : "negative ") + (patient.isPresent() ? "patients" : "cells");
    if (units < least) {
      return Choice.refused(
          "A "
              + aim
              + " with confidence "
              + confidence
              + " needs at least "
              + least
              + " "
              + kind
              + " in the calibration part; found "
              + units
              + ". Add calibration data, or want less.");
    }
    double chosen = Double.NaN;
    for (int step = 0; step <= STEPS; step++) {
      double threshold = threshold(ofPositives ? step : STEPS - step);
      if (pValue(groups, threshold, ofPositives, wanted) > error) {
        break;
      }
      chosen = threshold;
    }
    if (Double.isNaN(chosen)) {
      return Choice.refused(
          "No threshold has a "
              + aim
              + " with confidence "
              + confidence
              + " on "
              + units
              + " "
              + kind
              + ": even the safest one misses too many. Improve the model, add calibration data, or"
              + " want less.");
    }
    return Choice.made(
        point(
            chosen,
            aim,
            OptionalDouble.of(confidence),
            units,
            "fixed-sequence testing, "
                + (patient.isPresent()
                    ? "Hoeffding-Bentkus over " + units + " " + kind
                    : "exact binomial over "
                        + units
                        + " "
                        + kind
                        + ", assumes independent cells")));
  }

  /** Evenly spaced in log-odds, whatever the data are; step 0 is the lowest. */
  private static double threshold(int step) {
    return 1 / (1 + Math.exp(WIDEST_LOG_ODDS - 2 * WIDEST_LOG_ODDS * step / STEPS));
  }

  /** The scores of one kind, by patient, each sorted; one score a group where independent. */
  private double[][] groups(boolean ofPositives) {
    Map<Integer, double[]> groups = new HashMap<>();
    for (int i = 0; i < scores.length; i++) {
      if (positive[i] == ofPositives) {
        double[] one = {scores[i]};
        groups.merge(
            patient.isPresent() ? patient.get()[i] : i,
            one,
            (a, b) -> {
              double[] both = Arrays.copyOf(a, a.length + 1);
              both[a.length] = b[0];
              return both;
            });
      }
    }
    groups.values().forEach(Arrays::sort);
    return groups.values().toArray(double[][]::new);
  }

  /** Of the hypothesis that the share is below the wanted one. */
  private double pValue(double[][] groups, double threshold, boolean ofPositives, double wanted) {
    double missed = groups.length * (1 - meanShare(groups, threshold, ofPositives));
    int n = groups.length;
    double allowed = 1 - wanted;
    if (patient.isEmpty()) {
      return BinomialDistribution.of(n, allowed).cumulativeProbability((int) Math.round(missed));
    }
    double hoeffding = Math.exp(-n * divergence(Math.min(missed / n, allowed), allowed));
    double bentkus =
        Math.E
            * BinomialDistribution.of(n, allowed)
                .cumulativeProbability((int) Math.ceil(missed - 1e-9));
    return Math.min(hoeffding, bentkus);
  }

  private static double divergence(double a, double b) {
    double first = a == 0 ? 0 : a * Math.log(a / b);
    double second = a == 1 ? 0 : (1 - a) * Math.log((1 - a) / (1 - b));
    return first + second;
  }

  private static double meanShare(double[][] groups, double threshold, boolean ofPositives) {
    double sum = 0;
    for (double[] group : groups) {
      int below = 0;
      while (below < group.length && group[below] < threshold) {
        below++;
      }
      sum += (ofPositives ? group.length - below : below) / (double) group.length;
    }
    return sum / groups.length;
  }

  /**
   * The threshold with the lowest cost on the calibration samples, without a guarantee.
   *
   * @param costRatio how many times as much a missed positive costs as a false alarm, above 0
   * @return refused where not both kinds occur
   */
  public Choice forCostRatio(double costRatio) {
    if (!(costRatio > 0 && Double.isFinite(costRatio))) {
      throw new IllegalArgumentException(
          "The cost ratio must be above 0; found " + costRatio + ".");
    }
    long positives = 0;
    for (boolean one : positive) {
      positives += one ? 1 : 0;
    }
    double share = positives / (double) Math.max(1, scores.length);
    return best(
        "lowest cost where a missed positive costs " + costRatio + " times a false alarm",
        p ->
            -(costRatio * share * (1 - p.sensitivity().orElseThrow())
                + (1 - share) * (1 - p.specificity().orElseThrow())));
  }

  /**
   * The threshold with the highest sensitivity plus specificity on the calibration samples (Youden
   * 1950), without a guarantee.
   *
   * @return refused where not both kinds occur
   */
  public Choice forYouden() {
    return best(
        "highest sum of sensitivity and specificity",
        p -> p.sensitivity().orElseThrow() + p.specificity().orElseThrow());
  }

  private Choice best(String aim, ToDoubleFunction<OperatingPoint> merit) {
    double[][] up = positiveGroups;
    double[][] down = negativeGroups;
    if (up.length == 0 || down.length == 0) {
      return Choice.refused(
          "The "
              + aim
              + " needs positive and negative calibration samples; found "
              + up.length
              + " and "
              + down.length
              + (patient.isPresent() ? " patients of each." : " of each."));
    }
    OperatingPoint best = null;
    for (int step = 0; step <= STEPS; step++) {
      OperatingPoint point =
          point(
              threshold(step),
              aim,
              OptionalDouble.empty(),
              Math.min(up.length, down.length),
              "best on the calibration samples, without a guarantee");
      if (best == null || merit.applyAsDouble(point) > merit.applyAsDouble(best)) {
        best = point;
      }
    }
    return Choice.made(best);
  }

  private OperatingPoint point(
      double threshold, String aim, OptionalDouble confidence, int units, String evidence) {
    double[][] up = positiveGroups;
    double[][] down = negativeGroups;
    return new OperatingPoint(
        threshold,
        aim,
        up.length == 0 ? OptionalDouble.empty() : OptionalDouble.of(meanShare(up, threshold, true)),
        down.length == 0
            ? OptionalDouble.empty()
            : OptionalDouble.of(meanShare(down, threshold, false)),
        confidence,
        units,
        evidence);
  }
}
