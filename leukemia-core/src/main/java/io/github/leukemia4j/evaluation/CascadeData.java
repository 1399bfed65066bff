package io.github.leukemia4j.evaluation;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.metric.EvaluationOptions;
import io.github.leukemia4j.metric.Metric;
import io.github.leukemia4j.metric.StageData;
import io.github.leukemia4j.metric.StageInput;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** All stages and the path, prepared; every number under any weights in one row. Immutable. */
final class CascadeData {
  private final List<Stage> stages;
  private final PathData path;
  private final int[] start;

  private CascadeData(List<Stage> stages, PathData path) {
    this.stages = stages;
    this.path = path;
    this.start = new int[stages.size() + 1];
    for (int s = 0; s < stages.size(); s++) {
      start[s + 1] = start[s] + stages.get(s).data.size();
    }
  }

  /**
   * @param node the stage's inner node
   * @param input what it said
   * @param data the same, prepared
   */
  record Stage(Label node, StageInput input, StageData data) {}

  static CascadeData of(
      Taxonomy taxonomy, List<ScoredSample> samples, Units units, EvaluationOptions options) {
    List<Stage> stages =
        taxonomy.innerNodes().stream()
            .map(
                node -> {
                  StageInput input = input(taxonomy, node, samples, units);
                  return new Stage(node, input, StageData.of(input, units.count(), options));
                })
            .toList();
    return new CascadeData(stages, PathData.of(taxonomy, samples, units.of(), units.count()));
  }

  List<Stage> stages() {
    return stages;
  }

  PathData path() {
    return path;
  }

  /** Where a stage's numbers begin. */
  int startOf(int stage) {
    return start[stage];
  }

  /** Where the path's numbers begin. */
  int startOfPath() {
    return start[stages.size()];
  }

  /** The numbers of all stages, then of the path; NaN is undefined. */
  double[] measure(int[] weights) {
    double[] out = new double[startOfPath() + Metric.COUNT];
    for (int s = 0; s < stages.size(); s++) {
      double[] values = stages.get(s).data.measure(weights);
      System.arraycopy(values, 0, out, start[s], values.length);
    }
    System.arraycopy(path.measure(weights), 0, out, startOfPath(), Metric.COUNT);
    return out;
  }

  private static StageInput input(
      Taxonomy taxonomy, Label node, List<ScoredSample> samples, Units units) {
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
    int[] unit = new int[n];
    boolean[] endToEnd = new boolean[n];
    double[][] probabilities = new double[labels.size()][n];
    int at = 0;
    int index = 0;
    for (ScoredSample sample : samples) {
      Integer actual = answer.get(sample.truth());
      if (actual != null) {
        Prediction prediction = prediction(sample, node, labels);
        truth[at] = actual;
        // Where the cascade did not go on from the stage, the stage's own rule counts: at its
        // threshold, if it has one, not by the highest probability.
        Integer sentTo = answer.get(sample.decided());
        chosen[at] =
            sentTo == null
                ? labels.indexOf(sample.settled().getOrDefault(node, prediction.label()))
                : sentTo;
        unit[at] = units.of()[index];
        endToEnd[at] = actual.equals(sentTo);
        double[] found = prediction.probabilities();
        for (int c = 0; c < labels.size(); c++) {
          probabilities[c][at] = found[prediction.labels().indexOf(labels.get(c))];
        }
        at++;
      }
      index++;
    }
    return new StageInput(labels, truth, chosen, probabilities, endToEnd, unit);
  }

  private static Prediction prediction(ScoredSample sample, Label node, LabelSet labels) {
    Prediction found = sample.stages().get(node);
    if (found == null
        || found.labels().size() != labels.size()
        || !IntStream.range(0, labels.size())
            .allMatch(i -> found.labels().contains(labels.get(i)))) {
      throw new IllegalArgumentException(
          "Every sample must bring the prediction of each stage above its truth; "
              + sample.id()
              + ", whose truth is "
              + sample.truth()
              + ", has for stage "
              + node
              + " with "
              + labels
              + " "
              + (found == null ? "none" : found.labels().toString())
              + ".");
    }
    return found;
  }
}
