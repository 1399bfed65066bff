package io.github.leukemia4j.examples;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Device;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.backend.OpenOptions;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import io.github.leukemia4j.pipeline.MultilevelResult;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "classify",
    description = "Classifies images with a saved pipeline, one line for each.",
    mixinStandardHelpOptions = true)
final class ClassifyCommand implements Callable<Integer> {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @Spec private CommandSpec spec;

  @Option(names = "--model", required = true, paramLabel = "DIR", description = "What train wrote.")
  private Path model;

  @Parameters(arity = "1..*", paramLabel = "IMAGE", description = "JPEG, PNG, BMP or TIFF files.")
  private List<Path> images;

  @Option(names = "--json", description = "One JSON object for each image.")
  private boolean json;

  @Option(
      names = "--device",
      defaultValue = "auto",
      paramLabel = "auto|cpu|gpu",
      description = "Where to run; default ${DEFAULT-VALUE}.")
  private Device device;

  @Option(
      names = "--refuse-unfit",
      description =
          "Refer images that are unlike the training images (blank, out of focus, of unusual stain,"
              + " ...) to a person instead of deciding.")
  private boolean refuseUnfit;

  @Override
  public Integer call() throws Exception {
    PrintWriter console = spec.commandLine().getOut();
    List<CellImage> decoded = new ArrayList<>();
    for (Path image : images) {
      decoded.add(CellImage.read(image));
    }
    OpenOptions options =
        OpenOptions.DEFAULT
            .withDevice(device)
            .withGate(refuseUnfit ? OpenOptions.Gate.REFUSE : OpenOptions.Gate.FLAG);
    try (MultilevelPipeline pipeline = MultilevelPipeline.load(model, options)) {
      List<MultilevelResult> results = pipeline.classifyAll(decoded);
      for (int i = 0; i < results.size(); i++) {
        console.println(
            json
                ? json(images.get(i).toString(), results.get(i))
                : text(images.get(i), results.get(i)));
      }
      console.flush();
    }
    return 0;
  }

  private static String text(Path image, MultilevelResult result) {
    return String.format(
            Locale.ROOT,
            "%s  %s  %s  %.3f",
            image,
            outcome(result),
            String.join(" > ", result.path().stream().map(Label::name).toList()),
            result.probability())
        + (result.findings().isEmpty() ? "" : "  " + result.findings())
        + result.reason().map(reason -> "  " + reason).orElse("");
  }

  /** One line: the file, and the result as docs/results-json.md describes it. */
  static String json(String file, MultilevelResult result) throws JsonProcessingException {
    ObjectNode line = JSON.createObjectNode().put("file", file);
    line.setAll(JSON.<ObjectNode>valueToTree(result));
    return JSON.writeValueAsString(line);
  }

  private static String outcome(MultilevelResult result) {
    return result.outcome().name().toLowerCase(Locale.ROOT);
  }
}
