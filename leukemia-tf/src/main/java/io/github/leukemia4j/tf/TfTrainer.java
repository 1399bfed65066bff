package io.github.leukemia4j.tf;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.github.leukemia4j.DataException;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.backend.Trainer;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.data.Sampling;
import io.github.leukemia4j.data.Split;
import io.github.leukemia4j.data.Verification;
import io.github.leukemia4j.loss.Loss;
import io.github.leukemia4j.model.AtomicDirectory;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.model.ModelCard;
import io.github.leukemia4j.model.ModelManifest;
import io.github.leukemia4j.model.Provenance;
import io.github.leukemia4j.model.TrainingSamples;
import io.github.leukemia4j.training.TrainingConfig;
import io.github.leukemia4j.training.TrainingConfig.Precision;
import io.github.leukemia4j.training.TrainingHistory;
import io.github.leukemia4j.training.TrainingListener;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TBfloat16;

/** Trains one classifier and writes its bundle. Thread-safe: every training has its own graph. */
final class TfTrainer implements Trainer {
  private static final ObjectWriter JSON = new ObjectMapper().writerWithDefaultPrettyPrinter();

  private static final Logger LOG = System.getLogger(TfTrainer.class.getName());

  private final TfLosses losses;
  private final int batchThreads;

  TfTrainer(TfLosses losses) {
    this(losses, Runtime.getRuntime().availableProcessors());
  }

  /**
   * @param batchThreads how many threads prepare batches; the result does not depend on it
   */
  TfTrainer(TfLosses losses, int batchThreads) {
    this.losses = losses;
    this.batchThreads = batchThreads;
  }

  @Override
  public ModelBundle train(
      TrainingConfig config, Split split, Path directory, TrainingListener listener)
      throws IOException, InterruptedException {
    AtomicDirectory.requireFree(directory);
    Label stage = split.taxonomy().root();
    LabelSet labels = split.taxonomy().labelSet(stage);
    requireEachLabel("train", split.train(), labels);
    requireEachLabel("validation", split.validation(), labels);
    Loss loss = config.loss(stage).forLabels(labels);
    ConfigProto device = TfRuntime.config(config.device(), config.threads());
    warnOfSlowNumbers(config, device);
    ModelManifest.Priors priors = priors(config, split.train(), labels);
    try (TrainingRun run =
        new TrainingRun(
            config,
            split,
            labels,
            loss,
            priors,
            losses,
            device,
            batchThreads,
            directory,
            listener)) {
      TrainingRun.Outcome outcome = run.train();
      TrainingSamples samples = samples(split, run.verification());
      ModelManifest manifest =
          manifest(config, split, labels, loss, priors, run, outcome)
              .withGate(run.gate().orElse(null));
      ModelBundle bundle =
          ModelBundle.create(
              directory,
              manifest,
              place -> {
                JSON.writeValue(
                    place.resolve("training-config.json").toFile(), config.describe(stage));
                JSON.writeValue(place.resolve("training-history.json").toFile(), outcome.history());
                Files.writeString(place.resolve("training-history.csv"), outcome.history().toCsv());
                Files.writeString(place.resolve("MODEL_CARD.md"), ModelCard.of(manifest));
                samples.write(place);
                SavedModelFile.write(place, manifest, config.network(), outcome.weights());
              });
      run.finished();
      listener.stageEnded(stage, outcome.history());
      return bundle;
    }
  }

  /** All that the model is made from; the run has read all but the calibration part. */
  private static TrainingSamples samples(Split split, Verification read)
      throws InterruptedException {
    List<String> patients =
        Stream.of(split.train(), split.validation(), split.calibration())
            .flatMap(part -> part.samples().stream())
            .flatMap(sample -> sample.patient().stream())
            .toList();
    List<String> images = new ArrayList<>(read.digests().values());
    images.addAll(split.calibration().verify().digests().values());
    return TrainingSamples.of(patients, images);
  }

