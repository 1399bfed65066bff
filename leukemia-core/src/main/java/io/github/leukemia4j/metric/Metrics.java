package io.github.leukemia4j.metric;

import io.github.leukemia4j.metric.Metric.Nature;
import io.github.leukemia4j.metric.Metric.Range;
import io.github.leukemia4j.metric.StageMetric.Basis;
import java.util.List;
import java.util.ServiceLoader;

/** The metrics that are built in, and where others are found. */
public final class Metrics {
  static final String NO_SAMPLES = "there are no samples";
  private static final String NO_LABELS = "there are no samples with a label below the root";
  private static final String NO_NODES = "no node below the root was predicted";
  static final String ONE_CLASS = "the samples are not of two classes or more";

  /** The share of right answers. */
  public static final StageMetric ACCURACY =
      BuiltIn.share(
              "accuracy",
              "Accuracy",
              "Accuracy",
              NO_SAMPLES,
              Basis.EVERY_LABEL,
              s -> BuiltIn.share(s.confusion().right(), s.confusion().total()))
          .toHeadline();

  /** The mean recall of the labels that occur in the truth. */
  public static final StageMetric BALANCED_ACCURACY =
      BuiltIn.counts("balancedAccuracy", "Balanced accuracy", ConfusionMatrix::balancedAccuracy)
          .toHeadline();

  /**
   * The area under the ROC curve, ties counting half. Of a stage with two labels: of the positive
   * one, or the second. Of one with more: the mean over the labels of one against the rest.
   */
  public static final StageMetric AUROC =
      BuiltIn.all("auroc", "AUROC", "AUROC", ONE_CLASS, s -> BuiltIn.ranked(s, s::auroc))
          .as(Nature.RANKED, Range.UNIT)
          .toHeadline();

  /** The share of the positive label's samples that were called positive. */
  public static final StageMetric SENSITIVITY =
      BuiltIn.share(
              "sensitivity",
              "Sensitivity",
              "Sensitivity",
              "there are no samples of the positive class",
              Basis.POSITIVES,
              BuiltIn::recall)
          .toHeadline();

  /** The share of the other labels' samples that were not called positive. */
  public static final StageMetric SPECIFICITY =
      BuiltIn.share(
              "specificity",
              "Specificity",
              "Specificity",
              "there are no samples of the other classes",
              Basis.OTHERS,
              s ->
                  BuiltIn.ofPositive(
                      s, (m, p) -> BuiltIn.share(m.otherwise(p), m.total() - m.row(p))))
          .toHeadline();

  /** Right answers among those of the positive label. */
  public static final StageMetric PRECISION =
      BuiltIn.share(
          "precision",
          "Precision",
          "Precision",
          "the class was never predicted",
          Basis.CALLED,
          s -> BuiltIn.ofPositive(s, (m, p) -> BuiltIn.share(m.count(p, p), m.column(p))));

  /** Right answers among the samples of one label; of a stage it is called sensitivity. */
  public static final StageMetric RECALL =
      BuiltIn.share(
          "recall",
          "Recall",
          "Recall",
          "there are no samples of the class",
          Basis.POSITIVES,
          BuiltIn::recall);

  /** The harmonic mean of precision and recall of the positive label. */
  public static final StageMetric F1 = BuiltIn.fBeta("f1", "F1", 1);

  /** F-beta of the positive label with beta 2: recall counts twice as much as precision. */
  public static final StageMetric F_BETA = BuiltIn.fBeta("fBeta", "F2", 2);

  /** Matthews correlation coefficient, for several labels as Gorodkin 2004. */
  public static final StageMetric MCC =
      BuiltIn.all(
              "mcc",
              "Matthews correlation",
              "Matthews corr.",
              "the truth or the predictions are all of one class",
              s -> s.confusion().matthewsCorrelation())
          .as(Nature.SMOOTH, Range.CORRELATION);

  /** Cohen's kappa. */
  public static final StageMetric KAPPA =
      BuiltIn.all(
              "kappa",
              "Cohen's kappa",
              "Cohen's kappa",
              "truth and predictions are all of one and the same class",
              s -> s.confusion().cohensKappa())
          .as(Nature.SMOOTH, Range.CORRELATION);

  /** The mean precision of the labels that occur. */
  public static final StageMetric MACRO_PRECISION =
      BuiltIn.counts("macroPrecision", "Macro precision", ConfusionMatrix::macroPrecision);

  /** The mean recall of the labels that occur in the truth or among the answers. */
  public static final StageMetric MACRO_RECALL =
      BuiltIn.counts("macroRecall", "Macro recall", ConfusionMatrix::macroRecall);

  /** The mean F1 of the labels that occur. */
  public static final StageMetric MACRO_F1 =
      BuiltIn.counts("macroF1", "Macro F1", m -> m.macroFBeta(1));

  /** The mean precision, each label weighted by its samples. */
  public static final StageMetric WEIGHTED_PRECISION =
      BuiltIn.counts("weightedPrecision", "Weighted precision", ConfusionMatrix::weightedPrecision);

  /** The mean F1, each label weighted by its samples. */
  public static final StageMetric WEIGHTED_F1 =
      BuiltIn.counts("weightedF1", "Weighted F1", m -> m.weightedFBeta(1));

  /**
   * Average precision, the area under the precision-recall curve as a sum of steps. Of a stage with
   * more than two labels: the mean over the labels of one against the rest.
   */
  public static final StageMetric AUPRC =
      BuiltIn.all(
              "auprc",
              "Average precision (AUPRC)",
              "Average precision",
              "there are no samples of the class",
              s -> BuiltIn.ranked(s, s::averagePrecision))
          .as(Nature.RANKED, Range.UNIT);

