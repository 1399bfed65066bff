package io.github.leukemia4j.metric;

import io.github.leukemia4j.metric.Metric.Nature;
import io.github.leukemia4j.metric.Metric.Range;
import io.github.leukemia4j.metric.Metric.Share;
import io.github.leukemia4j.metric.StageMetric.Basis;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.ServiceLoader;
import java.util.function.Function;
import java.util.stream.IntStream;

/** The metrics that are built in, and where others are found. */
public final class Metrics {
  private static final String NO_SAMPLES = "there are no samples";
  private static final String ONE_CLASS = "the samples are not of two classes or more";
  private static final String NEVER =
      "the class occurs neither in the truth nor among the predictions";

  /** The share of right answers. */
  public static final StageMetric ACCURACY =
      share(
          "accuracy",
          "Accuracy",
          NO_SAMPLES,
          Basis.EVERY_LABEL,
          s -> share(s.confusion().right(), s.confusion().total()),
          true);

  /** The mean recall of the labels that occur in the truth. */
  public static final StageMetric BALANCED_ACCURACY =
      counts("balancedAccuracy", "Balanced accuracy", ConfusionMatrix::balancedAccuracy)
          .toHeadline();

  /**
   * The area under the ROC curve, ties counting half. Of a stage with two labels: of the positive
   * one, or the second. Of one with more: the mean over the labels of one against the rest.
   */
  public static final StageMetric AUROC =
      new BuiltIn("auroc", "AUROC", "AUROC", ONE_CLASS, s -> ranked(s, s::auroc))
          .as(Nature.RANKED)
          .toHeadline();

  /** The share of the positive label's samples that were called positive. */
  public static final StageMetric SENSITIVITY =
      share(
          "sensitivity",
          "Sensitivity",
          "there are no samples of the positive class",
          Basis.POSITIVES,
          Metrics::recall,
          true);

  /** The share of the other labels' samples that were not called positive. */
  public static final StageMetric SPECIFICITY =
      share(
          "specificity",
          "Specificity",
          "there are no samples of the other classes",
          Basis.OTHERS,
          s -> ofPositive(s, (m, p) -> share(m.otherwise(p), m.total() - m.row(p))),
          true);

  /** Right answers among those of the positive label. */
  public static final StageMetric PRECISION =
      share(
          "precision",
          "Precision",
          "the class was never predicted",
          Basis.CALLED,
          s -> ofPositive(s, (m, p) -> share(m.count(p, p), m.column(p))),
          false);

  /** Right answers among the samples of one label; of a stage it is called sensitivity. */
  public static final StageMetric RECALL =
      share(
          "recall",
          "Recall",
          "there are no samples of the class",
          Basis.POSITIVES,
          Metrics::recall,
          false);

  /** The harmonic mean of precision and recall of the positive label. */
  public static final StageMetric F1 = fBeta("f1", "F1", 1);

  /** F-beta of the positive label with beta 2: recall counts twice as much as precision. */
  public static final StageMetric F_BETA = fBeta("fBeta", "F2", 2);

  /** Matthews correlation coefficient, for several labels as Gorodkin 2004. */
  public static final StageMetric MCC =
      new BuiltIn(
              "mcc",
              "Matthews correlation",
              "Matthews corr.",
              "the truth or the predictions are all of one class",
              s -> s.confusion().matthewsCorrelation())
          .within(Range.CORRELATION);

  /** Cohen's kappa. */
  public static final StageMetric KAPPA =
      new BuiltIn(
              "kappa",
              "Cohen's kappa",
              "Cohen's kappa",
              "truth and predictions are all of one and the same class",
              s -> s.confusion().cohensKappa())
          .within(Range.CORRELATION);

  /** The mean precision of the labels that occur. */
  public static final StageMetric MACRO_PRECISION =
      counts("macroPrecision", "Macro precision", ConfusionMatrix::macroPrecision);

  /** The mean recall of the labels that occur in the truth or among the answers. */
  public static final StageMetric MACRO_RECALL =
      counts("macroRecall", "Macro recall", ConfusionMatrix::macroRecall);

  /** The mean F1 of the labels that occur. */
  public static final StageMetric MACRO_F1 = counts("macroF1", "Macro F1", m -> m.macroFBeta(1));

