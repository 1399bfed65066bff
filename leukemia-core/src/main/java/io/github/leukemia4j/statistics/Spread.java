package io.github.leukemia4j.statistics;

import io.github.leukemia4j.metric.Interval;
import io.github.leukemia4j.metric.Metric;
import java.util.Arrays;
import java.util.Optional;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * How far a statistic strays from one data set to the next, and how well that is known.
 *
 * @param variance of the statistic, 0 or more
 * @param degrees of freedom of the variance, above 0: of how many independent contributions it was
 *     estimated; infinite where it is known
 */
public record Spread(double variance, double degrees) {
  /** The assumed kurtosis of patients' contributions; a normal distribution has 3. */
  static final double KURTOSIS = 5;

  /** Values this near to an end of their range count as the end, because of rounding. */
  private static final double END = 1e-12;

  /** On one degree of freedom an interval would hold everything. */
  private static final double LEAST_DEGREES = 2;

  /**
   * @throws IllegalArgumentException where a number is out of its range
   */
  public Spread {
    if (!(variance >= 0 && Double.isFinite(variance) && degrees > 0)) {
      throw new IllegalArgumentException(
          "A variance must be finite and 0 or more, and its degrees of freedom above 0; found %s and %s."
              .formatted(variance, degrees));
    }
  }

  /**
   * The jackknife that leaves out one unit at a time, such as a patient with all cells, within
   * strata: each stratum of n units counts (n - 1) / n times its sum of squares, so that no stratum
   * is too small to be judged fairly from two units on.
   *
   * <p>The degrees of freedom are those of a variance from contributions with the kurtosis {@value
   * #KURTOSIS}, which is between a normal and an exponential distribution's: half of
   * Satterthwaite's over the strata. They are fewer where some units weigh much more than others:
   * then it is twice the squared variance over the variance of the variance, as the units' own
   * squares show it. A variance that one patient of forty makes has 2 degrees of freedom and not
   * 39.
   *
   * @param without the statistic without each unit, NaN where that is undefined
   * @param stratum of each unit, from 0 up
   * @param behind which units the statistic rests on; the others can be left out without changing
   *     it
   * @param least what the variance is at least, such as that of independent cells; 0 or more
   * @return empty where the statistic is undefined without one of the units, or no stratum has two
   *     units behind it
   */
  public static Optional<Spread> jackknife(
      double[] without, int[] stratum, boolean[] behind, double least) {
    int strata = Arrays.stream(stratum).max().orElse(-1) + 1;
    int[] units = new int[strata];
    int[] resting = new int[strata];
    double[] mean = new double[strata];
    for (int u = 0; u < without.length; u++) {
      if (Double.isNaN(without[u])) {
        return Optional.empty();
      }
      units[stratum[u]]++;
      resting[stratum[u]] += behind[u] ? 1 : 0;
      mean[stratum[u]] += without[u];
    }
    double[] squares = new double[strata];
    double[] fourths = new double[strata];
    for (int s = 0; s < strata; s++) {
      mean[s] /= units[s];
    }
    for (int u = 0; u < without.length; u++) {
      double square = (without[u] - mean[stratum[u]]) * (without[u] - mean[stratum[u]]);
      squares[stratum[u]] += square;
      fourths[stratum[u]] += square * square;
    }
    double variance = 0;
    double byStrata = 0;
    double byUnits = 0;
    int free = 0;
    for (int s = 0; s < strata; s++) {
      double n = units[s];
      free += Math.max(0, resting[s] - 1);
      if (n > 1) {
        double part = (n - 1) / n * squares[s];
        variance += part;
        byStrata += part * part / (n - 1);
        // Deviations from the mean of few understate their fourth powers.
        byUnits += n / (n - 1) * n / (n - 1) * (fourths[s] - squares[s] * squares[s] / n);
      }
    }
    if (free == 0) {
      return Optional.empty();
    }
    double degrees = degrees(free);
    if (variance > 1e-24) { // rounding alone must not make degrees of freedom
      degrees = degrees(Math.min(free, variance * variance / byStrata));
      degrees = byUnits > 0 ? Math.min(degrees, 2 * variance * variance / byUnits) : degrees;
      // What is added to reach the least variance is known.
      double known = Math.max(1, least / variance);
      degrees = Math.min(degrees(free), Math.max(LEAST_DEGREES, degrees) * known * known);
    } else {
      variance = 0;
    }
    return Optional.of(new Spread(Math.max(variance, least), degrees));
  }

