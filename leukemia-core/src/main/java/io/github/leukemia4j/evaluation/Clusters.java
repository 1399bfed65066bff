package io.github.leukemia4j.evaluation;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.metric.StageScores;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Which samples belong together: those of one patient. A sample without patient stands alone.
 *
 * @param of the cluster of each sample
 * @param count how many clusters there are
 * @param isPatient which clusters are patients
 * @param stratum of each cluster, by its label; those with several labels are one stratum
 */
record Clusters(int[] of, int count, boolean[] isPatient, int[] stratum) {

  static Clusters of(List<ScoredSample> samples) {
    Map<String, Integer> known = new HashMap<>();
    int[] cluster = new int[samples.size()];
    boolean[] isPatient = new boolean[samples.size()];
    int count = 0;
    int i = 0;
    for (ScoredSample sample : samples) {
      Integer place = sample.patient().map(known::get).orElse(null);
      if (place == null) {
        place = count++;
        if (sample.patient().isPresent()) {
          known.put(sample.patient().get(), place);
          isPatient[place] = true;
        }
      }
      cluster[i++] = place;
    }
    return new Clusters(
        cluster, count, Arrays.copyOf(isPatient, count), strata(samples, cluster, count));
  }

  /**
   * Each label whose clusters have no other is a stratum; clusters with several labels are one
   * more.
   */
  private static int[] strata(List<ScoredSample> samples, int[] cluster, int count) {
    Map<Label, Integer> labels = new HashMap<>();
    int several = 0;
    int[] stratum = new int[count];
    Arrays.fill(stratum, -1);
    int i = 0;
    for (ScoredSample sample : samples) {
      int own = labels.computeIfAbsent(sample.truth(), l -> labels.size() + 1);
      int u = cluster[i++];
      stratum[u] = stratum[u] < 0 || stratum[u] == own ? own : several;
    }
    int[] sizes = new int[labels.size() + 1];
    for (int s : stratum) {
      sizes[s]++;
    }
    joinSingles(stratum, sizes);
    return stratum;
  }

  /**
   * A stratum of one cluster would look certain: it joins those with several labels, or the largest
   * where these would still be one.
   */
  private static void joinSingles(int[] stratum, int[] sizes) {
    int several = sizes[0];
    int largest = 1;
    for (int s = 1; s < sizes.length; s++) {
      several += sizes[s] == 1 ? 1 : 0;
      largest = sizes[s] > sizes[largest] ? s : largest;
    }
    for (int u = 0; u < stratum.length; u++) {
      int joined = sizes[stratum[u]] < 2 ? 0 : stratum[u];
      stratum[u] = joined == 0 && several < 2 ? largest : joined;
    }
  }

  /**
   * Groups of cells that take no notice of patients: what independent cells would be. Each label's
   * cells are dealt out evenly.
   */
  static Clusters scattered(List<ScoredSample> samples, int most, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int[] order = IntStream.range(0, samples.size()).toArray();
    for (int i = order.length - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      int swapped = order[i];
      order[i] = order[other];
      order[other] = swapped;
    }
    int[] group = new int[order.length];
    int groups = Math.min(most, order.length);
    Map<Label, List<Integer>> byLabel = new LinkedHashMap<>();
    for (int i : order) {
      byLabel.computeIfAbsent(samples.get(i).truth(), l -> new ArrayList<>()).add(i);
    }
    int next = 0;
    for (List<Integer> cells : byLabel.values()) {
      for (int i : cells) {
        group[i] = next++ % groups;
      }
    }
    return new Clusters(group, groups, new boolean[groups], new int[groups]);
  }

  int patients() {
    int patients = 0;
    for (boolean one : isPatient) {
      patients += one ? 1 : 0;
    }
    return patients;
  }

  /** Patients among the clusters of a stage's samples. */
  int patients(StageScores scores) {
    boolean[] seen = new boolean[count];
    int patients = 0;
    for (int i = 0; i < scores.size(); i++) {
      int cluster = scores.cluster(i) % count; // of copies that stand beside each other
      patients += isPatient[cluster] && !seen[cluster] ? 1 : 0;
      seen[cluster] = true;
    }
    return patients;
  }

  boolean anyPatient() {
    return patients() > 0;
  }

  /** Whether each sample can be taken as one independent observation. */
  boolean independent() {
    return !anyPatient() || count == of.length;
  }

  /** What taking samples as independent assumes, to be put behind a method's name. */
  String assumption() {
    return anyPatient() ? " over patients" : ", assumes independent cells";
  }

  /** All clusters, in words. */
  String inWords() {
    boolean[] all = new boolean[count];
    Arrays.fill(all, true);
    return inWords(all);
  }

  /** Some of the clusters, in words. */
  String inWords(boolean[] some) {
    int patients = 0;
    int cells = 0;
    for (int u = 0; u < count; u++) {
      patients += some[u] && isPatient[u] ? 1 : 0;
      cells += some[u] && !isPatient[u] ? 1 : 0;
    }
    return patients == 0
        ? cells + " cells, assumes independent cells"
        : patients
            + (patients == 1 ? " patient" : " patients")
            + (cells == 0 ? "" : " and " + cells + " cells without one");
  }

  /** Some number of clusters, in words. */
  String noun(int number) {
    return number + (anyPatient() ? " patient" : " cell") + (number == 1 ? "" : "s");
  }

  /** The clusters of the same samples twice over: the second copies are clusters of their own. */
  Clusters doubled() {
    int n = of.length;
    int[] both = Arrays.copyOf(of, 2 * n);
    for (int i = 0; i < n; i++) {
      both[n + i] = of[i] + count;
    }
    boolean[] patients = Arrays.copyOf(isPatient, 2 * count);
    System.arraycopy(isPatient, 0, patients, count, count);
    int[] strata = Arrays.copyOf(stratum, 2 * count);
    System.arraycopy(stratum, 0, strata, count, count);
    return new Clusters(both, 2 * count, patients, strata);
  }
}
