package io.github.leukemia4j.field;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.HandMadeClassifier;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.field.FieldPipeline.FieldResult;
import io.github.leukemia4j.field.FieldPipeline.Finding;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FieldPipelineTest {
  private static final Taxonomy TAXONOMY = Taxonomy.of("cell").with("cell", "normal", "abnormal");

  private static FieldPipeline pipeline(double score) {
    Label root = TAXONOMY.root();
    return new FieldPipeline(
        MultilevelPipeline.of(
            TAXONOMY, Map.of(root, new HandMadeClassifier(TAXONOMY.labelSet(root), i -> score))),
        FieldPipeline.CROP);
  }

  @Test
  void countsCellsWithExactIntervals() {
    FieldPipeline pipeline = pipeline(0.9);
    FieldResult field = pipeline.classify(PaintedField.of(500, 500, 8, 4).image());
    assertThat(field.cells()).hasSize(8);
    assertThat(field.findings()).doesNotContain(Finding.NO_CELL, Finding.CLUMPS);
    assertThat(field.cells().get(7).number()).isEqualTo(8);
    List<FieldPipeline.Count> rows = pipeline.count(field.results());
    assertThat(rows).hasSize(2);
    FieldPipeline.Count abnormal =
        rows.stream().filter(r -> r.label().equals(Label.of("abnormal"))).findFirst().orElseThrow();
    assertThat(abnormal.cells()).isEqualTo(8);
    assertThat(abnormal.share()).isEqualTo(1);
    // R: binom.test(8, 8)$conf.int[1] = 0.025^(1/8)
    assertThat(abnormal.interval().lower()).isCloseTo(Math.pow(0.025, 1.0 / 8), within(1e-9));
  }

  @Test
  void saysWhereThereIsNoCell() {
    byte[] white = new byte[3 * 80 * 80];
    Arrays.fill(white, (byte) 240);
    FieldPipeline pipeline = pipeline(0.1);
    FieldResult field = pipeline.classify(CellImage.ofRgb(80, 80, white));
    assertThat(field.findings()).containsExactly(Finding.NO_CELL);
    assertThat(pipeline.count(field.results())).isEmpty();
  }

  @Test
  void wantsACropThatShowsSomething() {
    assertThatThrownBy(() -> new FieldPipeline(pipelineOf(), Double.NaN))
        .hasMessage("The side of a crop must be above 0 micrometres and finite; found NaN.");
  }

  private static MultilevelPipeline pipelineOf() {
    Label root = TAXONOMY.root();
    return MultilevelPipeline.of(
        TAXONOMY, Map.of(root, new HandMadeClassifier(TAXONOMY.labelSet(root), i -> 0.1)));
  }
}
