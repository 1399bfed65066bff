package io.github.leukemia4j.pipeline;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.ModelFormatException;
import io.github.leukemia4j.backend.Backend.NetworkFactory;
import io.github.leukemia4j.backend.Backend.NetworkFactory.HeadLoss;
import io.github.leukemia4j.backend.Network.Head;
import io.github.leukemia4j.backend.OpenOptions;
import io.github.leukemia4j.backend.TrainableNetwork;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.image.GateThresholds;
import io.github.leukemia4j.image.quality.ImageGate;
import io.github.leukemia4j.inference.Backends;
import io.github.leukemia4j.loss.CrossEntropyLoss;
import io.github.leukemia4j.model.HeadManifest;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.model.ModelBundle.Provenance;
import io.github.leukemia4j.model.ModelManifest;
import io.github.leukemia4j.store.AtomicDirectory;
import io.github.leukemia4j.training.RunOptions;
import io.github.leukemia4j.training.TrainingConfig;
import io.github.leukemia4j.training.loop.TrainedFrom;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Adapts a pipeline to a laboratory: estimates normalisation statistics on its images, learns the
 * colours of its stain for the gate, and writes a pipeline that has them.
 */
final class PipelineAdaptation {
  static final String INTERRUPTED = "The adaptation was interrupted; nothing was written.";

  private final TrainedPipeline pipeline;
  private final Map<ModelBundle, List<Label>> bundles;
  private final OpenOptions options;
  private final NetworkFactory factory;
  private final RunOptions run;
  private final Adaptation wish;
  private final AdaptationImages images;
  private final Set<String> blocks = new LinkedHashSet<>();

  private PipelineAdaptation(
      TrainedPipeline pipeline,
      OpenOptions options,
      RunOptions run,
      Adaptation wish,
      AdaptationImages images) {
    this.pipeline = pipeline;
    this.bundles = PipelineDirectory.bundles(pipeline);
    this.options = options;
    this.factory = Backends.training(run.backend());
    this.run = run;
    this.wish = wish;
    this.images = images;
  }

  static Adaptation.Report adapt(
      Path directory, Dataset given, Adaptation wish, RunOptions run, Path out)
      throws IOException, InterruptedException {
    AtomicDirectory.requireFree(out);
    OpenOptions plain =
        OpenOptions.DEFAULT
            .withDevice(run.device())
            .withThreads(run.threads())
            .withGate(OpenOptions.Gate.OFF);
    OpenOptions options = run.backend().map(plain::withBackend).orElse(plain);
    try (TrainedPipeline pipeline = PipelineDirectory.load(directory, options)) {
      ModelManifest first =
          PipelineDirectory.bundles(pipeline).keySet().iterator().next().manifest();
      try (AdaptationImages images = AdaptationImages.read(given, first)) {
        return new PipelineAdaptation(pipeline, options, run, wish, images).write(out);
      }
    } catch (ClosedByInterruptException e) {
      // What a channel makes of an interrupt.
      Thread.interrupted();
      InterruptedException interrupted = new InterruptedException(INTERRUPTED);
      interrupted.initCause(e);
      throw interrupted;
    }
  }

  /** Writes a draft, which says of the images what the adapted pipeline does, and then that. */
  private Adaptation.Report write(Path out) throws IOException, InterruptedException {
    try (AtomicDirectory draft = AtomicDirectory.create(out)) {
      for (Map.Entry<ModelBundle, List<Label>> one : bundles.entrySet()) {
        adapt(one.getKey(), draft.path().resolve(directory(one.getValue())));
      }
      PipelineDirectory.writeManifest(
          draft.path(), pipeline.taxonomy(), bundles.values(), pipeline.trainingColours());
      try (TrainedPipeline adapted = PipelineDirectory.load(draft.path(), options)) {
        Adaptation.Report report =
            AdaptationComparison.of(pipeline, adapted, images, List.copyOf(blocks), wish);
        write(adapted, report, out);
        return report;
      }
    }
  }

  private String directory(List<Label> stages) {
    return PipelineDirectory.directory(pipeline.taxonomy(), stages.get(0));
  }

