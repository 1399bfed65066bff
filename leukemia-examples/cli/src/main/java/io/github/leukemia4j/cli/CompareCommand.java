package io.github.leukemia4j.cli;

import io.github.leukemia4j.evaluation.ComparisonReport;
import io.github.leukemia4j.evaluation.Evaluator;
import io.github.leukemia4j.evaluation.Predictions;
import io.github.leukemia4j.metric.EvaluationOptions;
import io.github.leukemia4j.report.Reports;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "compare",
    description =
        "Compares what two models say of the same images: differences with intervals, and tests of"
            + " no difference, per cell and per patient.",
    mixinStandardHelpOptions = true)
final class CompareCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "FIRST",
      description =
          "Predictions that crossvalidate or evaluate --predictions wrote, or the directory of a"
              + " cross-validation.")
  private Path first;

  @Parameters(index = "1", paramLabel = "SECOND", description = "The other model's.")
  private Path second;

  @Option(
      names = "--resamples",
      defaultValue = "10000",
      paramLabel = "N",
      description = "Of the bootstrap and of the tests; default ${DEFAULT-VALUE}.")
  private int resamples;

  @Mixin private ReportFiles files;

  @Override
  public Integer call() throws IOException {
    PrintWriter console = spec.commandLine().getOut();
    files.requireFree();
    Predictions one = read(first);
    Predictions other = read(second);
    if (!one.taxonomy().equals(other.taxonomy())) {
      throw new IllegalArgumentException(
          "Both must have the same labels; found %s in %s and %s in %s."
              .formatted(one.taxonomy(), first, other.taxonomy(), second));
    }
    ComparisonReport report =
        Evaluator.compare(
                one.taxonomy(),
                one.sorted(),
                other.sorted(),
                EvaluationOptions.defaults().withResamples(resamples))
            .named(compared(first), compared(second));
    files.write(Reports.json(report), page -> Files.writeString(page, Reports.html(report)));
    console.println(Reports.markdown(report));
    return 0;
  }

  private static Path file(Path place) {
    return Files.isDirectory(place) ? place.resolve(Predictions.FILE) : place;
  }

  private static Predictions read(Path place) throws IOException {
    return Predictions.read(file(place));
  }

  private static ComparisonReport.Compared compared(Path place) throws IOException {
    return ComparisonReport.Compared.of(place.toString(), file(place));
  }
}
