package io.github.leukemia4j.cli;

import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.evaluation.Predictions;
import io.github.leukemia4j.research.labels.LabelAgreement;
import io.github.leukemia4j.research.labels.LabelPage;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "labels",
    description =
        "Shows the labels that the predictions of a cross-validation contradict, for a person to"
            + " look through. No label is changed.",
    mixinStandardHelpOptions = true)
final class LabelsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private DataOption data;

  @Option(
      names = "--predictions",
      required = true,
      paramLabel = "FILE",
      description = "The predictions.csv that crossvalidate wrote of the same data.")
  private Path predictions;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "For the page and the list; must be missing or empty.")
  private Path out;

  @Option(
      names = "--most",
      defaultValue = "60",
      paramLabel = "N",
      description = "Show so many of a stage; default ${DEFAULT-VALUE}. The list has all.")
  private int most;

  @Override
  public Integer call() throws Exception {
    Output.requireFreeDirectory(out);
    PrintWriter console = spec.commandLine().getOut();
    Predictions read = Predictions.read(predictions);
    Dataset dataset = data.openAndDescribe();
    List<LabelAgreement> found = LabelAgreement.of(read.taxonomy(), read.samples());
    LabelPage.write(dataset, found, most, out);
    for (LabelAgreement stage : found) {
      console.printf(
          Locale.ROOT,
          "Stage %s: %d of %d samples are confidently of another label; about %.1f %% of the labels are wrong, if the models err at random.%n",
          stage.stage(),
          stage.suspects().size(),
          stage.samples(),
          100 * stage.errors());
    }
    if (read.folds().isEmpty()) {
      console.println(
          "These predictions are of no cross-validation: where the pipeline has seen the samples, it agrees with their labels.");
    }
    console.println(
        "Wrote %s and %s to %s. No label was changed."
            .formatted(LabelPage.HTML, LabelPage.CSV, out));
    return 0;
  }
}
