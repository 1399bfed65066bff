package io.github.leukemia4j.statistics;

import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * The bootstrap that draws whole units, such as patients with all their cells, within strata. What
 * it gives depends on the seed alone, not on the number of threads. All methods are thread-safe.
 */
public final class ClusterBootstrap {
  /** The share of resamples on which a statistic may be undefined before no interval is given. */
  static final double MOST_UNDEFINED = 0.05;

  private ClusterBootstrap() {}

  /**
   * Draws from each stratum as many units as it has, with replacement, and measures. Runs on the
   * common pool, or on the {@link java.util.concurrent.ForkJoinPool} from which it is called.
   *
   * @param stratum of each unit, from 0 up
   * @param resamples how often to draw
   * @param seed equal seeds give equal draws
   * @param statistic takes how often each unit was drawn and gives one or more numbers, always as
   *     many, NaN where undefined; thread-safe, and does not keep or change its argument
   * @return {@code [resamples, numbers]}
   * @throws IllegalArgumentException where there are no units or resamples
   */
  public static double[][] replicates(
      int[] stratum, int resamples, long seed, Function<int[], double[]> statistic) {
    if (stratum.length == 0 || resamples < 1) {
      throw new IllegalArgumentException(
          "A bootstrap needs at least one unit and one resample; found "
              + stratum.length
              + " and "
              + resamples
              + ".");
    }
    int[][] members = members(stratum);
    SplittableRandom seeds = new SplittableRandom(seed);
    long[] seedOf = new long[resamples];
    Arrays.setAll(seedOf, r -> seeds.nextLong());
    return IntStream.range(0, resamples)
        .parallel()
        .mapToObj(r -> statistic.apply(draw(members, stratum.length, seedOf[r])))
        .toArray(double[][]::new);
  }

  private static int[][] members(int[] stratum) {
    int strata = Arrays.stream(stratum).max().orElseThrow() + 1;
    int[] sizes = new int[strata];
    for (int s : stratum) {
      sizes[s]++;
    }
    int[][] members = new int[strata][];
    Arrays.setAll(members, s -> new int[sizes[s]]);
    for (int unit = stratum.length - 1; unit >= 0; unit--) {
      members[stratum[unit]][--sizes[stratum[unit]]] = unit;
    }
    return members;
  }

  private static int[] draw(int[][] members, int units, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int[] weights = new int[units];
    for (int[] stratum : members) {
      for (int i = 0; i < stratum.length; i++) {
        weights[stratum[random.nextInt(stratum.length)]]++;
      }
    }
    return weights;
  }

  /**
   * The percentile interval, expanded as Hesterberg 2015 advises: a bootstrap of few units is too
   * narrow by the factor that t-quantiles and n - 1 repair in textbook intervals.
   *
   * @param replicates of one number; NaN where it was undefined
   * @param units how many the bootstrap drew among
   * @param level in (0, 1)
   * @return empty where there are fewer than 2 units, where more than 5 of 100 replicates are
   *     undefined, or where all are equal, so that the resamples say nothing of the spread
   */
  public static Optional<Interval> interval(double[] replicates, int units, double level) {
    Interval.requireLevel(level);
    double[] sorted = Arrays.stream(replicates).filter(v -> !Double.isNaN(v)).sorted().toArray();
    if (units < 2
        || sorted.length < 2
        || sorted.length < (1 - MOST_UNDEFINED) * replicates.length
        || sorted[0] == sorted[sorted.length - 1]) {
      return Optional.empty();
    }
    double t = TDistribution.of(units - 1.0).inverseSurvivalProbability((1 - level) / 2);
    double tail =
        NormalDistribution.of(0, 1).survivalProbability(t * Math.sqrt(units / (units - 1.0)));
    return Optional.of(
        new Interval(
            quantile(sorted, tail), quantile(sorted, 1 - tail), level, "cluster bootstrap"));
  }

  /** R's default, type 7: linear between the order statistics. */
  static double quantile(double[] sorted, double probability) {
    double at = probability * (sorted.length - 1);
    int below = (int) Math.floor(at);
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }
}
