package io.github.leukemia4j.calibration.fit;

import io.github.leukemia4j.calibration.Calibration.Bias;
import io.github.leukemia4j.calibration.Calibration.Temperature;
import io.github.leukemia4j.inference.ProbabilityScale;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.LUDecomposition;

/**
 * Fits a temperature and, behind it, a number for each class that is added to its logit
 * (bias-corrected temperature scaling, Alexandari et al. 2020). Unlike a temperature it changes
 * which class is the most probable.
 *
 * <p>It is held back as {@link TemperatureFit} is: each number is taken to be normal around a
 * middle, a factor of three in odds being one standard deviation, and every patient counts as one
 * observation. The middle is the present one, or, where the samples come as they come, the present
 * one at their own shares. It is accepted where
 *
 * <ul>
 *   <li>there are at least {@value TemperatureFit#LEAST_PATIENTS} patients, and of each class cells
 *       of at least {@value #LEAST_PATIENTS_OF_CLASS};
 *   <li>and what was fitted on four fifths of the patients lowers the log loss of the other fifth,
 *       over all fifths, by more than chance does, against the temperature alone where that was
 *       accepted, and else against what is in use.
 * </ul>
 *
 * Where fewer than {@value TemperatureFit#LEAST_PATIENTS_WITH_ERRORS} patients have a wrong cell,
 * the bias is fitted behind the temperature that would be used without it, for the reason that
 * {@link TemperatureFit} gives.
 */
final class BiasFit {
  /** The fewest patients with a cell of each class. */
  static final int LEAST_PATIENTS_OF_CLASS = 5;

  private static final double PRECISION =
      1 / (TemperatureFit.PRIOR_DEVIATION * TemperatureFit.PRIOR_DEVIATION);
  private static final int MOST_STEPS = 60;
  private static final double TOLERANCE = 1e-10;

  private final double[][] logits;
  private final int[] truth;
  private final int[] patient;
  private final double present;
  private final double[] shift;
  private final Function<int[], double[]> middle;

  private BiasFit(
      double[][] logits,
      int[] truth,
      int[] patient,
      double present,
      double[] shift,
      Function<int[], double[]> middle) {
    this.logits = logits;
    this.truth = truth;
    this.patient = patient;
    this.present = present;
    this.shift = shift;
    this.middle = middle;
  }

  /** A temperature and what is added behind it. */
  private record Scale(double temperature, double[] shift) {}

  /**
   * What was found.
   *
   * @param bias whose values are the whole shift behind the temperature
   * @param temperature the one that was fitted together with an accepted bias, else the given one
   * @param probabilities {@code [samples, classes]}, each by what was fitted on other patients;
   *     empty where the bias was not accepted
   */
  record Found(Bias bias, Temperature temperature, Optional<double[][]> probabilities) {}

  /**
   * @param logits {@code [samples, classes]}, as {@link ProbabilityScale#corrected} gives them
   * @param present the temperature in use
   * @param shift {@code [classes]} that is in use behind the temperature
   * @param middle of the prior, from the places of the samples that are fitted to
   * @param alone the temperature that was fitted without a bias
   * @param each {@link TemperatureFit#crossFitted} of the same
   */
  static Found fit(
      double[][] logits,
      int[] truth,
      int[] patient,
      double present,
      double[] shift,
      Function<int[], double[]> middle,
      Temperature alone,
      double[] each) {
    return new BiasFit(logits, truth, patient, present, shift, middle).fit(alone, each);
  }

