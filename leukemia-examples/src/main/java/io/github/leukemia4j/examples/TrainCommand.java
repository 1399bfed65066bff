package io.github.leukemia4j.examples;

import io.github.leukemia4j.Device;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.Datasets;
import io.github.leukemia4j.loss.Losses;
import io.github.leukemia4j.model.AtomicDirectory;
import io.github.leukemia4j.training.TrainingConfig;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "train",
    description =
        "Trains a classifier for every level of a data set, evaluates it on patients that it has"
            + " not seen, and saves the pipeline, the split and the report.",
    mixinStandardHelpOptions = true)
final class TrainCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "D",
      description = "A folder tree whose folders are the labels, or a CSV manifest.")
  private Path data;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Where to write; must be missing or empty.")
  private Path out;

  @Option(names = "--epochs", paramLabel = "N", description = "At most this many epochs.")
  private Integer epochs;

  @Option(names = "--size", paramLabel = "PIXELS", description = "Side of the network's input.")
  private Integer size;

  @Option(
      names = "--seed",
      defaultValue = "1",
      paramLabel = "N",
      description = "Of the split, the weights and everything else; default ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--loss",
      paramLabel = "SPEC",
      description =
          "Such as default, cross-entropy, tversky(0.3,0.7), dice, f-beta(2) or"
              + " 0.5*cross-entropy+0.5*tversky(0.3,0.7).")
  private String loss;

  @Option(
      names = "--device",
      defaultValue = "auto",
      paramLabel = "auto|cpu|gpu",
      description = "Where to train; default ${DEFAULT-VALUE}.")
  private Device device;

  @Option(
      names = "--tensorboard",
      paramLabel = "DIR",
      description = "Write event files there; look at them with tensorboard --logdir DIR.")
  private Path tensorBoard;

  @Option(
      names = "--skip-unreadable",
      description = "Leave unreadable images out instead of failing.")
  private boolean skipUnreadable;

  @Option(
      names = "--resume",
      description = "Go on with a training to the same directory that was not finished.")
  private boolean resume;

  @Override
  public Integer call() throws Exception {
    TrainingConfig.Builder config =
        TrainingConfig.builder().seed(seed).device(device).resume(resume);
    if (epochs != null) {
      config.epochs(epochs).warmupEpochs(Math.min(2, epochs - 1));
    }
    if (size != null) {
      config.inputSize(size);
    }
    if (loss != null) {
      config.loss(Losses.parse(loss));
    }
    TrainingConfig checked = config.build();
    PrintWriter console = spec.commandLine().getOut();
    AtomicDirectory.requireFree(out);
    Dataset dataset = Datasets.open(data);
    console.println(dataset.description());
    new TrainingSession(console, checked, skipUnreadable)
        .tensorBoard(tensorBoard)
        .run(dataset, out);
    return 0;
  }
}
