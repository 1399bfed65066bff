package io.github.leukemia4j.samples;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import io.github.leukemia4j.pipeline.MultilevelResult;
import io.github.leukemia4j.serving.ClassificationService;
import io.github.leukemia4j.serving.ClassificationService.Health;
import io.github.leukemia4j.serving.ImageStreams;
import io.github.leukemia4j.serving.ImageStreams.ImageResult;
import io.github.leukemia4j.serving.ServiceOptions;
import io.github.leukemia4j.serving.ServiceOptions.ServiceListener;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * What a service does at its start and for each request, with meters, and its answers as JSON:
 * {@code java -cp leukemia-samples.jar io.github.leukemia4j.samples.ServiceExample MODEL IMAGE...}.
 */
public final class ServiceExample {
  // [request]
  /** Ten million pixels take 30 MB; what is larger is no image of a cell. */
  private static final long MOST_PIXELS = 10_000_000;

  // [request]

  private ServiceExample() {}

  /**
   * @param args the pipeline, then images
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    MeterRegistry registry = new SimpleMeterRegistry();
    List<Path> images = Arrays.stream(args).skip(1).map(Path::of).toList();
    ObjectMapper json = new ObjectMapper();
    for (MultilevelResult result : run(Path.of(args[0]), images, registry)) {
      System.out.println(json.writeValueAsString(result));
    }
    registry
        .getMeters()
        .forEach(meter -> System.out.println(meter.getId().getName() + " " + meter.measure()));
  }

  // [service]
  static List<MultilevelResult> run(Path model, List<Path> uploads, MeterRegistry registry)
      throws IOException, InterruptedException {
    ServiceOptions options = ServiceOptions.DEFAULT.withMaxWaiting(256);
    ServiceListener meters = new MicrometerListener(registry);
    try (MultilevelPipeline pipeline = MultilevelPipeline.load(model);
        ClassificationService<MultilevelResult> service =
            ClassificationService.of(pipeline, options, meters)) {
      service.warmUp();
      Health health = service.check(Duration.ofSeconds(10));
      if (!health.ok()) {
        throw new IllegalStateException(health.problem().orElseThrow());
      }
      // In a service each request's thread does this for its own image.
      List<CompletableFuture<MultilevelResult>> answers = new ArrayList<>();
      for (Path upload : uploads) {
        answers.add(answer(service, Files.readAllBytes(upload)));
      }
      return answers.stream().map(CompletableFuture::join).toList();
    }
  }

  // [service]

  // [request]
  static CompletableFuture<MultilevelResult> answer(
      ClassificationService<MultilevelResult> service, byte[] upload) {
    return service.classify(CellImage.decode(upload, MOST_PIXELS));
  }

  // [request]

  // [folder]
  static long classifyFolder(MultilevelPipeline pipeline, Path folder, PrintStream out)
      throws IOException {
    long failures = 0;
    try (Stream<ImageResult> results = ImageStreams.classifyDirectory(pipeline, folder)) {
      for (ImageResult one : (Iterable<ImageResult>) results::iterator) {
        if (one.failure().isPresent()) {
          failures++;
        }
        out.println(
            one.source().name()
                + ": "
                + one.result()
                    .map(Object::toString)
                    .orElseGet(() -> one.failure().get().toString()));
      }
    }
    return failures;
  }
  // [folder]
}
