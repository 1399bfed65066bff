package io.github.leukemia4j.research.search;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * How much of the differences between trials goes with one setting: the share of the variance that
 * its groups explain (one-way analysis of variance), less what chance explains (epsilon squared,
 * Kelley 1935). Groups are choices, or thirds of a range. It sees main effects alone, no
 * interactions; trials that a strategy drew together are not independent, and settings that moved
 * together share what they explain.
 *
 * @param setting its name
 * @param trials in which it counted
 * @param share of the variance, in [0, 1]; 0 where it is less than chance explains
 * @param pValue how often values that are shuffled over the trials explain as much
 */
public record Importance(String setting, int trials, double share, double pValue) {
  private static final int THIRDS = 3;

  private static final int SHUFFLES = 999;

  /** Fewer trials say nothing. */
  static final int LEAST = 6;

  /**
   * Of every setting that counted in enough trials, the most important first.
   *
   * @param trials of one budget
   * @param scores of each
   */
  static List<Importance> of(SearchSpace space, List<Trial> trials, double[] scores, long seed) {
    List<Importance> all = new ArrayList<>();
    for (Setting setting : space.settings()) {
      List<Integer> groups = new ArrayList<>();
      List<Double> values = new ArrayList<>();
      for (int i = 0; i < scores.length; i++) {
        Object value = trials.get(i).values().get(setting.name());
        if (value != null) {
          groups.add(group(setting.values(), value));
          values.add(scores[i]);
        }
      }
      if (values.size() >= LEAST && groups.stream().distinct().count() > 1) {
        all.add(of(setting.name(), groups, values, seed));
      }
    }
    all.sort(
        (a, b) ->
            a.share() == b.share()
                ? Double.compare(a.pValue(), b.pValue())
                : Double.compare(b.share(), a.share()));
    return List.copyOf(all);
  }

  private static int group(Values values, Object value) {
    if (values instanceof Values.Choices choices) {
      return choices.of().stream().map(Object::toString).toList().indexOf(value.toString());
    }
    return (int) Math.min(THIRDS - 1.0, Math.floor(values.place(value) * THIRDS));
  }

  private static Importance of(
      String setting, List<Integer> groups, List<Double> values, long seed) {
    double explained = explained(groups, values);
    List<Double> shuffled = new ArrayList<>(values);
    Random random = new Random(seed);
    int asMuch = 0;
    for (int i = 0; i < SHUFFLES; i++) {
      Collections.shuffle(shuffled, random);
      asMuch += explained(groups, shuffled) >= explained - 1e-12 ? 1 : 0;
    }
    int n = values.size();
    long k = groups.stream().distinct().count();
    double byChance = (1 - explained) * (k - 1) / (n - k);
    double share = n > k ? Math.max(0, explained - byChance) : 0;
    return new Importance(setting, n, share, (asMuch + 1.0) / (SHUFFLES + 1.0));
  }

  /** Eta squared: the variance between groups over that of all; 0 where nothing varies. */
  private static double explained(List<Integer> groups, List<Double> values) {
    Map<Integer, double[]> sums = new HashMap<>();
    double sum = 0;
    for (int i = 0; i < values.size(); i++) {
      double[] own = sums.computeIfAbsent(groups.get(i), g -> new double[2]);
      own[0] += values.get(i);
      own[1]++;
      sum += values.get(i);
    }
    double mean = sum / values.size();
    double all = values.stream().mapToDouble(v -> (v - mean) * (v - mean)).sum();
    double between =
        sums.values().stream()
            .mapToDouble(s -> s[1] * (s[0] / s[1] - mean) * (s[0] / s[1] - mean))
            .sum();
    return all == 0 ? 0 : between / all;
  }
}
