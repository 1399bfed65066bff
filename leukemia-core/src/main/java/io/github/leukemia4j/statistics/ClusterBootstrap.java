package io.github.leukemia4j.statistics;

import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.IntStream;

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
          "A bootstrap needs at least one unit and one resample; found %s and %s."
              .formatted(stratum.length, resamples));
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
   * The variance of the replicates, with the factor n / (n - 1) and n - 1 degrees of freedom.
   *
   * @param replicates of one statistic; NaN where it was undefined
   * @param units how many stand behind the statistic
   * @return empty where there are fewer than 2 units, where more than 5 of 100 replicates are
   *     undefined, or where all are equal, so that the resamples say nothing of the spread
   */
  public static Optional<Spread> spread(double[] replicates, int units) {
    double[] defined = Arrays.stream(replicates).filter(v -> !Double.isNaN(v)).toArray();
    if (units < 2
        || defined.length < 2
        || defined.length < (1 - MOST_UNDEFINED) * replicates.length
        || Arrays.stream(defined).allMatch(v -> v == defined[0])) {
      return Optional.empty();
    }
    double mean = Arrays.stream(defined).average().orElseThrow();
    double squares = Arrays.stream(defined).map(v -> (v - mean) * (v - mean)).sum();
    return Optional.of(
        new Spread(squares / (defined.length - 1.0) * (units / (units - 1.0)), units - 1.0));
  }
}
