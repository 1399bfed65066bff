package io.github.leukemia4j.explanation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.LeukemiaClassifier;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.explanation.Explanations.Heatmap;
import io.github.leukemia4j.explanation.Explanations.Method;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ExplanationsTest {
  private static final Label NORMAL = Label.of("normal");
  private static final Label ABNORMAL = Label.of("abnormal");

  /** 24 rows and 30 columns of black, with a white square of 6 by 6 from row 12, column 18. */
  private static CellImage square() {
    byte[] rgb = new byte[24 * 30 * 3];
    for (int row = 12; row < 18; row++) {
      Arrays.fill(rgb, (row * 30 + 18) * 3, (row * 30 + 24) * 3, (byte) 255);
    }
    return CellImage.ofRgb(24, 30, rgb);
  }

  /** The lighter the square's place, the more the second label. */
  private record Looking(LabelSet labels) implements LeukemiaClassifier {
    Looking(Label... labels) {
      this(LabelSet.of(List.of(labels)));
    }

    @Override
    public List<Prediction> classifyAll(List<CellImage> images) {
      return images.stream()
          .map(
              image -> {
                double sum = 0;
                for (int row = 12; row < 18; row++) {
                  for (int column = 18; column < 24; column++) {
                    sum += image.value(row, column, 0) / 255.0;
                  }
                }
                double p = 0.1 + 0.8 * sum / 36;
                return Prediction.of(labels, 1 - p, p);
              })
          .toList();
    }

    @Override
    public void close() {}
  }

  private static double heatInSquare(Heatmap map) {
    double inside = 0;
    double all = 0;
    for (int row = 0; row < map.height(); row++) {
      for (int column = 0; column < map.width(); column++) {
        double heat = Math.abs(map.value(row, column));
        all += heat;
        inside += row >= 12 && row < 18 && column >= 18 && column < 24 ? heat : 0;
      }
    }
    return inside / all;
  }

  @Nested
  class Occlusion {
    @Test
    void isHotWhereTheClassifierLooks() {
      Heatmap map =
          Explanations.explain(new Looking(NORMAL, ABNORMAL), square(), ABNORMAL, Method.OCCLUSION);
      assertThat(map.height()).isEqualTo(24);
      assertThat(map.width()).isEqualTo(30);
      assertThat(map.value(14, 20)).isPositive();
      assertThat(map.value(2, 2)).isZero();
      // The square is 5 % of the image; covers of 4 by 4 reach 3 pixels beyond it.
      assertThat(heatInSquare(map)).isGreaterThan(0.6);
    }

    @Test
    void isTheOppositeForTheOtherOfTwoLabels() {
      Looking classifier = new Looking(NORMAL, ABNORMAL);
      Heatmap against = Explanations.explain(classifier, square(), NORMAL, Method.OCCLUSION);
      Heatmap towards = Explanations.explain(classifier, square(), ABNORMAL, Method.OCCLUSION);
      assertThat(against.value(14, 20)).isEqualTo(-towards.value(14, 20));
    }

    @Test
    void takesImagesOfOnePixel() {
      LeukemiaClassifier indifferent =
          new LeukemiaClassifier() {
            @Override
            public LabelSet labels() {
              return LabelSet.of(List.of(NORMAL, ABNORMAL));
            }

            @Override
            public List<Prediction> classifyAll(List<CellImage> images) {
              return images.stream().map(image -> Prediction.of(labels(), 1, 0)).toList();
            }

            @Override
            public void close() {}
          };
      assertThat(
              Explanations.explain(
                  indifferent, CellImage.ofRgb(1, 1, new byte[3]), ABNORMAL, Method.OCCLUSION))
          .isEqualTo(Heatmap.of(new double[1][1]));
    }
  }

  @Nested
  class Choice {
    @Test
    void needsGradientsForTheOtherMethods() {
      assertThatThrownBy(
              () ->
                  Explanations.explain(
                      new Looking(NORMAL, ABNORMAL), square(), ABNORMAL, Method.GRAD_CAM))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContaining("needs a classifier whose backend computes gradients")
          .hasMessageContaining("OCCLUSION");
    }

    @Test
    void rejectsALabelOfAnotherStage() {
      assertThatThrownBy(
              () ->
                  Explanations.explain(
                      new Looking(NORMAL, ABNORMAL), square(), Label.of("AML"), Method.OCCLUSION))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Nested
  class AlongPath {
    private final Taxonomy taxonomy =
        Taxonomy.of("cell").with("cell", "normal", "abnormal").with("abnormal", "AML", "ALL");

    private MultilevelPipeline pipeline() {
      return MultilevelPipeline.of(
          taxonomy,
          Map.of(
              Label.of("cell"),
              new Looking(NORMAL, ABNORMAL),
              ABNORMAL,
              new Looking(Label.of("AML"), Label.of("ALL"))));
    }

    @Test
    void explainsEveryStageThatTheImagePasses() {
      try (MultilevelPipeline pipeline = pipeline()) {
        Map<Label, Heatmap> maps = Explanations.alongPath(pipeline, square(), Method.OCCLUSION);
        assertThat(maps.keySet()).containsExactly(Label.of("cell"), ABNORMAL);
        assertThat(maps.values()).allMatch(map -> heatInSquare(map) > 0.6);
      }
    }

    @Test
    void leavesOutTheStagesThatItDoesNotPass() {
      try (MultilevelPipeline pipeline = pipeline()) {
        CellImage black = CellImage.ofRgb(24, 30, new byte[24 * 30 * 3]);
        assertThat(Explanations.alongPath(pipeline, black, Method.OCCLUSION))
            .containsOnlyKeys(Label.of("cell"));
      }
    }
  }
}
