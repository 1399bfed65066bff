package io.github.leukemia4j.evaluation;

import io.github.leukemia4j.DataException;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LeukemiaClassifier;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.data.check.Verification;
import io.github.leukemia4j.evaluation.EvaluationReport.PathReport;
import io.github.leukemia4j.evaluation.EvaluationReport.UnfitImages;
import io.github.leukemia4j.evaluation.StageReport.CalibrationCheck;
import io.github.leukemia4j.evaluation.StageReport.ClassReport;
import io.github.leukemia4j.evaluation.StageReport.MetricValues;
import io.github.leukemia4j.evaluation.StageReport.PatientReport;
import io.github.leukemia4j.evaluation.StageReport.RiskCoverage;
import io.github.leukemia4j.metric.ConfusionMatrix;
import io.github.leukemia4j.metric.EvaluationOptions;
import io.github.leukemia4j.metric.StageScores;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import io.github.leukemia4j.pipeline.MultilevelResult;
import io.github.leukemia4j.training.loop.TrainingSamples;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Holds a pipeline's predictions against labels. All methods are thread-safe. */
public final class Evaluator {
  static final PatientPooling POOLING = PatientPooling.meanLogOdds();

  private Evaluator() {}

  /** Evaluates with {@link EvaluationOptions#defaults()}. */
  public static EvaluationReport evaluate(Taxonomy taxonomy, List<ScoredSample> samples) {
    return evaluate(taxonomy, samples, EvaluationOptions.defaults());
  }

  /**
   * Evaluates every stage on the samples whose truth lies below it, and the path as a whole.
   *
   * <p>Where patients have several samples, intervals come from leaving out each patient once, or
   * from drawing patients where there are more than resamples, within strata by the patients'
   * labels; shares have Korn and Graubard's interval, never narrower than Clopper and Pearson's of
   * the samples; a share of 0 or 1 the exact interval with each patient as one observation. Where
   * no patient is known, or each has one sample, shares get Clopper-Pearson's interval, the area of
   * a stage with two labels DeLong's, and the rest that of leaving out samples; without patients
   * each is labelled as assuming independent cells. An estimate's remark says why it has no
   * interval, or that fewer than 5 patients stand behind it. Intervals are for the fitted model
   * alone.
   *
   * <p>Where patients have several samples, every stage is also judged with the patient as the
   * observation, see {@link PatientReport}; patients' decisions pool by {@link
   * PatientPooling#meanLogOdds()}.
   *
   * @param taxonomy the tree of labels
   * @param given may be empty: counts are then 0 and metrics undefined
   * @throws IllegalArgumentException where a label is not in the taxonomy, or a sample lacks the
   *     prediction of a stage above its truth
   */
  public static EvaluationReport evaluate(
      Taxonomy taxonomy, List<ScoredSample> given, EvaluationOptions options) {
    requireLabels(taxonomy, given);
    List<ScoredSample> samples = labelled(taxonomy, given);
    Clusters clusters = Clusters.of(samples);
    Figures figures = Figures.of(taxonomy, samples, clusters, options);
    int[] once = new int[clusters.count()];
    Arrays.fill(once, 1);
    double[] row = figures.row(once);
    IntervalFinder intervals =
        IntervalFinder.of(taxonomy, samples, figures, row, clusters, options);
    List<StageReport> stages =
        figures.stages().stream()
            .map(
                stage ->
                    stage(
                        stage,
                        row,
                        intervals,
                        clusters,
                        options,
                        byPatient(taxonomy, samples, stage, clusters, options)))
            .toList();
    PathReport path =
        new PathReport(
            figures.path().samples(),
            clusters.patients(),
            values(figures.ofPath(), row, intervals::of),
            count(taxonomy, samples, MultilevelResult.Outcome.STOPPED),
            count(taxonomy, samples, MultilevelResult.Outcome.REFERRED),
            figures.path().errors());
    return new EvaluationReport(
        taxonomy,
        stages,
        path,
        options,
        List.of(),
        List.of(),
        UnfitImages.of(samples, withoutUnfit(taxonomy, samples, options)),
        AuxiliarySamples.evaluate(given, options),
        Optional.empty());
  }

  /** Those that have a label below the root: others are of no stage. */
  private static List<ScoredSample> labelled(Taxonomy taxonomy, List<ScoredSample> samples) {
    return samples.stream().filter(s -> !s.truth().equals(taxonomy.root())).toList();
  }

