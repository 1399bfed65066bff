package io.github.leukemia4j.pipeline;

import io.github.leukemia4j.DataException;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.backend.Backends;
import io.github.leukemia4j.backend.OpenOptions;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.check.Verification;
import io.github.leukemia4j.data.split.Split;
import io.github.leukemia4j.model.AtomicDirectory;
import io.github.leukemia4j.model.TrainedFrom;
import io.github.leukemia4j.model.UnfinishedTraining;
import io.github.leukemia4j.training.TrainingConfig;
import io.github.leukemia4j.training.TrainingListener;
import io.github.leukemia4j.training.loop.Training;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Trains the stages of a pipeline one after the other. */
final class PipelineTraining {
  private PipelineTraining() {}

  static MultilevelPipeline train(
      Split given,
      Taxonomy taxonomy,
      TrainingConfig config,
      Path directory,
      TrainingListener listener)
      throws IOException, InterruptedException {
    AtomicDirectory.requireFree(directory);
    Split split = relabelled(given, taxonomy);
    requireSamples(split);
    Verification verification = split.verify();
    Training training = new Training(Backends.training(config.backend()), config, listener);
    OpenOptions plain =
        OpenOptions.DEFAULT.withDevice(config.device()).withThreads(config.threads());
    OpenOptions options = config.backend().map(plain::withBackend).orElse(plain);
    try (UnfinishedTraining unfinished = UnfinishedTraining.at(directory)) {
      Path work = unfinished.begin(config.resume());
      try {
        trainStages(split, verification, config, training, work);
        if (split.calibration().size() == 0 && config.decisions().isNone()) {
          AtomicDirectory.move(work, directory);
        } else {
          try (MultilevelPipeline trained =
              PipelineDirectory.load(work, options.withGate(OpenOptions.Gate.OFF))) {
            PipelineCalibration.write(
                trained,
                split.calibration(),
                verification.digests(),
                config.decisions(),
                Map.of(),
                listener,
                directory);
          }
          unfinished.remove();
        }
      } finally {
        unfinished.removeIfEmpty();
      }
    } catch (ClosedByInterruptException e) {
      // What a channel makes of an interrupt that comes between two steps.
      Thread.interrupted();
      InterruptedException interrupted =
          new InterruptedException("Training was interrupted while it wrote " + directory + ".");
      interrupted.initCause(e);
      throw interrupted;
    }
    return PipelineDirectory.load(directory, options);
  }

  private static void trainStages(
      Split split, Verification verification, TrainingConfig config, Training training, Path work)
      throws IOException, InterruptedException {
    Taxonomy taxonomy = split.taxonomy();
    for (Label node : taxonomy.innerNodes()) {
      Path bundle = work.resolve(PipelineDirectory.stageDirectory(taxonomy, node));
      Split stage = split.forStage(node);
      TrainedFrom wanted = TrainedFrom.of(config.describe(node), stage, verification);
      if (Files.exists(bundle)) {
        wanted.requireSame(bundle);
        UnfinishedTraining.at(bundle).removeRest();
      } else {
        training.train(stage, bundle);
        wanted.write(bundle);
      }
    }
    PipelineDirectory.writeManifest(work, taxonomy);
  }

  private static Split relabelled(Split given, Taxonomy taxonomy) {
    List<Dataset> parts =
        Split.PARTS.stream()
            .map(given::part)
            .map(part -> Dataset.of(part.name(), taxonomy, part.samples()))
            .toList();
    return Split.of(parts.get(0), parts.get(1), parts.get(2), parts.get(3));
  }

  /** Every stage must see each of its labels in training and in validation, or it cannot learn. */
  private static void requireSamples(Split split) {
    Taxonomy taxonomy = split.taxonomy();
    if (taxonomy.innerNodes().isEmpty()) {
      throw new DataException(
          "A taxonomy must have at least two labels to choose among; found only "
              + taxonomy
              + ". Add a second class.");
    }
    Training.requireSamples(split);
  }
}