  /** What is left of a normal distribution's degrees of freedom under the kurtosis of patients. */
  public static double degrees(double normal) {
    return Math.max(Math.min(LEAST_DEGREES, normal), normal * 2 / (KURTOSIS - 1));
  }

  /** Student's quantile: how many standard errors an interval reaches to each side. */
  public double quantile(double level) {
    Interval.requireLevel(level);
    double tail = (1 - level) / 2;
    return Double.isInfinite(degrees)
        ? NormalDistribution.of(0, 1).inverseSurvivalProbability(tail)
        : TDistribution.of(degrees).inverseSurvivalProbability(tail);
  }

  /**
   * The estimate plus and minus Student's quantile times the standard error, on a scale without
   * bounds.
   *
   * @return empty where the variance is 0 or the estimate lies at the end of its range
   */
  public Optional<Interval> interval(
      double estimate, double level, Metric.Range range, String method) {
    double x = estimate;
    double error = quantile(level) * Math.sqrt(variance);
    if (!(error > 0)) {
      return Optional.empty();
    }
    return switch (range) {
      case UNIT ->
          x <= END || x >= 1 - END ? Optional.empty() : Optional.of(unit(x, error, level, method));
      case CORRELATION -> {
        if (x <= END - 1 || x >= 1 - END) {
          yield Optional.empty();
        }
        Interval half = unit((x + 1) / 2, error / 2, level, method);
        yield Optional.of(new Interval(2 * half.lower() - 1, 2 * half.upper() - 1, level, method));
      }
      case POSITIVE -> x <= 0 ? Optional.empty() : positive(x, level, method);
      case ANY -> Optional.of(new Interval(x - error, x + error, level, method));
    };
  }

  /**
   * Contributions to losses have heavier tails, so that two thirds of the degrees of freedom are
   * left. They are skewed on the scale of the logarithm, too: upwards the interval goes as far as
   * on the scale of the inverse root, to second order.
   */
  private Optional<Interval> positive(double x, double level, String method) {
    double quantile =
        new Spread(variance, Math.max(Math.min(LEAST_DEGREES, degrees), degrees * 2 / 3))
            .quantile(level);
    double half = quantile * Math.sqrt(variance) / x;
    double upper = x * Math.exp(half + half * half / 4);
    return Double.isInfinite(upper)
        ? Optional.empty()
        : Optional.of(new Interval(x * Math.exp(-half), upper, level, method));
  }

  private static Interval unit(double x, double error, double level, String method) {
    double odds = x / (1 - x);
    double factor = Math.exp(error / (x * (1 - x)));
    double high = Double.isInfinite(factor) ? 1 : odds * factor / (1 + odds * factor);
    return new Interval(odds / (odds + factor), high, level, method);
  }

  /**
   * The interval of Korn and Graubard 1998 for a share of cells that come in clusters: the exact
   * interval of as many independent cells as carry the same information. Alike cells count for
   * less, and so do few degrees of freedom; a cell never counts for more than one, so that the
   * interval is never narrower than {@link Proportions#clopperPearson} of the cells.
   *
   * @param successes from 0 to {@code trials}; at the ends nothing tells how alike cells are, and
   *     the variance should be known from elsewhere
   * @param trials how many cells
   * @param level in (0, 1)
   */
  public Interval share(long successes, long trials, double level, String method) {
    double p = (double) successes / trials;
    double independent = p * (1 - p) / trials;
    double known = new Spread(0, Double.POSITIVE_INFINITY).quantile(level) / quantile(level);
    double alike = variance > independent ? independent / variance : 1;
    double information = trials * alike * known * known;
    return Proportions.exact(p * information, (1 - p) * information, level, method);
  }
}
