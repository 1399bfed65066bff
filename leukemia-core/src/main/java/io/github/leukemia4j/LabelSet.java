package io.github.leukemia4j;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * The labels among which a classifier chooses, in the order of its outputs, and which of them is
 * the positive one, if any: the one whose recall is called sensitivity. Immutable.
 */
public final class LabelSet {
  private final List<Label> labels;
  private final int positive;

  private LabelSet(List<Label> labels, int positive) {
    this.labels = List.copyOf(labels);
    this.positive = positive;
    if (this.labels.size() < 2) {
      throw new IllegalArgumentException(
          "A classifier needs at least two labels; found " + this.labels + ".");
    }
    if (new LinkedHashSet<>(this.labels).size() != this.labels.size()) {
      throw new IllegalArgumentException("Labels must differ; found " + this.labels + ".");
    }
  }

  /**
   * Labels without a positive one.
   *
   * @param labels two or more, all different
   * @throws IllegalArgumentException where there are fewer, or two are equal
   */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static LabelSet of(List<Label> labels) {
    return new LabelSet(labels, -1);
  }

  /**
   * Labels without a positive one.
   *
   * @param names two or more, all different
   * @throws IllegalArgumentException where there are fewer, or two are equal
   */
  public static LabelSet of(String... names) {
    return of(Stream.of(names).map(Label::of).toList());
  }

  /**
   * The same labels with one marked as positive.
   *
   * @throws IllegalArgumentException where the label is not in the set
   */
  public LabelSet withPositive(Label label) {
    return new LabelSet(labels, indexOf(label));
  }

  /** The labels in the order of the outputs; their list is the JSON form. */
  @JsonValue
  public List<Label> labels() {
    return labels;
  }

  /** How many labels there are; at least 2. */
  public int size() {
    return labels.size();
  }

  /**
   * @param index of an output, from 0
   */
  public Label get(int index) {
    return labels.get(index);
  }

  /** Whether the label is in the set. */
  public boolean contains(Label label) {
    return labels.contains(label);
  }

  /**
   * The label's place among the outputs.
   *
   * @throws IllegalArgumentException where the label is not in the set
   */
  public int indexOf(Label label) {
    int index = labels.indexOf(Objects.requireNonNull(label, "label"));
    if (index < 0) {
      throw new IllegalArgumentException(
          "The label must be one of " + labels + "; found " + label + ".");
    }
    return index;
  }

  /** The positive label, if one is marked. */
  public Optional<Label> positive() {
    return positive < 0 ? Optional.empty() : Optional.of(labels.get(positive));
  }

  /** The positive label's place among the outputs, if one is marked. */
  public OptionalInt positiveIndex() {
    return positive < 0 ? OptionalInt.empty() : OptionalInt.of(positive);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LabelSet that
        && labels.equals(that.labels)
        && positive == that.positive;
  }

  @Override
  public int hashCode() {
    return 31 * labels.hashCode() + positive;
  }

  /** The names, the positive one with a plus sign, such as {@code [normal, abnormal+]}. */
  @Override
  public String toString() {
    return labels.stream()
        .map(l -> positive().filter(l::equals).isPresent() ? l + "+" : l.name())
        .toList()
        .toString();
  }
}
