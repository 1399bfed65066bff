package io.github.leukemia4j.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.leukemia4j.pipeline.MultilevelPipeline;
import io.github.leukemia4j.synthetic.SmallPipeline;
import java.nio.file.Files;
import java.nio.file.Path;
import org.example.leukemia.BrierLoss;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainWithOwnLossTest {
  @TempDir Path folder;

  @Test
  void trainsEveryStageUnderIt() throws Exception {
    Path model = folder.resolve("model");
    try (MultilevelPipeline pipeline =
        TrainWithOwnLoss.run(SmallPipeline.dataset(), SmallPipeline.config(), model)) {
      assertThat(pipeline.classifiers()).hasSize(2);
    }
    assertThat(Files.readString(model.resolve("1-cell").resolve("training-config.json")))
        .contains("\"loss\" : \"%s\"".formatted(new BrierLoss().text()));
  }
}
