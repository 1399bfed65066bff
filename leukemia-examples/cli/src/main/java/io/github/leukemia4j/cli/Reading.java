package io.github.leukemia4j.cli;

import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.check.Verification;
import io.github.leukemia4j.training.TrainingConfig;
import io.github.leukemia4j.training.input.ImageCache;
import io.github.leukemia4j.training.loop.Training;
import java.io.IOException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Reads every image of a data set, once for all that follows, and shows how far that is. */
final class Reading {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--skip-unreadable",
      description = "Leave unreadable images out instead of failing.")
  private boolean skip;

  /** The command's own. */
  Reading() {}

  /** Of a command that has no such option: unreadable images are refused. */
  Reading(CommandSpec command) {
    this.command = command;
  }

  /** How images are read once the options are known. */
  @FunctionalInterface
  interface Loader {
    ImageCache load(ImageCache.Options options) throws IOException, InterruptedException;
  }

  ImageCache read(Dataset dataset, Loader loader) throws IOException, InterruptedException {
    try (ProgressLine progress = progress(dataset)) {
      ImageCache images =
          loader.load(
              ImageCache.Options.defaults()
                  .withProgress(progress::accept)
                  .skippingUnreadable(skip));
      nameLeftOut(images.verification());
      return images;
    }
  }

  /** As a network is trained. */
  ImageCache read(Dataset dataset, TrainingConfig config) throws IOException, InterruptedException {
    return read(dataset, options -> Training.read(dataset, config, options));
  }

  Verification verify(Dataset dataset) throws InterruptedException {
    try (ProgressLine progress = progress(dataset)) {
      Verification verification =
          Verification.of(dataset, Runtime.getRuntime().availableProcessors(), progress::accept);
      if (!skip) {
        return verification.requireReadable();
      }
      nameLeftOut(verification);
      return verification;
    }
  }

  private ProgressLine progress(Dataset dataset) {
    return ProgressLine.of(command.commandLine().getErr(), "Reading images", dataset.size());
  }

  private void nameLeftOut(Verification verification) {
    verification
        .unreadable()
        .values()
        .forEach(reason -> command.commandLine().getOut().println("Left out: " + reason));
  }
}
