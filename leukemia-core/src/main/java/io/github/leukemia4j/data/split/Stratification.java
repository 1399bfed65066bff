package io.github.leukemia4j.data.split;

import io.github.leukemia4j.data.split.SampleGroups.Profile;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Assigns groups of samples to parts so that every part has its share of the samples and of the
 * groups of every node of the taxonomy. The deviation that it makes small is a chi-square: over
 * nodes and parts, the squared difference from the share, relative to the node's total, divided by
 * the share; and a penalty for every node that a part lacks.
 *
 * <p>Greedy in the manner of Sechidis, Tsoumakas and Vlahavas (On the stratification of multi-label
 * data, ECML PKDD 2011), rarest label and largest group first; then groups are moved and swapped
 * while that helps; the best of several seeded starts is taken, because with few patients a single
 * greedy pass can be far off.
 */
final class Stratification {
  private static final int MAX_STARTS = 40;
  private static final int MAX_MOVES_OVER_ALL_STARTS = 4_000_000;
  private static final int MAX_PASSES = 10;
  private static final int SWAPS_FOR_EACH_GROUP = 50;
  private static final int MAX_SWAPS = 20_000;

  /** More than all deviations together, so that a missing node counts before everything else. */
  private static final double MISSING = 1e4;

  /** Patients count half as much as samples. */
  private static final double GROUP_WEIGHT = 0.5;

  private static final double LEAST_GAIN = 1e-9;

  private final SampleGroups all;
  private final int[] chosen;
  private final double[] shares;
  private final int[] usedParts;
  private final double[] sampleTotal;
  private final double[] groupTotal;
  private double[][] samplesIn;
  private double[][] groupsIn;

  /**
   * @param chosen which of the groups to assign
   * @param shares of the parts, which add up to 1; a part of share 0 stays empty
   */
  Stratification(SampleGroups all, int[] chosen, double[] shares) {
    this.all = all;
    this.chosen = chosen;
    this.shares = shares;
    this.usedParts = IntStream.range(0, shares.length).filter(p -> shares[p] > 0).toArray();
    this.sampleTotal = new double[all.nodes()];
    this.groupTotal = new double[all.nodes()];
    for (int group : chosen) {
      Profile profile = all.profile(group);
      for (int k = 0; k < profile.nodes().length; k++) {
        sampleTotal[profile.nodes()[k]] += profile.counts()[k];
        groupTotal[profile.nodes()[k]]++;
      }
    }
    clear();
  }

  /** The part of each group; 0 for groups that were not chosen. */
  int[] assign(long seed) {
    Random random = new Random(seed);
    int[] best = new int[all.size()];
    double least = Double.POSITIVE_INFINITY;
    int starts =
        Math.max(1, Math.min(MAX_STARTS, MAX_MOVES_OVER_ALL_STARTS / (1 + 4 * chosen.length)));
    for (int start = 0; start < starts; start++) {
      int[] partOf = greedy(random);
      refine(partOf, random);
      double deviation = deviation();
      if (deviation < least - LEAST_GAIN) {
        least = deviation;
        best = partOf;
      }
    }
    clear();
    for (int group : chosen) {
      change(group, best[group], 1);
    }
    return best;
  }

  /** Samples of a node in all parts. */
  int samples(int node) {
    return (int) sampleTotal[node];
  }

  /** Groups of a node in all parts. */
  int groups(int node) {
    return (int) groupTotal[node];
  }

  /** Samples of a node in a part, as last assigned. */
  int samples(int node, int part) {
    return (int) samplesIn[part][node];
  }

  private void clear() {
    samplesIn = new double[shares.length][all.nodes()];
    groupsIn = new double[shares.length][all.nodes()];
  }

  private int[] greedy(Random random) {
    clear();
    int[] partOf = new int[all.size()];
    for (int group : ordered(random)) {
      int best = usedParts[0];
      double least = Double.POSITIVE_INFINITY;
      for (int part : usedParts) {
        double cost = change(group, part, 1);
        change(group, part, -1);
        if (cost < least) {
          least = cost;
          best = part;
        }
      }
      change(group, best, 1);
      partOf[group] = best;
    }
    return partOf;
  }

