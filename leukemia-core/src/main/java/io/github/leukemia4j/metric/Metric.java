package io.github.leukemia4j.metric;

import io.github.leukemia4j.statistics.ClusterBootstrap;
import java.util.List;

/**
 * What can be measured of a stage, of one class against the others, or of the whole path. The JSON
 * name of a metric is stable.
 */
public enum Metric {
  /** The share of right predictions. */
  ACCURACY("accuracy", "there are no samples"),
  /** The mean recall of the classes that occur in the truth. */
  BALANCED_ACCURACY("balancedAccuracy", "there are no samples"),
  /**
   * The area under the ROC curve, ties counting half. Of a stage with two labels: of the positive
   * one, or the second. Of one with more: the mean over the classes of one against the rest.
   */
  AUROC("auroc", "the samples are not of two classes or more"),
  /** The recall of the positive class. */
  SENSITIVITY("sensitivity", "there are no samples of the positive class"),
  /** The share of the other classes' samples that were not called positive. */
  SPECIFICITY("specificity", "there are no samples of the other classes"),
  /** Right predictions among those of the class; of a stage: of its positive class. */
  PRECISION("precision", "the class was never predicted"),
  /** Right predictions among the samples of the class. */
  RECALL("recall", "there are no samples of the class"),
  /** The harmonic mean of precision and recall; of a stage: of its positive class. */
  F1("f1", "the class occurs neither in the truth nor among the predictions"),
  /** F-beta with the beta of the options; of a stage: of its positive class. */
  F_BETA("fBeta", "the class occurs neither in the truth nor among the predictions"),
  /** Matthews correlation coefficient, for several classes as Gorodkin 2004. */
  MCC("mcc", "the truth or the predictions are all of one class"),
  /** Cohen's kappa. */
  KAPPA("kappa", "truth and predictions are all of one and the same class"),
  /** The mean precision of the classes that occur. */
  MACRO_PRECISION("macroPrecision", "there are no samples"),
  /** The mean recall of the classes that occur in truth or predictions. */
  MACRO_RECALL("macroRecall", "there are no samples"),
  /** The mean F1 of the classes that occur. */
  MACRO_F1("macroF1", "there are no samples"),
  /** The mean precision, each class weighted by its samples. */
  WEIGHTED_PRECISION("weightedPrecision", "there are no samples"),
  /** The mean F1, each class weighted by its samples. */
  WEIGHTED_F1("weightedF1", "there are no samples"),
  /**
   * Average precision, the area under the precision-recall curve as a sum of steps. Of a stage with
   * more than two labels: the mean over the classes of one against the rest.
   */
  AUPRC("auprc", "there are no samples of the class"),
  /** The best sensitivity among thresholds whose specificity is at least that of the options. */
  SENSITIVITY_AT_SPECIFICITY(
      "sensitivityAtSpecificity", "the samples are not of two classes or more"),
  /** The best specificity among thresholds whose sensitivity is at least that of the options. */
  SPECIFICITY_AT_SENSITIVITY(
      "specificityAtSensitivity", "the samples are not of two classes or more"),
  /** The mean of -ln(probability of the true class), probabilities below 2^-52 raised to it. */
  LOG_LOSS("logLoss", "there are no samples"),
  /**
   * The mean squared error of the probabilities: of one column where there are two labels, in [0,
   * 1], else summed over the columns, in [0, 2] (Brier 1950).
   */
  BRIER("brier", "there are no samples"),
  /**
   * Expected calibration error: over equal-width bins (a, b] of the highest probability, the mean
   * gap between it and the share of right answers, bins weighted by samples (Guo et al. 2017).
   */
  EXPECTED_CALIBRATION_ERROR("expectedCalibrationError", "there are no samples"),
  /** The largest gap of one of these bins. */
  MAXIMUM_CALIBRATION_ERROR("maximumCalibrationError", "there are no samples"),
  /**
   * Of the samples that a stage should be asked about, the share that the cascade both brought to
   * it and sent on rightly.
   */
  END_TO_END_ACCURACY("endToEndAccuracy", "there are no samples"),

  /** The share of samples whose path is right down to the truth. */
  PATH_ACCURACY("accuracy", "there are no samples with a label below the root"),
  /** The same among the samples that the cascade neither stopped early with nor referred. */
  DECIDED_ACCURACY("decidedAccuracy", "no sample was decided"),
  /**
   * Right nodes among the predicted ones, over all samples, the root left out (Kiritchenko et al.
   * 2006).
   */
  HIERARCHICAL_PRECISION("hierarchicalPrecision", "no node below the root was predicted"),
  /** Right nodes among the true ones, over all samples, the root left out. */
  HIERARCHICAL_RECALL("hierarchicalRecall", "there are no samples with a label below the root"),
  /** The harmonic mean of these two. */
  HIERARCHICAL_F1("hierarchicalF1", "there are no samples with a label below the root"),
  /**
   * The mean of each sample's hierarchical precision, samples without a predicted node left out.
   */
  HIERARCHICAL_PRECISION_MACRO(
      "hierarchicalPrecisionMacro", "no node below the root was predicted"),
  /** The mean of each sample's hierarchical recall. */
  HIERARCHICAL_RECALL_MACRO(
      "hierarchicalRecallMacro", "there are no samples with a label below the root"),
  /** The mean of each sample's hierarchical F1. */
  HIERARCHICAL_F1_MACRO("hierarchicalF1Macro", "there are no samples with a label below the root");

  public static final int COUNT = values().length;

  /** What people ask for first of a stage, in this order. */
  public static final List<Metric> HEADLINES =
      List.of(
          BALANCED_ACCURACY, AUROC, SENSITIVITY, SPECIFICITY, ACCURACY, EXPECTED_CALIBRATION_ERROR);

  /** What people ask for first of patients, in this order. */
  public static final List<Metric> OF_PATIENTS =
      List.of(ACCURACY, BALANCED_ACCURACY, AUROC, SENSITIVITY, SPECIFICITY);

  private final String jsonName;
  private final String undefined;

  Metric(String jsonName, String undefined) {
    this.jsonName = jsonName;
    this.undefined = undefined;
  }

  /** The name in reports. */
  public String jsonName() {
    return jsonName;
  }

  /**
   * What people call it.
   *
   * @param options of the evaluation, which some names hold
   */
  public String title(EvaluationOptions options) {
    return MetricNames.of(this, options);
  }

  /**
   * The same in at most 18 characters, for tables on a terminal.
   *
   * @param options of the evaluation, which some names hold
   */
  public String brief(EvaluationOptions options) {
    return MetricNames.brief(this, options);
  }

  /** Where its values can lie. */
  public ClusterBootstrap.Range range() {
    return switch (this) {
      case MCC, KAPPA -> ClusterBootstrap.Range.CORRELATION;
      case LOG_LOSS, BRIER -> ClusterBootstrap.Range.POSITIVE;
      default -> ClusterBootstrap.Range.UNIT;
    };
  }

  /** Why the metric has no value, where it has none. */
  public String undefined() {
    return undefined;
  }
}
