package io.github.leukemia4j.examples;

import io.github.leukemia4j.Device;
import io.github.leukemia4j.backend.OpenOptions;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.Datasets;
import io.github.leukemia4j.data.Split;
import io.github.leukemia4j.model.ModelManifest;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
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

  @Option(
      names = "--data",
      required = true,
      paramLabel = "D",
      description = "A folder tree whose folders are the labels, or a CSV manifest.")
  private Path data;

  @ArgGroup(exclusive = false)
  private Part part;

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

  private static final class Part {
    @Option(
        names = "--split",
        required = true,
        paramLabel = "FILE",
        description = "The split that train wrote.")
    private Path split;

    @Option(
        names = "--part",
        required = true,
        paramLabel = "NAME",
        description = "The part that the pipeline was not made from, such as test.")
    private String name;
  }

  @Override
  public Integer call() throws Exception {
    PrintWriter console = spec.commandLine().getOut();
    Dataset dataset = Datasets.open(data);
    if (part != null) {
      dataset = Split.read(part.split, dataset).part(part.name);
    }
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
