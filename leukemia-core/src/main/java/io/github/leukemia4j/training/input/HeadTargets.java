package io.github.leukemia4j.training.input;

import io.github.leukemia4j.DataException;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.backend.Network.Head;
import io.github.leukemia4j.backend.TrainableNetwork.Batch;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.training.BatchConfig.Sampling;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What each head shall say of each sample of a part: the inner nodes of its taxonomy, and what is
 * learnt beside them. A target is one row for all heads, a head's labels after those of the head
 * before. Immutable.
 */
final class HeadTargets {
  private static final int NOT_REACHED = -1;
  private static final int LARGEST_SHARE = 1000;

  private final List<LabelSet> labels = new ArrayList<>();
  private final List<int[]> labelOf = new ArrayList<>();
  private final int[] start;
  private final int[] stratumOf;
  private final int[] turn;

  /**
   * @param further heads after those of the stages
   * @param byLaboratory whether the samples of a label are drawn equally often of each laboratory
   */
  HeadTargets(Dataset part, List<Head> further, boolean byLaboratory) {
    Taxonomy taxonomy = part.taxonomy();
    List<Label> stages = taxonomy.innerNodes();
    stages.forEach(
        stage ->
            add(
                part,
                taxonomy.labelSet(stage),
                sample -> taxonomy.childTowards(stage, sample.label())));
    further.forEach(head -> add(part, head.labels(), sample -> head.answer(taxonomy, sample)));
    start = new int[labels.size() + 1];
    for (int h = 0; h < labels.size(); h++) {
      start[h + 1] = start[h] + labels.get(h).size();
    }
    List<Label> found = part.samples().stream().map(Sample::label).distinct().sorted().toList();
    List<Label> carried =
        stages.size() == 1 && !found.contains(taxonomy.root()) ? labels.get(0).labels() : found;
    Map<Label, Integer> ofTurn = Sampling.turn(taxonomy, carried);
    if (byLaboratory) {
      Map<Label, List<String>> laboratories = laboratories(part);
      List<List<Object>> strata =
          carried.stream()
              .flatMap(
                  l -> laboratories.getOrDefault(l, List.of()).stream().map(x -> stratum(l, x)))
              .toList();
      int share = share(part, laboratories);
      stratumOf =
          part.samples().stream()
              .mapToInt(s -> strata.indexOf(stratum(s.label(), laboratory(s))))
              .toArray();
      turn =
          strata.stream()
              .map(stratum -> (Label) stratum.get(0))
              .mapToInt(label -> ofTurn.get(label) * (share / laboratories.get(label).size()))
              .toArray();
    } else {
      stratumOf = part.samples().stream().mapToInt(s -> carried.indexOf(s.label())).toArray();
      turn = carried.stream().mapToInt(ofTurn::get).toArray();
    }
  }

  /** In how many equal parts a label's draws of a turn can be dealt out to its laboratories. */
  private static int share(Dataset part, Map<Label, List<String>> laboratories) {
    BigInteger share = BigInteger.ONE;
    for (List<String> some : laboratories.values()) {
      BigInteger size = BigInteger.valueOf(some.size());
      share = share.multiply(size).divide(share.gcd(size));
    }
    int most = Math.max(LARGEST_SHARE, part.size());
    if (share.compareTo(BigInteger.valueOf(most)) > 0) {
      throw new DataException(
          "Balanced sampling by laboratory deals each label's draws out to its laboratories; with labels of %s laboratories an epoch would have over %d draws a label, from %d samples. Name fewer laboratories, or sample balanced."
              .formatted(
                  laboratories.values().stream().map(List::size).sorted().toList(),
                  most,
                  part.size()));
    }
    return share.intValueExact();
  }

  private static List<Object> stratum(Label label, String laboratory) {
    return List.of(label, laboratory);
  }

  private static String laboratory(Sample sample) {
    return sample.laboratory().orElse("");
  }

  private static Map<Label, List<String>> laboratories(Dataset part) {
    return part.samples().stream()
        .collect(
            Collectors.groupingBy(
                Sample::label,
                Collectors.mapping(
                    HeadTargets::laboratory,
                    Collectors.collectingAndThen(
                        Collectors.toCollection(TreeSet::new), List::copyOf))));
  }

  private void add(Dataset part, LabelSet own, Function<Sample, Optional<Label>> answer) {
    labels.add(own);
    labelOf.add(
        part.samples().stream()
            .map(answer)
            .mapToInt(label -> label.map(own::indexOf).orElse(NOT_REACHED))
            .toArray());
  }

  /** The first sample that reaches no head. */
  OptionalInt firstWithoutHead() {
    return IntStream.range(0, stratumOf.length)
        .filter(sample -> labelOf.stream().allMatch(own -> own[sample] == NOT_REACHED))
        .findFirst();
  }

  /** How often each stratum comes in a turn of balanced sampling. */
  int[] turn() {
    return turn.clone();
  }

  /** The label that each sample carries, as a number, by which samples are drawn. */
  int[] stratumOf() {
    return stratumOf.clone();
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
