package io.github.leukemia4j.pipeline;

import io.github.leukemia4j.DataException;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.backend.Backend.NetworkFactory;
import io.github.leukemia4j.backend.OpenOptions;
import io.github.leukemia4j.calibration.DecisionRule;
import io.github.leukemia4j.data.split.Split;
import io.github.leukemia4j.inference.Backends;
import io.github.leukemia4j.model.HeadManifest;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.model.ModelManifest;
import io.github.leukemia4j.store.AtomicDirectory;
import io.github.leukemia4j.training.RunOptions;
import io.github.leukemia4j.training.TrainingConfig;
import io.github.leukemia4j.training.TrainingConfig.SelectionConfig;
import io.github.leukemia4j.training.TrainingListener;
import io.github.leukemia4j.training.input.ImageCache;
import io.github.leukemia4j.training.input.TrainingColours;
import io.github.leukemia4j.training.loop.TrainedFrom;
import io.github.leukemia4j.training.loop.Training;
import io.github.leukemia4j.training.loop.UnfinishedTraining;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Trains the networks of a pipeline one after the other. */
final class PipelineTraining {
  private PipelineTraining() {}

  static MultilevelPipeline train(
      Split split, TrainingConfig config, RunOptions run, Path directory, TrainingListener listener)
      throws IOException, InterruptedException {
    AtomicDirectory.requireFree(directory);
    requireSamples(split, config);
    try (ImageCache images = Training.read(split.all(), config)) {
      return train(split, images, config, run, Optional.empty(), directory, listener);
    }
  }

  /**
   * Trains once more, on all parts, what was evaluated before: the last epoch is kept, since no
   * part is left to choose one on, and there are as many steps.
   *
   * @param twin the directory of the pipeline that was evaluated, whose figures, temperatures and
   *     decisions are taken over
   */
  static MultilevelPipeline refit(
      Path twin,
      Split split,
      TrainingConfig config,
      RunOptions run,
      Path directory,
      TrainingListener listener)
      throws IOException, InterruptedException {
    requireTwin(twin, split.taxonomy(), config, run);
    Split all = split.refit();
    double share = split.train().size() / (double) all.train().size();
    int epochs = (int) Math.max(1, Math.round(share * config.selection().epochs()));
    int warmup = (int) Math.round(share * config.optimizer().warmupEpochs());
    TrainingConfig again =
        config.toBuilder()
            .epochs(epochs)
            .warmupEpochs(Math.min(warmup, epochs - 1))
            .criterion(SelectionConfig.Criterion.LAST)
            .patience(0)
            .decisions(DecisionRule.NONE)
            .build();
    try (ImageCache images = Training.read(split.all(), config)) {
      requireSameSettings(twin, split, images, config);
      return train(all, images, again, run, Optional.of(twin), directory, listener);
    }
  }

  private static MultilevelPipeline train(
      Split split,
      ImageCache images,
      TrainingConfig config,
      RunOptions run,
      Optional<Path> twin,
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
        if (twin.isPresent()) {
          takeOver(twin.get(), work, options.withGate(OpenOptions.Gate.OFF), directory);
          unfinished.remove();
        } else if (split.calibration().size() == 0 && config.decisions().isNone()) {
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

  /** Writes a trained pipeline with what was found of its twin. */
  private static void takeOver(Path twin, Path trained, OpenOptions options, Path directory)
      throws IOException {
    try (TrainedPipeline evaluated = PipelineDirectory.load(twin, options);
        TrainedPipeline again = PipelineDirectory.load(trained, options);
        AtomicDirectory place = AtomicDirectory.create(directory)) {
      String digest =
          ModelBundle.digest(List.copyOf(PipelineDirectory.bundles(evaluated).keySet()));
      Map<String, HeadManifest> twins = new HashMap<>();
      for (ModelBundle bundle : PipelineDirectory.bundles(evaluated).keySet()) {
        bundle.manifest().heads().forEach(head -> twins.put(key(bundle.manifest(), head), head));
      }
      Map<ModelBundle, List<Label>> bundles = PipelineDirectory.bundles(again);
      for (Map.Entry<ModelBundle, List<Label>> one : bundles.entrySet()) {
        ModelManifest manifest = one.getKey().manifest();
        List<HeadManifest> heads =
            manifest.heads().stream()
                .map(head -> head.evaluatedAs(twins.get(key(manifest, head))))
                .toList();
        Path target =
            place
                .path()
                .resolve(PipelineDirectory.directory(again.taxonomy(), one.getValue().get(0)));
        PipelineAdaptation.copy(
            one.getKey(),
            manifest.withHeads(heads).withProvenance(manifest.provenance().withTwin(digest)),
            target,
            nothing -> {});
        TrainedFrom.copy(one.getKey().directory(), target);
      }
      PipelineDirectory.writeManifest(
          place.path(), again.taxonomy(), bundles.values(), again.trainingColours());
      place.commit();
    }
  }

  /** Before a long training: whether what it is to take over is there. */
  private static void requireTwin(
      Path twin, Taxonomy taxonomy, TrainingConfig config, RunOptions run) throws IOException {
    OpenOptions plain = OpenOptions.DEFAULT.withDevice(run.device()).withThreads(run.threads());
    OpenOptions options = run.backend().map(plain::withBackend).orElse(plain);
    Set<String> wanted = new TreeSet<>();
    for (List<Label> stages : config.networks().of(taxonomy)) {
      Set<String> heads = new TreeSet<>(config.forStages(taxonomy, stages).auxiliary().keySet());
      stages.forEach(stage -> heads.add(stage.name()));
      wanted.add(heads.toString());
    }
    try (TrainedPipeline evaluated = PipelineDirectory.load(twin, options)) {
      Set<String> found = new TreeSet<>();
      for (ModelBundle bundle : PipelineDirectory.bundles(evaluated).keySet()) {
        Set<String> heads = new TreeSet<>();
        bundle.manifest().heads().stream()
            .filter(head -> head.kind() != HeadManifest.Kind.LEAVES)
            .forEach(head -> heads.add(head.stage()));
        found.add(heads.toString());
      }
      if (!evaluated.taxonomy().equals(taxonomy) || !found.equals(wanted)) {
        throw new IllegalArgumentException(
            "A pipeline is trained once more with the networks of the one that was evaluated; %s has %s of %s, and the configuration asks for %s of %s. Take the configuration and the split that it was trained with."
                .formatted(twin, found, evaluated.taxonomy(), wanted, taxonomy));
      }
    }
  }

  /** Where it is known what the twin was trained from. */
  private static void requireSameSettings(
      Path twin, Split split, ImageCache images, TrainingConfig config) throws IOException {
    Taxonomy taxonomy = split.taxonomy();
    for (List<Label> stages : config.networks().of(taxonomy)) {
      Path bundle = twin.resolve(PipelineDirectory.directory(taxonomy, stages.get(0)));
      if (TrainedFrom.isKnown(bundle)) {
        TrainingConfig own = config.forStages(taxonomy, stages);
        Set<String> columns = own.auxiliary().keySet();
        Split seen = split.forStages(stages, columns);
        TrainedFrom.of(own.describe(stages), columns, seen, images.verification())
            .requireSame(bundle);
      }
    }
  }

  private static String key(ModelManifest network, HeadManifest head) {
    return network.name() + '\0' + head.stage();
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
      TrainedFrom wanted =
          TrainedFrom.of(own.describe(stages), columns, seen, images.verification());
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
