package io.github.leukemia4j.field;

/**
 * Thresholds that part a histogram into the classes with the greatest variance between them (Otsu
 * 1979).
 */
final class Otsu {
  private Otsu() {}

  /**
   * Two thresholds for three classes.
   *
   * @return the greatest value of the first and of the second class
   */
  static int[] three(long[] histogram) {
    int n = histogram.length;
    double[] count = new double[n + 1];
    double[] sum = new double[n + 1];
    for (int v = 0; v < n; v++) {
      count[v + 1] = count[v] + histogram[v];
      sum[v + 1] = sum[v] + (double) histogram[v] * v;
    }
    int first = 0;
    int second = 0;
    double most = -1;
    for (int low = 1; low < n - 1; low++) {
      if (histogram[low - 1] == 0) {
        continue; // the same classes as before
      }
      double below = part(count, sum, 0, low);
      for (int high = low + 1; high < n; high++) {
        if (histogram[high - 1] == 0) {
          continue;
        }
        double between = below + part(count, sum, low, high) + part(count, sum, high, n);
        if (between > most) {
          most = between;
          first = low - 1;
          second = high - 1;
        }
      }
    }
    return new int[] {first, second};
  }

  private static double part(double[] count, double[] sum, int from, int to) {
    double n = count[to] - count[from];
    double s = sum[to] - sum[from];
    return n == 0 ? 0 : s * s / n;
  }
}