  /**
   * Evaluates one stage with the patient as what is judged: pools the cells of each patient, and
   * holds the decision against the patient's label. Leaves out samples without a patient, and those
   * whose truth does not lie below the stage.
   *
   * @param stage an inner node of the taxonomy
   * @param samples each with the stage's prediction
   * @param pooling makes one decision of a patient's cells
   * @return the stage's report, whose samples are patients
   * @throws IllegalArgumentException where the samples of a patient do not agree on the truth
   */
  public static StageReport evaluatePatients(
      Taxonomy taxonomy,
      Label stage,
      List<ScoredSample> samples,
      PatientPooling pooling,
      EvaluationOptions options) {
    return evaluate(
            PatientSamples.taxonomy(taxonomy, stage),
            PatientSamples.pool(pooling, taxonomy, stage, samples),
            options)
        .stages()
        .get(0);
  }

  private static Optional<EvaluationReport> withoutUnfit(
      Taxonomy taxonomy, List<ScoredSample> samples, EvaluationOptions options) {
    List<ScoredSample> fit = samples.stream().filter(s -> s.findings().isEmpty()).toList();
    return fit.isEmpty() || fit.size() == samples.size()
        ? Optional.empty()
        : Optional.of(evaluate(taxonomy, fit, options));
  }

  private static StageReport stage(
      Figures.Stage stage,
      double[] row,
      IntervalFinder intervals,
      Clusters clusters,
      EvaluationOptions options,
      Optional<PatientReport> byPatient) {
    StageScores scores = stage.scores();
    ConfusionMatrix confusion = scores.confusion();
    List<ClassReport> classes = new ArrayList<>();
    for (int c = 0; c < scores.labels().size(); c++) {
      Label label = scores.labels().get(c);
      classes.add(
          new ClassReport(
              label,
              confusion.truthCount(label),
              confusion.predictedCount(label),
              values(stage.byLabel().get(c), row, f -> intervals.of(stage, f))));
    }
    Optional<CalibrationCheck> check = CalibrationErrors.check(scores, clusters, options);
    return new StageReport(
        stage.node(),
        clusters.patients(scores),
        confusion,
        values(
            stage.whole(),
            row,
            figure ->
                CalibrationErrors.METRICS.contains(figure.metric())
                    ? new IntervalFinder.Found(
                        Optional.empty(),
                        check.map(c -> CalibrationErrors.remark(c, figure.metric())))
                    : intervals.of(stage, figure)),
        List.copyOf(classes),
        scores.reliability(),
        check,
        riskCoverage(scores),
        byPatient);
  }

  private static MetricValues values(
      List<Figure> figures, double[] row, Function<Figure, IntervalFinder.Found> interval) {
    return MetricValues.of(figures, Figure::metric, f -> f.in(row), interval, Figure::reason);
  }

  /** How sure the stage was of what it chose, and whether it was right. */
  private static RiskCoverage riskCoverage(StageScores scores) {
    double[] confidence = new double[scores.size()];
    boolean[] right = new boolean[scores.size()];
    for (int i = 0; i < right.length; i++) {
      confidence[i] = scores.probability(i, scores.chosen(i));
      right[i] = scores.chosen(i) == scores.truth(i);
    }
    return RiskCoverage.of(confidence, right);
  }

  private static Optional<PatientReport> byPatient(
      Taxonomy taxonomy,
      List<ScoredSample> samples,
      Figures.Stage stage,
      Clusters clusters,
      EvaluationOptions options) {
    if (clusters.independent()) {
      return Optional.empty();
    }
    PatientMeans means =
        PatientMeans.of(
            stage.scores(), IntStream.range(0, stage.scores().size()).toArray(), clusters, options);
    Optional<StageReport> decisions = Optional.empty();
    if (means.patients() > 0 && means.mixed() == 0) {
      decisions = Optional.of(evaluatePatients(taxonomy, stage.node(), samples, POOLING, options));
    }
    return Optional.of(
        new PatientReport(
            means.patients(),
            means.mixed(),
            POOLING.describe(),
            decisions,
            means.means(stage.scores().labels().positiveIndex().isPresent(), options),
            means.behind()));
  }

