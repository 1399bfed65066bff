package io.github.leukemia4j.cli;

import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.check.Verification;
import io.github.leukemia4j.data.split.Split;
import io.github.leukemia4j.data.split.Splitter;
import io.github.leukemia4j.training.TrainingConfig;
import io.github.leukemia4j.training.input.ImageCache;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "train",
    description =
        "Trains a classifier for every level of a data set, evaluates it on patients that it has"
            + " not seen, and saves the pipeline, the split and the report.",
    mixinStandardHelpOptions = true)
final class TrainCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private DataOption data;

  @Mixin private ScaleOption scale;

  @Mixin private TrainingOptions training;

  @Mixin private LossOptions losses;

  @Mixin private DecisionOptions decisions;

  @Option(
      names = "--calibration",
      defaultValue = "0",
      paramLabel = "SHARE",
      description =
          "Hold this share of the cells out of training, such as 0.15, and fit temperatures and"
              + " thresholds to it; default ${DEFAULT-VALUE}.")
  private double calibration;

  @Option(
      names = "--split",
      paramLabel = "FILE",
      description =
          "Take the parts of this split file, one that was published or that an earlier training"
              + " wrote, instead of drawing them.")
  private Path split;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Where to write; must be missing or empty.")
  private Path out;

  @Option(
      names = "--refit",
      description =
          "After the evaluation train once more on all parts, with the same settings and as many"
              + " steps, and write that pipeline to DIR-refit; its figures are those of the"
              + " evaluated one.")
  private boolean refit;

  @Option(
      names = "--tensorboard",
      paramLabel = "DIR",
      description = "Write event files there; look at them with tensorboard --logdir DIR.")
  private Path tensorBoard;

  @Mixin private Reading reading;

  @Option(
      names = "--resume",
      description =
          "Go on with a training to the same directory that was not finished; with --refit also"
              + " where only the training on all parts was not.")
  private boolean resume;

  @Override
  public Integer call() throws Exception {
    decisions.requireGuarantee();
    TrainingConfig config = training.config(data.auxiliary());
    if (split != null && calibration != 0) {
      throw new ParameterException(
          spec.commandLine(),
          "--split FILE says what the calibration part is; leave --calibration out.");
    }
    if (split == null && calibration == 0 && !config.decisions().isNone()) {
      throw new ParameterException(
          spec.commandLine(),
          "Thresholds and sets are fitted to a calibration part; add --calibration SHARE, or"
              + " --split FILE with such a part.");
    }
    boolean evaluated = resume && refit && TrainingSession.isFinished(out);
    if (!evaluated) {
      Output.requireFreeDirectory(out);
    }
    Path again = refit ? Path.of(out.toAbsolutePath().normalize() + "-refit") : null;
    if (refit) {
      Output.requireFreeDirectory(again);
    }
    Dataset dataset =
        scale.of(data.openAndDescribe(config.auxiliary().keySet()), spec.commandLine().getOut());
    try (ImageCache images = reading.read(dataset, config)) {
      Verification verification = images.verification();
      Dataset readable = verification.readable();
      Split parts =
          split == null
              ? Splitter.of(config.batches().seed())
                  .calibration(calibration)
                  .split(readable, verification)
              : Split.read(split, readable);
      new TrainingSession(spec, config, training.run().withResume(resume), tensorBoard)
          .run(images, parts, out, again);
    }
    return 0;
  }
}
