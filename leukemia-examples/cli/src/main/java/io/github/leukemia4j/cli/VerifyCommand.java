package io.github.leukemia4j.cli;

import io.github.leukemia4j.Device;
import io.github.leukemia4j.backend.OpenOptions;
import io.github.leukemia4j.inference.OpenModel;
import io.github.leukemia4j.model.HeadManifest;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.model.ModelManifest;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "verify",
    description =
        "Checks the digests of a pipeline, or of one network of it, and that it opens. Digests show"
            + " damage, not who made it.",
    mixinStandardHelpOptions = true)
final class VerifyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = {"--model", "--pipeline"},
      required = true,
      paramLabel = "DIR|ZIP",
      description = "What train wrote, a network's directory in it, or a zip file of it.")
  private Path model;

  @Override
  public Integer call() throws IOException {
    PrintWriter console = spec.commandLine().getOut();
    OpenOptions options = OpenOptions.DEFAULT.withDevice(Device.CPU);
    if (Files.exists(model.resolve(ModelBundle.MANIFEST))) {
      try (OpenModel opened = OpenModel.open(ModelBundle.open(model), options)) {
        describe(console, opened.bundle());
      }
      console.println("The network is whole and opens.");
    } else {
      try (MultilevelPipeline pipeline = MultilevelPipeline.load(model, options)) {
        console.println("taxonomy " + pipeline.taxonomy());
        pipeline.classifiers().values().stream()
            .map(classifier -> classifier.bundle().orElseThrow())
            .distinct()
            .forEach(bundle -> describe(console, bundle));
      }
      console.println("The pipeline is whole and opens.");
    }
    return 0;
  }

  private static void describe(PrintWriter console, ModelBundle bundle) {
    ModelManifest manifest = bundle.manifest();
    for (HeadManifest head : manifest.heads()) {
      console.println(
          "%s: %s; %s, schema %d"
              .formatted(
                  head.title(),
                  String.join(", ", head.labels()),
                  manifest.format(),
                  manifest.schemaVersion()));
    }
    manifest
        .files()
        .forEach(
            (name, file) -> console.printf("  %s  %10d  %s%n", file.sha256(), file.bytes(), name));
  }
}
