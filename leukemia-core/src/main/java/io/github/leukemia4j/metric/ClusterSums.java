package io.github.leukemia4j.metric;

import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.function.ObjIntConsumer;
import java.util.stream.IntStream;

/**
 * What each cluster, such as a patient, adds to a row of sums. Kept sparsely, so that the sums
 * under any weights of the clusters cost one short pass. Immutable and thread-safe.
 *
 * @param features how many sums there are
 * @param feature which sums each cluster adds to
 * @param value what it adds to each of them
 */
record ClusterSums(int features, int[][] feature, double[][] value) {
  /**
   * Collects what samples add.
   *
   * @param features how many sums there are
   * @param cluster of each sample
   * @param clusters how many there are
   * @param source adds what a sample adds to the row
   */
  static ClusterSums of(
      int features, int[] cluster, int clusters, ObjIntConsumer<double[]> source) {
    int[] next = new int[clusters + 1];
    for (int u : cluster) {
      next[u + 1]++;
    }
    Arrays.parallelPrefix(next, Integer::sum);
    int[] first = next.clone();
    int[] byCluster = new int[cluster.length];
    for (int i = 0; i < cluster.length; i++) {
      byCluster[next[cluster[i]]++] = i;
    }
    int[][] feature = new int[clusters][];
    double[][] value = new double[clusters][];
    for (int u = 0; u < clusters; u++) {
      double[] row = new double[features];
      for (int i = first[u]; i < first[u + 1]; i++) {
        source.accept(row, byCluster[i]);
      }
      feature[u] = IntStream.range(0, features).filter(f -> row[f] != 0).toArray();
      value[u] = Arrays.stream(feature[u]).mapToDouble(f -> row[f]).toArray();
    }
    return new ClusterSums(features, feature, value);
  }

  /** Which clusters add to any of these sums. */
  boolean[] clustersWith(IntPredicate some) {
    boolean[] with = new boolean[feature.length];
    for (int u = 0; u < with.length; u++) {
      for (int i = 0; i < feature[u].length && !with[u]; i++) {
        with[u] = some.test(feature[u][i]);
      }
    }
    return with;
  }

  /** The sums, where each cluster counts as often as its weight says. */
  double[] under(int[] weights) {
    double[] sums = new double[features];
    for (int u = 0; u < feature.length; u++) {
      int weight = weights[u];
      for (int i = 0; weight != 0 && i < feature[u].length; i++) {
        sums[feature[u][i]] += weight * value[u][i];
      }
    }
    return sums;
  }
}
