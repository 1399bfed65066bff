package io.github.leukemia4j.tf;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.training.TrainingHistory;
import io.github.leukemia4j.training.TrainingListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.tensorflow.proto.Event;
import org.tensorflow.proto.Summary;
import org.tensorflow.proto.SummaryMetadata;

/**
 * Writes what TensorBoard shows: the training loss, the figures of every epoch and the validation's
 * confusion matrix, and the first batch as the network gets it. Every stage has its own directory,
 * which TensorBoard takes for a run; a training that goes on adds a file there. Look at it with
 * {@code tensorboard --logdir DIRECTORY}.
 *
 * <p>Used by the thread that trains. Close it after training; a file that cannot be written ends
 * the training with an {@link UncheckedIOException} that names it.
 */
public final class TensorBoardListener implements TrainingListener, AutoCloseable {
  /** The loss of a step is written this often in an epoch, and at most once a step. */
  private static final int LOSSES_PER_EPOCH = 50;

  private final Path directory;
  private EventFile file;
  private int stepsPerEpoch;
  private Label started;
  private LabelSet labels;

  /**
   * @param directory for the stages' directories; made where it is missing
   */
  public TensorBoardListener(Path directory) {
    this.directory = Objects.requireNonNull(directory, "directory");
  }

  @Override
  public void stageStarted(Label stage, int epochs, int stepsPerEpoch) {
    close();
    this.stepsPerEpoch = stepsPerEpoch;
    started = stage;
    labels = null;
    try {
      file = EventFile.create(directory.resolve(stage.name()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void batchPrepared(
      Label stage, LabelSet labels, List<CellImage> images, List<Label> truth) {
    this.labels = labels;
    String names = truth.stream().map(Label::name).collect(Collectors.joining(", "));
    write(
        0,
        () ->
            Summary.newBuilder()
                .addValue(
                    Summary.Value.newBuilder()
                        .setTag("training/batch")
                        .setMetadata(describedAs("Row by row: " + names))
                        .setImage(EventImages.grid(images))));
  }

  @Override
  public void stepEnded(Label stage, int epoch, int step, double loss) {
    int interval = (stepsPerEpoch + LOSSES_PER_EPOCH - 1) / LOSSES_PER_EPOCH;
    if (step % interval == 0) {
      write(globalStep(epoch, step), () -> Summary.newBuilder().addValue(scalar("loss", loss)));
    }
  }

  @Override
  public void epochEnded(Label stage, TrainingHistory.Epoch epoch) {
    boolean first = stage.equals(started);
    // Further heads of the same network have their figures beside those of the first.
    String validation = first ? "validation/" : "validation of " + stage + "/";
    write(
        globalStep(epoch.epoch(), stepsPerEpoch),
        () -> {
          Summary.Builder summary =
              Summary.newBuilder()
                  .addValue(scalar("epoch/learningRate", epoch.learningRate()))
                  .addValue(scalar("epoch/trainingLoss", epoch.trainingLoss()))
                  .addValue(scalar("epoch/seconds", epoch.seconds()))
                  .addValue(scalar(validation + "loss", epoch.validationLoss()))
                  .addValue(scalar(validation + "logLoss", epoch.validationLogLoss()))
                  .addValue(scalar(validation + "accuracy", epoch.validationAccuracy()))
                  .addValue(
                      scalar(validation + "balancedAccuracy", epoch.validationBalancedAccuracy()));
          if (epoch.validationAuroc() != null) {
            summary.addValue(scalar(validation + "auroc", epoch.validationAuroc()));
          }
          return summary.addValue(
              Summary.Value.newBuilder()
                  .setTag(validation + "confusion")
                  .setMetadata(
                      describedAs(
                          "Rows are the truth, columns the answers, shades the share of the row.%s"
                              .formatted(
                                  labels == null || !first ? "" : " In both: " + labels.labels())))
                  .setImage(EventImages.confusion(epoch.validationConfusion())));
        });
  }

  private long globalStep(int epoch, int step) {
    return (epoch - 1L) * stepsPerEpoch + step;
  }

  private static Summary.Value scalar(String tag, double value) {
    return Summary.Value.newBuilder().setTag(tag).setSimpleValue((float) value).build();
  }

  private static SummaryMetadata describedAs(String text) {
    return SummaryMetadata.newBuilder().setSummaryDescription(text).build();
  }

  @FunctionalInterface
  private interface Content {
    Summary.Builder get() throws IOException;
  }

  private void write(long step, Content content) {
    try {
      file.write(Event.newBuilder().setStep(step).setSummary(content.get()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends the file that is written; closing again does nothing. */
  @Override
  public void close() {
    if (file == null) {
      return;
    }
    try {
      file.close();
      file = null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
