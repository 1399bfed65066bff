package io.github.leukemia4j.cli;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.LeukemiaClassifier;
import io.github.leukemia4j.backend.OpenOptions;
import io.github.leukemia4j.inference.OpenModel;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.model.ModelManifest;
import io.github.leukemia4j.onnx.OnnxBackend;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import io.github.leukemia4j.store.AtomicDirectory;
import io.github.leukemia4j.tf.TfBackend;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "export",
    description = "Writes a model or a pipeline in another format.",
    mixinStandardHelpOptions = true)
final class ExportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = {"--model", "--pipeline"},
      required = true,
      paramLabel = "DIR",
      description = "What train wrote, or one bundle in it.")
  private Path model;

  @ArgGroup(multiplicity = "1")
  private Target target;

  private static final class Target {
    @Option(
        names = "--onnx",
        paramLabel = "FILE",
        description =
            "One ONNX file, from raw pixels to calibrated probabilities; for a pipeline a directory with one file for each network.")
    private Path onnx;

    @Option(
        names = "--onnx-bundle",
        paramLabel = "DIR",
        description =
            "The same as model or pipeline that the other commands open, on ONNX Runtime.")
    private Path onnxBundle;
  }

  @Override
  public Integer call() throws Exception {
    Path out = target.onnx != null ? target.onnx : target.onnxBundle;
    Output.requireFreeDirectory(out);
    if (Files.isRegularFile(model.resolve(ModelBundle.MANIFEST))) {
      ModelBundle bundle = ModelBundle.open(model);
      if (target.onnx != null) {
        exportFile(bundle, out);
      } else {
        TfBackend.exportOnnxBundle(bundle, out);
      }
    } else {
      try (MultilevelPipeline pipeline = MultilevelPipeline.load(model)) {
        if (target.onnx != null) {
          exportNetworks(pipeline, out);
        } else {
          exportPipeline(pipeline, out);
        }
      }
    }
    PrintWriter console = spec.commandLine().getOut();
    console.println("Wrote " + out + ". Research software: not a medical device.");
    return 0;
  }

  private void exportFile(ModelBundle bundle, Path file) throws IOException {
    TfBackend.exportOnnx(bundle, file);
    ModelManifest.Input input = bundle.manifest().input();
    List<String> steps = new ArrayList<>();
    if (input.centreCrop() != 1) {
      steps.add("cropped to the middle " + input.centreCrop() + " of each side (centre_crop)");
    }
    if (input.micrometresPerPixel() != null) {
      steps.add(
          "or, where their scale is known, cropped and resized to %s micrometres for each pixel (micrometres_per_pixel)"
              .formatted(input.micrometresPerPixel()));
    }
    if (input.stainNormalisation() != null) {
      steps.add("stain-normalised (stain_normalisation)");
    }
    if (!steps.isEmpty()) {
      spec.commandLine()
          .getErr()
          .println(
              "Warning: %s needs images that were %s before, which it does not do itself; its metadata and docs/model-bundle-format.md say how. --onnx-bundle keeps these steps."
                  .formatted(file.getFileName(), String.join(" and ", steps)));
    }
  }

  /** Named as the bundles are. */
  private void exportNetworks(MultilevelPipeline pipeline, Path directory) throws IOException {
    try (AtomicDirectory place = AtomicDirectory.create(directory)) {
      for (ModelBundle bundle : bundles(pipeline)) {
        exportFile(bundle, place.path().resolve(name(bundle) + ".onnx"));
      }
      place.commit();
    }
  }

  private static void exportPipeline(MultilevelPipeline pipeline, Path directory)
      throws IOException {
    AtomicDirectory.requireFree(directory);
    try (AtomicDirectory scratch = AtomicDirectory.create(beside(directory))) {
      Map<Label, LeukemiaClassifier> stages = new LinkedHashMap<>();
      try {
        for (ModelBundle bundle : bundles(pipeline)) {
          OpenModel exported =
              OpenModel.open(
                  new OnnxBackend(),
                  TfBackend.exportOnnxBundle(bundle, scratch.path().resolve(name(bundle))),
                  OpenOptions.DEFAULT);
          pipeline
              .classifiers()
              .forEach(
                  (stage, classifier) -> {
                    if (classifier.bundle().orElseThrow() == bundle) {
                      stages.put(stage, exported.classifier(stage));
                    }
                  });
        }
        MultilevelPipeline.of(pipeline.taxonomy(), stages).save(directory);
      } finally {
        stages.values().forEach(LeukemiaClassifier::close);
      }
    }
  }

  /** Each once, however many stages it answers. */
  private static List<ModelBundle> bundles(MultilevelPipeline pipeline) {
    return pipeline.classifiers().values().stream()
        .map(classifier -> classifier.bundle().orElseThrow())
        .distinct()
        .toList();
  }

  /** Never committed, so that nothing of it stays. */
  private static Path beside(Path directory) {
    return directory.toAbsolutePath().resolveSibling(directory.getFileName() + "-stages");
  }

  private static String name(ModelBundle bundle) {
    return bundle.directory().getFileName().toString();
  }
}
