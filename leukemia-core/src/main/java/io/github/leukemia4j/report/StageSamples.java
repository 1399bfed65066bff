package io.github.leukemia4j.report;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.evaluation.EvaluationReport;
import io.github.leukemia4j.evaluation.ScoredSample;
import io.github.leukemia4j.evaluation.StageReport;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a stage said of the samples that it should know, in the same way as the report counts them.
 *
 * @param stage the report of the stage
 * @param answers one for each sample whose truth lies below the stage
 */
record StageSamples(StageReport stage, List<Answer> answers) {
  /**
   * One sample.
   *
   * @param id of the sample
   * @param truth the true label's place
   * @param chosen the place of the label to which the cascade sent it, or of the most probable one
   * @param probabilities in the order of the labels
   * @param patient whose sample it is, numbered from 1 in the order of the identifiers; 0 unknown
   * @param prediction of the stage
   */
  record Answer(
      String id,
      int truth,
      int chosen,
      double[] probabilities,
      int patient,
      Prediction prediction) {
    boolean right() {
      return truth == chosen;
    }

    double confidence() {
      return probabilities[chosen];
    }
  }

  /**
   * @throws IllegalArgumentException where the samples are not those of the report
   */
  static List<StageSamples> of(EvaluationReport report, List<ScoredSample> samples) {
    Map<String, Integer> numbers = new HashMap<>();
    samples.stream()
        .flatMap(s -> s.patient().stream())
        .distinct()
        .sorted()
        .forEach(patient -> numbers.put(patient, numbers.size() + 1));
    List<StageSamples> stages = new ArrayList<>();
    for (StageReport stage : report.stages()) {
      List<Answer> answers = new ArrayList<>();
      for (ScoredSample sample : samples) {
        report
            .taxonomy()
            .childTowards(stage.stage(), sample.truth())
            .ifPresent(
                truth -> answers.add(answer(report.taxonomy(), stage, sample, truth, numbers)));
      }
      if (answers.size() != stage.samples()) {
        throw new IllegalArgumentException(
            "The samples must be those that the report was made of; found %s for the stage %s, which was held against %s."
                .formatted(answers.size(), stage.stage(), stage.samples()));
      }
      stages.add(new StageSamples(stage, List.copyOf(answers)));
    }
    return stages;
  }

  private static Answer answer(
      Taxonomy taxonomy,
      StageReport stage,
      ScoredSample sample,
      Label truth,
      Map<String, Integer> numbers) {
    LabelSet labels = stage.labels();
    Prediction prediction = sample.stages().get(stage.stage());
    double[] probabilities =
        labels.labels().stream().mapToDouble(prediction::probabilityOf).toArray();
    Label chosen =
        taxonomy
            .childTowards(stage.stage(), sample.decided())
            .orElse(sample.settled().getOrDefault(stage.stage(), prediction.label()));
    return new Answer(
        sample.id(),
        labels.indexOf(truth),
        labels.indexOf(chosen),
        probabilities,
        sample.patient().map(numbers::get).orElse(0),
        prediction);
  }

  double[] scores(int label) {
    return answers.stream().mapToDouble(a -> a.probabilities()[label]).toArray();
  }

  boolean[] isClass(int label) {
    boolean[] is = new boolean[answers.size()];
    for (int i = 0; i < is.length; i++) {
      is[i] = answers.get(i).truth() == label;
    }
    return is;
  }
}