  /** Writes a bundle with the statistics of the new images. */
  private void adapt(ModelBundle old, Path target) throws IOException, InterruptedException {
    ModelManifest manifest = old.manifest();
    Map<String, float[]> stored = new LinkedHashMap<>();
    factory.weights(old).forEach((name, tensor) -> stored.put(name, tensor.values()));
    if (stored.isEmpty() || !manifest.files().containsKey(TrainingConfig.FILE)) {
      throw new ModelFormatException(
          "%s: expected a network that was trained here, with its weights and %s; found the format %s. Adapt the pipeline that training wrote, and export that."
              .formatted(old.directory(), TrainingConfig.FILE, manifest.format()));
    }
    TrainingConfig config = TrainingConfig.read(old.file(TrainingConfig.FILE));
    // Nothing is learnt, so any loss will do.
    List<HeadLoss> heads =
        Head.listOf(manifest).stream()
            .map(head -> new HeadLoss(head, CrossEntropyLoss.plain().forLabels(head.labels()), 1))
            .toList();
    try (TrainableNetwork network = factory.create(config, heads, run)) {
      start(network, stored, old);
      AdaptationImages.Pixels pixels = images.pixels(manifest.input());
      NormalisationEstimate estimate =
          NormalisationEstimate.of(
              network, images.size(), pixels.imageBytes(), pixels::copyTo, wish.weight());
      List<String> all = estimate.blocks();
      if (all.isEmpty()) {
        throw new ModelFormatException(
            "%s: expected a network with normalisation statistics, such as those of batch normalisation; found none in its %d weights. There is nothing to adapt: calibrate it to labelled images of the laboratory instead."
                .formatted(old.directory(), stored.size()));
      }
      List<String> chosen = all.subList(0, Math.min(all.size(), wish.blocks()));
      blocks.addAll(chosen);
      ModelManifest adapted =
          manifest.adapted(gate(manifest.gate(), pixels), manifest.provenance().with(done(chosen)));
      Map<String, float[]> weights = estimate.into(network.weights(), chosen);
      copy(old, adapted, target, place -> network.export(place, adapted, weights));
    }
  }

  /** Gives the network all of its weights, and no other constants of the bundle. */
  private static void start(
      TrainableNetwork network, Map<String, float[]> stored, ModelBundle old) {
    List<String> missing =
        network.shapes().entrySet().stream()
            .filter(
                weight ->
                    !stored.containsKey(weight.getKey())
                        || stored.get(weight.getKey()).length
                            != TrainableNetwork.Tensor.size(weight.getValue()))
            .map(Map.Entry::getKey)
            .toList();
    if (!missing.isEmpty()) {
      throw new ModelFormatException(
          "%s: expected all weights of the network that %s describes; found others, or none, for %s. Adapt the pipeline that training wrote."
              .formatted(old.directory(), TrainingConfig.FILE, missing));
    }
    stored.keySet().retainAll(network.shapes().keySet());
    network.start(stored);
  }

  /** The stain of the gate is that of the new images where they are enough to learn it. */
  private static GateThresholds gate(GateThresholds old, AdaptationImages.Pixels pixels) {
    return old == null || pixels.statistics().size() < ImageGate.FEWEST_IMAGES
        ? old
        : old.withStainOf(ImageGate.learn(pixels.statistics()));
  }

  private Provenance.Adaptation done(List<String> chosen) {
    return new Provenance.Adaptation(
        images.name(),
        images.size(),
        images.digest(),
        wish.weight(),
        chosen,
        ModelBundle.digest(List.copyOf(bundles.keySet())),
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
  }

  /**
   * Writes a bundle with another manifest, and its card.
   *
   * @param network writes what is not copied from the old bundle
   */
  static void copy(
      ModelBundle old, ModelManifest manifest, Path target, ModelBundle.Content network)
      throws IOException {
    ModelBundle.create(
        target,
        manifest,
        place -> {
          network.writeTo(place);
          Files.writeString(place.resolve(ModelBundle.CARD), manifest.card());
          for (String name : old.manifest().files().keySet()) {
            Path file = place.resolve(name);
            if (!Files.exists(file)) {
              Files.createDirectories(file.getParent());
              Files.copy(old.file(name), file);
            }
          }
        });
  }

  /** Writes the adapted pipeline with the shares that were estimated, and the report. */
  private void write(TrainedPipeline adapted, Adaptation.Report report, Path out)
      throws IOException {
    Map<Label, List<Double>> shares = new LinkedHashMap<>();
    report.stages().stream()
        .filter(Adaptation.Stage::shifted)
        .forEach(stage -> shares.put(stage.stage(), stage.shift().orElseThrow().after()));
    Iterator<ModelBundle> old = bundles.keySet().iterator();
    try (AtomicDirectory place = AtomicDirectory.create(out)) {
      for (Map.Entry<ModelBundle, List<Label>> one :
          PipelineDirectory.bundles(adapted).entrySet()) {
        ModelManifest manifest = one.getKey().manifest();
        List<HeadManifest> heads =
            manifest.heads().stream()
                .map(
                    head ->
                        Optional.ofNullable(shares.get(Label.of(head.stage())))
                            .map(head::withExpected)
                            .orElse(head))
                .toList();
        Path target = place.path().resolve(directory(one.getValue()));
        copy(one.getKey(), manifest.withHeads(heads), target, nothing -> {});
        TrainedFrom.copy(old.next().directory(), target);
      }
      PipelineDirectory.writeManifest(
          place.path(), pipeline.taxonomy(), bundles.values(), pipeline.trainingColours());
      Files.writeString(place.path().resolve(AdaptationPage.FILE), AdaptationPage.of(report));
      place.commit();
    }
  }
}
