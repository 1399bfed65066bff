package io.github.leukemia4j.evaluation;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.metric.EvaluationOptions;
import io.github.leukemia4j.metric.Metrics;
import io.github.leukemia4j.metric.StageMetric;
import io.github.leukemia4j.metric.StageScores;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * All figures of a report, prepared: {@link #row} gives every one of them under any weights of the
 * clusters, thousands of times if need be. Immutable and thread-safe.
 */
final class Figures {
  private final List<Stage> stages;
  private final PathScores path;
  private final List<Figure> ofPath;
  private final int size;

  /**
   * One stage.
   *
   * @param node the stage's inner node
   * @param scores what it said
   * @param metrics of the stage as a whole
   * @param whole the figures of these metrics
   * @param byLabel those of each label against the others, in the order of the labels
   */
  record Stage(
      Label node,
      StageScores scores,
      List<StageMetric> metrics,
      List<Figure> whole,
      List<List<Figure>> byLabel) {
    private static Stage of(Label node, StageScores scores, List<StageMetric> metrics, int start) {
      List<List<Figure>> byLabel = new ArrayList<>();
      for (int label = 0; label < scores.labels().size(); label++) {
        int next = start + metrics.size() + label * Metrics.OF_LABEL.size();
        byLabel.add(figures(Metrics.OF_LABEL, scores.against(label), next));
      }
      return new Stage(node, scores, metrics, figures(metrics, scores, start), byLabel);
    }

    private static List<Figure> figures(List<StageMetric> metrics, StageScores scores, int start) {
      return IntStream.range(0, metrics.size())
          .mapToObj(m -> Figure.of(metrics.get(m), start + m, scores))
          .toList();
    }

    private int size() {
      return whole.size() + byLabel.size() * Metrics.OF_LABEL.size();
    }

    private int measure(int[] weights, double[] row, int start) {
      StageScores weighted = scores.under(weights);
      int next = measure(metrics, weighted, row, start);
      for (int label = 0; label < byLabel.size(); label++) {
        next = measure(Metrics.OF_LABEL, weighted.against(label), row, next);
      }
      return next;
    }

    private static int measure(
        List<StageMetric> metrics, StageScores scores, double[] row, int start) {
      int next = start;
      for (StageMetric metric : metrics) {
        row[next++] = metric.of(scores).orElse(Double.NaN);
      }
      return next;
    }
  }

  private Figures(List<Stage> stages, PathScores path) {
    int start = stages.stream().mapToInt(Stage::size).sum();
    this.stages = stages;
    this.path = path;
    this.ofPath = path.figures(start);
    this.size = start + ofPath.size();
  }

  static Figures of(
      Taxonomy taxonomy, List<ScoredSample> samples, Clusters clusters, EvaluationOptions options) {
    List<Stage> stages = new ArrayList<>();
    int start = 0;
    for (Label node : taxonomy.innerNodes()) {
      Stage stage =
          Stage.of(node, scores(taxonomy, node, samples, clusters), options.ofStage(), start);
      stages.add(stage);
      start += stage.size();
    }
    return new Figures(List.copyOf(stages), PathScores.of(taxonomy, samples, clusters));
  }

  List<Stage> stages() {
    return stages;
  }

  PathScores path() {
    return path;
  }

  List<Figure> ofPath() {
    return ofPath;
  }

  /**
   * Measures every figure.
   *
   * @param weights how often each cluster counts
   * @return what {@link Figure#in} reads
   */
  double[] row(int[] weights) {
    double[] row = new double[size];
    int next = 0;
    for (Stage stage : stages) {
      next = stage.measure(weights, row, next);
    }
    path.measure(weights, row, next);
    return row;
  }

  private static StageScores scores(
      Taxonomy taxonomy, Label node, List<ScoredSample> samples, Clusters clusters) {
    LabelSet labels = taxonomy.labelSet(node);
    Map<Label, Integer> answer = new HashMap<>();
    for (Label label : taxonomy.labels()) {
      taxonomy
          .childTowards(node, label)
          .ifPresent(child -> answer.put(label, labels.indexOf(child)));
    }
    int n = (int) samples.stream().filter(s -> answer.containsKey(s.truth())).count();
    int[] truth = new int[n];
    int[] chosen = new int[n];
    int[] cluster = new int[n];
    boolean[] endToEnd = new boolean[n];
    double[][] probabilities = new double[labels.size()][n];
    int at = 0;
    int index = 0;
    for (ScoredSample sample : samples) {
      Integer actual = answer.get(sample.truth());
      if (actual != null) {
        Prediction prediction = prediction(sample, node, labels);
        truth[at] = actual;
        // Where the pipeline did not go on from the stage, the stage's own rule counts: at its
        // threshold, if it has one, not by the highest probability.
        Integer sentTo = answer.get(sample.decided());
        chosen[at] =
            sentTo == null
                ? labels.indexOf(sample.settled().getOrDefault(node, prediction.label()))
                : sentTo;
        cluster[at] = clusters.of()[index];
        endToEnd[at] = actual.equals(sentTo);
        double[] found = prediction.probabilities();
        for (int c = 0; c < labels.size(); c++) {
          probabilities[c][at] = found[prediction.labels().indexOf(labels.get(c))];
        }
        at++;
      }
      index++;
    }
    return StageScores.of(
        labels, truth, chosen, probabilities, endToEnd, cluster, clusters.count());
  }

  private static Prediction prediction(ScoredSample sample, Label node, LabelSet labels) {
    Prediction found = sample.stages().get(node);
    if (found == null
        || found.labels().size() != labels.size()
        || !IntStream.range(0, labels.size())
            .allMatch(i -> found.labels().contains(labels.get(i)))) {
      throw new IllegalArgumentException(
          """
          Every sample must bring the prediction of each stage above its truth; %s, whose truth is \
          %s, has for stage %s with %s %s.\
          """
              .formatted(
                  sample.id(),
                  sample.truth(),
                  node,
                  labels,
                  found == null ? "none" : found.labels().toString()));
    }
    return found;
  }
}
