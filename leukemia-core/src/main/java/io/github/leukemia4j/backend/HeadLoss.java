package io.github.leukemia4j.backend;

import io.github.leukemia4j.loss.Loss;
import io.github.leukemia4j.training.AuxiliaryConfig;
import io.github.leukemia4j.training.TrainingConfig;
import java.util.List;

/**
 * What a head learns. Immutable and thread-safe.
 *
 * @param head the question
 * @param loss for the head's labels: {@link Loss#forLabels} was called, once for a training
 * @param weight of the loss in the sum over heads; without effect where there is one head
 */
public record HeadLoss(Head head, Loss loss, double weight) {
  /**
   * Heads under the losses and the weights that the configuration has for them; that over the
   * leaves under the loss of all stages.
   */
  public static List<HeadLoss> of(TrainingConfig config, List<Head> heads) {
    return heads.stream().map(head -> of(config, head)).toList();
  }

  private static HeadLoss of(TrainingConfig config, Head head) {
    AuxiliaryConfig column = config.auxiliary().get(head.stage().name());
    Loss loss =
        switch (head.kind()) {
          case STAGE -> config.loss(head.stage());
          case AUXILIARY -> column.loss();
          case LEAVES -> config.loss();
        };
    double weight =
        switch (head.kind()) {
          case STAGE -> config.weight(head.stage());
          case AUXILIARY -> column.weight();
          case LEAVES -> 1;
        };
    return new HeadLoss(head, loss.forLabels(head.labels()), weight);
  }

  /** The number of the head's labels. */
  public int labels() {
    return head.labels().size();
  }
}
