package io.github.leukemia4j.spark;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.sql.Row;

/** Holds rows against one machine; the first of equal images by every column, the others by it. */
final class ScoredRowCheck {
  private final MultilevelPipeline pipeline;
  private final Map<Integer, String> known = new HashMap<>();

  ScoredRowCheck(MultilevelPipeline pipeline) {
    this.pipeline = pipeline;
  }

  /** Numbers are written as texts that tell every bit. */
  void requireSame(Row row, int image, CellImage pixels) {
    String said =
        "%s %s %s %s %s %s %s"
            .formatted(
                row.<Object>getAs("label"),
                row.<Object>getAs("outcome"),
                row.<Object>getAs("probability"),
                row.<Object>getAs("stages"),
                row.<Object>getAs("findings"),
                row.<Object>getAs("reason"),
                row.<Object>getAs("error"));
    String before = known.get(image);
    if (before == null) {
      LeukemiaScoringTest.requireSame(row, pipeline, pixels);
      known.put(image, said);
    } else if (!said.equals(before)) {
      throw new AssertionError("Cell %d: expected %s; found %s".formatted(image, before, said));
    }
  }
}
