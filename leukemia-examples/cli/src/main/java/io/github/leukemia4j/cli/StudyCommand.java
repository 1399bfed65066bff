package io.github.leukemia4j.cli;

import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.research.study.Study;
import io.github.leukemia4j.research.study.StudyConfig;
import io.github.leukemia4j.training.TrainingConfig;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "study",
    description =
        "Trains and tests networks under several losses, and what they are held against, on the same"
            + " folds by patient: the table of a paper. Called again on the same directory it goes on"
            + " where it was stopped.",
    mixinStandardHelpOptions = true)
final class StudyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private DataOption data;

  @Mixin private DeviceOption device;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "For every row as it is done, and the tables.")
  private Path out;

  @Option(
      names = "--quick",
      description =
          "Fewer rows, 3 folds and 6 epochs: whether everything works, and who is far off.")
  private boolean quick;

  @Option(
      names = "--rows",
      split = ",",
      paramLabel = "ROW",
      description =
          "Only these, with commas between them; the others are tested against the first. An unknown"
              + " one names all there are.")
  private List<String> rows;

  @Option(names = "--folds", paramLabel = "K", description = "How many; 5, or 3 with --quick.")
  private Integer folds;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "Of every network; 20, or 6 with --quick.")
  private Integer epochs;

  @Option(
      names = "--size",
      paramLabel = "PIXELS",
      description = "Side of the networks' input; 64 by default.")
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
          "A study learns no columns beside the labels; leave --auxiliary out.");
    }
    PrintWriter console = spec.commandLine().getOut();
    StudyConfig config = config();
    Dataset dataset = data.openAndDescribe();
    try (CleanStop stop = CleanStop.onThisThread();
        Progress progress = new Progress(console)) {
      Study.run(dataset, config, device.run(), out, progress, console::println);
    }
    console.println();
    console.print(Files.readString(out.resolve("study.md")));
    console.printf(
        Locale.ROOT,
        "Wrote %d rows, study.md, study.html, study.csv and study-table.json to %s in %.0f s.%n",
        config.rows().size(),
        out,
        (System.nanoTime() - start) / 1e9);
    return 0;
  }

  private StudyConfig config() {
    TrainingConfig.Builder training = TrainingConfig.builder();
    if (size != null) {
      training.inputSize(size);
    }
    if (seed != null) {
      training.seed(seed);
    }
    StudyConfig config =
        quick ? StudyConfig.quick(training.build()) : StudyConfig.full(training.build());
    if (epochs != null) {
      TrainingConfig longer = config.training().toBuilder().epochs(epochs).build();
      config = new StudyConfig(config.rows(), config.folds(), longer);
    }
    if (folds != null) {
      config = config.withFolds(folds);
    }
    return rows == null ? config : config.withRows(rows);
  }
}
