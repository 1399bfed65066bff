package io.github.leukemia4j.research.study;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.evaluation.ComparisonReport;
import io.github.leukemia4j.evaluation.ComparisonReport.Difference;
import io.github.leukemia4j.evaluation.EvaluationReport;
import io.github.leukemia4j.evaluation.Evaluator;
import io.github.leukemia4j.evaluation.ScoredSample;
import io.github.leukemia4j.evaluation.StageReport;
import io.github.leukemia4j.metric.EvaluationOptions;
import io.github.leukemia4j.metric.Metrics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/**
 * The table of a study. Intervals and tests are of patients, as {@link Evaluator} says. The tests
 * hold the balanced accuracy of each row against that of the first, and their p-values are adjusted
 * by Holm (1979) for the rows of a stage. Immutable.
 *
 * @param stages of the taxonomy, parents first
 * @param rows in the order of the study, the first of which the others are held against
 * @param origin what was studied
 * @param level of the intervals
 */
public record StudyReport(List<Label> stages, List<Row> rows, Origin origin, double level) {
  /** Copies the lists. */
  public StudyReport {
    stages = List.copyOf(stages);
    rows = List.copyOf(rows);
  }

  /**
   * What was studied.
   *
   * @param data the data set's name
   * @param dataDigest of its images and labels
   * @param folds of the cross-validation
   * @param epochs at most, of each network
   */
  public record Origin(String data, String dataDigest, int folds, int epochs) {}

  /**
   * A row.
   *
   * @param id as {@link StudyConfig} has it
   * @param title for people
   * @param report of all samples together
   * @param tests by stage; empty in the first row, and where a stage could not be tested
   * @param parameters numbers that were learnt; empty where the method keeps its samples instead
   * @param trainingSeconds wall-clock of all folds; empty where it is not known
   * @param imageMilliseconds the median time for one image
   */
  public record Row(
      String id,
      String title,
      EvaluationReport report,
      Map<Label, Test> tests,
      OptionalLong parameters,
      OptionalDouble trainingSeconds,
      double imageMilliseconds) {}

  /**
   * A row's balanced accuracy held against that of the first row.
   *
   * @param difference this row less the first, with the p-value as it was found
   * @param adjusted the p-value by Holm, for all rows of the stage
   */
  public record Test(Difference difference, double adjusted) {}

  /** What a row said and cost. */
  record Result(String id, List<ScoredSample> scored, StudyFolder.Cost cost) {}

  static StudyReport of(
      Taxonomy taxonomy, List<Result> results, Origin origin, EvaluationOptions options) {
    List<Map<Label, Difference>> differences = new ArrayList<>();
    for (Result result : results) {
      Map<Label, Difference> found = new LinkedHashMap<>();
      if (result != results.get(0)) {
        ComparisonReport compared =
            Evaluator.compare(taxonomy, results.get(0).scored(), result.scored(), options);
        compared
            .stages()
            .forEach(
                stage ->
                    Optional.ofNullable(stage.differences().get(Metrics.BALANCED_ACCURACY))
                        .ifPresent(d -> found.put(stage.stage(), d)));
      }
      differences.add(found);
    }
    List<Map<Label, Test>> tests = new ArrayList<>();
    differences.forEach(d -> tests.add(new LinkedHashMap<>()));
    for (Label stage : taxonomy.innerNodes()) {
      int[] tested =
          IntStream.range(0, results.size())
              .filter(r -> differences.get(r).containsKey(stage))
              .toArray();
      double[] adjusted =
          holm(
              Arrays.stream(tested)
                  .mapToDouble(r -> differences.get(r).get(stage).pValue())
                  .toArray());
      for (int i = 0; i < tested.length; i++) {
        Difference difference = differences.get(tested[i]).get(stage);
        tests.get(tested[i]).put(stage, new Test(difference, adjusted[i]));
      }
    }
    List<Row> rows = new ArrayList<>();
    for (int r = 0; r < results.size(); r++) {
      Result result = results.get(r);
      StudyFolder.Cost cost = result.cost();
      rows.add(
          new Row(
              result.id(),
              StudyRows.title(result.id()),
              Evaluator.evaluate(taxonomy, result.scored(), options),
              Map.copyOf(tests.get(r)),
              cost.parameters() == null ? OptionalLong.empty() : OptionalLong.of(cost.parameters()),
              cost.trainingSeconds() == null
                  ? OptionalDouble.empty()
                  : OptionalDouble.of(cost.trainingSeconds()),
              cost.imageMilliseconds()));
    }
    List<Label> stages = rows.get(0).report().stages().stream().map(StageReport::stage).toList();
    return new StudyReport(stages, rows, origin, options.level());
  }

  /**
   * P-values adjusted for their number (Holm 1979): R's {@code p.adjust(p, "holm")}.
   *
   * @param p each in [0, 1]
   * @return in the same order
   */
  static double[] holm(double... p) {
    List<Integer> order =
        IntStream.range(0, p.length).boxed().sorted(Comparator.comparingDouble(i -> p[i])).toList();
    double[] adjusted = new double[p.length];
    double least = 0;
    for (int i = 0; i < p.length; i++) {
      least = Math.max(least, Math.min(1, (p.length - i) * p[order.get(i)]));
      adjusted[order.get(i)] = least;
    }
    return adjusted;
  }
}
