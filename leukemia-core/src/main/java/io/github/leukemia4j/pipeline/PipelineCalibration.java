package io.github.leukemia4j.pipeline;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.backend.OpenOptions;
import io.github.leukemia4j.calibration.Calibration;
import io.github.leukemia4j.calibration.Decision;
import io.github.leukemia4j.calibration.DecisionRule;
import io.github.leukemia4j.calibration.fit.CalibrationSamples;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.data.check.Verification;
import io.github.leukemia4j.data.parallel.DecodedChunks;
import io.github.leukemia4j.inference.ProbabilityScale;
import io.github.leukemia4j.model.HeadManifest;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.model.ModelManifest;
import io.github.leukemia4j.store.AtomicDirectory;
import io.github.leukemia4j.training.TrainingListener;
import io.github.leukemia4j.training.input.ImageCache;
import io.github.leukemia4j.training.loop.TrainedFrom;
import io.github.leukemia4j.training.loop.TrainingSamples;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Fits temperatures and decisions to calibration samples, and writes a pipeline that has them. The
 * networks are copied.
 */
final class PipelineCalibration {
  private static final Logger LOG = System.getLogger(PipelineCalibration.class.getName());

  private final TrainedPipeline pipeline;
  private final Dataset dataset;
  private final Map<String, String> digests;
  private final DecisionRule wish;
  private final Map<Label, Double> prevalence;
  private final Map<Label, List<Sample>> samples = new LinkedHashMap<>();
  private final Map<Label, List<Prediction>> predictions = new LinkedHashMap<>();

  /**
   * @param digests of each image's pixels by its sample's id
   */
  private PipelineCalibration(
      TrainedPipeline pipeline,
      Dataset dataset,
      Map<String, String> digests,
      DecisionRule wish,
      Map<Label, Double> prevalence) {
    this.pipeline = pipeline;
    this.dataset = dataset;
    this.digests = digests;
    this.wish = wish;
    this.prevalence = prevalence;
  }

  static MultilevelPipeline calibrate(
      Path directory, Dataset given, DecisionRule wish, OpenOptions options, Path out)
      throws IOException, InterruptedException {
    AtomicDirectory.requireFree(out);
    try (TrainedPipeline pipeline =
        PipelineDirectory.load(directory, options.withGate(OpenOptions.Gate.OFF))) {
      Dataset dataset = Dataset.of(given.name(), pipeline.taxonomy(), given.samples());
      try (ImageCache images =
          ImageCache.load(
              dataset, pipeline.classifiers().values(), ImageCache.Options.defaults())) {
        requireUnseen(pipeline, images.verification());
        write(pipeline, dataset, images, wish, options.prevalence(), TrainingListener.NONE, out);
      }
    }
    return PipelineDirectory.load(out, options);
  }

  private static void requireUnseen(TrainedPipeline pipeline, Verification verification)
      throws IOException {
    List<TrainingSamples> made = new ArrayList<>();
    for (ModelBundle bundle : PipelineDirectory.bundles(pipeline).keySet()) {
      Optional<TrainingSamples> of = TrainingSamples.of(bundle);
      if (of.isEmpty()) {
        LOG.log(
            Level.WARNING,
            "The model of {0} does not say what it was made from: whether it has seen the"
                + " calibration samples is not known, and that it was calibrated on them will not"
                + " be known when it is evaluated.",
            bundle.manifest().name());
      }
      of.ifPresent(made::add);
    }
    TrainingSamples.requireUnseen(
        made, verification, "calibrated", "Take samples that were held out, or of other patients:");
  }

  /**
   * Writes a pipeline with what is fitted here.
   *
   * @param pipeline that was opened from bundles
   * @param dataset which nothing of the pipeline was made from; may be empty
   * @param images that were read of the data set
   * @param prevalence of the labels among the samples; empty for the shares that the bundles expect
   * @param out missing or empty; appears whole or not at all
   */
  static void write(
      TrainedPipeline pipeline,
      Dataset dataset,
      ImageCache images,
      DecisionRule wish,
      Map<Label, Double> prevalence,
      TrainingListener listener,
      Path out)
      throws IOException, InterruptedException {
    PipelineCalibration calibration =
        new PipelineCalibration(
            pipeline, images.cached(dataset), images.verification().digests(), wish, prevalence);
    calibration.classify();
    try (AtomicDirectory place = AtomicDirectory.create(out)) {
      Map<ModelBundle, List<Label>> bundles = PipelineDirectory.bundles(pipeline);
      for (Map.Entry<ModelBundle, List<Label>> one : bundles.entrySet()) {
        List<HeadManifest> heads = new ArrayList<>();
        for (HeadManifest head : one.getKey().manifest().heads()) {
          Label stage = Label.of(head.stage());
          heads.add(
              one.getValue().contains(stage) ? calibration.head(stage, head, listener) : head);
        }
        calibration.write(
            one.getValue(),
            one.getKey(),
            one.getKey().manifest().withHeads(heads),
            place
                .path()
                .resolve(PipelineDirectory.directory(pipeline.taxonomy(), one.getValue().get(0))));
      }
      PipelineDirectory.writeManifest(
          place.path(), pipeline.taxonomy(), bundles.values(), pipeline.trainingColours());
      place.commit();
    }
  }

