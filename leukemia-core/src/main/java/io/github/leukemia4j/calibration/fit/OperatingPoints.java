package io.github.leukemia4j.calibration.fit;

import io.github.leukemia4j.calibration.Decision.OperatingPoint;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.IntToDoubleFunction;
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
final class OperatingPoints {
  private static final int STEPS = 1400;
  private static final double WIDEST_LOG_ODDS = 14;

  private final boolean byPatient;
  private final Kind positives;
  private final Kind negatives;

  /**
   * The samples of one kind, counted at every threshold.
   *
   * @param cells how many there are
   * @param units how many patients they are of; as many as cells where these are independent
   * @param cellsBelow each threshold
   * @param unitsBelow each threshold, where a patient counts by the share of the patient's cells
   */
  private record Kind(int cells, int units, int[] cellsBelow, double[] unitsBelow) {
    static Kind of(double[] scores, boolean[] is, boolean wanted, Optional<int[]> patient) {
      Map<Integer, Integer> sizes = new HashMap<>();
      int cells = 0;
      for (int i = 0; i < scores.length; i++) {
        if (is[i] == wanted) {
          cells++;
          if (patient.isPresent()) {
            sizes.merge(patient.get()[i], 1, Integer::sum);
          }
        }
      }
      int[] cellsBelow = new int[STEPS + 1];
      double[] unitsBelow = new double[STEPS + 1];
      for (int i = 0; i < scores.length; i++) {
        int step = is[i] == wanted ? firstAbove(scores[i]) : STEPS + 1;
        if (step <= STEPS) {
          cellsBelow[step]++;
          unitsBelow[step] += patient.isPresent() ? 1.0 / sizes.get(patient.get()[i]) : 1;
        }
      }
      for (int step = 1; step <= STEPS; step++) {
        cellsBelow[step] += cellsBelow[step - 1];
        unitsBelow[step] += unitsBelow[step - 1];
      }
      return new Kind(cells, patient.isPresent() ? sizes.size() : cells, cellsBelow, unitsBelow);
    }

    /** The mean over units of each one's share of cells at or above the threshold. */
    double shareAbove(int step) {
      return Math.max(0, 1 - unitsBelow[step] / units);
    }

