package io.github.leukemia4j.pipeline;

import io.github.leukemia4j.DataException;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.backend.NetworkFactory;
import io.github.leukemia4j.backend.OpenOptions;
import io.github.leukemia4j.data.split.Split;
import io.github.leukemia4j.inference.Backends;
import io.github.leukemia4j.pipeline.MultilevelPipeline.TrainingColours;
import io.github.leukemia4j.store.AtomicDirectory;
import io.github.leukemia4j.training.RunOptions;
import io.github.leukemia4j.training.TrainingConfig;
import io.github.leukemia4j.training.TrainingListener;
import io.github.leukemia4j.training.input.ImageCache;
import io.github.leukemia4j.training.loop.TrainedFrom;
import io.github.leukemia4j.training.loop.Training;
import io.github.leukemia4j.training.loop.UnfinishedTraining;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Trains the stages of a pipeline one after the other. */
final class PipelineTraining {
  private PipelineTraining() {}

  static MultilevelPipeline train(
      Split split, TrainingConfig config, RunOptions run, Path directory, TrainingListener listener)
      throws IOException, InterruptedException {
    AtomicDirectory.requireFree(directory);
    requireSamples(split, config);
    try (ImageCache images = Training.read(split.all(), config)) {
      return train(split, images, config, run, directory, listener);
    }
  }

  static MultilevelPipeline train(
      Split split,
      ImageCache images,
      TrainingConfig config,
      RunOptions run,
      Path directory,
      TrainingListener listener)
      throws IOException, InterruptedException {
    AtomicDirectory.requireFree(directory);
    requireSamples(split, config);
    split.requireNoneIdentical(images.verification());
    OpenOptions plain = OpenOptions.DEFAULT.withDevice(run.device()).withThreads(run.threads());
    OpenOptions options = run.backend().map(plain::withBackend).orElse(plain);
    try (UnfinishedTraining unfinished = UnfinishedTraining.at(directory)) {
      Path work = unfinished.begin(run.resume());
      try {
        trainNetworks(split, images, config, run, listener, work);
        if (split.calibration().size() == 0 && config.decisions().isNone()) {
          AtomicDirectory.move(work, directory);
        } else {
          try (TrainedPipeline trained =
              PipelineDirectory.load(work, options.withGate(OpenOptions.Gate.OFF))) {
            PipelineCalibration.write(
                trained,
                split.calibration(),
                images,
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

  private static void trainNetworks(
      Split split,
      ImageCache images,
      TrainingConfig config,
      RunOptions run,
      TrainingListener listener,
      Path work)
      throws IOException, InterruptedException {
    NetworkFactory factory = Backends.training(run.backend());
    Taxonomy taxonomy = split.taxonomy();
    for (List<Label> stages : config.networks().of(taxonomy)) {
      Path bundle = work.resolve(PipelineDirectory.directory(taxonomy, stages.get(0)));
      TrainingConfig own = config.forStages(taxonomy, stages);
      Set<String> columns = own.auxiliary().keySet();
      Split seen = split.forStages(stages, columns);
      Map<String, Object> settings = new LinkedHashMap<>(own.describe(stages));
      images.micrometresPerPixel().ifPresent(s -> settings.put("micrometresPerPixel", s));
      TrainedFrom wanted = TrainedFrom.of(settings, columns, seen, images.verification());
      if (Files.exists(bundle)) {
        wanted.requireSame(bundle);
        UnfinishedTraining.at(bundle).removeRest();
      } else {
        new Training(factory, own, run, listener).train(seen, images, bundle);
        wanted.write(bundle);
      }
    }
    PipelineDirectory.writeManifest(
        work,
        taxonomy,
        config.networks().of(taxonomy),
        Optional.of(TrainingColours.of(split.train(), images)));
  }

  /** Every network must see what it learns in training and in validation. */
  private static void requireSamples(Split split, TrainingConfig config) {
    Taxonomy taxonomy = split.taxonomy();
    if (taxonomy.innerNodes().isEmpty()) {
      throw new DataException(
          "A taxonomy must have at least two labels to choose among; found only %s. Add a second class."
              .formatted(taxonomy));
    }
    TrainingConfig stagesAlone = config.forStages(taxonomy, List.of());
    Training.requireSamples(split, stagesAlone);
    for (List<Label> stages : config.networks().of(taxonomy)) {
      TrainingConfig own = config.forStages(taxonomy, stages);
      Training.requireSamples(split.forStages(stages, own.auxiliary().keySet()), own);
    }
  }
}
