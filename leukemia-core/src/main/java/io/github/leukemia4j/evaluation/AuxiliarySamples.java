package io.github.leukemia4j.evaluation;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.metric.EvaluationOptions;
import io.github.leukemia4j.pipeline.MultilevelResult;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** What is said beside the stages, evaluated as a stage of its own: a flat tree of its values. */
final class AuxiliarySamples {
  private AuxiliarySamples() {}

  /** One report for each head of which samples have a value, in the order of their names. */
  static List<StageReport> evaluate(List<ScoredSample> samples, EvaluationOptions options) {
    TreeSet<Label> heads = new TreeSet<>();
    samples.forEach(
        sample ->
            sample
                .auxiliary()
                .forEach((head, said) -> said.truth().ifPresent(truth -> heads.add(head))));
    return heads.stream()
        .map(
            head -> {
              List<ScoredSample> known = samples.stream().filter(s -> isKnown(s, head)).toList();
              // Networks of several folds may know different values.
              TreeSet<Label> values = new TreeSet<>();
              known.forEach(
                  s -> values.addAll(s.auxiliary().get(head).prediction().labels().labels()));
              Taxonomy flat =
                  Taxonomy.of(head.name())
                      .with(head.name(), values.stream().map(Label::name).toArray(String[]::new));
              return Evaluator.evaluate(
                      flat, known.stream().map(s -> sample(s, head, flat)).toList(), options)
                  .stages()
                  .get(0);
            })
        .toList();
  }

  private static boolean isKnown(ScoredSample sample, Label head) {
    return Optional.ofNullable(sample.auxiliary().get(head))
        .flatMap(ScoredSample.Auxiliary::truth)
        .isPresent();
  }

  private static ScoredSample sample(ScoredSample from, Label head, Taxonomy flat) {
    ScoredSample.Auxiliary own = from.auxiliary().get(head);
    LabelSet values = flat.labelSet(head);
    Prediction said = own.prediction();
    Prediction prediction =
        Prediction.of(
            values,
            values.labels().stream()
                .mapToDouble(v -> said.labels().contains(v) ? said.probabilityOf(v) : 0)
                .toArray());
    return new ScoredSample(
        from.id(),
        own.truth().orElseThrow(),
        from.patient(),
        Map.of(head, prediction),
        prediction.label(),
        MultilevelResult.Outcome.DECIDED);
  }
}
