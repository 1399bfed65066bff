package io.github.leukemia4j.cli;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.backend.OpenOptions;
import io.github.leukemia4j.calibration.DecisionRule;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.model.HeadManifest;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "calibrate",
    description =
        "Fits temperatures, biases and thresholds of a saved pipeline to labelled images that it"
            + " was not made from, and writes the pipeline with them to another directory.",
    mixinStandardHelpOptions = true)
final class CalibrateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private DecisionOptions decisions;

  @Mixin private ModelOption model;

  @Mixin private DeviceOption device;

  @Mixin private LabelledData data;

  @Option(
      names = "--picked",
      description =
          "The cells were picked by their labels, so that how many there are of each says nothing"
              + " of the cells to come.")
  private boolean picked;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Where to write; must be missing or empty.")
  private Path out;

  @Override
  public Integer call() throws Exception {
    PrintWriter console = spec.commandLine().getOut();
    DecisionRule wish = decisions.rule();
    Output.requireFreeDirectory(out);
    Dataset dataset = data.open(console);
    OpenOptions options = picked ? withSharesOf(dataset, device.open()) : device.open();
    try (MultilevelPipeline calibrated = calibrate(dataset, wish, options)) {
      calibrated
          .classifiers()
          .forEach(
              (node, classifier) -> {
                HeadManifest head = classifier.head().orElseThrow();
                console.println(
                    Progress.calibrated(
                        node,
                        Optional.ofNullable(head.calibration()),
                        Optional.ofNullable(head.decision())));
              });
    }
    console.println("Wrote " + out + ". Research software: not a medical device.");
    return 0;
  }

  /** Half a cell more of each label, since a share of 0 could never be corrected. */
  private static OpenOptions withSharesOf(Dataset dataset, OpenOptions options) {
    Taxonomy taxonomy = dataset.taxonomy();
    OpenOptions stated = options;
    for (Label stage : taxonomy.innerNodes()) {
      for (Label label : taxonomy.children(stage)) {
        long cells =
            dataset.samples().stream()
                .filter(
                    s -> taxonomy.childTowards(stage, s.label()).filter(label::equals).isPresent())
                .count();
        stated = stated.withPrevalence(label, cells + 0.5);
      }
    }
    return stated;
  }

  @SuppressWarnings("try") // it shows by being open that something happens
  private MultilevelPipeline calibrate(Dataset dataset, DecisionRule wish, OpenOptions options)
      throws IOException, InterruptedException {
    try (ProgressLine progress =
        ProgressLine.of(spec.commandLine().getErr(), "Calibrating", ProgressLine.UNKNOWN)) {
      return MultilevelPipeline.calibrate(model.path(), dataset, wish, options, out);
    }
  }
}