  /** What each stage says of the samples whose label lies below it. */
  private void classify() throws IOException, InterruptedException {
    Taxonomy taxonomy = pipeline.taxonomy();
    for (Label node : taxonomy.innerNodes()) {
      samples.put(node, new ArrayList<>());
      predictions.put(node, new ArrayList<>());
    }
    try (DecodedChunks chunks = new DecodedChunks(dataset.samples())) {
      for (int done = 0; done < dataset.size(); ) {
        if (Thread.interrupted()) {
          throw new InterruptedException("Calibration was interrupted; nothing was written.");
        }
        DecodedChunks.Chunk chunk = chunks.next();
        classify(chunk.samples(), chunk.images());
        done += chunk.samples().size();
      }
    }
  }

  private void classify(List<Sample> chunk, List<CellImage> images) {
    Map<Label, List<Integer>> below = new LinkedHashMap<>();
    for (Label node : pipeline.taxonomy().innerNodes()) {
      List<Integer> here =
          IntStream.range(0, chunk.size())
              .filter(i -> pipeline.taxonomy().childTowards(node, chunk.get(i).label()).isPresent())
              .boxed()
              .toList();
      below.put(node, here);
      here.forEach(i -> samples.get(node).add(chunk.get(i)));
    }
    pipeline.classifyAt(below, images).forEach((node, said) -> predictions.get(node).addAll(said));
  }

  private HeadManifest head(Label stage, HeadManifest old, TrainingListener listener) {
    HeadManifest head = old;
    Optional<Calibration> calibration = Optional.empty();
    if (!samples.get(stage).isEmpty()) {
      head = calibrated(stage, old);
      calibration = Optional.of(head.calibration());
    }
    Optional<Decision> decision = Optional.empty();
    if (!wish.isNone()) {
      // With more labels than two, a temperature fitted on these samples changes their order.
      HeadManifest reference = old.labels().size() == 2 ? head : old;
      decision =
          Optional.of(
                  calibrationSamples(stage, ProbabilityScale.ofTraining(old))
                      .fitDecision(wish, reference.temperature(), reference.bias()))
              .filter(d -> !d.isByMostProbable() || !d.refusals().isEmpty());
      head = head.withDecision(decision.orElse(null));
    }
    decision.ifPresent(
        d -> d.refusals().forEach(r -> LOG.log(Level.WARNING, "Stage {0}: {1}", stage, r)));
    listener.stageCalibrated(stage, calibration, decision);
    return head;
  }

  /**
   * With the temperature and bias that the samples support. A bias that was fitted behind shares
   * that were not stated holds those of the samples too: they become the expected ones, and what is
   * left is the bias. Other shares can then be stated, or estimated, as of any scale.
   */
  private HeadManifest calibrated(Label stage, HeadManifest old) {
    ProbabilityScale present = ProbabilityScale.of(old, prevalence);
    CalibrationSamples here = calibrationSamples(stage, present);
    List<Label> labels = present.labels().labels();
    boolean stated = prevalence.keySet().containsAll(labels);
    Calibration fitted =
        stated
            ? here.fit(present.temperature(), present.shift())
            : here.fit(
                present.temperature(),
                present.shift(),
                ProbabilityScale.ofTraining(old).shift(),
                old.priors().natural());
    if (!fitted.bias().accepted()) {
      return old.withCalibration(fitted.withBias(fitted.bias().withValues(old.bias())));
    }
    List<Double> shares = stated ? labels.stream().map(prevalence::get).toList() : here.shares();
    double[] ofShares = ProbabilityScale.ratios(shares, old.priors().natural());
    List<Double> bias = new ArrayList<>();
    for (int k = 0; k < ofShares.length; k++) {
      bias.add(fitted.bias().values().get(k) - ofShares[k]);
    }
    HeadManifest head = old.withCalibration(fitted.withBias(fitted.bias().withValues(bias)));
    return stated ? head : head.withExpected(shares);
  }

  private CalibrationSamples calibrationSamples(Label node, ProbabilityScale scale) {
    Taxonomy taxonomy = pipeline.taxonomy();
    return CalibrationSamples.of(
        dataset.name(),
        scale.labels(),
        predictions.get(node).stream()
            .map(p -> scale.corrected(p.logits().orElseThrow()))
            .toArray(double[][]::new),
        samples.get(node).stream()
            .map(s -> taxonomy.childTowards(node, s.label()).orElseThrow())
            .toList(),
        samples.get(node).stream().map(Sample::patient).toList());
  }

  private void write(List<Label> stages, ModelBundle old, ModelManifest manifest, Path target)
      throws IOException {
    Optional<TrainingSamples> made = TrainingSamples.of(old);
    ModelBundle.create(
        target,
        manifest,
        place -> {
          for (String name : old.manifest().files().keySet()) {
            Path copy = place.resolve(name);
            Files.createDirectories(copy.getParent());
            if (name.equals(ModelBundle.CARD)) {
              Files.writeString(copy, manifest.card());
            } else if (name.equals(TrainingSamples.FILE)) {
              made.orElseThrow().with(patients(stages), images(stages)).write(place);
            } else {
              Files.copy(old.file(name), copy);
            }
          }
        });
    TrainedFrom.copy(old.directory(), target);
  }

  private List<String> patients(List<Label> stages) {
    return stages.stream()
        .flatMap(stage -> samples.get(stage).stream())
        .flatMap(sample -> sample.patient().stream())
        .toList();
  }

  private List<String> images(List<Label> stages) {
    return stages.stream()
        .flatMap(stage -> samples.get(stage).stream())
        .map(sample -> digests.get(sample.id()))
        .toList();
  }
}
