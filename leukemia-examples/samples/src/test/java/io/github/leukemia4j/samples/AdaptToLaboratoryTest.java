package io.github.leukemia4j.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.leukemia4j.pipeline.Adaptation;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import io.github.leukemia4j.synthetic.SmallPipeline;
import io.github.leukemia4j.synthetic.SyntheticSmear;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdaptToLaboratoryTest {
  @TempDir Path folder;

  @Test
  void writesAnAdaptedPipelineAndACalibratedOne() throws Exception {
    Path model = SmallPipeline.train(SmallPipeline.dataset(), folder.resolve("model"));
    Path images = folder.resolve("images");
    Path labelled = folder.resolve("labelled");
    SyntheticSmear.builder().seed(8).imageSize(40).cellsPerLabel(6).build().write(images);
    SyntheticSmear.builder().seed(9).imageSize(40).cellsPerLabel(6).build().write(labelled);
    // The names of synthetic patients are those of the training; class folders know none.
    Files.delete(labelled.resolve("manifest.csv"));
    Path adapted = folder.resolve("adapted");
    Path calibrated = folder.resolve("calibrated");
    Adaptation.Report report = AdaptToLaboratory.run(model, images, labelled, adapted, calibrated);
    assertThat(report.images()).isEqualTo(30);
    assertThat(adapted.resolve("ADAPTATION.md")).exists();
    try (MultilevelPipeline pipeline = MultilevelPipeline.load(calibrated)) {
      assertThat(pipeline.classifiers()).isNotEmpty();
    }
  }
}
