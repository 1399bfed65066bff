package io.github.leukemia4j.spark;

import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.Prediction.Finding;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import io.github.leukemia4j.pipeline.MultilevelResult;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.jdk.javaapi.CollectionConverters;

/** The columns that a classified image has, and what stands in them. */
final class ScoredColumns {
  static final String LABEL = "label";
  static final String OUTCOME = "outcome";
  static final String PROBABILITY = "probability";
  static final String STAGES = "stages";
  static final String FINDINGS = "findings";
  static final String REASON = "reason";
  static final String ERROR = "error";
  static final String MODEL = "model";

  static final String CHOSEN = "chosen";
  static final String PROBABILITIES = "probabilities";

  private static final StructType STAGE =
      new StructType()
          .add(CHOSEN, StringType)
          .add(PROBABILITIES, DataTypes.createMapType(StringType, DoubleType, false));

  static final StructType SCHEMA =
      new StructType()
          .add(LABEL, StringType)
          .add(OUTCOME, StringType)
          .add(PROBABILITY, DoubleType)
          .add(STAGES, DataTypes.createMapType(StringType, STAGE, false))
          .add(FINDINGS, DataTypes.createArrayType(StringType, false))
          .add(REASON, StringType)
          .add(ERROR, StringType)
          .add(MODEL, StringType);

  private ScoredColumns() {}

  /** An image that has a result. */
  static Object[] result(
      MultilevelPipeline pipeline,
      MultilevelResult result,
      Map<Label, Prediction> stages,
      String digest) {
    Map<String, Row> ofStages = new LinkedHashMap<>();
    for (Label stage : pipeline.classifiers().keySet()) {
      Prediction prediction = stages.get(stage);
      double[] values = prediction.probabilities();
      Map<String, Double> byLabel = new LinkedHashMap<>();
      List<Label> labels = prediction.labels().labels();
      for (int i = 0; i < values.length; i++) {
        byLabel.put(labels.get(i).name(), values[i]);
      }
      ofStages.put(
          stage.name(),
          RowFactory.create(
              pipeline.settle(stage, prediction).name(), CollectionConverters.asScala(byLabel)));
    }
    return new Object[] {
      result.label().name(),
      lower(result.outcome()),
      result.probability(),
      CollectionConverters.asScala(ofStages),
      result.findings().stream().sorted().map(Finding::name).toArray(String[]::new),
      result.reason().orElse(null),
      null,
      digest
    };
  }

  /** An image that has none. */
  static Object[] error(String reason, String digest) {
    return new Object[] {null, null, null, null, null, null, reason, digest};
  }

  static String lower(MultilevelResult.Outcome outcome) {
    return outcome.name().toLowerCase(Locale.ROOT);
  }

  static MultilevelResult.Outcome outcome(String lower) {
    return MultilevelResult.Outcome.valueOf(lower.toUpperCase(Locale.ROOT));
  }
}