  private static void warnOfSlowNumbers(TrainingConfig config, ConfigProto device) {
    if (config.precision() == Precision.BFLOAT16
        && TfRuntime.onCpu(device)
        && !TfRuntime.call("compute in 16 bits", () -> OneDnn.chosen(TBfloat16.class, device))) {
      LOG.log(
          Level.WARNING,
          "TensorFlow has no fast way to compute in 16 bits on this processor: a step in bfloat16"
              + " may take ten times as long as in float32");
    }
  }

  private static void requireEachLabel(String part, Dataset data, LabelSet labels) {
    List<Label> present = data.samples().stream().map(Sample::label).distinct().toList();
    List<String> missing =
        labels.labels().stream()
            .filter(label -> !present.contains(label))
            .map(label -> part + " has no sample of " + label)
            .toList();
    if (!missing.isEmpty()) {
      throw new DataException(
          "A classifier needs samples of each of its labels to train and to validate on:", missing);
    }
  }

  /** Every label's share in the training part, and among the samples as they are drawn. */
  private static ModelManifest.Priors priors(
      TrainingConfig config, Dataset train, LabelSet labels) {
    List<Double> natural = new ArrayList<>();
    List<Double> drawn = new ArrayList<>();
    boolean balanced = config.sampling() == Sampling.BALANCED;
    for (Label label : labels.labels()) {
      long count = train.samples().stream().filter(s -> s.label().equals(label)).count();
      natural.add((double) count / train.size());
      drawn.add(balanced ? 1.0 / labels.size() : (double) count / train.size());
    }
    return new ModelManifest.Priors(balanced ? "balanced" : "natural", natural, drawn);
  }

  private static ModelManifest manifest(
      TrainingConfig config,
      Split split,
      LabelSet labels,
      Loss loss,
      ModelManifest.Priors priors,
      TrainingRun run,
      TrainingRun.Outcome outcome) {
    TrainingHistory.Epoch best = outcome.history().best();
    Map<String, Double> metrics = new LinkedHashMap<>();
    metrics.put("validation.loss", best.validationLoss());
    metrics.put("validation.logLoss", best.validationLogLoss());
    metrics.put("validation.accuracy", best.validationAccuracy());
    metrics.put("validation.balancedAccuracy", best.validationBalancedAccuracy());
    if (best.validationAuroc() != null) {
      metrics.put("validation.auroc", best.validationAuroc());
    }
    return ModelManifest.builder()
        .format(SavedModelFile.FORMAT)
        .name(split.taxonomy().root().name())
        .labels(labels.labels().stream().map(Label::name).toList())
        .positive(labels.positive().map(Label::name).orElse(null))
        .input(
            new ModelManifest.Input(
                config.inputSize(),
                config.inputSize(),
                config.centreCrop(),
                "area",
                NetworkGraph.NORMALISATION,
                run.stain().orElse(null)))
        .priors(priors)
        .temperature(1.0)
        .testTimeAugmentation(config.testTimeAugmentation().name().toLowerCase(Locale.ROOT))
        .loss(loss.describe())
        .selection(outcome.history().selection())
        .metrics(metrics)
        .provenance(provenance(config, split, run, outcome))
        .build();
  }

  private static Provenance provenance(
      TrainingConfig config, Split split, TrainingRun run, TrainingRun.Outcome outcome) {
    Map<String, String> options = new TreeMap<>(TfRuntime.options());
    run.arithmetic().ifPresent(digest -> options.put(Checkpoint.ARITHMETIC, digest));
    Map<String, Integer> samples = new LinkedHashMap<>();
    Map<String, Integer> patients = new LinkedHashMap<>();
    for (String part : Split.PARTS) {
      List<Sample> all = split.part(part).samples();
      samples.put(part, all.size());
      patients.put(part, (int) all.stream().flatMap(s -> s.patient().stream()).distinct().count());
    }
    return new Provenance(
        Provenance.libraryVersion(),
        TfBackend.NAME + " " + TfRuntime.version(),
        Provenance.javaVersion(),
        Provenance.operatingSystem(),
        TfRuntime.deviceName(config.device()),
        TfRuntime.threads(),
        options,
        config.seed(),
        split.train().name(),
        outcome.datasetDigest(),
        samples,
        patients,
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
  }
}
