package io.github.leukemia4j.statistics;

import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * What each cluster, such as a patient, adds to a row of sums. Kept sparsely, so that the sums
 * under any weights of the clusters cost one short pass. Immutable and thread-safe.
 */
public final class ClusterSums {
  private final int features;
  private final int[] start;
  private final int[] feature;
  private final double[] value;

  private ClusterSums(int features, int[] start, int[] feature, double[] value) {
    this.features = features;
    this.start = start;
    this.feature = feature;
    this.value = value;
  }

  /** Adds one sample's contributions. */
  public interface Adder {
    void add(int feature, double value);
  }

  /** Tells what a sample adds. */
  public interface Source {
    void contribute(int sample, Adder adder);
  }

  /**
   * Collects what samples add.
   *
   * @param features how many sums there are
   * @param cluster of each sample
   * @param clusters how many there are
   */
  public static ClusterSums of(int features, int[] cluster, int clusters, Source source) {
    int[] next = new int[clusters + 1];
    for (int u : cluster) {
      next[u + 1]++;
    }
    for (int u = 0; u < clusters; u++) {
      next[u + 1] += next[u];
    }
    int[] first = next.clone();
    int[] bySample = new int[cluster.length];
    for (int i = 0; i < cluster.length; i++) {
      bySample[next[cluster[i]]++] = i;
    }
    Accumulator row = new Accumulator(features);
    int[] start = new int[clusters + 1];
    int[] feature = new int[Math.max(16, cluster.length)];
    double[] value = new double[feature.length];
    for (int u = 0; u < clusters; u++) {
      for (int i = first[u]; i < first[u + 1]; i++) {
        source.contribute(bySample[i], row);
      }
      int end = start[u] + row.touchedCount;
      if (end > feature.length) {
        int grown = Math.max(end, feature.length + feature.length / 2);
        feature = Arrays.copyOf(feature, grown);
        value = Arrays.copyOf(value, grown);
      }
      start[u + 1] = row.drainTo(feature, value, start[u]);
    }
    int size = start[clusters];
    return new ClusterSums(
        features, start, Arrays.copyOf(feature, size), Arrays.copyOf(value, size));
  }

  /** Which clusters add to any of these sums. */
  public boolean[] clustersWith(IntPredicate features) {
    boolean[] with = new boolean[start.length - 1];
    for (int u = 0; u < with.length; u++) {
      for (int i = start[u]; i < start[u + 1] && !with[u]; i++) {
        with[u] = features.test(feature[i]);
      }
    }
    return with;
  }

  /** The sums, where each cluster counts as often as its weight says. */
  public double[] under(int[] weights) {
    double[] sums = new double[features];
    for (int u = 0; u + 1 < start.length; u++) {
      int weight = weights[u];
      if (weight != 0) {
        for (int i = start[u]; i < start[u + 1]; i++) {
          sums[feature[i]] += weight * value[i];
        }
      }
    }
    return sums;
  }

  private static final class Accumulator implements Adder {
    private final double[] sums;
    private final boolean[] isTouched;
    private final int[] touched;
    private int touchedCount;

    Accumulator(int features) {
      sums = new double[features];
      isTouched = new boolean[features];
      touched = new int[features];
    }

    @Override
    public void add(int feature, double value) {
      if (!isTouched[feature]) {
        isTouched[feature] = true;
        touched[touchedCount++] = feature;
      }
      sums[feature] += value;
    }

    int drainTo(int[] feature, double[] value, int at) {
      int to = at;
      for (int t = 0; t < touchedCount; t++) {
        int f = touched[t];
        feature[to] = f;
        value[to++] = sums[f];
        sums[f] = 0;
        isTouched[f] = false;
      }
      touchedCount = 0;
      return to;
    }
  }
}
