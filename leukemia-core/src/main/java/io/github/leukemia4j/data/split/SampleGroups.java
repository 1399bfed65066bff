package io.github.leukemia4j.data.split;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.Sample;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The samples of a data set in the order of their ids, those without a label last, in the groups
 * that a split must not tear apart: those of a patient, and those with identical content. Samples
 * without a label do not count in a group that has others, so that they change no split. Labels are
 * nodes of the taxonomy, numbered with parents before their children, the root being 0.
 */
final class SampleGroups {
  private final List<Sample> samples;
  private final Map<Label, Integer> nodes;
  private final int[] groupOf;
  private final Profile[] profiles;

  private SampleGroups(
      List<Sample> samples, Map<Label, Integer> nodes, int[] groupOf, Profile[] profiles) {
    this.samples = samples;
    this.nodes = nodes;
    this.groupOf = groupOf;
    this.profiles = profiles;
  }

  /**
   * How many samples of a group lie at or below each node that has any. Groups with the same counts
   * share one object, which keeps a million single images small.
   */
  record Profile(int[] nodes, int[] counts) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Profile that
          && Arrays.equals(nodes, that.nodes)
          && Arrays.equals(counts, that.counts);
    }

    @Override
    public int hashCode() {
      return 31 * Arrays.hashCode(nodes) + Arrays.hashCode(counts);
    }
  }

  static SampleGroups of(Dataset dataset, Map<String, String> digests) {
    Label root = dataset.taxonomy().root();
    List<Sample> samples =
        dataset.samples().stream()
            .sorted(
                Comparator.comparing((Sample sample) -> sample.label().equals(root))
                    .thenComparing(Sample::id))
            .toList();
    int[] groupOf = grouped(samples, digests);
    List<Label> labels = dataset.taxonomy().labels();
    Map<Label, Integer> nodes = new HashMap<>();
    labels.forEach(label -> nodes.put(label, nodes.size()));
    Map<Label, int[]> paths =
        labels.stream().collect(Collectors.toMap(l -> l, l -> path(dataset.taxonomy(), nodes, l)));
    long labelled = samples.stream().filter(sample -> !sample.label().equals(root)).count();
    return new SampleGroups(
        samples, nodes, groupOf, profiles(samples, (int) labelled, groupOf, paths));
  }

  private static int[] path(Taxonomy taxonomy, Map<Label, Integer> nodes, Label label) {
    return taxonomy.pathTo(label).stream().mapToInt(nodes::get).toArray();
  }

  /** Numbers the groups by their first sample. */
  private static int[] grouped(List<Sample> samples, Map<String, String> digests) {
    int[] leader = new int[samples.size()];
    Map<String, Integer> firstOfPatient = new HashMap<>();
    Map<String, Integer> firstOfDigest = new HashMap<>();
    for (int i = 0; i < leader.length; i++) {
      leader[i] = i;
      Sample sample = samples.get(i);
      if (sample.patient().isPresent()) {
        unite(leader, i, firstOfPatient.putIfAbsent(sample.patient().get(), i));
      }
      String digest = digests.get(sample.id());
      if (digest != null) {
        unite(leader, i, firstOfDigest.putIfAbsent(digest, i));
      }
    }
    int[] groupOf = new int[leader.length];
    int groups = 0;
    for (int i = 0; i < leader.length; i++) {
      int first = find(leader, i);
      groupOf[i] = first == i ? groups++ : groupOf[first];
    }
    return groupOf;
  }

  private static void unite(int[] leader, int i, Integer other) {
    if (other != null) {
      int a = find(leader, i);
      int b = find(leader, other);
      leader[Math.max(a, b)] = Math.min(a, b);
    }
  }

  private static int find(int[] leader, int i) {
    int at = i;
    while (leader[at] != at) {
      leader[at] = leader[leader[at]];
      at = leader[at];
    }
    return at;
  }

  /**
   * @param labelled how many samples have a label; they come first
   */
  private static Profile[] profiles(
      List<Sample> samples, int labelled, int[] groupOf, Map<Label, int[]> paths) {
    int groups = Arrays.stream(groupOf).max().orElse(-1) + 1;
    List<Map<Integer, Integer>> counts = new ArrayList<>(groups);
    Map<Label, Profile> ofOneSample = new HashMap<>();
    Profile[] profiles = new Profile[groups];
    int[] sizes = new int[groups];
    for (int i = 0; i < groupOf.length; i++) {
      // Groups are numbered by their first sample, so that those without labels come last.
      sizes[groupOf[i]] += i < labelled || sizes[groupOf[i]] == 0 ? 1 : 0;
    }
    for (int g = 0; g < groups; g++) {
      counts.add(sizes[g] == 1 ? Map.of() : new HashMap<>());
    }
    for (int i = 0; i < groupOf.length; i++) {
      Label label = samples.get(i).label();
      int[] path = paths.get(label);
      if (sizes[groupOf[i]] == 1) {
        profiles[groupOf[i]] =
            i < labelled || profiles[groupOf[i]] == null
                ? ofOneSample.computeIfAbsent(label, l -> single(path))
                : profiles[groupOf[i]];
      } else if (i < labelled) {
        for (int node : path) {
          counts.get(groupOf[i]).merge(node, 1, Integer::sum);
        }
      }
    }
    Map<Profile, Profile> shared = new HashMap<>();
    for (int g = 0; g < groups; g++) {
      if (profiles[g] == null) {
        profiles[g] = shared.computeIfAbsent(profile(counts.get(g)), p -> p);
      }
    }
    return profiles;
  }

  private static Profile single(int[] path) {
    int[] ones = new int[path.length];
    Arrays.fill(ones, 1);
    return new Profile(path, ones);
  }

  private static Profile profile(Map<Integer, Integer> counts) {
    int[] nodes = counts.keySet().stream().mapToInt(Integer::intValue).sorted().toArray();
    return new Profile(nodes, Arrays.stream(nodes).map(counts::get).toArray());
  }

  /** In the order of their ids. */
  List<Sample> samples() {
    return samples;
  }

  int groupOf(int sample) {
    return groupOf[sample];
  }

  int size() {
    return profiles.length;
  }

  Profile profile(int group) {
    return profiles[group];
  }

  int node(Label label) {
    return nodes.get(label);
  }

  int nodes() {
    return nodes.size();
  }
}