  /** The best sensitivity among thresholds whose specificity is at least 0.95. */
  public static final StageMetric SENSITIVITY_AT_SPECIFICITY =
      BuiltIn.atThreshold(
          "sensitivityAtSpecificity",
          "Sensitivity at specificity 0.95",
          "Sens. at spec 0.95",
          (s, p) -> s.sensitivityAt(p, StageScores.READ_OFF_AT));

  /** The best specificity among thresholds whose sensitivity is at least 0.95. */
  public static final StageMetric SPECIFICITY_AT_SENSITIVITY =
      BuiltIn.atThreshold(
          "specificityAtSensitivity",
          "Specificity at sensitivity 0.95",
          "Spec. at sens 0.95",
          (s, p) -> s.specificityAt(p, StageScores.READ_OFF_AT));

  /** The mean of -ln(probability of the true label), probabilities below 2^-52 raised to it. */
  public static final StageMetric LOG_LOSS =
      BuiltIn.all("logLoss", "Log loss", "Log loss", NO_SAMPLES, StageScores::logLoss)
          .as(Nature.SMOOTH, Range.POSITIVE);

  /**
   * The mean squared error of the probabilities: of one column where there are two labels, in [0,
   * 1], else summed over the columns, in [0, 2] (Brier 1950).
   */
  public static final StageMetric BRIER =
      BuiltIn.all("brier", "Brier score", "Brier score", NO_SAMPLES, StageScores::brier)
          .as(Nature.SMOOTH, Range.POSITIVE);

  /**
   * Expected calibration error: over equal-width bins (a, b] of the highest probability, the mean
   * gap between it and the share of right answers, bins weighted by samples (Guo et al. 2017).
   */
  public static final StageMetric EXPECTED_CALIBRATION_ERROR =
      BuiltIn.all(
              "expectedCalibrationError",
              "Expected calibration error (ECE)",
              "Calibration (ECE)",
              NO_SAMPLES,
              StageScores::expectedCalibrationError)
          .as(Nature.BIASED, Range.UNIT)
          .toHeadline();

  /** The largest gap of one of these bins. */
  public static final StageMetric MAXIMUM_CALIBRATION_ERROR =
      BuiltIn.all(
              "maximumCalibrationError",
              "Maximum calibration error (MCE)",
              "Calibration (MCE)",
              NO_SAMPLES,
              StageScores::maximumCalibrationError)
          .as(Nature.BIASED, Range.UNIT);

  /**
   * Of the samples that a stage should be asked about, the share that the pipeline both brought to
   * it and sent on rightly.
   */
  public static final StageMetric END_TO_END_ACCURACY =
      BuiltIn.share(
          "endToEndAccuracy",
          "End-to-end accuracy",
          "End-to-end acc.",
          NO_SAMPLES,
          Basis.EVERY_LABEL,
          s -> BuiltIn.share(s.endToEnd(), s.confusion().total()));

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

  /** The share of samples whose path is right down to the truth. */
  public static final Metric PATH_ACCURACY =
      BuiltIn.path("accuracy", "Accuracy of the whole path", "Path accuracy", NO_LABELS);

  /** The same among the samples that the pipeline neither stopped early with nor referred. */
  public static final Metric DECIDED_ACCURACY =
      BuiltIn.path(
          "decidedAccuracy",
          "Accuracy of what was decided",
          "Decided accuracy",
          "no sample was decided");

  /**
   * Right nodes among the predicted ones, over all samples, the root left out (Kiritchenko et al.
   * 2006).
   */
  public static final Metric HIERARCHICAL_PRECISION =
      BuiltIn.path("hierarchicalPrecision", "Hierarchical precision", "Hier. precision", NO_NODES);

  /** Right nodes among the true ones, over all samples, the root left out. */
  public static final Metric HIERARCHICAL_RECALL =
      BuiltIn.path("hierarchicalRecall", "Hierarchical recall", "Hier. recall", NO_LABELS);

  /** The harmonic mean of these two. */
  public static final Metric HIERARCHICAL_F1 =
      BuiltIn.path("hierarchicalF1", "Hierarchical F1", "Hier. F1", NO_LABELS);

  /**
   * The mean of each sample's hierarchical precision, samples without a predicted node left out.
   */
  public static final Metric HIERARCHICAL_PRECISION_MACRO =
      BuiltIn.path(
          "hierarchicalPrecisionMacro",
          "Hierarchical precision, mean over samples",
          "Hier. prec., mean",
          NO_NODES);

  /** The mean of each sample's hierarchical recall. */
  public static final Metric HIERARCHICAL_RECALL_MACRO =
      BuiltIn.path(
          "hierarchicalRecallMacro",
          "Hierarchical recall, mean over samples",
          "Hier. recall, mean",
          NO_LABELS);

  /** The mean of each sample's hierarchical F1. */
  public static final Metric HIERARCHICAL_F1_MACRO =
      BuiltIn.path(
          "hierarchicalF1Macro", "Hierarchical F1, mean over samples", "Hier. F1, mean", NO_LABELS);

  /** What is measured of the pipeline as a whole, in the order of reports. */
  public static final List<Metric> OF_PATH =
      List.of(
          PATH_ACCURACY,
          DECIDED_ACCURACY,
          HIERARCHICAL_PRECISION,
          HIERARCHICAL_RECALL,
          HIERARCHICAL_F1,
          HIERARCHICAL_PRECISION_MACRO,
          HIERARCHICAL_RECALL_MACRO,
          HIERARCHICAL_F1_MACRO);

  private Metrics() {}

  /** The metrics that other libraries on the class path or module path provide. */
  public static List<StageMetric> installed() {
    return ServiceLoader.load(StageMetric.class).stream().map(ServiceLoader.Provider::get).toList();
  }
}
