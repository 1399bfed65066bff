package io.github.leukemia4j.training;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.image.augment.Augmentation;
import io.github.leukemia4j.image.pixels.Mixup;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.commons.math3.util.ArithmeticUtils;

/**
 * Which images make a step, and what is done to them. {@link TrainingConfig} checks it.
 *
 * @param size samples in a step, 2 or more
 * @param sampling which samples make an epoch, in random order
 * @param augmentation what is done to training images, anew in every epoch
 * @param mixup how strongly training images are mixed with one another after augmentation, their
 *     targets alike ({@link Mixup#alpha}): 0.2 for mildly, 1 for any share alike, 0 for not at all.
 *     The training loss is then that of mixed images against mixed targets
 * @param seed of everything that is drawn by chance: initial weights, order, augmentation, dropout
 */
public record BatchConfig(
    int size, Sampling sampling, Augmentation augmentation, double mixup, long seed) {
  static final BatchConfig DEFAULT =
      new BatchConfig(32, Sampling.NATURAL, Augmentation.cells(), 0, 1);

  void check(Faults faults) {
    faults.checkLeast("batches.size", size, 2);
    faults.check(
        mixup >= 0 && mixup <= Mixup.MOST_ALPHA,
        "batches.mixup must be 0 to " + Mixup.MOST_ALPHA,
        mixup);
  }

  /** In what order, and how often, the samples of a part come in an epoch. */
  public enum Sampling {
    /**
     * Every sample once, shuffled, with each class spread evenly over the epoch, so that batches
     * hold about the same share of it and seldom none.
     */
    NATURAL,

    /**
     * The labels of every stage equally often, shuffled: of small classes samples come several
     * times, of large ones not all come. A batch at least as large as a {@link #turn} holds all of
     * them. Shifts the prior, which has to be corrected afterwards.
     */
    BALANCED,

    /**
     * As {@link #BALANCED}, and of each label the samples of each laboratory equally often, so that
     * the look of a laboratory tells less of the label. Laboratories that do not have a label have
     * no part in it; samples of an unknown laboratory count as of one more.
     */
    BALANCED_BY_LABORATORY;

    /** Whether labels come equally often, and not as often as there are samples of them. */
    public boolean isBalanced() {
      return this == BALANCED || this == BALANCED_BY_LABORATORY;
    }

    /**
     * How often the samples of each label come in one turn of balanced sampling. The children of a
     * node share what its stage sees equally, so that each stage sees each of its labels equally
     * often: of {@code cell(normal, abnormal(AML, APL))} twice normal, once AML, once APL. Samples
     * that are labelled with an inner node come once more, beside those below it.
     *
     * @param carried the labels that samples have
     */
    public static Map<Label, Integer> turn(Taxonomy taxonomy, Collection<Label> carried) {
      return turn(taxonomy, taxonomy.root(), Set.copyOf(carried));
    }

    private static Map<Label, Integer> turn(Taxonomy taxonomy, Label node, Set<Label> carried) {
      List<Map<Label, Integer>> below =
          taxonomy.children(node).stream()
              .map(child -> turn(taxonomy, child, carried))
              .filter(own -> !own.isEmpty())
              .toList();
      int share = below.stream().mapToInt(Sampling::sum).reduce(1, ArithmeticUtils::lcm);
      Map<Label, Integer> all = new HashMap<>();
      below.forEach(own -> own.forEach((label, n) -> all.put(label, n * (share / sum(own)))));
      if (carried.contains(node)) {
        all.put(node, 1);
      }
      return all;
    }

    private static int sum(Map<Label, Integer> turn) {
      return turn.values().stream().mapToInt(Integer::intValue).sum();
    }
  }
}
