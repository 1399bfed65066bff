package io.github.leukemia4j.examples;

import io.github.leukemia4j.Device;
import io.github.leukemia4j.backend.OpenOptions;
import io.github.leukemia4j.data.ImageSource;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import io.github.leukemia4j.serving.ImageResult;
import io.github.leukemia4j.serving.ImageStreams;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "classify-batch",
    description =
        "Classifies every image below a directory, one line of CSV or JSON for each, however many"
            + " there are, with what the image gate finds fault with. Images that fail have a line"
            + " with the reason.",
    mixinStandardHelpOptions = true)
final class ClassifyBatchCommand implements Callable<Integer> {
  private static final int FLUSH_EVERY = 32;

  @Spec private CommandSpec spec;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR|ZIP",
      description = "What train wrote.")
  private Path model;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "D",
      description = "A directory; JPEG, PNG, BMP and TIFF files in it and below are classified.")
  private Path data;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE.csv|FILE.jsonl",
      description = "Where to write; must not exist, unless --resume is given.")
  private Path out;

  @Option(
      names = "--resume",
      description =
          "Go on where an earlier run with the same model and data was stopped: images that have a"
              + " line are left out, also those that failed.")
  private boolean resume;

  @Option(
      names = "--device",
      defaultValue = "auto",
      paramLabel = "auto|cpu|gpu",
      description = "Where to run; default ${DEFAULT-VALUE}.")
  private Device device;

  @Override
  public Integer call() throws IOException {
    PrintWriter console = spec.commandLine().getOut();
    if (Files.exists(out) && !resume) {
      throw new FileAlreadyExistsException(
          out.toString(), null, "choose another file, or go on with it by --resume");
    }
    long failed = 0;
    long written = 0;
    try (MultilevelPipeline pipeline =
            MultilevelPipeline.load(model, OpenOptions.DEFAULT.withDevice(device));
        ResultFile file = ResultFile.open(out, pipeline.taxonomy())) {
      Set<String> done = file.done();
      if (!done.isEmpty()) {
        console.println("Leaves out " + done.size() + " images that " + out + " has.");
      }
      try (Stream<ImageSource> images = ImageStreams.directory(data);
          Stream<ImageResult> results =
              ImageStreams.classify(pipeline, images.filter(i -> !done.contains(name(i))))) {
        for (Iterator<ImageResult> each = results.iterator(); each.hasNext(); ) {
          ImageResult result = each.next();
          file.write(name(result.source()), result);
          failed += result.failure().isPresent() ? 1 : 0;
          written++;
          if (written % FLUSH_EVERY == 0) {
            file.flush();
          }
        }
      }
    }
    console.println(
        "Wrote " + written + " lines to " + out + ", " + failed + " of images that failed.");
    console.flush();
    return 0;
  }

  /** The same wherever the directory is mounted. */
  private String name(ImageSource source) {
    return data.relativize(Path.of(source.name())).toString().replace('\\', '/');
  }
}
