package io.github.leukemia4j.backend;

import io.github.leukemia4j.loss.Loss;
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
  /** Heads that count equally, each under the loss that the configuration has for its stage. */
  public static List<HeadLoss> of(TrainingConfig config, List<Head> heads) {
    return heads.stream()
        .map(head -> new HeadLoss(head, config.loss(head.stage()).forLabels(head.labels()), 1))
        .toList();
  }

  /** The number of the head's labels. */
  public int labels() {
    return head.labels().size();
  }
}
