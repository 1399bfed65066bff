package io.github.leukemia4j.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.LeukemiaClassifier;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The README's second example: how an application's own code is tested without TensorFlow. */
class HandMadeClassifierTest {
  // [hand-made]
  /** Always gives the same probabilities. */
  record Fixed(LabelSet labels, double... probabilities) implements LeukemiaClassifier {
    @Override
    public List<Prediction> classifyAll(List<CellImage> images) {
      return images.stream().map(image -> Prediction.of(labels, probabilities)).toList();
    }

    @Override
    public void close() {}
  }

  @Test
  void reportsTheSubtypeOfAnAbnormalCell() {
    Taxonomy taxonomy =
        Taxonomy.of("cell").with("cell", "normal", "abnormal").with("abnormal", "AML", "APL");
    Map<Label, LeukemiaClassifier> stages =
        Map.of(
            Label.of("cell"), new Fixed(LabelSet.of("normal", "abnormal"), 0.1, 0.9),
            Label.of("abnormal"), new Fixed(LabelSet.of("AML", "APL"), 0.2, 0.8));
    try (MultilevelPipeline pipeline = MultilevelPipeline.of(taxonomy, stages)) {
      CellImage image = CellImage.ofRgb(1, 1, new byte[3]);
      assertThat(pipeline.classify(image).label()).isEqualTo(Label.of("APL"));
    }
  }
  // [hand-made]
}
