package io.github.leukemia4j.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import io.github.leukemia4j.pipeline.MultilevelResult;
import io.github.leukemia4j.synthetic.SmallPipeline;
import io.github.leukemia4j.synthetic.SyntheticSmear;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceExampleTest {
  @Test
  void feedsItsMeters(@TempDir Path folder) throws Exception {
    Path model = SmallPipeline.train(SmallPipeline.dataset(), folder.resolve("model"));
    SyntheticSmear.builder().imageSize(40).cellsPerLabel(4).build().write(folder.resolve("cells"));
    List<Path> images;
    try (Stream<Path> files = Files.walk(folder.resolve("cells"))) {
      images = files.filter(f -> f.toString().endsWith(".png")).sorted().limit(20).toList();
    }
    MeterRegistry registry = new SimpleMeterRegistry();
    List<MultilevelResult> results = ServiceExample.run(model, images, registry);
    try (MultilevelPipeline pipeline = MultilevelPipeline.load(model)) {
      for (int i = 0; i < images.size(); i++) {
        assertThat(results.get(i)).isEqualTo(pipeline.classify(CellImage.read(images.get(i))));
      }
    }
    // And one of the health check.
    assertThat(registry.get("leukemia4j.service.accepted").counter().count()).isEqualTo(21);
    assertThat(registry.get("leukemia4j.service.latency").timer().count()).isEqualTo(21);
    assertThat(registry.get("leukemia4j.service.batch.images").summary().totalAmount())
        .isEqualTo(21);
    assertThat(registry.get("leukemia4j.service.rejected").counter().count()).isZero();
  }

  @Test
  void countsFailuresByTheirClass() {
    MeterRegistry registry = new SimpleMeterRegistry();
    MicrometerListener listener = new MicrometerListener(registry);
    listener.rejected(5);
    listener.failed(Duration.ofMillis(1), new IllegalStateException("closed"));
    assertThat(registry.get("leukemia4j.service.rejected").counter().count()).isEqualTo(1);
    assertThat(
            registry
                .get("leukemia4j.service.failed")
                .tag("reason", "IllegalStateException")
                .counter()
                .count())
        .isEqualTo(1);
  }
}
