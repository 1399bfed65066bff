package io.github.leukemia4j.training.loop;

import io.github.leukemia4j.DataException;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.backend.Network.Head;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.data.split.Split;
import io.github.leukemia4j.model.HeadManifest.Kind;
import io.github.leukemia4j.model.HeadManifest.Reading;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A column of the data that is learnt beside the labels: which of its values become labels.
 *
 * @param head whose labels are the values with enough training samples, in the order of their names
 * @param samples how many training samples reach it
 * @param leftOut values with fewer, and how many each has; their samples do not train the head
 */
record AuxiliaryColumn(Head head, long samples, Map<Label, Long> leftOut) {
  /** The fewest training samples from which a value is learnt. */
  static final int FEWEST = 10;

  private static final Logger LOG = System.getLogger(AuxiliaryColumn.class.getName());

  /**
   * @throws DataException where fewer than two values have enough samples, or no validation sample
   *     has one of them
   */
  static AuxiliaryColumn of(String column, Split split) {
    Map<Label, Long> counts = counts(column, split.train());
    List<Label> values = counts.keySet().stream().filter(v -> counts.get(v) >= FEWEST).toList();
    if (values.size() < 2) {
      throw new DataException(
          "An auxiliary column must have two values or more with %d training samples each; found %s in %s. Correct the column's name or its values, or leave it out."
              .formatted(FEWEST, counts, column));
    }
    Head head = new Head(Label.of(column), LabelSet.of(values), Kind.AUXILIARY);
    Dataset validation = split.validation();
    if (validation.samples().stream()
        .noneMatch(sample -> head.answer(validation.taxonomy(), sample).isPresent())) {
      throw new DataException(
          "An auxiliary column must have values in the validation part; found none of %s in %s. Split with another seed, or leave the column out."
              .formatted(head.labels(), column));
    }
    Map<Label, Long> leftOut = new TreeMap<>(counts);
    leftOut.keySet().removeAll(values);
    return new AuxiliaryColumn(head, values.stream().mapToLong(counts::get).sum(), leftOut);
  }

  private static Map<Label, Long> counts(String column, Dataset train) {
    try {
      return train.samples().stream()
          .flatMap(sample -> sample.value(column).stream())
          .collect(Collectors.groupingBy(v -> v, TreeMap::new, Collectors.counting()));
    } catch (IllegalArgumentException e) {
      throw new DataException(
          "The values of %s must be labels: %s".formatted(column, e.getMessage()), e);
    }
  }

  /** What is learnt of it and what is not, in words. */
  String describe() {
    return "%d values of %d training samples%s"
        .formatted(
            head.labels().size(),
            samples,
            leftOut.isEmpty()
                ? ""
                : "; left out for fewer than %d samples: %s".formatted(FEWEST, leftOut));
  }

  /** Says in the log what is left out. */
  void tell() {
    if (!leftOut.isEmpty()) {
      LOG.log(Level.WARNING, "Auxiliary column {0}: {1}", head.stage(), describe());
    }
  }

  /**
   * How a stage is read from a head: which of its values lie below each of the stage's labels in
   * the training data. Values of samples that do not reach the stage are not read.
   *
   * @throws DataException where a value lies below several labels, or a label has no value; names
   *     them
   */
  static Reading reading(Head stage, Head read, double own, Dataset train) {
    Taxonomy taxonomy = train.taxonomy();
    Map<Label, Map<Label, Long>> above = new TreeMap<>();
    for (Sample sample : train.samples()) {
      Optional<Label> value = read.answer(taxonomy, sample);
      Optional<Label> label = stage.answer(taxonomy, sample);
      if (value.isPresent() && label.isPresent()) {
        above.computeIfAbsent(value.get(), v -> new TreeMap<>()).merge(label.get(), 1L, Long::sum);
      }
    }
    List<String> problems = new ArrayList<>();
    above.forEach(
        (value, labels) -> {
          if (labels.size() > 1) {
            problems.add("%s lies below %s".formatted(value, labels));
          }
        });
    Map<String, List<String>> values = new LinkedHashMap<>();
    for (Label label : stage.labels().labels()) {
      List<String> below =
          above.keySet().stream()
              .filter(value -> above.get(value).containsKey(label))
              .map(Label::name)
              .toList();
      if (below.isEmpty()) {
        problems.add("%s has no value below it".formatted(label));
      }
      values.put(label.name(), below);
    }
    if (!problems.isEmpty()) {
      throw new DataException(
          "The stage %s can be read from %s only where each value lies below one label alone, and each label has a value, in the training part. Correct the labels, or do not read the stage from it:"
              .formatted(stage.stage(), read.stage()),
          problems);
    }
    return new Reading(read.stage().name(), values, own);
  }
}
