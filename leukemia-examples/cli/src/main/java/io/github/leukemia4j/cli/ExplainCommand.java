package io.github.leukemia4j.cli;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.backend.OpenOptions;
import io.github.leukemia4j.data.ImageSource;
import io.github.leukemia4j.explanation.ExplanationPicture;
import io.github.leukemia4j.explanation.Explanations;
import io.github.leukemia4j.explanation.Explanations.Heatmap;
import io.github.leukemia4j.explanation.Explanations.Method;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import io.github.leukemia4j.pipeline.MultilevelResult;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

@Command(
    name = "explain",
    description =
        "Shows which parts of an image spoke for the labels that a saved pipeline gave it; see"
            + " docs/explanations.md for what that does not show.",
    mixinStandardHelpOptions = true)
final class ExplainCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private OpenPipeline model;

  @Mixin private ScaleOption scale;

  @Parameters(paramLabel = "IMAGE", description = "A JPEG, PNG, BMP or TIFF file.")
  private Path image;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "PNG",
      description = "The picture to write: the image, and beside it a heat map for each stage.")
  private Path out;

  @Option(
      names = "--method",
      defaultValue = "grad-cam",
      converter = MethodName.class,
      paramLabel = "grad-cam|integrated-gradients|occlusion",
      description = "How the heat is found; default ${DEFAULT-VALUE}.")
  private Method method;

  @Option(
      names = "--label",
      paramLabel = "LABEL",
      description =
          "Explains this label at its own stage; without it, the chosen label of every stage.")
  private String label;

  static final class MethodName implements ITypeConverter<Method> {
    @Override
    public Method convert(String name) {
      for (Method method : Method.values()) {
        if (method.name().replace('_', '-').equalsIgnoreCase(name)) {
          return method;
        }
      }
      throw new TypeConversionException(
          "must be grad-cam, integrated-gradients or occlusion; found " + name);
    }
  }

  @Override
  public Integer call() throws Exception {
    PrintWriter console = spec.commandLine().getOut();
    Output.requirePng(out);
    Output.requireFree(out);
    OpenOptions options =
        scale.of(
            model.options(), () -> Stream.of(ImageSource.file(image)), spec.commandLine().getErr());
    CellImage read = CellImage.read(image);
    CellImage cell =
        options.micrometresPerPixel().isPresent()
            ? read.withMicrometresPerPixel(options.micrometresPerPixel().getAsDouble())
            : read;
    try (MultilevelPipeline pipeline = MultilevelPipeline.load(model.path(), options)) {
      MultilevelResult result = pipeline.classify(cell);
      List<ExplanationPicture.Panel> panels = new ArrayList<>();
      if (label == null) {
        Explanations.alongPath(pipeline, cell, method)
            .forEach(
                (node, map) -> panels.add(panel(pipeline, cell, node, caption(result, node), map)));
      } else {
        Label wanted = Label.of(label);
        Label node = stageOf(pipeline, wanted);
        Heatmap map = Explanations.explain(pipeline.classifiers().get(node), cell, wanted, method);
        panels.add(
            panel(
                pipeline,
                cell,
                node,
                "what speaks for %s at the stage %s".formatted(wanted, node),
                map));
      }
      Output.write(
          out, new ExplanationPicture(cell, String.valueOf(image.getFileName()), panels)::write);
      console.println(result);
      List<String> captions = new ArrayList<>(List.of("the image"));
      panels.forEach(panel -> captions.add(panel.title()));
      console.println("Wrote " + out + ", from left to right: " + String.join("; ", captions));
      console.println(
          "A heat map shows what the network reacted to, not why, nor that it was right. Research"
              + " software: not a medical device.");
    }
    return 0;
  }

  /** With the share of the image that the stage's network saw. */
  private static ExplanationPicture.Panel panel(
      MultilevelPipeline pipeline, CellImage cell, Label node, String title, Heatmap map) {
    double crop =
        pipeline
            .classifiers()
            .get(node)
            .bundle()
            .map(b -> b.manifest().input().seen(cell).height() / (double) cell.height())
            .orElse(1.0);
    return new ExplanationPicture.Panel(title, map, Math.min(1, crop));
  }

  private static String caption(MultilevelResult result, Label node) {
    Prediction prediction = result.stages().get(node);
    Label chosen = result.chosen(node).orElse(prediction.label());
    return String.format(
        Locale.ROOT,
        "what speaks for %s at the stage %s (%.3f)",
        chosen,
        node,
        prediction.probabilityOf(chosen));
  }

  private static Label stageOf(MultilevelPipeline pipeline, Label wanted) {
    return pipeline.classifiers().entrySet().stream()
        .filter(stage -> stage.getValue().labels().labels().contains(wanted))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "The label must be one that a stage chooses among, in %s; found %s."
                        .formatted(pipeline.taxonomy(), wanted)));
  }
}
