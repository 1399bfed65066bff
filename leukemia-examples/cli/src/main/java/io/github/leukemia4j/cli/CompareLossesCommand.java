package io.github.leukemia4j.cli;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.Datasets;
import io.github.leukemia4j.synthetic.SyntheticSmear;
import io.github.leukemia4j.training.BatchConfig.Sampling;
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
    name = "compare-losses",
    description =
        "Trains one network under several losses while the positive label is made rarer: a table"
            + " and a plot.",
    mixinStandardHelpOptions = true)
final class CompareLossesCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private TrainingOptions training;

  @Option(
      names = "--data",
      paramLabel = "D",
      description = "A data set; synthetic cells where it is not given.")
  private Path data;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "For the table and the plots; must be missing or empty.")
  private Path out;

  @Option(
      names = "--imbalance",
      split = ",",
      defaultValue = "1,5,20",
      paramLabel = "N",
      description = "Negative samples for each positive one; default ${DEFAULT-VALUE}.")
  private List<Integer> imbalances;

  @Option(
      names = "--repeats",
      defaultValue = "3",
      paramLabel = "N",
      description = "Splits and trainings for each; default ${DEFAULT-VALUE}.")
  private int repeats;

  @Override
  public Integer call() throws Exception {
    long start = System.nanoTime();
    if (repeats < 1 || imbalances.stream().anyMatch(n -> n < 1)) {
      throw new ParameterException(
          spec.commandLine(),
          "--repeats and --imbalance must be at least 1; found %d and %s."
              .formatted(repeats, imbalances));
    }
    Output.requireFreeDirectory(out);
    PrintWriter console = spec.commandLine().getOut();
    Dataset dataset =
        data == null
            ? SyntheticSmear.builder()
                .imageSize(48)
                .cellsPerLabel(200)
                .cells(Label.of("normal"), 800)
                .patientsPerLabel(16)
                .build()
                .dataset()
            : Datasets.open(data);
    Files.createDirectories(out);
    List<CompareLosses.Row> rows =
        new CompareLosses(
                training.config(),
                training.run(),
                imbalances,
                repeats,
                out,
                next -> {
                  console.println(next);
                })
            .run(dataset);
    Files.writeString(out.resolve("losses.md"), CompareLosses.toMarkdown(rows));
    for (Sampling sampling : List.of(Sampling.NATURAL, Sampling.BALANCED)) {
      CompareLosses.plot(
          rows, sampling, out.resolve(sampling.name().toLowerCase(Locale.ROOT) + ".png"));
    }
    console.println(CompareLosses.toText(rows));
    console.printf(
        Locale.ROOT,
        "Wrote losses.md, natural.png and balanced.png to %s in %.0f s.%n",
        out,
        (System.nanoTime() - start) / 1e9);
    return 0;
  }
}
