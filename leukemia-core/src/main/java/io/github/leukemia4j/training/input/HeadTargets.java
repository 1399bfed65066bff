package io.github.leukemia4j.training.input;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.backend.Batch;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.Sample;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What each head shall say of each sample of a part; the heads are the inner nodes of its taxonomy.
 * A target is one row for all heads, a head's labels after those of the head before. Immutable.
 */
final class HeadTargets {
  private static final int NOT_REACHED = -1;

  private final List<LabelSet> labels = new ArrayList<>();
  private final List<int[]> labelOf = new ArrayList<>();
  private final int[] start;
  private final int[] stratumOf;

  HeadTargets(Dataset part) {
    Taxonomy taxonomy = part.taxonomy();
    List<Label> stages = taxonomy.innerNodes();
    start = new int[stages.size() + 1];
    for (int h = 0; h < stages.size(); h++) {
      Label stage = stages.get(h);
      LabelSet own = taxonomy.labelSet(stage);
      labels.add(own);
      labelOf.add(
          part.samples().stream()
              .map(sample -> taxonomy.childTowards(stage, sample.label()))
              .mapToInt(child -> child.map(own::indexOf).orElse(NOT_REACHED))
              .toArray());
      start[h + 1] = start[h] + own.size();
    }
    List<Label> carried =
        stages.size() == 1
            ? labels.get(0).labels()
            : part.samples().stream().map(Sample::label).distinct().sorted().toList();
    stratumOf = part.samples().stream().mapToInt(s -> carried.indexOf(s.label())).toArray();
  }

  /** The labels of each head. */
  List<LabelSet> labels() {
    return labels;
  }

  /** The label that each sample carries, as a number, by which samples are drawn. */
  int[] stratumOf() {
    return stratumOf.clone();
  }

  /** How many samples of each label a head has. */
  int[] counts(int head) {
    int[] counts = new int[labels.get(head).size()];
    IntStream.of(labelOf.get(head)).filter(label -> label >= 0).forEach(label -> counts[label]++);
    return counts;
  }

  /** What all heads shall say of a sample: nothing but zeros of a head that it does not reach. */
  double[] of(int sample) {
    double[] target = new double[start[labels.size()]];
    for (int h = 0; h < labels.size(); h++) {
      if (labelOf.get(h)[sample] != NOT_REACHED) {
        target[start[h] + labelOf.get(h)[sample]] = 1;
      }
    }
    return target;
  }

  /** The targets of a batch, filled image by image. */
  final class Rows {
    private final int[][] own = new int[labels.size()][];
    private final float[][] values = new float[labels.size()][];
    private final int[][] rows = new int[labels.size()][];
    private final int[] counts = new int[labels.size()];

    /**
     * @param size the most images
     */
    Rows(int size) {
      for (int h = 0; h < labels.size(); h++) {
        own[h] = new int[size];
        values[h] = new float[size * labels.get(h).size()];
        rows[h] = new int[size];
      }
    }

    /** Begins again. */
    void clear() {
      Arrays.fill(counts, 0);
    }

    /**
     * Adds an image to the heads that it reaches.
     *
     * @param row its place in the batch
     * @param target of all heads
     * @param sample whose label it has
     * @param other the sample that is mixed into it, or the same
     */
    void add(int row, double[] target, int sample, int other) {
      for (int h = 0; h < labels.size(); h++) {
        if (labelOf.get(h)[sample] != NOT_REACHED && labelOf.get(h)[other] != NOT_REACHED) {
          int at = counts[h]++;
          int size = labels.get(h).size();
          own[h][at] = labelOf.get(h)[sample];
          rows[h][at] = row;
          for (int k = 0; k < size; k++) {
            values[h][at * size + k] = (float) target[start[h] + k];
          }
        }
      }
    }

    /** What was added. */
    List<Batch.Targets> targets() {
      return IntStream.range(0, labels.size())
          .mapToObj(h -> new Batch.Targets(own[h], values[h], rows[h], counts[h]))
          .toList();
    }
  }
}