  /** The mean precision, each label weighted by its samples. */
  public static final StageMetric WEIGHTED_PRECISION =
      counts("weightedPrecision", "Weighted precision", ConfusionMatrix::weightedPrecision);

  /** The mean F1, each label weighted by its samples. */
  public static final StageMetric WEIGHTED_F1 =
      counts("weightedF1", "Weighted F1", m -> m.weightedFBeta(1));

  /**
   * Average precision, the area under the precision-recall curve as a sum of steps. Of a stage with
   * more than two labels: the mean over the labels of one against the rest.
   */
  public static final StageMetric AUPRC =
      new BuiltIn(
              "auprc",
              "Average precision (AUPRC)",
              "Average precision",
              "there are no samples of the class",
              s -> ranked(s, s::averagePrecision))
          .as(Nature.RANKED);

  /** The best sensitivity among thresholds whose specificity is at least 0.95. */
  public static final StageMetric SENSITIVITY_AT_SPECIFICITY =
      atThreshold(
          "sensitivityAtSpecificity",
          "Sensitivity at specificity 0.95",
          "Sens. at spec 0.95",
          (s, p) -> s.sensitivityAt(p, StageScores.READ_OFF_AT));

  /** The best specificity among thresholds whose sensitivity is at least 0.95. */
  public static final StageMetric SPECIFICITY_AT_SENSITIVITY =
      atThreshold(
          "specificityAtSensitivity",
          "Specificity at sensitivity 0.95",
          "Spec. at sens 0.95",
          (s, p) -> s.specificityAt(p, StageScores.READ_OFF_AT));

  /** The mean of -ln(probability of the true label), probabilities below 2^-52 raised to it. */
  public static final StageMetric LOG_LOSS =
      new BuiltIn("logLoss", "Log loss", "Log loss", NO_SAMPLES, StageScores::logLoss)
          .within(Range.POSITIVE);

  /**
   * The mean squared error of the probabilities: of one column where there are two labels, in [0,
   * 1], else summed over the columns, in [0, 2] (Brier 1950).
   */
  public static final StageMetric BRIER =
      new BuiltIn("brier", "Brier score", "Brier score", NO_SAMPLES, StageScores::brier)
          .within(Range.POSITIVE);

  /**
   * Expected calibration error: over equal-width bins (a, b] of the highest probability, the mean
   * gap between it and the share of right answers, bins weighted by samples (Guo et al. 2017).
   */
  public static final StageMetric EXPECTED_CALIBRATION_ERROR =
      new BuiltIn(
              "expectedCalibrationError",
              "Expected calibration error (ECE)",
              "Calibration (ECE)",
              NO_SAMPLES,
              StageScores::expectedCalibrationError)
          .as(Nature.BIASED)
          .toHeadline();

  /** The largest gap of one of these bins. */
  public static final StageMetric MAXIMUM_CALIBRATION_ERROR =
      new BuiltIn(
              "maximumCalibrationError",
              "Maximum calibration error (MCE)",
              "Calibration (MCE)",
              NO_SAMPLES,
              StageScores::maximumCalibrationError)
          .as(Nature.BIASED);

  /**
   * Of the samples that a stage should be asked about, the share that the pipeline both brought to
   * it and sent on rightly.
   */
  public static final StageMetric END_TO_END_ACCURACY =
      share(
          "endToEndAccuracy",
          "End-to-end accuracy",
          "End-to-end acc.",
          NO_SAMPLES,
          Basis.EVERY_LABEL,
          s -> share(s.endToEnd(), s.confusion().total()),
          false);

  /** What is measured of every stage, in the order of reports. */
  public static final List<StageMetric> OF_STAGE =
      List.of(
          ACCURACY,
          BALANCED_ACCURACY,
          AUROC,
          SENSITIVITY,
          SPECIFICITY,
          PRECISION,
          F1,
          F_BETA,
          MCC,
          KAPPA,
          MACRO_PRECISION,
          MACRO_RECALL,
          MACRO_F1,
          WEIGHTED_PRECISION,
          WEIGHTED_F1,
          AUPRC,
          SENSITIVITY_AT_SPECIFICITY,
          SPECIFICITY_AT_SENSITIVITY,
          LOG_LOSS,
          BRIER,
          EXPECTED_CALIBRATION_ERROR,
          MAXIMUM_CALIBRATION_ERROR,
          END_TO_END_ACCURACY);

