package io.github.leukemia4j.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.LeukemiaClassifier;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.Prediction.Finding;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.backend.OpenOptions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What becomes of images that something speaks against. */
class RefusalTest {
  private static final Taxonomy CELLS =
      Taxonomy.of("cell").with("cell", "normal", "abnormal").with("abnormal", "AML", "APL");

  private final List<Integer> asked = new ArrayList<>();

  /** Chooses the last label; finds fault with black images. */
  private LeukemiaClassifier classifier(LabelSet labels, Finding finding) {
    return new LeukemiaClassifier() {
      @Override
      public LabelSet labels() {
        return labels;
      }

      @Override
      public List<Prediction> classifyAll(List<CellImage> images) {
        asked.add(images.size());
        return images.stream()
            .map(
                i ->
                    Prediction.of(labels, 0.25, 0.75)
                        .withFindings(i.value(0, 0, 0) == 0 ? Set.of(finding) : Set.of()))
            .toList();
      }

      @Override
      public void close() {}
    };
  }

  private Map<Label, LeukemiaClassifier> stages() {
    Map<Label, LeukemiaClassifier> stages = new LinkedHashMap<>();
    stages.put(
        Label.of("cell"), classifier(CELLS.labelSet(Label.of("cell")), Finding.OUT_OF_FOCUS));
    stages.put(
        Label.of("abnormal"), classifier(CELLS.labelSet(Label.of("abnormal")), Finding.CLIPPED));
    return stages;
  }

  private List<MultilevelResult> classify(boolean refusing) {
    try (TrainedPipeline cascade =
        new TrainedPipeline(CELLS, stages(), refusing, () -> {}, Optional.empty())) {
      return cascade.classifyAll(
          List.of(
              CellImage.ofRgb(1, 1, new byte[] {0, 0, 0}),
              CellImage.ofRgb(1, 1, new byte[] {9, 0, 0})));
    }
  }

  @Test
  void isWhatAPipelineDoesUnlessToldOtherwise() {
    CellImage black = CellImage.ofRgb(1, 1, new byte[] {0, 0, 0});
    try (MultilevelPipeline pipeline = MultilevelPipeline.of(CELLS, stages())) {
      MultilevelResult result = pipeline.classify(black);
      assertThat(result.outcome()).isEqualTo(MultilevelResult.Outcome.REFERRED);
      assertThat(result)
          .hasToString(
              "MultilevelResult[referred cell, because of out of focus, findings [OUT_OF_FOCUS]]");
    }
    assertThat(OpenOptions.DEFAULT.gate()).isEqualTo(OpenOptions.Gate.REFUSE);
  }

  @Test
  void flaggingDecidesAndSaysWhatWasFound() {
    List<MultilevelResult> results = classify(false);
    assertThat(results)
        .extracting(MultilevelResult::outcome)
        .containsOnly(MultilevelResult.Outcome.DECIDED);
    assertThat(results.get(0).findings()).containsExactly(Finding.OUT_OF_FOCUS, Finding.CLIPPED);
    assertThat(results.get(0).reason()).isEmpty();
    assertThat(results.get(1).findings()).isEmpty();
    assertThat(asked).containsExactly(2, 2);
  }

  @Test
  void refusingRefersWithTheReasonAndAsksNoFurther() {
    List<MultilevelResult> results = classify(true);
    assertThat(results.get(0).outcome()).isEqualTo(MultilevelResult.Outcome.REFERRED);
    assertThat(results.get(0).label()).isEqualTo(Label.of("cell"));
    assertThat(results.get(0).reason()).contains("out of focus");
    assertThat(results.get(0).probability()).isEqualTo(1);
    assertThat(results.get(1).outcome()).isEqualTo(MultilevelResult.Outcome.DECIDED);
    assertThat(results.get(1).path())
        .extracting(Label::name)
        .containsExactly("cell", "abnormal", "APL");
    assertThat(asked).containsExactly(2, 1);
  }
}
