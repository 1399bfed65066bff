package io.github.leukemia4j.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What a comparison of losses chooses itself, and other trainings are told. */
@Command
final class LossOptions {
  @Spec(Spec.Target.MIXEE)
  void command(CommandSpec spec) {
    Settings.LOSS.addTo(spec);
  }
}
