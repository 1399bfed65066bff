package io.github.leukemia4j.research.search;

import io.github.leukemia4j.evaluation.ScoredSample;
import io.github.leukemia4j.metric.StageScores;
import io.github.leukemia4j.statistics.ClusterBootstrap;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Whether the best of many trials leads the default by more than the best of many equal ones would:
 * White's reality check (White 2000), by a bootstrap over patients that is the same for all trials.
 * It takes the trials as given: that a strategy went where earlier trials did well is not in it.
 *
 * @param trials how many the best was chosen from: different ones that had the full budget
 * @param patients how many were drawn; a sample of no patient stands alone
 * @param lead of the best over the default, larger is better
 * @param luck by how much the best of so many would lead on average if none were better or worse
 *     than the default
 * @param pValue how often that best would lead by as much
 */
public record BestOfMany(int trials, int patients, double lead, double luck, double pValue) {
  private static final int RESAMPLES = 1000;

  /**
   * @param byDefault samples in the order of their ids
   * @param trials each the same samples in the same order
   */
  static BestOfMany of(
      Judge judge, List<ScoredSample> byDefault, List<List<ScoredSample>> trials, long seed) {
    List<ScoredSample> own = judge.own(byDefault);
    Map<Object, Integer> numbers = new HashMap<>();
    int[] cluster =
        own.stream()
            .mapToInt(
                s ->
                    numbers.computeIfAbsent(
                        s.patient().<Object>map(p -> p).orElse(s), p -> numbers.size()))
            .toArray();
    int patients = numbers.size();
    StageScores base = judge.scores(own, cluster, patients);
    List<StageScores> scores =
        trials.stream().map(t -> judge.scores(judge.own(t), cluster, patients)).toList();
    int[] once = new int[patients];
    Arrays.fill(once, 1);
    double[] observed = leads(judge, base, scores, once);
    double lead = max(observed);
    double[][] drawn =
        ClusterBootstrap.replicates(
            strata(own, cluster, patients),
            RESAMPLES,
            seed,
            weights -> leads(judge, base, scores, weights));
    double sum = 0;
    int asFar = 0;
    int defined = 0;
    for (double[] row : drawn) {
      double[] centred = new double[row.length];
      Arrays.setAll(centred, t -> row[t] - observed[t]);
      double most = max(centred);
      if (!Double.isNaN(most)) {
        defined++;
        sum += most;
        asFar += most >= lead - 1e-12 ? 1 : 0;
      }
    }
    return new BestOfMany(
        trials.size(), patients, lead, sum / Math.max(1, defined), (asFar + 1.0) / (defined + 1.0));
  }

  private static double[] leads(
      Judge judge, StageScores base, List<StageScores> trials, int[] weights) {
    double byDefault = value(judge, base, weights);
    return trials.stream().mapToDouble(t -> value(judge, t, weights) - byDefault).toArray();
  }

  private static double value(Judge judge, StageScores scores, int[] weights) {
    return judge.score(judge.metric().of(scores.under(weights)).orElse(Double.NaN));
  }

  private static double max(double[] values) {
    return Arrays.stream(values).filter(v -> !Double.isNaN(v)).max().orElse(Double.NaN);
  }

  /** Patients of one label alone are drawn among themselves, as far as there are two or more. */
  private static int[] strata(List<ScoredSample> samples, int[] cluster, int patients) {
    Map<String, Integer> known = new HashMap<>();
    String[] label = new String[patients];
    for (int i = 0; i < cluster.length; i++) {
      String own = samples.get(i).truth().name();
      String before = label[cluster[i]];
      label[cluster[i]] = before == null || before.equals(own) ? own : "";
    }
    int[] stratum =
        Arrays.stream(label).mapToInt(l -> known.computeIfAbsent(l, k -> known.size())).toArray();
    int[] sizes = new int[known.size()];
    Arrays.stream(stratum).forEach(s -> sizes[s]++);
    return Arrays.stream(sizes).anyMatch(size -> size < 2) ? new int[patients] : stratum;
  }
}
