package io.github.leukemia4j.statistics;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * The paired permutation test with whole units, such as patients: were the two classifiers alike,
 * swapping them for any of the units would change nothing. Two-sided. What it gives depends on the
 * seed alone, not on the number of threads. All methods are thread-safe.
 */
public final class SignFlipTest {
  private SignFlipTest() {}

  /**
   * Tests whether units' differences are symmetric about 0, by their mean: SciPy's {@code
   * permutation_test((differences,), mean, permutation_type="samples")}.
   *
   * @param differences of each unit, second minus first
   * @param flips how many random patterns of swaps to try; where there are no more patterns than
   *     these, all are tried and the test is exact
   * @param seed equal seeds give equal p-values
   * @return the p-value
   * @throws IllegalArgumentException where there are no units or flips
   */
  public static double ofMean(double[] differences, int flips, long seed) {
    return pValues(
        differences.length,
        flips,
        seed,
        swapped -> {
          double sum = 0;
          for (int u = 0; u < differences.length; u++) {
            sum += swapped[u] ? -differences[u] : differences[u];
          }
          return new double[] {sum / differences.length};
        })[0];
  }

  /**
   * Tests differences of any statistics.
   *
   * @param units how many there are
   * @param flips how many random patterns of swaps to try; where there are no more patterns than
   *     these, all are tried and the test is exact
   * @param seed equal seeds give equal p-values
   * @param differences takes which units have the two classifiers swapped and gives one or more
   *     differences, always as many, NaN where undefined; thread-safe, and does not keep its
   *     argument
   * @return for each of them the share of patterns, the actual one included, under which it lies at
   *     least as far from 0; NaN where it is undefined without swaps. Patterns under which it is
   *     undefined count as further away, which is the safe side.
   * @throws IllegalArgumentException where there are no units or flips
   */
  public static double[] pValues(
      int units, int flips, long seed, Function<boolean[], double[]> differences) {
    if (units < 1 || flips < 1) {
      throw new IllegalArgumentException(
          "A sign-flip test needs at least one unit and one flip; found %s and %s."
              .formatted(units, flips));
    }
    double[] actual = differences.apply(new boolean[units]);
    boolean exact = units < 31 && 1L << units <= (long) flips + 1;
    int patterns = exact ? (1 << units) - 1 : flips; // besides the actual one
    SplittableRandom seeds = new SplittableRandom(seed);
    long[] seedOf = new long[patterns];
    Arrays.setAll(seedOf, r -> seeds.nextLong());
    int[] further =
        IntStream.range(0, patterns)
            .parallel()
            .mapToObj(
                r ->
                    further(
                        actual,
                        differences.apply(
                            exact ? pattern(units, r + 1) : random(units, seedOf[r]))))
            .reduce(new int[actual.length], SignFlipTest::plus);
    return IntStream.range(0, actual.length)
        .mapToDouble(
            i -> Double.isNaN(actual[i]) ? Double.NaN : (further[i] + 1.0) / (patterns + 1.0))
        .toArray();
  }

  private static int[] further(double[] actual, double[] swapped) {
    int[] out = new int[actual.length];
    for (int i = 0; i < out.length; i++) {
      // Sums in another order differ in the last bits; equal differences must count as such.
      double least = Math.abs(actual[i]) * (1 - 1e-12) - 1e-15;
      out[i] = Math.abs(swapped[i]) < least ? 0 : 1;
    }
    return out;
  }

  private static int[] plus(int[] a, int[] b) {
    int[] sum = new int[a.length];
    Arrays.setAll(sum, i -> a[i] + b[i]);
    return sum;
  }

  private static boolean[] pattern(int units, int bits) {
    boolean[] swapped = new boolean[units];
    for (int u = 0; u < units; u++) {
      swapped[u] = (bits >>> u & 1) == 1;
    }
    return swapped;
  }

  private static boolean[] random(int units, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    boolean[] swapped = new boolean[units];
    for (int u = 0; u < units; u++) {
      swapped[u] = random.nextBoolean();
    }
    return swapped;
  }
}
