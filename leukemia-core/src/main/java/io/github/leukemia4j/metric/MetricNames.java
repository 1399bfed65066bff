package io.github.leukemia4j.metric;

/** What people call the metrics. */
public final class MetricNames {
  private MetricNames() {}

  public static String of(Metric metric, EvaluationOptions options) {
    return switch (metric) {
      case AUROC -> "AUROC";
      case AUPRC -> "Average precision (AUPRC)";
      case F1 -> "F1";
      case F_BETA -> "F" + plain(options.beta());
      case MCC -> "Matthews correlation";
      case KAPPA -> "Cohen's kappa";
      case MACRO_F1 -> "Macro F1";
      case WEIGHTED_F1 -> "Weighted F1";
      case BRIER -> "Brier score";
      case SENSITIVITY_AT_SPECIFICITY ->
          "Sensitivity at specificity " + plain(options.atSpecificity());
      case SPECIFICITY_AT_SENSITIVITY ->
          "Specificity at sensitivity " + plain(options.atSensitivity());
      case HIERARCHICAL_F1 -> "Hierarchical F1";
      case HIERARCHICAL_F1_MACRO -> "Hierarchical F1, mean over samples";
      case HIERARCHICAL_PRECISION_MACRO -> "Hierarchical precision, mean over samples";
      case HIERARCHICAL_RECALL_MACRO -> "Hierarchical recall, mean over samples";
      case PATH_ACCURACY -> "Accuracy of the whole path";
      case DECIDED_ACCURACY -> "Accuracy of what was decided";
      case EXPECTED_CALIBRATION_ERROR -> "Expected calibration error (ECE)";
      case MAXIMUM_CALIBRATION_ERROR -> "Maximum calibration error (MCE)";
      case END_TO_END_ACCURACY -> "End-to-end accuracy";
      default -> words(metric);
    };
  }

  /** At most 18 characters, where a table must fit a terminal. */
  public static String brief(Metric metric, EvaluationOptions options) {
    return switch (metric) {
      case AUPRC -> "Average precision";
      case MCC -> "Matthews corr.";
      case EXPECTED_CALIBRATION_ERROR -> "Calibration (ECE)";
      case MAXIMUM_CALIBRATION_ERROR -> "Calibration (MCE)";
      case SENSITIVITY_AT_SPECIFICITY -> "Sens. at spec " + plain(options.atSpecificity());
      case SPECIFICITY_AT_SENSITIVITY -> "Spec. at sens " + plain(options.atSensitivity());
      case END_TO_END_ACCURACY -> "End-to-end acc.";
      case HIERARCHICAL_PRECISION -> "Hier. precision";
      case HIERARCHICAL_RECALL -> "Hier. recall";
      case HIERARCHICAL_F1 -> "Hier. F1";
      case HIERARCHICAL_F1_MACRO -> "Hier. F1, mean";
      case HIERARCHICAL_PRECISION_MACRO -> "Hier. prec., mean";
      case HIERARCHICAL_RECALL_MACRO -> "Hier. recall, mean";
      case PATH_ACCURACY -> "Path accuracy";
      case DECIDED_ACCURACY -> "Decided accuracy";
      default -> of(metric, options);
    };
  }

  /** Of a constant, with a capital letter: {@code LOG_LOSS} is "Log loss". */
  private static String words(Metric metric) {
    String words = metric.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
    return Character.toUpperCase(words.charAt(0)) + words.substring(1);
  }

  private static String plain(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }
}
