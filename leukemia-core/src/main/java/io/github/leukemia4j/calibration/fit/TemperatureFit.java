package io.github.leukemia4j.calibration.fit;

import io.github.leukemia4j.calibration.Calibration.Temperature;
import io.github.leukemia4j.statistics.Spread;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.apache.commons.math3.analysis.UnivariateFunction;
import org.apache.commons.math3.optim.MaxEval;
import org.apache.commons.math3.optim.nonlinear.scalar.GoalType;
import org.apache.commons.math3.optim.univariate.BrentOptimizer;
import org.apache.commons.math3.optim.univariate.SearchInterval;
import org.apache.commons.math3.optim.univariate.UnivariateObjectiveFunction;

/**
 * Fits a temperature (Guo et al. 2017): logits are divided by one number above 0, which leaves the
 * most probable label as it is.
 *
 * <p>The fit is held back, because on cells without an error the log loss falls for ever as the
 * temperature does: the logarithm of the temperature is taken to be normal around the present one,
 * a factor of three either way being one standard deviation, and every patient counts as one
 * observation, however many cells there are.
 */
public final class TemperatureFit {
  /** The fewest patients on which a temperature is fitted. */
  public static final int LEAST_PATIENTS = 10;

  /**
   * The fewest patients with a wrong cell for a temperature that makes probabilities more sure.
   * Where the calibration part shows hardly an error, it does not tell what such a temperature
   * would do to the errors to come.
   */
  public static final int LEAST_PATIENTS_WITH_ERRORS = 5;

  private static final double LOWEST = 0.05;
  private static final double HIGHEST = 20;
  static final double PRIOR_DEVIATION = Math.log(3);
  private static final double LEVEL = 0.9; // two-sided, so that 5 of 100 useless ones pass
  private static final int GRID = 20;
  static final int FOLDS = 5;

  private TemperatureFit() {}

  /**
   * Fits the temperature that minimises the mean log loss times the number of patients, plus half
   * the squared distance from the present temperature in standard deviations of its prior. It is
   * accepted where
   *
   * <ul>
   *   <li>there are at least {@value #LEAST_PATIENTS} patients;
   *   <li>temperatures fitted on four fifths of the patients lower the log loss of the other fifth,
   *       over all fifths, by more than chance does: the mean over patients is above Student's 95 %
   *       quantile times its standard error;
   *   <li>and, where it makes probabilities more sure, at least {@value
   *       #LEAST_PATIENTS_WITH_ERRORS} patients have a wrong cell.
   * </ul>
   *
   * @param logits {@code [samples, classes]}, corrected for priors
   * @param truth {@code [samples]}, each a class
   * @param patient {@code [samples]}, equal numbers for the cells of one patient; give each sample
   *     a number of its own where patients are not known
   * @param present the temperature in use, above 0
   * @throws IllegalArgumentException where the shapes do not fit, there are no samples, or a logit
   *     is not finite
   */
  public static Temperature fit(double[][] logits, int[] truth, int[] patient, double present) {
    double[] shift = new double[logits.length == 0 ? 0 : logits[0].length];
    return fit(
        logits,
        truth,
        patient,
        present,
        shift,
        crossFitted(logits, truth, patient, present, shift));
  }

  /**
   * @param shift {@code [classes]} that is added behind the temperature
   * @param each {@link #crossFitted} of the same
   */
  static Temperature fit(
      double[][] logits,
      int[] truth,
      int[] patient,
      double present,
      double[] shift,
      double[] each) {
    int[] all = IntStream.range(0, truth.length).toArray();
    int patients = (int) Arrays.stream(patient).distinct().count();
    double before = meanLogLoss(logits, truth, all, present, shift);
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
    Map<Integer, Double> gains = new TreeMap<>();
    Set<Integer> withErrors = new HashSet<>();
    for (int i : all) {
      double scaled = logLoss(logits[i], truth[i], each[i], shift);
      after += scaled / truth.length;
      gains.merge(
          patient[i],
          (logLoss(logits[i], truth[i], present, shift) - scaled) / truth.length,
          Double::sum);
      if (isWrong(logits[i], truth[i], present, shift)) {
        withErrors.add(patient[i]);
      }
    }
    double fitted = minimise(logits, truth, patient, all, present, shift);
    Optional<String> refusal =
        refusal(gains.values())
            .or(
                () ->
                    fitted < present && withErrors.size() < LEAST_PATIENTS_WITH_ERRORS
                        ? Optional.of(
                            ("would make probabilities more sure, which needs at least %d patients"
                                    + " with a wrong cell to judge by; found %d")
                                .formatted(LEAST_PATIENTS_WITH_ERRORS, withErrors.size()))
                        : Optional.empty());
    return new Temperature(
        refusal.isPresent() ? present : fitted,
        refusal.isEmpty(),
        before,
        after,
        truth.length,
        patients,
        refusal.orElse("lowers the log loss of patients that it was not fitted on"));
  }

  /** Whether another class leads. */
  static boolean isWrong(double[] logits, int truth, double temperature, double[] shift) {
    double own = logits[truth] / temperature + shift[truth];
    return IntStream.range(0, logits.length)
        .anyMatch(k -> logits[k] / temperature + shift[k] > own);
  }

