package io.github.leukemia4j.cli;

import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.research.study.LearningCurve;
import io.github.leukemia4j.training.TrainingConfig;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "learning-curve",
    description =
        "Trains on more and more of the patients and tests on the same others, from random weights and,"
            + " with --from, from those of another model. Called again on the same directory it goes on"
            + " where it was stopped.",
    mixinStandardHelpOptions = true)
final class LearningCurveCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private DataOption data;

  @Mixin private DeviceOption device;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "For the networks, the predictions and the curve.")
  private Path out;

  @Option(
      names = "--from",
      paramLabel = "BUNDLE",
      description =
          "Begin with the weights of this bundle, or of a safetensors or NPZ file, too, and tell what"
              + " that gains.")
  private Path from;

  @Option(
      names = "--freeze",
      paramLabel = "PREFIX",
      description =
          "Leave the weights of --from alone whose names begin so, such as stem; may be given several"
              + " times.")
  private List<String> frozen = new ArrayList<>();

  @Option(
      names = "--shares",
      split = ",",
      defaultValue = "0.1,0.25,0.5,1",
      paramLabel = "SHARE",
      description = "Of the patients to learn from; default ${DEFAULT-VALUE}.")
  private List<Double> shares;

  @Option(
      names = "--folds",
      defaultValue = "3",
      paramLabel = "K",
      description = "How many; default ${DEFAULT-VALUE}.")
  private int folds;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description =
          "On all patients; smaller shares go as many steps, at most ten times the epochs. 20 by"
              + " default.")
  private Integer epochs;

  @Option(
      names = "--network",
      paramLabel = "NAME[,KEY=VALUE...]",
      description = "As train has it; with --from the network of that model.")
  private String network;

  @Option(names = "--size", paramLabel = "PIXELS", description = "Side of the networks' input.")
  private Integer size;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Of the folds, the weights and everything else.")
  private Long seed;

  @Override
  @SuppressWarnings("try") // it works by being open
  public Integer call() throws Exception {
    long start = System.nanoTime();
    Output.requireWritableAbove(out);
    if (!data.auxiliary().isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          "A learning curve learns no columns beside the labels; leave --auxiliary out.");
    }
    PrintWriter console = spec.commandLine().getOut();
    TrainingConfig training = training();
    LearningCurve.Question question =
        new LearningCurve.Question(shares, folds, training, Optional.ofNullable(from), frozen);
    Dataset dataset = data.openAndDescribe();
    try (CleanStop stop = CleanStop.onThisThread();
        Progress progress = new Progress(console)) {
      LearningCurve.run(dataset, question, device.run(), out, progress, console::println);
    }
    console.println();
    console.print(Files.readString(out.resolve("learning-curve.md")));
    console.printf(
        Locale.ROOT,
        "Wrote learning-curve.md, learning-curve.json and a picture for each stage to %s in %.0f s.%n",
        out,
        (System.nanoTime() - start) / 1e9);
    return 0;
  }

  private TrainingConfig training() {
    TrainingConfig.Builder training = TrainingConfig.builder();
    if (epochs != null) {
      training.epochs(epochs);
    }
    if (network != null) {
      training.set("network", network);
    }
    if (size != null) {
      training.inputSize(size);
    }
    if (seed != null) {
      training.seed(seed);
    }
    return training.build();
  }
}