  /** What is measured of every label against the others, in the order of reports. */
  public static final List<StageMetric> OF_LABEL =
      List.of(AUROC, SPECIFICITY, PRECISION, RECALL, F1, F_BETA, AUPRC);

  /** What people ask for first of a stage, in this order. */
  public static final List<Metric> HEADLINES =
      List.of(
          BALANCED_ACCURACY, AUROC, SENSITIVITY, SPECIFICITY, ACCURACY, EXPECTED_CALIBRATION_ERROR);

  /** What people ask for first of patients, in this order. */
  public static final List<StageMetric> OF_PATIENTS =
      List.of(ACCURACY, BALANCED_ACCURACY, AUROC, SENSITIVITY, SPECIFICITY);

  private Metrics() {}

  /** The metrics that other libraries on the class path or module path provide. */
  public static List<StageMetric> installed() {
    return ServiceLoader.load(StageMetric.class).stream().map(ServiceLoader.Provider::get).toList();
  }

  private static StageMetric fBeta(String id, String title, double beta) {
    return new BuiltIn(
            id,
            title,
            title,
            NEVER,
            s ->
                s.positive().isEmpty()
                    ? OptionalDouble.empty()
                    : s.confusion().fBeta(s.positive().getAsInt(), beta))
        .on(Basis.POSITIVES_AND_CALLED);
  }

  private static BuiltIn counts(
      String id, String title, Function<ConfusionMatrix, OptionalDouble> function) {
    return new BuiltIn(id, title, title, NO_SAMPLES, s -> function.apply(s.confusion()));
  }

  private static StageMetric share(
      String id,
      String title,
      String undefined,
      Basis basis,
      Function<StageScores, Optional<Share>> share,
      boolean headline) {
    return share(id, title, title, undefined, basis, share, headline);
  }

  private static StageMetric share(
      String id,
      String title,
      String brief,
      String undefined,
      Basis basis,
      Function<StageScores, Optional<Share>> share,
      boolean headline) {
    return new BuiltIn(
        id,
        title,
        brief,
        undefined,
        s ->
            share
                .apply(s)
                .map(found -> OptionalDouble.of(found.value()))
                .orElse(OptionalDouble.empty()),
        share,
        basis,
        Nature.SMOOTH,
        Range.UNIT,
        headline);
  }

  private interface AtLabel {
    OptionalDouble of(StageScores scores, int label);
  }

  private static StageMetric atThreshold(String id, String title, String brief, AtLabel readOff) {
    return new BuiltIn(
            id,
            title,
            brief,
            ONE_CLASS,
            s ->
                s.positive().isEmpty()
                    ? OptionalDouble.empty()
                    : readOff.of(s, s.positive().getAsInt()))
        .on(Basis.POSITIVES_AND_OTHERS)
        .as(Nature.JUMPING);
  }

  private interface OfCounts {
    Optional<Share> of(ConfusionMatrix matrix, int positive);
  }

  private static Optional<Share> ofPositive(StageScores scores, OfCounts share) {
    OptionalInt positive = scores.positive();
    return positive.isEmpty()
        ? Optional.empty()
        : share.of(scores.confusion(), positive.getAsInt());
  }

  private static Optional<Share> recall(StageScores scores) {
    return ofPositive(scores, (m, p) -> share(m.count(p, p), m.row(p)));
  }

  private static Optional<Share> share(long successes, long trials) {
    return trials == 0 ? Optional.empty() : Optional.of(new Share(successes, trials));
  }

  private interface OfLabel {
    OptionalDouble of(int label);
  }

  /** Of one label where one is looked at, else the mean over the labels where it is defined. */
  private static OptionalDouble ranked(StageScores scores, OfLabel ofLabel) {
    return scores.ofOneLabel()
        ? ofLabel.of(scores.positive().getAsInt())
        : IntStream.range(0, scores.labels().size())
            .mapToObj(ofLabel::of)
            .filter(OptionalDouble::isPresent)
            .mapToDouble(OptionalDouble::getAsDouble)
            .average();
  }
}
