package io.github.leukemia4j.evaluation;

import io.github.leukemia4j.metric.StageMetric;
import io.github.leukemia4j.metric.StageMetric.Basis;
import io.github.leukemia4j.metric.StageScores;
import java.util.OptionalInt;

/**
 * The patients that a metric rests on, or the samples where no patients are known.
 *
 * @param clusters which clusters add to it
 * @param fewest the number of clusters in the smallest part, such as the rarest label
 * @param part what that part is, in words behind a number of patients; may be empty
 * @param alike how many observations the clusters are worth where none of them has an error
 */
record SupportingClusters(boolean[] clusters, int fewest, String part, int alike) {
  static SupportingClusters of(boolean[] clusters, String part) {
    int count = count(clusters);
    return new SupportingClusters(clusters, count, part, count);
  }

  /** What a metric of a stage, or of one label of it, rests on. */
  static SupportingClusters of(StageMetric metric, StageScores scores) {
    OptionalInt positive = scores.positive();
    boolean ofStage = metric.basis() == Basis.EVERY_LABEL && !scores.ofOneLabel();
    return ofStage || positive.isEmpty()
        ? everyLabel(metric, scores)
        : against(metric.basis(), scores, positive.getAsInt());
  }

  private static SupportingClusters everyLabel(StageMetric metric, StageScores scores) {
    SupportingClusters behind = of(scores.clustersWith((truth, chosen) -> true), "");
    int occurring = 0;
    int together = 0;
    for (int c = 0; c < scores.labels().size(); c++) {
      SupportingClusters label = ofLabel(scores, c);
      behind = label.fewest() > 0 ? behind.orFewer(label) : behind;
      occurring += label.fewest() > 0 ? 1 : 0;
      together += label.fewest();
    }
    // The chance that no cluster has an error is at most each label's recall to the power of its
    // clusters. Of clusters with one label each these chances multiply, and by the inequality of
    // means their product is at most the mean recall to the power of labels times the fewest.
    return IntervalFinder.MEAN_RECALLS.contains(metric)
        ? behind.worth(behind.fewest() * (together == behind.count() ? occurring : 1))
        : behind;
  }

  private static SupportingClusters against(Basis basis, StageScores scores, int label) {
    String name = scores.labels().get(label).name();
    SupportingClusters others =
        of(scores.clustersWith((truth, chosen) -> truth != label), " of other labels than " + name);
    return switch (basis) {
      case POSITIVES -> ofLabel(scores, label);
      case OTHERS -> others;
      case CALLED ->
          of(scores.clustersWith((truth, chosen) -> chosen == label), " with cells called " + name);
      case POSITIVES_AND_CALLED ->
          of(scores.clustersWith((truth, chosen) -> truth == label || chosen == label), "")
              .orFewer(ofLabel(scores, label));
      case POSITIVES_AND_OTHERS, EVERY_LABEL ->
          of(scores.clustersWith((truth, chosen) -> true), "")
              .orFewer(ofLabel(scores, label))
              .orFewer(others);
    };
  }

  private static SupportingClusters ofLabel(StageScores scores, int label) {
    return of(
        scores.clustersWith((truth, chosen) -> truth == label),
        " of " + scores.labels().get(label).name());
  }

  /** The same clusters, where one side of the metric rests on fewer. */
  SupportingClusters orFewer(SupportingClusters side) {
    return side.fewest < fewest
        ? new SupportingClusters(clusters, side.fewest, side.part, alike)
        : this;
  }

  SupportingClusters worth(int observations) {
    return new SupportingClusters(clusters, fewest, part, observations);
  }

  /** Of clusters that occur twice over, as when two cascades are compared, each once. */
  SupportingClusters once() {
    boolean[] one = new boolean[clusters.length / 2];
    for (int u = 0; u < one.length; u++) {
      one[u] = clusters[u] || clusters[one.length + u];
    }
    return new SupportingClusters(one, (fewest + 1) / 2, part, (alike + 1) / 2);
  }

  int count() {
    return count(clusters);
  }

  private static int count(boolean[] clusters) {
    int count = 0;
    for (boolean one : clusters) {
      count += one ? 1 : 0;
    }
    return count;
  }
}
