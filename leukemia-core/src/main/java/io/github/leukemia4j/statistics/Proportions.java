package io.github.leukemia4j.statistics;

import io.github.leukemia4j.metric.Interval;
import org.apache.commons.statistics.distribution.BetaDistribution;

/** Intervals for a share of independent observations. */
public final class Proportions {
  private Proportions() {}

  /**
   * The exact interval of Clopper and Pearson 1934, never below its level: R's {@code
   * binom.test(successes, trials, conf.level = level)}.
   *
   * @param successes from 0 to {@code trials}
   * @param trials 1 or more
   * @param level in (0, 1)
   * @throws IllegalArgumentException where one is out of range
   */
  public static Interval clopperPearson(long successes, long trials, double level) {
    require(successes, trials, level);
    double tail = (1 - level) / 2;
    return new Interval(
        lowerBound(successes, trials, tail),
        upperBound(successes, trials, tail),
        level,
        "Clopper-Pearson");
  }

  /**
   * The one-sided exact lower bound: the share for which this many successes or more have a
   * probability of {@code error}.
   *
   * @param successes from 0 to {@code trials}
   * @param trials 1 or more
   * @param error how often the bound may lie above the true share, in (0, 1)
   */
  public static double lowerBound(long successes, long trials, double error) {
    require(successes, trials, 1 - error);
    return successes == 0 ? 0 : betaQuantile(successes, trials - successes + 1.0, error);
  }

  /**
   * The one-sided exact upper bound, the mirror image of {@link #lowerBound}.
   *
   * @param successes from 0 to {@code trials}
   * @param trials 1 or more
   * @param error how often the bound may lie below the true share, in (0, 1)
   */
  public static double upperBound(long successes, long trials, double error) {
    return 1 - lowerBound(trials - successes, trials, error);
  }

  /** Clopper and Pearson's interval where the numbers need not be whole. */
  static Interval exact(double successes, double failures, double level, String method) {
    double tail = (1 - level) / 2;
    return new Interval(
        successes > 0 ? betaQuantile(successes, failures + 1, tail) : 0,
        failures > 0 ? 1 - betaQuantile(failures, successes + 1, tail) : 1,
        level,
        method);
  }

  private static double betaQuantile(double a, double b, double probability) {
    BetaDistribution beta = BetaDistribution.of(a, b);
    double x = beta.inverseCumulativeProbability(probability);
    // The library stops within 1e-9 of the root; Newton steps take it to double precision.
    for (int i = 0; i < 3; i++) {
      double density = beta.density(x);
      double step = (beta.cumulativeProbability(x) - probability) / density;
      if (!(Math.abs(step) < 1e-6) || x - step <= 0 || x - step >= 1) {
        break;
      }
      x -= step;
    }
    return x;
  }

  private static void require(long successes, long trials, double level) {
    if (trials < 1 || successes < 0 || successes > trials) {
      throw new IllegalArgumentException(
          "There must be at least one trial, and successes from 0 to trials; found %s of %s."
              .formatted(successes, trials));
    }
    Interval.requireLevel(level);
  }
}
