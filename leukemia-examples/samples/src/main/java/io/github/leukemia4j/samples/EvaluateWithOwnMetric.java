package io.github.leukemia4j.samples;

import io.github.leukemia4j.evaluation.EvaluationReport;
import io.github.leukemia4j.evaluation.Evaluator;
import io.github.leukemia4j.evaluation.Predictions;
import io.github.leukemia4j.metric.EvaluationOptions;
import io.github.leukemia4j.report.Reports;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.example.leukemia.SpecificityAt95Sensitivity;

/** Evaluates a file of predictions by a metric of one's own. */
public final class EvaluateWithOwnMetric {
  private EvaluateWithOwnMetric() {}

  /**
   * @param args the file of predictions
   */
  public static void main(String[] args) throws IOException {
    System.out.println(Reports.json(run(Predictions.read(Path.of(args[0])))));
  }

  // [evaluate]
  static EvaluationReport run(Predictions predictions) {
    EvaluationOptions options =
        EvaluationOptions.defaults().withMetrics(List.of(new SpecificityAt95Sensitivity()));
    return Evaluator.evaluate(predictions.taxonomy(), predictions.samples(), options);
  }
  // [evaluate]
}
