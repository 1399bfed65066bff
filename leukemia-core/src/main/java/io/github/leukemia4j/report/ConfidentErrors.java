package io.github.leukemia4j.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Answers of a stage that deserve a look: the wrong ones of which it was surest, where labels or
 * pictures may be at fault, and beside them the surest right ones and the least sure.
 */
final class ConfidentErrors {
  /** How many are shown of each stage. */
  static final int MOST = 12;

  /** How many others are shown of each kind. */
  static final int FEW = 6;

  private static final Comparator<StageSamples.Answer> SUREST =
      Comparator.comparingDouble(StageSamples.Answer::confidence)
          .reversed()
          .thenComparing(StageSamples.Answer::id);

  private ConfidentErrors() {}

  /** The surest first; equally sure ones by id. */
  static List<StageSamples.Answer> of(StageSamples stage) {
    return stage.answers().stream()
        .filter(answer -> !answer.right())
        .sorted(SUREST)
        .limit(MOST)
        .toList();
  }

  /** The surest right ones, of each label alike. */
  static List<StageSamples.Answer> right(StageSamples stage) {
    int labels = stage.stage().labels().size();
    List<StageSamples.Answer> all = new ArrayList<>();
    for (int label = 0; label < labels; label++) {
      int of = label;
      stage.answers().stream()
          .filter(answer -> answer.right() && answer.truth() == of)
          .sorted(SUREST)
          .limit(Math.max(1, FEW / labels))
          .forEach(all::add);
    }
    return all;
  }

  /** Those of which the stage was least sure. */
  static List<StageSamples.Answer> unsure(StageSamples stage) {
    return stage.answers().stream()
        .sorted(
            Comparator.comparingDouble(ConfidentErrors::highest)
                .thenComparing(StageSamples.Answer::id))
        .limit(FEW)
        .toList();
  }

  private static double highest(StageSamples.Answer answer) {
    return Arrays.stream(answer.probabilities()).max().orElse(0);
  }
}
