package io.github.leukemia4j.tf;

import io.github.leukemia4j.backend.Head;
import io.github.leukemia4j.loss.Loss;
import io.github.leukemia4j.training.TrainingConfig;
import java.util.List;

/**
 * What a head is to learn.
 *
 * @param loss resolved for the head's labels
 * @param weight of the loss in the sum over heads; without effect where there is one head
 */
record HeadLoss(Head head, Loss loss, double weight) {
  /** Heads that count equally, each under the loss that the configuration has for its stage. */
  static List<HeadLoss> of(TrainingConfig config, List<Head> heads) {
    return heads.stream()
        .map(head -> new HeadLoss(head, config.loss(head.stage()).forLabels(head.labels()), 1))
        .toList();
  }

  int labels() {
    return head.labels().size();
  }
}
