package io.github.leukemia4j.cli;

import io.github.leukemia4j.loss.Losses;
import io.github.leukemia4j.training.TrainingConfig;
import io.github.leukemia4j.training.input.Sampling;
import picocli.CommandLine.Option;

/** What a comparison of losses chooses itself, and other trainings are told. */
final class LossOptions {
  @Option(
      names = "--loss",
      defaultValue = "default",
      paramLabel = "SPEC",
      description =
          "${DEFAULT-VALUE}, or such as cross-entropy, tversky(0.3,0.7), dice, f-beta(2) or"
              + " 0.5*cross-entropy+0.5*tversky(0.3,0.7).")
  private String loss;

  @Option(
      names = "--sampling",
      paramLabel = "natural|balanced",
      description = "How batches are drawn; default ${DEFAULT-VALUE}.")
  private Sampling sampling = TrainingConfig.defaults().batches().sampling();

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Of the split, the weights and everything else; default ${DEFAULT-VALUE}.")
  private long seed = TrainingConfig.defaults().batches().seed();

  TrainingConfig.Builder addTo(TrainingConfig.Builder config) {
    return config.loss(Losses.parse(loss)).sampling(sampling).seed(seed);
  }
}
