package io.github.leukemia4j.benchmarks;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.evaluation.EvaluationReport;
import io.github.leukemia4j.evaluation.Evaluator;
import io.github.leukemia4j.evaluation.ScoredSample;
import io.github.leukemia4j.pipeline.MultilevelResult;
import io.github.leukemia4j.report.Reports;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * What the evaluation of many predictions takes: a hundred cells of each patient, a stage of two
 * labels and one of four, every metric with its interval from 1,000 resamples, per cell and per
 * patient.
 *
 * <pre>
 * java -Xmx2g -XX:ActiveProcessorCount=2 -cp leukemia-examples/benchmarks/target/leukemia-benchmarks.jar \
 *     io.github.leukemia4j.benchmarks.EvaluationCost [PATIENTS]
 * </pre>
 */
public final class EvaluationCost {
  private static final int CELLS = 100;
  private static final Taxonomy TAXONOMY =
      Taxonomy.of("cell")
          .with("cell", "normal", "abnormal")
          .with("abnormal", "AML", "APL", "ALL", "CLL");

  private EvaluationCost() {}

  /**
   * @param args how many patients; 10,000 by default
   */
  public static void main(String[] args) throws IOException {
    int patients = args.length > 0 ? Integer.parseInt(args[0]) : 10_000;
    List<ScoredSample> samples = samples(patients);
    Cost cost = new Cost();
    EvaluationReport report = Evaluator.evaluate(TAXONOMY, samples);
    cost.print(samples.size() + " predictions of " + patients + " patients");
    System.out.println(Reports.markdown(report));
  }

  private static List<ScoredSample> samples(int patients) {
    SplittableRandom random = new SplittableRandom(1);
    LabelSet first = TAXONOMY.labelSet(TAXONOMY.root());
    LabelSet second = TAXONOMY.labelSet(Label.of("abnormal"));
    List<Label> leaves = new ArrayList<>(second.labels());
    List<ScoredSample> samples = new ArrayList<>();
    for (int p = 0; p < patients; p++) {
      boolean abnormal = p % 2 == 0;
      Label subtype = leaves.get(p / 2 % leaves.size());
      double shift = random.nextDouble() - 0.5;
      for (int c = 0; c < CELLS; c++) {
        double odds = shift + (abnormal ? 1 : -1) + 4 * (random.nextDouble() - 0.5);
        double positive = 1 / (1 + Math.exp(-odds));
        double[] four = new double[leaves.size()];
        double sum = 0;
        for (int i = 0; i < four.length; i++) {
          four[i] = random.nextDouble() + (leaves.get(i).equals(subtype) ? 0.4 : 0);
          sum += four[i];
        }
        for (int i = 0; i < four.length; i++) {
          four[i] /= sum;
        }
        Prediction stage1 = Prediction.of(first, 1 - positive, positive);
        Prediction stage2 = Prediction.of(second, four);
        samples.add(
            new ScoredSample(
                "cell " + samples.size(),
                abnormal ? subtype : Label.of("normal"),
                Optional.of("patient " + p),
                Map.of(TAXONOMY.root(), stage1, Label.of("abnormal"), stage2),
                positive > 0.5 ? stage2.label() : Label.of("normal"),
                MultilevelResult.Outcome.DECIDED));
      }
    }
    return samples;
  }
}