  /**
   * Compares two pipelines on the same samples: for every metric the difference, second minus
   * first, its interval, and a test of no difference.
   *
   * <p>Where patients have several samples, the interval is of patients left out or drawn, and the
   * test swaps the two pipelines' answers for whole patients. Where no patient is known, or each
   * has one sample, accuracies get the exact McNemar test, areas of stages with two labels DeLong's
   * test and interval, and the rest the same as before with the sample as the unit; without
   * patients each is labelled as assuming independent cells.
   *
   * @param taxonomy the tree of labels
   * @param firstGiven what the first pipeline says; samples without a label of the tree are left
   *     out
   * @param secondGiven what the second says of the same samples in the same order
   * @param options the resamples are the number of swaps, too; at least 1
   * @throws IllegalArgumentException where the samples differ in id, truth or patient, besides the
   *     reasons of {@link #evaluate(Taxonomy, List, EvaluationOptions)}
   */
  public static ComparisonReport compare(
      Taxonomy taxonomy,
      List<ScoredSample> firstGiven,
      List<ScoredSample> secondGiven,
      EvaluationOptions options) {
    requireLabels(taxonomy, firstGiven);
    requireLabels(taxonomy, secondGiven);
    List<ScoredSample> first = labelled(taxonomy, firstGiven);
    List<ScoredSample> second = labelled(taxonomy, secondGiven);
    requireSame(first, second);
    if (options.resamples() < 1 || first.isEmpty()) {
      throw new IllegalArgumentException(
          "A comparison needs at least one sample and one resample; found %d and %d."
              .formatted(first.size(), options.resamples()));
    }
    return Comparer.compare(taxonomy, first, second, options);
  }

  /**
   * Fails where data hold a patient or an image that a stage of the pipeline was trained, validated
   * or calibrated on.
   *
   * @param verification of the data on which the pipeline is to be evaluated
   * @param remedy what the user can do about it, ending in a colon
   * @return the stages whose bundles do not say what they were made from, which can therefore not
   *     be checked
   * @throws DataException which says how many patients and images these are, and lists them
   * @throws IOException where a bundle cannot be read
   */
  public static List<Label> requireUnseen(
      MultilevelPipeline pipeline, Verification verification, String remedy) throws IOException {
    List<Label> silent = new ArrayList<>();
    List<TrainingSamples> made = new ArrayList<>();
    for (Map.Entry<Label, LeukemiaClassifier> stage : pipeline.classifiers().entrySet()) {
      Optional<ModelBundle> bundle = stage.getValue().bundle();
      Optional<TrainingSamples> of =
          bundle.isPresent() ? TrainingSamples.of(bundle.get()) : Optional.empty();
      of.ifPresentOrElse(made::add, () -> silent.add(stage.getKey()));
    }
    TrainingSamples.requireUnseen(made, verification, "evaluated", remedy);
    return List.copyOf(silent);
  }

  private static void requireSame(List<ScoredSample> first, List<ScoredSample> second) {
    if (first.size() != second.size()) {
      throw new IllegalArgumentException(
          "Both must hold the same samples; found %d and %d."
              .formatted(first.size(), second.size()));
    }
    for (int i = 0; i < first.size(); i++) {
      ScoredSample a = first.get(i);
      ScoredSample b = second.get(i);
      if (!a.id().equals(b.id())
          || !a.truth().equals(b.truth())
          || !a.patient().equals(b.patient())) {
        throw new IllegalArgumentException(
            "Both must hold the same samples in the same order; found at index %d %s%s and %s%s."
                .formatted(i, a.id(), who(a, b), b.id(), who(b, a)));
      }
    }
  }

  /** The patient only where it differs: other messages need no identifiers. */
  private static String who(ScoredSample sample, ScoredSample other) {
    return " (%s%s)"
        .formatted(
            sample.truth(),
            sample.patient().equals(other.patient())
                ? ""
                : sample.patient().map(p -> ", patient " + p).orElse(", no patient"));
  }

  private static void requireLabels(Taxonomy taxonomy, List<ScoredSample> samples) {
    for (ScoredSample sample : samples) {
      for (Label label : List.of(sample.truth(), sample.decided())) {
        if (!taxonomy.contains(label)) {
          throw new IllegalArgumentException(
              "Truth and decision must be labels of the taxonomy %s; found %s for %s."
                  .formatted(taxonomy, label, sample.id()));
        }
      }
    }
  }

  private static long count(
      Taxonomy taxonomy, List<ScoredSample> samples, MultilevelResult.Outcome outcome) {
    return samples.stream()
        .filter(s -> s.outcome() == outcome && !s.truth().equals(taxonomy.root()))
        .count();
  }
}
