package io.github.leukemia4j.calibration;

import java.util.Arrays;
import java.util.Objects;
import java.util.stream.IntStream;
import org.apache.commons.math3.optim.MaxEval;
import org.apache.commons.math3.optim.nonlinear.scalar.GoalType;
import org.apache.commons.math3.optim.univariate.BrentOptimizer;
import org.apache.commons.math3.optim.univariate.SearchInterval;
import org.apache.commons.math3.optim.univariate.UnivariateObjectiveFunction;

/**
 * Temperature scaling (Guo et al. 2017): logits are divided by one number above 0, which leaves the
 * most probable label as it is.
 *
 * @param value the temperature to use: the present one where the fitted one was not accepted
 * @param accepted whether the fitted one was
 * @param logLossBefore on the calibration samples, at the present temperature
 * @param logLossAfter on the same, each by a temperature that was fitted on other patients; what it
 *     was before where there were too few to fit one
 * @param samples how many calibration samples there were; 0 only where there was nothing to fit on
 * @param patients how many patients; each sample counts as one where patients are not known
 * @param reason why it was accepted or not, in words
 */
public record Temperature(
    double value,
    boolean accepted,
    double logLossBefore,
    double logLossAfter,
    int samples,
    int patients,
    String reason) {
  /**
   * @throws IllegalArgumentException where a number is out of its range
   */
  public Temperature {
    Objects.requireNonNull(reason, "reason");
    if (!(value > 0
        && Double.isFinite(value)
        && logLossBefore >= 0
        && Double.isFinite(logLossBefore)
        && logLossAfter >= 0
        && Double.isFinite(logLossAfter)
        && (samples >= 1 && patients >= 1 || samples == 0 && patients == 0 && !accepted)
        && patients <= samples)) {
      throw new IllegalArgumentException(
          "A temperature must be above 0 and, where accepted, rest on at least one sample and"
              + " patient, with finite log losses; found "
              + value
              + ", "
              + samples
              + " samples of "
              + patients
              + " patients, and log losses "
              + logLossBefore
              + " and "
              + logLossAfter
              + ".");
    }
  }

  /** The fewest patients on which a temperature is fitted. */
  public static final int LEAST_PATIENTS = 10;

  private static final double LOWEST = 0.05;
  private static final double HIGHEST = 20;
  private static final int FOLDS = 5;

  /** {@link #fit(double[][], int[], int[], double)} where the present temperature is 1. */
  public static Temperature fit(double[][] logits, int[] truth, int[] patient) {
    return fit(logits, truth, patient, 1);
  }

  /**
   * Fits the temperature that minimises the mean log loss. It is accepted where temperatures fitted
   * on four fifths of the patients lower the log loss of the other fifth, over all fifths, below
   * that at the present temperature, and there are at least {@value #LEAST_PATIENTS} patients.
   *
   * @param logits {@code [samples, classes]}, corrected for priors; logarithms of probabilities
   *     serve as well
   * @param truth {@code [samples]}, each a class
   * @param patient {@code [samples]}, equal numbers for the cells of one patient; give each sample
   *     a number of its own where patients are not known
   * @param present the temperature in use, above 0
   * @throws IllegalArgumentException where the shapes do not fit, there are no samples, or a logit
   *     is not finite
   */
  public static Temperature fit(double[][] logits, int[] truth, int[] patient, double present) {
    return fit(logits, truth, patient, present, crossFitted(logits, truth, patient, present));
  }

  /**
   * @param each {@link #crossFitted} of the same
   */
  static Temperature fit(
      double[][] logits, int[] truth, int[] patient, double present, double[] each) {
    int[] all = IntStream.range(0, truth.length).toArray();
    int patients = (int) Arrays.stream(patient).distinct().count();
    double before = meanLogLoss(logits, truth, all, present);
    if (patients < LEAST_PATIENTS) {
      return new Temperature(
          present,
          false,
          before,
          before,
          truth.length,
          patients,
          "needs at least " + LEAST_PATIENTS + " patients; found " + patients);
    }
    double after = 0;
    for (int i : all) {
      after += logLoss(logits[i], truth[i], each[i]) / truth.length;
    }
    boolean lower = after < before;
    return new Temperature(
        lower ? minimise(logits, truth, all) : present,
        lower,
        before,
        after,
        truth.length,
        patients,
        lower
            ? "lowers the log loss of patients that it was not fitted on"
            : "does not lower the log loss of patients that it was not fitted on");
  }

  /**
   * For each sample the temperature that was fitted on the four fifths of the patients that its own
   * is not among; the present one where there are too few patients.
   */
  static double[] crossFitted(double[][] logits, int[] truth, int[] patient, double present) {
    requireShapes(logits, truth, patient);
    int[] patients = Arrays.stream(patient).distinct().sorted().toArray();
    double[] each = new double[truth.length];
    Arrays.fill(each, present);
    for (int fold = 0; fold < FOLDS && patients.length >= LEAST_PATIENTS; fold++) {
      int held = fold;
      boolean[] inside = new boolean[truth.length];
      for (int i = 0; i < truth.length; i++) {
        inside[i] = Arrays.binarySearch(patients, patient[i]) % FOLDS == held;
      }
      int[] fitted = IntStream.range(0, truth.length).filter(i -> !inside[i]).toArray();
      double temperature = minimise(logits, truth, fitted);
      IntStream.range(0, truth.length).filter(i -> inside[i]).forEach(i -> each[i] = temperature);
    }
    return each;
  }

  private static double minimise(double[][] logits, int[] truth, int[] samples) {
    // In 1 / temperature the log loss is convex, so on any monotone scale there is one minimum.
    return Math.exp(
        new BrentOptimizer(1e-10, 1e-12)
            .optimize(
                new MaxEval(500),
                GoalType.MINIMIZE,
                new UnivariateObjectiveFunction(
                    log -> meanLogLoss(logits, truth, samples, Math.exp(log))),
                new SearchInterval(Math.log(LOWEST), Math.log(HIGHEST), 0))
            .getPoint());
  }

  private static double meanLogLoss(
      double[][] logits, int[] truth, int[] samples, double temperature) {
    double sum = 0;
    for (int i : samples) {
      sum += logLoss(logits[i], truth[i], temperature);
    }
    return sum / samples.length;
  }

  /** Rounding must not make it negative. */
  private static double logLoss(double[] logits, int truth, double temperature) {
    return Math.max(0, logSumExp(logits, temperature) - logits[truth] / temperature);
  }

  private static double logSumExp(double[] logits, double temperature) {
    double highest = Arrays.stream(logits).max().orElseThrow() / temperature;
    double sum = 0;
    for (double logit : logits) {
      sum += Math.exp(logit / temperature - highest);
    }
    return highest + Math.log(sum);
  }

  /** The probabilities of these logits, {@code [classes]}, at this temperature. */
  public double[] probabilities(double[] logits) {
    return softmax(logits, value);
  }

  /**
   * The softmax of logits divided by a temperature.
   *
   * @param temperature above 0
   */
  public static double[] softmax(double[] logits, double temperature) {
    if (!(temperature > 0)) {
      throw new IllegalArgumentException(
          "The temperature must be above 0; found " + temperature + ".");
    }
    double total = logSumExp(logits, temperature);
    return Arrays.stream(logits).map(z -> Math.exp(z / temperature - total)).toArray();
  }

  private static void requireShapes(double[][] logits, int[] truth, int[] patient) {
    if (truth.length == 0 || logits.length != truth.length || patient.length != truth.length) {
      throw new IllegalArgumentException(
          "There must be at least one sample, and logits, truth and patient for each; found "
              + logits.length
              + ", "
              + truth.length
              + " and "
              + patient.length
              + ".");
    }
    for (int i = 0; i < truth.length; i++) {
      if (truth[i] < 0
          || truth[i] >= logits[i].length
          || !Arrays.stream(logits[i]).allMatch(Double::isFinite)) {
        throw new IllegalArgumentException(
            "Logits must be finite and the truth one of their classes; found "
                + Arrays.toString(logits[i])
                + " and truth "
                + truth[i]
                + " for sample "
                + i
                + ".");
      }
    }
  }
}
