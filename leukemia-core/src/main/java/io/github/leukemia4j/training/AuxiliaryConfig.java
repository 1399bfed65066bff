package io.github.leukemia4j.training;

import io.github.leukemia4j.loss.Loss;
import io.github.leukemia4j.loss.Losses;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How a column of the data, such as the type of a cell, is learnt beside the labels: by a head of
 * its own on the network of the root's stage. Its values are the head's labels. Samples without a
 * value do not train it. Immutable.
 *
 * @param weight of the head's loss in the sum over heads, above 0; a stage's is 1
 * @param loss of the head, before {@link Loss#forLabels}
 * @param reads the stages whose answer is read from this head instead of their own: a label's
 *     probability is the sum over the values that lie below it in the training data
 */
public record AuxiliaryConfig(double weight, Loss loss, List<String> reads) {
  /** Half the weight of a stage, cross-entropy, read by no stage. */
  public static final AuxiliaryConfig DEFAULT =
      new AuxiliaryConfig(0.5, Losses.parse("cross-entropy"), List.of());

  /** The defaults hold for what is null. */
  public AuxiliaryConfig {
    loss = loss == null ? Losses.parse("cross-entropy") : loss;
    reads = reads == null ? List.of() : List.copyOf(reads);
  }

  /** The same with stages that are read from the column's head. */
  public AuxiliaryConfig withReads(String... stages) {
    return new AuxiliaryConfig(weight, loss, List.of(stages));
  }

  static void check(Map<String, AuxiliaryConfig> columns, Faults faults) {
    Map<String, String> columnOf = new HashMap<>();
    columns.forEach(
        (column, own) -> {
          faults.check(
              own.weight > 0 && Double.isFinite(own.weight),
              "auxiliary.%s.weight must be above 0".formatted(column),
              own.weight);
          own.reads.forEach(
              stage -> {
                String other = columnOf.put(stage, column);
                faults.check(
                    other == null,
                    "the stage %s must be read from one column".formatted(stage),
                    "%s and %s".formatted(other, column));
              });
        });
  }
}
