package io.github.leukemia4j.cli;

import io.github.leukemia4j.calibration.DecisionRule;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** By what rule a pipeline shall decide. */
final class DecisionOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--sensitivity",
      paramLabel = "SHARE",
      description =
          "Choose the threshold of the positive label so that this sensitivity, such as 0.95, is"
              + " guaranteed.")
  private Double sensitivity;

  @Option(
      names = "--specificity",
      paramLabel = "SHARE",
      description =
          "The same for a specificity; with --sensitivity, what lies between the two thresholds is"
              + " referred to a person.")
  private Double specificity;

  @Option(
      names = "--cost-ratio",
      paramLabel = "N",
      description =
          "Choose the threshold for the lowest cost, where a missed positive costs N times a false"
              + " alarm; without a guarantee.")
  private Double costRatio;

  @Option(
      names = "--confidence",
      paramLabel = "SHARE",
      description = "Of the guarantees of --sensitivity and --specificity; 0.95 by default.")
  private Double confidence;

  @Option(
      names = "--coverage",
      paramLabel = "SHARE",
      description =
          "Conformal sets that hold the true label in this share of cells, such as 0.9, for stages"
              + " without a threshold; where a set does not hold exactly one label, the cell is"
              + " left open.")
  private Double coverage;

  DecisionRule wish() {
    DecisionRule.Builder wish = DecisionRule.builder();
    if (confidence != null) {
      if (sensitivity == null && specificity == null) {
        throw new ParameterException(
            spec.commandLine(),
            "--confidence is that of --sensitivity or --specificity; give one of them, or leave it"
                + " out.");
      }
      wish.confidence(confidence);
    }
    if (sensitivity != null) {
      wish.sensitivity(sensitivity);
    }
    if (specificity != null) {
      wish.specificity(specificity);
    }
    if (costRatio != null) {
      wish.costRatio(costRatio);
    }
    if (coverage != null) {
      wish.coverage(coverage);
    }
    return wish.build();
  }
}
