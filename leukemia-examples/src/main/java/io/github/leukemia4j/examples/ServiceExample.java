package io.github.leukemia4j.examples;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import io.github.leukemia4j.pipeline.MultilevelResult;
import io.github.leukemia4j.serving.ClassificationService;
import io.github.leukemia4j.serving.Health;
import io.github.leukemia4j.serving.ServiceOptions;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * What a service does at its start and for each request, with meters, and its answers as JSON:
 * {@code java -cp leukemia-examples.jar io.github.leukemia4j.examples.ServiceExample MODEL
 * IMAGE...}.
 */
public final class ServiceExample {
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

  static List<MultilevelResult> run(Path model, List<Path> images, MeterRegistry registry)
      throws IOException, InterruptedException {
    try (MultilevelPipeline pipeline = MultilevelPipeline.load(model);
        ClassificationService<MultilevelResult> service =
            ClassificationService.of(
                pipeline, ServiceOptions.DEFAULT, new MicrometerListener(registry))) {
      service.warmUp();
      Health health = service.check(Duration.ofSeconds(10));
      if (!health.ok()) {
        throw new IllegalStateException(health.problem().orElseThrow());
      }
      // In a service each request's thread would do this for its own image.
      List<CompletableFuture<MultilevelResult>> answers = new ArrayList<>();
      for (Path image : images) {
        answers.add(service.classify(CellImage.read(image)));
      }
      return answers.stream().map(CompletableFuture::join).toList();
    }
  }
}
