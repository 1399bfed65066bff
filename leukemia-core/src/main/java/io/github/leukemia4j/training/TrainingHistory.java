package io.github.leukemia4j.training;

import io.github.leukemia4j.training.TrainingConfig.SelectionConfig;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What happened while a network learnt to answer one stage. A network that answers several has a
 * history of each, with the same epochs.
 *
 * @param epochs in order
 * @param bestEpoch whose weights were kept, from 1
 * @param stoppedEarly whether training ended before the last epoch that was asked for
 * @param criterion by which that epoch was chosen; null where it is not known, as in files of
 *     before it was kept
 */
public record TrainingHistory(
    List<Epoch> epochs, int bestEpoch, boolean stoppedEarly, SelectionConfig.Criterion criterion) {
  /** What the file of all heads' histories is called in a bundle. */
  public static final String FILE = "training-history.json";

  /** Copies the list. */
  public TrainingHistory {
    epochs = List.copyOf(epochs);
  }

  /** A history of which it is not known how the kept epoch was chosen. */
  public TrainingHistory(List<Epoch> epochs, int bestEpoch, boolean stoppedEarly) {
    this(epochs, bestEpoch, stoppedEarly, null);
  }

  /**
   * Which epoch was kept and how it was chosen, in words, such as {@code epoch 20 of 20: the last,
   * not chosen by any figure}.
   */
  public String selection() {
    String how =
        criterion == null
            ? "how it was chosen is not known"
            : switch (criterion) {
              case LAST -> "the last, not chosen by any figure";
              case LOSS -> "that with the lowest validation loss";
              case BALANCED_ACCURACY -> "that with the highest validation balanced accuracy";
              case AUROC -> "that with the highest validation AUROC";
            };
    return "epoch %d of %d: %s%s"
        .formatted(bestEpoch, epochs.size(), how, stoppedEarly ? "; training stopped early" : "");
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
   * A table with a line for each epoch of each stage, after a line of names: every figure of an
   * {@link Epoch} but the confusions, and whether its weights were kept. An undefined figure is
   * left empty.
   *
   * @param byStage the histories of the stages that a network answers, by the stages' names
   */
  public static String toCsv(Map<String, TrainingHistory> byStage) {
    StringBuilder csv =
        new StringBuilder(
            "stage,epoch,learningRate,trainingLoss,validationLoss,validationLogLoss,validationAccuracy,validationBalancedAccuracy,validationAuroc,seconds,kept\n");
    byStage.forEach(
        (stage, history) ->
            history.epochs().forEach(epoch -> csv.append(history.line(stage, epoch)).append('\n')));
    return csv.toString();
  }

  private String line(String stage, Epoch epoch) {
    List<Object> cells =
        List.of(
            stage,
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
    return cells.stream().map(Object::toString).collect(Collectors.joining(","));
  }
}
