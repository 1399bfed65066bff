package io.github.leukemia4j.training.loop;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.backend.Network.Head;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.model.HeadManifest.Reading;
import io.github.leukemia4j.model.ModelManifest.Priors;
import io.github.leukemia4j.training.BatchConfig.Sampling;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** How often a head's labels occur in training, and how often they are shown. */
final class LabelShares {
  private LabelShares() {}

  /**
   * The priors of a head. Those of the logits of another head are what that head was shown, summed
   * up below each label; a mean of logits has the mean of the logarithms of both.
   */
  static Priors priors(Dataset train, TrainedHead.Question question, Sampling sampling) {
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
    Function<Sample, Object> stratum =
        sampling == Sampling.BALANCED_BY_LABORATORY
            ? s -> List.of(s.label(), s.laboratory().orElse(""))
            : Sample::label;
    List<Double> shown = of(train, head.labels(), own, turn, stratum);
    if (question.reading().isPresent()) {
      Reading reading = question.reading().get();
      Head read = question.read().orElseThrow();
      Map<Label, Label> above = new HashMap<>();
      reading
          .values()
          .forEach(
              (label, values) ->
                  values.forEach(value -> above.put(Label.of(value), Label.of(label))));
      List<Double> sums =
          of(
              train,
              head.labels(),
              sample -> read.answer(taxonomy, sample).map(above::get),
              turn,
              stratum);
      shown = geometricMean(shown, sums, reading.own());
    }
    return new Priors(
        balanced ? sampling.name().toLowerCase(Locale.ROOT) : "natural",
        of(train, head.labels(), own, once, Sample::label),
        shown);
  }

  private static List<Double> geometricMean(List<Double> a, List<Double> b, double weightOfA) {
    double[] mean = new double[a.size()];
    Arrays.setAll(mean, i -> Math.pow(a.get(i), weightOfA) * Math.pow(b.get(i), 1 - weightOfA));
    return shares(mean);
  }

  /**
   * @param turn how often the samples that carry a label come, all of them together; 0 for once
   *     each
   * @param stratum of a sample: those of one label come equally often
   */
  private static List<Double> of(
      Dataset train,
      LabelSet labels,
      Function<Sample, Optional<Label>> answer,
      Map<Label, Integer> turn,
      Function<Sample, Object> stratum) {
    Map<Object, long[]> counts = new HashMap<>();
    Map<Object, Long> carriers = new HashMap<>();
    Map<Object, Label> labelOf = new HashMap<>();
    for (Sample sample : train.samples()) {
      carriers.merge(stratum.apply(sample), 1L, Long::sum);
      labelOf.put(stratum.apply(sample), sample.label());
      answer
          .apply(sample)
          .ifPresent(
              label ->
                  counts
                      .computeIfAbsent(stratum.apply(sample), l -> new long[labels.size()])[
                      labels.indexOf(label)]++);
    }
    double[] shares = new double[labels.size()];
    counts.forEach(
        (carried, own) -> {
          for (int k = 0; k < own.length; k++) {
            Label label = labelOf.get(carried);
            int times = turn.get(label);
            int strata = Collections.frequency(labelOf.values(), label);
            shares[k] +=
                times == 0 ? own[k] : (double) times * own[k] / carriers.get(carried) / strata;
          }
        });
    return shares(shares);
  }

  private static List<Double> shares(double[] parts) {
    double sum = Arrays.stream(parts).sum();
    return Arrays.stream(parts).mapToObj(part -> part / sum).toList();
  }
}
