package io.github.leukemia4j.cli;

import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.check.Verification;
import io.github.leukemia4j.data.split.Split;
import io.github.leukemia4j.data.split.Splitter;
import io.github.leukemia4j.evaluation.crossvalidation.CrossValidation;
import io.github.leukemia4j.report.HtmlReport;
import io.github.leukemia4j.report.Reports;
import io.github.leukemia4j.training.TrainingConfig;
import io.github.leukemia4j.training.input.ImageCache;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "crossvalidate",
    description =
        "Trains and tests by k-fold cross-validation, no patient in two folds. Called again on the"
            + " same directory it goes on where it was stopped.",
    mixinStandardHelpOptions = true)
final class CrossValidateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private DataOption data;

  @Mixin private ScaleOption scale;

  @Mixin private TrainingOptions training;

  @Mixin private LossOptions losses;

  @Mixin private PatientTables patients;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "For the folds, the predictions and the report.")
  private Path out;

  @Option(
      names = "--folds",
      defaultValue = "5",
      paramLabel = "K",
      description = "How many; default ${DEFAULT-VALUE}.")
  private int folds;

  @Option(
      names = "--by-laboratory",
      description =
          "Leave out each laboratory of the column laboratory in turn, instead of K folds of"
              + " patients.")
  private boolean byLaboratory;

  @Option(
      names = "--without-test-of",
      paramLabel = "SPLIT",
      description = "Leave out the test part of this split file: patients kept for the end.")
  private Path lockedAway;

  @Mixin private Reading reading;

  @Override
  @SuppressWarnings("try") // it works by being open
  public Integer call() throws Exception {
    long start = System.nanoTime();
    Output.requireWritableAbove(out);
    PrintWriter console = spec.commandLine().getOut();
    TrainingConfig config = training.config(data.auxiliary());
    Dataset dataset = scale.of(data.open(config.auxiliary().keySet()), console);
    if (lockedAway != null) {
      Split split = Split.read(lockedAway, dataset);
      dataset =
          dataset.withSamples(
              Stream.of(split.train(), split.validation(), split.calibration())
                  .flatMap(part -> part.samples().stream())
                  .toList());
    }
    console.println(dataset.description());
    CrossValidation result;
    try (ImageCache images = reading.read(dataset, config);
        CleanStop stop = CleanStop.onThisThread();
        Progress progress = new Progress(console)) {
      List<Split> splits = splits(images.verification(), config.batches().seed());
      folds = splits.size();
      result =
          CrossValidation.run(
              splits.stream().map(split -> split.map(images::cached)).toList(),
              config,
              training.run(),
              out,
              progress,
              fold ->
                  console.println(
                      "Fold " + fold + " of " + folds + laboratory(splits.get(fold - 1))));
    }
    HtmlReport page =
        HtmlReport.of(result.report(), result.scored())
            .title(
                byLaboratory
                    ? "Each laboratory left out in turn"
                    : folds + "-fold cross-validation")
            .note(scoredBy())
            .folds(result.foldReports())
            .dataset(dataset);
    for (int fold = 1; fold <= folds; fold++) {
      page.histories(out.resolve("fold-" + fold));
    }
    Reports.write(out, page);
    console.println();
    console.println(scoredBy());
    console.println(Reports.markdown(result.report()));
    patients.write(dataset, result, out, console);
    console.printf(
        Locale.ROOT,
        "Wrote %d folds, %s, %s, %s and %s to %s in %.0f s.%n",
        folds,
        Reports.PREDICTIONS,
        Reports.JSON,
        Reports.MARKDOWN,
        Reports.PAGE,
        out,
        (System.nanoTime() - start) / 1e9);
    return 0;
  }

  private List<Split> splits(Verification verification, long seed) {
    Splitter splitter = Splitter.of(seed);
    return byLaboratory
        ? splitter.laboratoryFolds(verification.readable(), verification)
        : splitter.folds(folds, verification.readable(), verification);
  }

  private String scoredBy() {
    return "Every sample was scored by a pipeline that has not seen its %s."
        .formatted(byLaboratory ? "laboratory" : "patient");
  }

  /** Such as {@code : Munich}; empty where folds are of patients. */
  private String laboratory(Split split) {
    return byLaboratory
        ? ": " + split.test().samples().get(0).laboratory().orElse("several laboratories")
        : "";
  }
}