    double shareBelow(int step) {
      return Math.min(1, unitsBelow[step] / units);
    }
  }

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
    this.byPatient = patient.isPresent();
    this.positives = Kind.of(scores, positive, true, patient);
    this.negatives = Kind.of(scores, positive, false, patient);
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
          "There must be one patient for each score; found %s for %s."
              .formatted(patient.length, scores.length));
    }
    return checked(scores, positive, Optional.of(patient));
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
          "There must be one truth for each score; found %s for %s."
              .formatted(positive.length, scores.length));
    }
    for (double score : scores) {
      if (!(score >= 0 && score <= 1)) {
        throw new IllegalArgumentException(
            "Scores must be probabilities in [0, 1]; found " + score + ".");
      }
    }
    return new OperatingPoints(scores, positive, patient);
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
          "Wanted share and confidence must lie in (0, 1); found %s and %s."
              .formatted(wanted, confidence));
    }
    String aim = (ofPositives ? "sensitivity" : "specificity") + " of at least " + wanted;
    Kind guarded = ofPositives ? positives : negatives;
    int units = guarded.units;
    double error = 1 - confidence;
    int least = (int) Math.ceil(Math.log(error) / Math.log(wanted) - 1e-9);
    String kind = (ofPositives ? "positive " : "negative ") + (byPatient ? "patients" : "cells");
    if (units < least) {
      return Choice.refused(
          "A %s with confidence %s needs at least %s %s in the calibration part; found %s. Add calibration data, or want less."
              .formatted(aim, confidence, least, kind, units));
    }
    int chosen = -1;
    for (int tried = 0; tried <= STEPS; tried++) {
      int step = ofPositives ? tried : STEPS - tried;
      double missed = ofPositives ? guarded.unitsBelow[step] : units * guarded.shareAbove(step);
      if (pValue(missed, units, wanted) > error) {
        break;
      }
      chosen = step;
    }
    if (chosen < 0) {
      return Choice.refused(
          "No threshold has a %s with confidence %s on %s %s: even the safest one misses too many. Improve the model, add calibration data, or want less."
              .formatted(aim, confidence, units, kind));
    }
    return Choice.made(
        point(
            chosen,
            aim,
            OptionalDouble.of(confidence),
            units,
            "fixed-sequence testing, %s"
                .formatted(
                    byPatient
                        ? "Hoeffding-Bentkus over " + units + " " + kind
                        : "exact binomial over "
                            + units
                            + " "
                            + kind
                            + ", assumes independent cells")));
  }

  /** Evenly spaced in log-odds, whatever the data are; step 0 is the lowest. */
  private static double threshold(double step) {
    return 1 / (1 + Math.exp(WIDEST_LOG_ODDS - 2 * WIDEST_LOG_ODDS * step / STEPS));
  }

  /** The first threshold above a score; one more than there are where none is. */
  private static int firstAbove(double score) {
    int low = 0;
    int high = STEPS + 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (score < threshold(middle)) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  /** Of the hypothesis that the share is below the wanted one. */
  private double pValue(double missed, int n, double wanted) {
    double allowed = 1 - wanted;
    if (!byPatient) {
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

  /**
   * The threshold with the lowest cost of the calibration cells, without a guarantee. Each cell
   * counts once, whoever's it is. Where several thresholds cost the same, the middle of the widest
   * range of them, in log-odds.
   *
   * @param costRatio how many times as much a missed positive costs as a false alarm, above 0
   * @return refused where not both kinds occur
   */
  public Choice forCostRatio(double costRatio) {
    if (!(costRatio > 0 && Double.isFinite(costRatio))) {
      throw new IllegalArgumentException(
          "The cost ratio must be above 0; found " + costRatio + ".");
    }
    return best(
        "lowest cost where a missed positive costs " + costRatio + " times a false alarm",
        step -> -costRatio * positives.cellsBelow[step] + negatives.cellsBelow[step]);
  }

  /**
   * The threshold with the highest sensitivity plus specificity on the calibration samples (Youden
   * 1950), both means over patients, without a guarantee. Where several thresholds have it, the
   * middle of the widest range of them, in log-odds.
   *
   * @return refused where not both kinds occur
   */
  public Choice forYouden() {
    return best(
        "highest sum of sensitivity and specificity",
        step -> positives.shareAbove(step) + negatives.shareBelow(step));
  }

  private Choice best(String aim, IntToDoubleFunction merit) {
    if (positives.cells == 0 || negatives.cells == 0) {
      return Choice.refused(
          "The %s needs positive and negative calibration samples; found %s and %s%s"
              .formatted(
                  aim,
                  positives.units,
                  negatives.units,
                  byPatient ? " patients of each." : " of each."));
    }
    double highest = Double.NEGATIVE_INFINITY;
    for (int step = 0; step <= STEPS; step++) {
      highest = Math.max(highest, merit.applyAsDouble(step));
    }
    int from = 0;
    int widest = 0;
    int run = 0;
    for (int step = 0; step <= STEPS; step++) {
      // Sums over patients differ in the last bits.
      run = merit.applyAsDouble(step) >= highest - 1e-9 ? run + 1 : 0;
      if (run > widest) {
        widest = run;
        from = step - run + 1;
      }
    }
    return Choice.made(
        point(
            from + (widest - 1) / 2.0,
            aim,
            OptionalDouble.empty(),
            Math.min(positives.units, negatives.units),
            "best on the calibration samples, without a guarantee"));
  }

  /** Between two steps of equal counts the counts are the same. */
  private OperatingPoint point(
      double step, String aim, OptionalDouble confidence, int units, String evidence) {
    int counted = (int) step;
    return new OperatingPoint(
        threshold(step),
        aim,
        positives.cells == 0
            ? OptionalDouble.empty()
            : OptionalDouble.of(positives.shareAbove(counted)),
        negatives.cells == 0
            ? OptionalDouble.empty()
            : OptionalDouble.of(negatives.shareBelow(counted)),
        confidence,
        units,
        evidence);
  }
}