  /** Groups of the rarest nodes first, of these the larger ones, with some chance in the size. */
  private int[] ordered(Random random) {
    Integer[] byRarity =
        IntStream.range(0, all.nodes())
            .boxed()
            .sorted((a, b) -> Double.compare(groupTotal[a], groupTotal[b]))
            .toArray(Integer[]::new);
    int[] rank = new int[all.nodes()];
    for (int r = 0; r < byRarity.length; r++) {
      rank[byRarity[r]] = Math.min(r, 127);
    }
    // Packed into one number each, because a million boxed groups would be slow to sort: the rank,
    // the size inverted, the place among the chosen.
    long[] keys = new long[chosen.length];
    for (int i = 0; i < chosen.length; i++) {
      Profile profile = all.profile(chosen[i]);
      int rarest = 0;
      for (int k = 1; k < profile.nodes().length; k++) {
        if (rank[profile.nodes()[k]] < rank[profile.nodes()[rarest]]) {
          rarest = k;
        }
      }
      float size = profile.counts()[rarest] * (0.5f + random.nextFloat());
      long inverted = 0xFFFFFF - (Float.floatToIntBits(size) >>> 7);
      keys[i] = (long) rank[profile.nodes()[rarest]] << 56 | inverted << 32 | i;
    }
    Arrays.sort(keys);
    return Arrays.stream(keys).mapToInt(key -> chosen[(int) key]).toArray();
  }

  private void refine(int[] partOf, Random random) {
    boolean better = chosen.length > 1 && usedParts.length > 1;
    for (int pass = 0; better && pass < MAX_PASSES; pass++) {
      better = moveAll(partOf) | swapSome(partOf, random);
    }
  }

  private boolean moveAll(int[] partOf) {
    boolean better = false;
    for (int group : chosen) {
      for (int part : usedParts) {
        int from = partOf[group];
        if (part != from) {
          double cost = change(group, from, -1) + change(group, part, 1);
          if (cost < -LEAST_GAIN) {
            partOf[group] = part;
            better = true;
          } else {
            change(group, part, -1);
            change(group, from, 1);
          }
        }
      }
    }
    return better;
  }

  private boolean swapSome(int[] partOf, Random random) {
    boolean better = false;
    int tries = (int) Math.min(MAX_SWAPS, (long) SWAPS_FOR_EACH_GROUP * chosen.length);
    for (int i = 0; i < tries; i++) {
      int a = chosen[random.nextInt(chosen.length)];
      int b = chosen[random.nextInt(chosen.length)];
      int partOfA = partOf[a];
      int partOfB = partOf[b];
      if (partOfA != partOfB && !all.profile(a).equals(all.profile(b))) {
        double cost =
            change(a, partOfA, -1)
                + change(b, partOfB, -1)
                + change(a, partOfB, 1)
                + change(b, partOfA, 1);
        if (cost < -LEAST_GAIN) {
          partOf[a] = partOfB;
          partOf[b] = partOfA;
          better = true;
        } else {
          change(a, partOfB, -1);
          change(b, partOfA, -1);
          change(a, partOfA, 1);
          change(b, partOfB, 1);
        }
      }
    }
    return better;
  }

  /** Puts a group into a part (sign 1) or takes it out (-1); gives the change of the deviation. */
  private double change(int group, int part, int sign) {
    Profile profile = all.profile(group);
    double change = 0;
    for (int k = 0; k < profile.nodes().length; k++) {
      int node = profile.nodes()[k];
      change -= deviation(node, part);
      samplesIn[part][node] += sign * profile.counts()[k];
      groupsIn[part][node] += sign;
      change += deviation(node, part);
    }
    return change;
  }

  private double deviation() {
    double sum = 0;
    for (int part : usedParts) {
      for (int node = 0; node < all.nodes(); node++) {
        sum += groupTotal[node] == 0 ? 0 : deviation(node, part);
      }
    }
    return sum;
  }

  private double deviation(int node, int part) {
    double share = shares[part];
    double ofSamples = samplesIn[part][node] / sampleTotal[node] - share;
    double ofGroups = groupsIn[part][node] / groupTotal[node] - share;
    return (ofSamples * ofSamples + GROUP_WEIGHT * ofGroups * ofGroups) / share
        + (groupsIn[part][node] == 0 ? MISSING : 0);
  }
}
