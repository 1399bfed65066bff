package io.github.leukemia4j.training;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What happened in training.
 *
 * @param epochs in order
 * @param bestEpoch whose weights were kept, from 1
 * @param stoppedEarly whether training ended before the last epoch that was asked for
 */
public record TrainingHistory(List<Epoch> epochs, int bestEpoch, boolean stoppedEarly) {
  /** Copies the list. */
  public TrainingHistory {
    epochs = List.copyOf(epochs);
  }

  /** The epoch whose weights were kept. */
  public Epoch best() {
    return epochs.get(bestEpoch - 1);
  }

  /**
   * One epoch. Validation figures are of natural frequencies, without augmentation.
   *
   * @param epoch from 1
   * @param learningRate of its last step
   * @param trainingLoss mean over its batches, with augmentation, mixing and dropout
   * @param validationLoss the training loss's formula on the whole validation part
   * @param validationLogLoss mean negative log probability of the truth, in nats
   * @param validationAccuracy share of right answers
   * @param validationBalancedAccuracy mean recall over the labels
   * @param validationAuroc for two labels the area under the curve, for more its mean over labels;
   *     null where a label has no samples
   * @param validationConfusion [truth][answer] counts of the validation samples, in the order of
   *     the stage's labels
   * @param seconds wall-clock
   */
  public record Epoch(
      int epoch,
      double learningRate,
      double trainingLoss,
      double validationLoss,
      double validationLogLoss,
      double validationAccuracy,
      double validationBalancedAccuracy,
      Double validationAuroc,
      List<List<Long>> validationConfusion,
      double seconds) {
    /** Copies the lists. */
    public Epoch {
      validationConfusion = validationConfusion.stream().map(List::copyOf).toList();
    }
  }

  /**
   * A table with a line for each epoch, after a line of names: every figure of an {@link Epoch} but
   * the confusions, and whether its weights were kept. An undefined figure is left empty.
   */
  public String toCsv() {
    StringBuilder csv =
        new StringBuilder(
            "epoch,learningRate,trainingLoss,validationLoss,validationLogLoss,validationAccuracy,"
                + "validationBalancedAccuracy,validationAuroc,seconds,kept\n");
    for (Epoch epoch : epochs) {
      List<Object> cells =
          List.of(
              epoch.epoch(),
              epoch.learningRate(),
              epoch.trainingLoss(),
              epoch.validationLoss(),
              epoch.validationLogLoss(),
              epoch.validationAccuracy(),
              epoch.validationBalancedAccuracy(),
              epoch.validationAuroc() == null ? "" : epoch.validationAuroc(),
              epoch.seconds(),
              epoch.epoch() == bestEpoch);
      csv.append(cells.stream().map(Object::toString).collect(Collectors.joining(",")))
          .append('\n');
    }
    return csv.toString();
  }
}
