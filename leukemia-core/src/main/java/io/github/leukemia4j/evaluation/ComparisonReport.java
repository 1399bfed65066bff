package io.github.leukemia4j.evaluation;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.evaluation.StageReport.Estimate;
import io.github.leukemia4j.evaluation.StageReport.PatientReport;
import io.github.leukemia4j.metric.EvaluationOptions;
import io.github.leukemia4j.metric.Interval;
import io.github.leukemia4j.metric.Metric;
import io.github.leukemia4j.store.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How two cascades differ on the same samples. Nothing is corrected for looking at many metrics:
 * name the one that matters beforehand. Immutable.
 *
 * @param stages one for each inner node of the taxonomy, parents first
 * @param path of the cascades as wholes, the metrics that both have
 * @param options how they were compared
 * @param first what is compared first, called A
 * @param second what is compared second, called B
 */
public record ComparisonReport(
    List<StageComparison> stages,
    Map<Metric, Difference> path,
    EvaluationOptions options,
    Compared first,
    Compared second) {
  /** The same comparison with names. */
  public ComparisonReport named(Compared a, Compared b) {
    return new ComparisonReport(stages, path, options, a, b);
  }

  /**
   * One stage's comparison.
   *
   * @throws IllegalArgumentException where the label is no stage
   */
  public StageComparison stage(Label innerNode) {
    return StageReport.of(innerNode, stages, StageComparison::stage);
  }

  /**
   * One of the two.
   *
   * @param name what it is called
   * @param digest SHA-256 of the file of its predictions; empty where they came from no file
   */
  public record Compared(String name, String digest) {
    /**
     * What is in a file of predictions.
     *
     * @param name what it is called
     * @throws IOException where the file cannot be read
     */
    public static Compared of(String name, Path predictions) throws IOException {
      return new Compared(name, Sha256.of(Files.readAllBytes(predictions)));
    }

    @Override
    public String toString() {
      return name + (digest.isEmpty() ? "" : " (SHA-256 " + digest + ")");
    }
  }

  /**
   * One stage of two cascades.
   *
   * @param stage the inner node
   * @param samples how many it was held against
   * @param patients how many different patients these name; 0 where none is known
   * @param differences of the metrics that both have
   * @param byPatient the same with the patient as what is judged; empty where no patient is known,
   *     or each has one sample
   */
  public record StageComparison(
      Label stage,
      long samples,
      int patients,
      Map<Metric, Difference> differences,
      Optional<PatientComparison> byPatient) {}

  /**
   * One stage of two cascades, with the patient as what is judged.
   *
   * @param patients how many have samples at the stage
   * @param mixed how many of them have samples of several labels, and so no label of their own
   * @param pooling how the cells of a patient were made one decision, in words
   * @param decisions differences of the metrics of one decision for each patient; empty where a
   *     patient is mixed
   * @param means differences of the means over patients of the metrics within each, as in {@link
   *     PatientReport#means}
   */
  public record PatientComparison(
      int patients,
      int mixed,
      String pooling,
      Map<Metric, Difference> decisions,
      Map<Metric, Difference> means) {}

  /**
   * A metric of two cascades on the same samples.
   *
   * @param first the first cascade's
   * @param second the second's
   * @param interval of second minus first, where the data support one
   * @param pValue of a two-sided test: how often a difference at least as far from 0 would occur
   *     were there none, in [0, 1]
   * @param test how the p-value was found, and what that assumes, in words
   * @param remark why there is no interval, or what its reader must know, as in {@link Estimate}
   */
  public record Difference(
      double first,
      double second,
      Optional<Interval> interval,
      double pValue,
      String test,
      Optional<String> remark) {
    /**
     * Whether the two are told apart: the interval leaves out 0, and the test agrees.
     *
     * @param level of the intervals, such as 0.95
     */
    public boolean established(double level) {
      return interval.filter(i -> i.lower() > 0 || i.upper() < 0).isPresent()
          && pValue <= 1 - level + 1e-12;
    }

    /** Second minus first. */
    public double value() {
      return second - first;
    }
  }
}