  /**
   * Why chance may have done it.
   *
   * @param gains what each patient adds to the fall of the mean log loss
   */
  static Optional<String> refusal(Collection<Double> gains) {
    int n = gains.size();
    double gain = gains.stream().mapToDouble(g -> g).sum();
    double squares = gains.stream().mapToDouble(g -> (g - gain / n) * (g - gain / n)).sum();
    Spread spread = new Spread(squares * n / (n - 1.0), n - 1.0);
    if (!(gain > spread.quantile(LEVEL) * Math.sqrt(spread.variance()))) {
      return Optional.of(
          gain > 0
              ? "lowers the log loss of patients that it was not fitted on by no more than chance"
                  + " does"
              : "does not lower the log loss of patients that it was not fitted on");
    }
    return Optional.empty();
  }

  /**
   * For each sample the temperature that was fitted on the four fifths of the patients that its own
   * is not among; the present one where there are too few patients.
   */
  static double[] crossFitted(
      double[][] logits, int[] truth, int[] patient, double present, double[] shift) {
    requireShapes(logits, truth, patient);
    double[] each = new double[truth.length];
    Arrays.fill(each, present);
    int[] folds = folds(patient);
    for (int fold = 0; fold < FOLDS && folds.length > 0; fold++) {
      int held = fold;
      int[] fitted = IntStream.range(0, truth.length).filter(i -> folds[i] != held).toArray();
      double temperature = minimise(logits, truth, patient, fitted, present, shift);
      IntStream.range(0, truth.length)
          .filter(i -> folds[i] == held)
          .forEach(i -> each[i] = temperature);
    }
    return each;
  }

  /** The fold of each sample, that of its patient; empty where there are too few patients. */
  static int[] folds(int[] patient) {
    int[] patients = Arrays.stream(patient).distinct().sorted().toArray();
    return patients.length < LEAST_PATIENTS
        ? new int[0]
        : Arrays.stream(patient).map(p -> Arrays.binarySearch(patients, p) % FOLDS).toArray();
  }

  private static double minimise(
      double[][] logits,
      int[] truth,
      int[] patient,
      int[] samples,
      double present,
      double[] shift) {
    double patients = Arrays.stream(samples).map(i -> patient[i]).distinct().count();
    return minimise(
        temperature -> patients * meanLogLoss(logits, truth, samples, temperature, shift), present);
  }

  /** The temperature at which a cost is least together with what the prior adds to it. */
  static double minimise(DoubleUnaryOperator ofTemperature, double present) {
    UnivariateFunction cost =
        log -> {
          double distance = (log - Math.log(present)) / PRIOR_DEVIATION;
          return ofTemperature.applyAsDouble(Math.exp(log)) + distance * distance / 2;
        };
    // The log loss has one minimum, but its sum with the prior may have two: Brent's search starts
    // between the neighbours of the best of a grid.
    double lowest = Math.log(Math.min(LOWEST, present));
    double step = (Math.log(Math.max(HIGHEST, present)) - lowest) / GRID;
    int best = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int g = 0; g <= GRID; g++) {
      double value = cost.value(lowest + g * step);
      best = value < least ? g : best;
      least = Math.min(least, value);
    }
    return Math.exp(
        new BrentOptimizer(1e-10, 1e-12)
            .optimize(
                new MaxEval(500),
                GoalType.MINIMIZE,
                new UnivariateObjectiveFunction(cost),
                new SearchInterval(
                    lowest + Math.max(0, best - 1) * step,
                    lowest + Math.min(GRID, best + 1) * step))
            .getPoint());
  }

  private static double meanLogLoss(
      double[][] logits, int[] truth, int[] samples, double temperature, double[] shift) {
    double sum = 0;
    for (int i : samples) {
      sum += logLoss(logits[i], truth[i], temperature, shift);
    }
    return sum / samples.length;
  }

  /** Rounding must not make it negative. */
  static double logLoss(double[] logits, int truth, double temperature, double[] shift) {
    double highest = Double.NEGATIVE_INFINITY;
    for (int k = 0; k < logits.length; k++) {
      highest = Math.max(highest, logits[k] / temperature + shift[k]);
    }
    double sum = 0;
    for (int k = 0; k < logits.length; k++) {
      sum += Math.exp(logits[k] / temperature + shift[k] - highest);
    }
    return Math.max(0, highest + Math.log(sum) - logits[truth] / temperature - shift[truth]);
  }

  private static void requireShapes(double[][] logits, int[] truth, int[] patient) {
    if (truth.length == 0 || logits.length != truth.length || patient.length != truth.length) {
      throw new IllegalArgumentException(
          "There must be at least one sample, and logits, truth and patient for each; found %s, %s and %s."
              .formatted(logits.length, truth.length, patient.length));
    }
    for (int i = 0; i < truth.length; i++) {
      if (truth[i] < 0
          || truth[i] >= logits[i].length
          || !Arrays.stream(logits[i]).allMatch(Double::isFinite)) {
        throw new IllegalArgumentException(
            "Logits must be finite and the truth one of their classes; found %s and truth %s for sample %s."
                .formatted(Arrays.toString(logits[i]), truth[i], i));
      }
    }
  }
}
