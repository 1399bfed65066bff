package io.github.leukemia4j.training.loop;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.backend.Head;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.model.ModelManifest.Priors;
import io.github.leukemia4j.training.Sampling;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** How often a head's labels occur in training, and how often they are shown. */
final class Shares {
  private Shares() {}

  /**
   * The priors of a head. What a stage shows that is read from another head is what that head was
   * shown, summed up below each label: this is what its logits hold.
   */
  static Priors priors(Dataset train, HeadTraining.Question question, Sampling sampling) {
    Head head = question.head();
    Taxonomy taxonomy = train.taxonomy();
    Map<Label, Integer> once =
        train.samples().stream()
            .map(Sample::label)
            .distinct()
            .collect(Collectors.toMap(label -> label, label -> 0));
    boolean balanced = sampling.isBalanced();
    Map<Label, Integer> turn = balanced ? Sampling.turn(taxonomy, once.keySet()) : once;
    Function<Sample, Optional<Label>> own = sample -> head.answer(taxonomy, sample);
    Function<Sample, Optional<Label>> shown = own;
    if (question.reading().isPresent()) {
      Head read = question.read().orElseThrow();
      Map<Label, Label> above = new HashMap<>();
      question
          .reading()
          .get()
          .values()
          .forEach(
              (label, values) ->
                  values.forEach(value -> above.put(Label.of(value), Label.of(label))));
      shown = sample -> read.answer(taxonomy, sample).map(above::get);
    }
    return new Priors(
        balanced ? sampling.name().toLowerCase(Locale.ROOT) : "natural",
        of(train, head.labels(), own, once),
        of(train, head.labels(), shown, turn));
  }

  /**
   * @param turn how often the samples that carry a label come, all of them together; 0 for once
   *     each
   */
  private static List<Double> of(
      Dataset train,
      LabelSet labels,
      Function<Sample, Optional<Label>> answer,
      Map<Label, Integer> turn) {
    Map<Label, long[]> counts = new HashMap<>();
    Map<Label, Long> carriers = new HashMap<>();
    for (Sample sample : train.samples()) {
      carriers.merge(sample.label(), 1L, Long::sum);
      answer
          .apply(sample)
          .ifPresent(
              label ->
                  counts
                      .computeIfAbsent(sample.label(), l -> new long[labels.size()])[
                      labels.indexOf(label)]++);
    }
    double[] shares = new double[labels.size()];
    counts.forEach(
        (carried, own) -> {
          for (int k = 0; k < own.length; k++) {
            int times = turn.get(carried);
            shares[k] += times == 0 ? own[k] : (double) times * own[k] / carriers.get(carried);
          }
        });
    double sum = Arrays.stream(shares).sum();
    return Arrays.stream(shares).mapToObj(share -> share / sum).toList();
  }
}
