package io.github.leukemia4j.examples;

import io.github.leukemia4j.Device;
import io.github.leukemia4j.backend.OpenOptions;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.model.ModelManifest;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
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
        "Fits temperatures and thresholds of a saved pipeline to labelled images that it was not"
            + " made from, and writes the pipeline with them to another directory.",
    mixinStandardHelpOptions = true)
final class CalibrateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private DecisionOptions decisions;

  @Option(
      names = {"--pipeline", "--model"},
      required = true,
      paramLabel = "DIR|ZIP",
      description = "What train wrote; it stays as it is.")
  private Path pipeline;

  @Mixin private LabelledData data;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Where to write; must be missing or empty.")
  private Path out;

  @Option(
      names = "--device",
      defaultValue = "auto",
      paramLabel = "auto|cpu|gpu",
      description = "Where to run; default ${DEFAULT-VALUE}.")
  private Device device;

  @Override
  public Integer call() throws Exception {
    PrintWriter console = spec.commandLine().getOut();
    Dataset dataset = data.open().images();
    try (MultilevelPipeline calibrated =
        MultilevelPipeline.calibrate(
            pipeline, dataset, decisions.wish(), OpenOptions.DEFAULT.withDevice(device), out)) {
      calibrated
          .classifiers()
          .forEach(
              (node, classifier) -> {
                ModelManifest manifest = classifier.manifest().orElseThrow();
                console.println(
                    Progress.calibrated(
                        node,
                        Optional.ofNullable(manifest.calibration()),
                        Optional.ofNullable(manifest.decision())));
              });
    }
    console.println("Wrote " + out + ". Research software: not a medical device.");
    console.flush();
    return 0;
  }
}