  private Found fit(Temperature alone, double[] each) {
    double[] without = new double[truth.length];
    Map<Integer, Set<Integer>> patientsOf = new TreeMap<>();
    Set<Integer> withErrors = new HashSet<>();
    for (int i = 0; i < truth.length; i++) {
      without[i] = alone.accepted() ? each[i] : present;
      patientsOf.computeIfAbsent(truth[i], k -> new HashSet<>()).add(patient[i]);
      if (TemperatureFit.isWrong(logits[i], truth[i], present, shift)) {
        withErrors.add(patient[i]);
      }
    }
    double before = meanLoss(without);
    int[] folds = TemperatureFit.folds(patient);
    if (folds.length == 0) {
      return refused(before, before, alone, alone.reason());
    }
    int fewest =
        IntStream.range(0, logits[0].length)
            .map(k -> patientsOf.getOrDefault(k, Set.of()).size())
            .min()
            .orElseThrow();
    if (fewest < LEAST_PATIENTS_OF_CLASS) {
      return refused(
          before,
          before,
          alone,
          "needs cells of each label of at least %d patients; found one of %d"
              .formatted(LEAST_PATIENTS_OF_CLASS, fewest));
    }
    boolean free = withErrors.size() >= TemperatureFit.LEAST_PATIENTS_WITH_ERRORS;
    Scale[] byFold = new Scale[TemperatureFit.FOLDS];
    for (int fold = 0; fold < byFold.length; fold++) {
      int held = fold;
      int[] others = IntStream.range(0, truth.length).filter(i -> folds[i] != held).toArray();
      double fixed =
          IntStream.range(0, truth.length)
              .filter(i -> folds[i] == held)
              .mapToDouble(i -> without[i])
              .findFirst()
              .orElse(present);
      byFold[fold] = minimise(others, free, fixed);
    }
    double after = 0;
    Map<Integer, Double> gains = new TreeMap<>();
    for (int i = 0; i < truth.length; i++) {
      Scale own = byFold[folds[i]];
      double loss = TemperatureFit.logLoss(logits[i], truth[i], own.temperature, own.shift);
      after += loss / truth.length;
      gains.merge(
          patient[i],
          (TemperatureFit.logLoss(logits[i], truth[i], without[i], shift) - loss) / truth.length,
          Double::sum);
    }
    Optional<String> refusal = TemperatureFit.refusal(gains.values());
    if (refusal.isPresent()) {
      return refused(before, after, alone, refusal.get());
    }
    Scale all = minimise(IntStream.range(0, truth.length).toArray(), free, alone.value());
    return new Found(
        new Bias(
            Arrays.stream(all.shift).boxed().toList(),
            true,
            before,
            after,
            "lowers the log loss of patients that it was not fitted on"),
        new Temperature(
            all.temperature,
            true,
            alone.logLossBefore(),
            after,
            alone.samples(),
            alone.patients(),
            "fitted together with a bias"),
        Optional.of(
            IntStream.range(0, truth.length)
                .mapToObj(
                    i ->
                        ProbabilityScale.softmax(
                            logits[i], byFold[folds[i]].temperature, byFold[folds[i]].shift))
                .toArray(double[][]::new)));
  }

  private Found refused(double before, double after, Temperature alone, String reason) {
    List<Double> values = Arrays.stream(shift).boxed().toList();
    return new Found(new Bias(values, false, before, after, reason), alone, Optional.empty());
  }

  private double meanLoss(double[] temperatures) {
    double sum = 0;
    for (int i = 0; i < truth.length; i++) {
      sum += TemperatureFit.logLoss(logits[i], truth[i], temperatures[i], shift);
    }
    return sum / truth.length;
  }

  /**
   * @param free whether the temperature is fitted too
   * @param fixed the temperature where it is not
   */
  private Scale minimise(int[] samples, boolean free, double fixed) {
    double patients = Arrays.stream(samples).map(i -> patient[i]).distinct().count();
    double[] around = middle.apply(samples);
    double[] start = around.clone();
    double temperature =
        free
            ? TemperatureFit.minimise(
                t -> {
                  double[] best = newton(samples, t, start, around, patients);
                  System.arraycopy(best, 0, start, 0, best.length);
                  return cost(samples, t, best, around, patients);
                },
                present)
            : fixed;
    return new Scale(temperature, newton(samples, temperature, start, around, patients));
  }

  /** The mean log loss times the number of patients, and what the prior adds. */
  private double cost(
      int[] samples, double temperature, double[] values, double[] around, double patients) {
    double sum = 0;
    for (int i : samples) {
      sum += TemperatureFit.logLoss(logits[i], truth[i], temperature, values);
    }
    double cost = patients * sum / samples.length;
    for (int k = 0; k < values.length; k++) {
      cost += PRECISION * (values[k] - around[k]) * (values[k] - around[k]) / 2;
    }
    return cost;
  }

  /** The shift of the least cost at a temperature; the cost is convex in it. */
  private double[] newton(
      int[] samples, double temperature, double[] start, double[] around, double patients) {
    double[] values = start.clone();
    int size = values.length;
    double weight = patients / samples.length;
    for (int step = 0; step < MOST_STEPS; step++) {
      double[] gradient = new double[size];
      double[][] curvature = new double[size][size];
      for (int k = 0; k < size; k++) {
        gradient[k] = PRECISION * (values[k] - around[k]);
        curvature[k][k] = PRECISION;
      }
      for (int i : samples) {
        double[] p = ProbabilityScale.softmax(logits[i], temperature, values);
        for (int k = 0; k < size; k++) {
          gradient[k] += weight * (p[k] - (truth[i] == k ? 1 : 0));
          curvature[k][k] += weight * p[k];
          for (int j = 0; j < size; j++) {
            curvature[k][j] -= weight * p[k] * p[j];
          }
        }
      }
      double[] change =
          new LUDecomposition(new Array2DRowRealMatrix(curvature, false))
              .getSolver()
              .solve(new ArrayRealVector(gradient, false))
              .toArray();
      double before = cost(samples, temperature, values, around, patients);
      double share = 1;
      double[] next = minus(values, change, share);
      while (cost(samples, temperature, next, around, patients) > before && share > 1e-6) {
        share /= 2;
        next = minus(values, change, share);
      }
      values = next;
      if (Arrays.stream(change).map(Math::abs).max().orElse(0) < TOLERANCE) {
        break;
      }
    }
    return values;
  }

  private static double[] minus(double[] values, double[] change, double share) {
    return IntStream.range(0, values.length)
        .mapToDouble(k -> values[k] - share * change[k])
        .toArray();
  }
}
