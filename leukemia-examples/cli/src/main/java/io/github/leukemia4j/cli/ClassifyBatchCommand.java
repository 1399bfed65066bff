package io.github.leukemia4j.cli;

import io.github.leukemia4j.DataException;
import io.github.leukemia4j.backend.OpenOptions;
import io.github.leukemia4j.data.ImageSource;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import io.github.leukemia4j.serving.ImageStreams;
import io.github.leukemia4j.serving.ImageStreams.ImageResult;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "classify-batch",
    description =
        "Classifies every image below a directory, one line of CSV or JSON for each, however many there are, with what the image gate finds fault with. Images that fail have a line with the reason, and make the exit code 1.",
    mixinStandardHelpOptions = true)
final class ClassifyBatchCommand implements Callable<Integer> {
  private static final int FLUSH_EVERY = 32;

  @Spec private CommandSpec spec;

  @Mixin private OpenPipeline model;

  @Mixin private ScaleOption scale;

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
          "Go on where an earlier run with the same model and data was stopped: images that have a line are left out, also those that failed.")
  private boolean resume;

  @Override
  public Integer call() throws IOException {
    PrintWriter console = spec.commandLine().getOut();
    ResultFile.isCsv(out); // refuses other names before any work
    if (Files.exists(out) && !resume) {
      throw new FileAlreadyExistsException(
          out.toString(), null, "choose another file, or go on with it by --resume");
    }
    Output.requireWritableAbove(out);
    long found = count();
    List<String> failed = new ArrayList<>();
    long written = 0;
    OpenOptions options = scale.of(model.options(), this::images, spec.commandLine().getErr());
    try (MultilevelPipeline pipeline = MultilevelPipeline.load(model.path(), options)) {
      Files.createDirectories(out.toAbsolutePath().getParent());
      try (ResultFile file = ResultFile.open(out, pipeline.taxonomy());
          ProgressLine progress =
              ProgressLine.of(
                  spec.commandLine().getErr(), "Classifying", found - file.done().size())) {
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
            result.failure().ifPresent(e -> failed.add(name(result.source())));
            written++;
            progress.accept(written);
            if (written % FLUSH_EVERY == 0) {
              file.flush();
            }
          }
        }
      }
    }
    console.println(
        "Wrote " + written + " lines to " + out + ", " + failed.size() + " of images that failed.");
    if (failed.isEmpty()) {
      return 0;
    }
    PrintWriter errors = spec.commandLine().getErr();
    errors.printf(
        "%d of %d images could not be classified; their lines say why:%n", failed.size(), written);
    failed.stream().limit(DataException.LISTED).forEach(name -> errors.println("  " + name));
    if (failed.size() > DataException.LISTED) {
      errors.println("  ... and " + (failed.size() - DataException.LISTED) + " more");
    }
    return 1;
  }

  private Stream<ImageSource> images() {
    try {
      return ImageStreams.directory(data);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How many images there are. */
  private long count() throws IOException {
    try (Stream<ImageSource> images = ImageStreams.directory(data)) {
      long found = images.count();
      if (found == 0) {
        throw new DataException(
            "%s must hold images (JPEG, PNG, BMP or TIFF files, in it or below); found none. Give the folder that holds them."
                .formatted(data));
      }
      return found;
    }
  }

  /** The same wherever the directory is mounted. */
  private String name(ImageSource source) {
    return data.relativize(Path.of(source.name())).toString().replace('\\', '/');
  }
}
