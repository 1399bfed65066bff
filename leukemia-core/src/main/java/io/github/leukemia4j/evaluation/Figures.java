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
import java.util.Arrays;
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
  private final List<Figure.OfPath> ofPath;
  private final int size;

  /**
   * One stage.
   *
   * @param node the stage's inner node
   * @param scores what it said
   * @param whole the figures of the stage as a whole
   * @param byLabel those of each label against the others, in the order of the labels
   */
  record Stage(
      Label node,
      StageScores scores,
      List<Figure.OfStage> whole,
      List<List<Figure.OfStage>> byLabel) {
    private static Stage of(Label node, StageScores scores, List<StageMetric> metrics, int start) {
      List<List<Figure.OfStage>> byLabel = new ArrayList<>();
      int next = start + metrics.size();
      for (int label = 0; label < scores.labels().size(); label++) {
        byLabel.add(figures(Metrics.OF_LABEL, scores.against(label), next));
        next += Metrics.OF_LABEL.size();
      }
      return new Stage(node, scores, figures(metrics, scores, start), byLabel);
    }

    private static List<Figure.OfStage> figures(
        List<StageMetric> metrics, StageScores scores, int start) {
      return IntStream.range(0, metrics.size())
          .mapToObj(m -> new Figure.OfStage(metrics.get(m), start + m, scores))
          .toList();
    }

    private int size() {
      return whole.size() + byLabel.size() * Metrics.OF_LABEL.size();
    }

    private void measure(int[] weights, double[] row) {
      StageScores weighted = scores.under(weights);
      measure(whole, weighted, row);
      for (int label = 0; label < byLabel.size(); label++) {
        measure(byLabel.get(label), weighted.against(label), row);
      }
    }

    private static void measure(List<Figure.OfStage> figures, StageScores scores, double[] row) {
      for (Figure.OfStage figure : figures) {
        row[figure.column()] = figure.metric().of(scores).orElse(Double.NaN);
      }
    }
  }

  private Figures(List<Stage> stages, PathScores path) {
    this.stages = stages;
    this.path = path;
    int start = stages.stream().mapToInt(Stage::size).sum();
    this.ofPath =
        Arrays.stream(PathMetric.values())
            .map(metric -> new Figure.OfPath(metric, start + metric.ordinal(), path))
            .toList();
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

  List<Figure.OfPath> ofPath() {
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
    stages.forEach(stage -> stage.measure(weights, row));
    double[] values = path.measure(weights);
    System.arraycopy(values, 0, row, size - values.length, values.length);
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
