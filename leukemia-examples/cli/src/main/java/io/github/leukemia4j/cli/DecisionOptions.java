package io.github.leukemia4j.cli;

import io.github.leukemia4j.calibration.DecisionRule;
import io.github.leukemia4j.training.TrainingConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** By what rule a pipeline shall decide. */
@Command
final class DecisionOptions {
  private CommandSpec command;

  @Spec(Spec.Target.MIXEE)
  void command(CommandSpec spec) {
    command = spec;
    Settings.DECISIONS.addTo(spec);
  }

  /** What the options alone say. */
  DecisionRule rule() {
    requireGuarantee();
    return Settings.apply(command, TrainingConfig.builder()).build().decisions();
  }

  /** A confidence needs something to be confident of. */
  void requireGuarantee() {
    if (given("--confidence") && !given("--sensitivity") && !given("--specificity")) {
      throw new ParameterException(
          command.commandLine(),
          "--confidence is that of --sensitivity or --specificity; give one of them, or leave it out.");
    }
  }

  private boolean given(String option) {
    return command.findOption(option).getValue() != null;
  }
}
