package io.github.leukemia4j.spark;

import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.leukemia4j.DataException;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.evaluation.Evaluator;
import io.github.leukemia4j.evaluation.ScoredSample;
import io.github.leukemia4j.metric.EvaluationOptions;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import io.github.leukemia4j.report.Reports;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;

class LeukemiaEvaluationTest {
  private static final SampleColumns COLUMNS = SampleColumns.of("id", "truth", "patient");
  private static final EvaluationOptions OPTIONS = EvaluationOptions.defaults().withResamples(50);

  private static Dataset<Row> scored(Dataset<Row> table) throws Exception {
    return LeukemiaScoring.classify(
        table, SparkFixture.model(), ScoringOptions.ofContents("content"));
  }

  @Test
  void makesTheReportOfOneMachineExactly() throws Exception {
    Taxonomy taxonomy = SparkFixture.cells().taxonomy();
    LeukemiaEvaluation.Evaluated evaluated =
        LeukemiaEvaluation.evaluate(
            scored(SparkFixture.table().repartition(7)), COLUMNS, taxonomy, OPTIONS);
    List<ScoredSample> samples = new ArrayList<>();
    try (MultilevelPipeline pipeline = MultilevelPipeline.load(SparkFixture.model())) {
      samples.addAll(ScoredSample.of(pipeline, SparkFixture.cells(), done -> {}));
    }
    samples.sort(Comparator.comparing(ScoredSample::id));
    assertThat(Reports.json(evaluated.report()))
        .isEqualTo(Reports.json(Evaluator.evaluate(taxonomy, samples, OPTIONS)));
    assertThat(evaluated.withoutResult()).isZero();
    assertThat(evaluated.report().path().samples()).isEqualTo(150);
  }

  @Test
  void countsRowsWithoutAResultAndLeavesThemOut() throws Exception {
    Dataset<Row> damaged =
        SparkFixture.table(
            List.of(
                RowFactory.create("z1", "normal", "p", new byte[3]),
                RowFactory.create("z2", "AML", "p", null)));
    LeukemiaEvaluation.Evaluated evaluated =
        LeukemiaEvaluation.evaluate(
            scored(SparkFixture.table().union(damaged)),
            COLUMNS,
            SparkFixture.cells().taxonomy(),
            OPTIONS);
    assertThat(evaluated.withoutResult()).isEqualTo(2);
    assertThat(evaluated.report().path().samples()).isEqualTo(150);
  }

  @Test
  void listsAllThatIsWrongWithATable() throws Exception {
    Dataset<Row> scored = scored(SparkFixture.table()).cache();
    Dataset<Row> wrong =
        scored
            .union(scored.limit(1).withColumn("model", lit("other than a digest")))
            .union(scored.limit(1).withColumn("truth", lit(null).cast("string")));
    assertThatThrownBy(
            () ->
                LeukemiaEvaluation.evaluate(
                    wrong, COLUMNS, SparkFixture.cells().taxonomy(), OPTIONS))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("found 1 without one")
        .hasMessageContaining(" and other than a digest")
        .hasMessageContaining("every id must be there once");
    assertThatThrownBy(
            () ->
                LeukemiaEvaluation.evaluate(
                    scored.drop("stages"), COLUMNS, SparkFixture.cells().taxonomy(), OPTIONS))
        .hasMessageContaining("[stages]");
  }
}
