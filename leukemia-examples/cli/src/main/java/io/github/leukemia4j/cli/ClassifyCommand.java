package io.github.leukemia4j.cli;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.backend.OpenOptions;
import io.github.leukemia4j.data.ImageSource;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import io.github.leukemia4j.pipeline.MultilevelResult;
import io.github.leukemia4j.serving.ImageStreams;
import io.github.leukemia4j.serving.ImageStreams.ImageResult;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "classify",
    description =
        "Classifies images with a saved pipeline, one line for each. Exit code 1 where some could not be classified; the others are all the same.",
    mixinStandardHelpOptions = true)
final class ClassifyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private OpenPipeline model;

  @Mixin private ScaleOption scale;

  @Parameters(arity = "1..*", paramLabel = "IMAGE", description = "JPEG, PNG, BMP or TIFF files.")
  private List<Path> images;

  @Option(
      names = "--json",
      description = "One JSON object for each image; docs/results-json.md describes it.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    PrintWriter console = spec.commandLine().getOut();
    List<String> failed = new ArrayList<>();
    OpenOptions options =
        scale.of(
            model.options(),
            () -> images.stream().map(ImageSource::file),
            spec.commandLine().getErr());
    try (MultilevelPipeline pipeline = MultilevelPipeline.load(model.path(), options);
        Stream<ImageResult> results =
            ImageStreams.classify(pipeline, images.stream().map(ImageSource::file))) {
      Iterator<ImageResult> each = results.iterator();
      for (Path image : images) {
        ImageResult result = each.next();
        result.failure().ifPresent(e -> failed.add(reason(image, e)));
        if (json) {
          console.println(ResultFile.jsonLine(image.toString(), result));
        } else {
          result.result().ifPresent(found -> console.println(text(image, found)));
        }
      }
    }
    if (failed.isEmpty()) {
      return 0;
    }
    PrintWriter errors = spec.commandLine().getErr();
    errors.printf("%d of %d images could not be classified:%n", failed.size(), images.size());
    failed.forEach(reason -> errors.println("  " + reason));
    return 1;
  }

  /** Names the image once. */
  private static String reason(Path image, Exception failure) {
    String message = String.valueOf(failure.getMessage());
    return message.startsWith(image.toString()) ? message : image + ": " + message;
  }

  private static String text(Path image, MultilevelResult result) {
    return image + "  " + answer(result);
  }

  /** Such as {@code classified cell > abnormal > APL 0.912}, or why a person should look. */
  static String answer(MultilevelResult result) {
    String way = String.join(" > ", result.path().stream().map(Label::name).toList());
    return "%s  %s".formatted(result.outcome().name().toLowerCase(Locale.ROOT), way)
        + (result.outcome() == MultilevelResult.Outcome.REFERRED
            ? ""
            : String.format(Locale.ROOT, "  %.3f", result.probability()))
        + (result.findings().isEmpty() ? "" : "  " + result.findings())
        + result.reason().map(reason -> "  " + reason).orElse("");
  }
}
