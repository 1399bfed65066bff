package io.github.leukemia4j.training.loop;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.backend.TrainableNetwork;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.data.split.Split;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.model.ModelCard;
import io.github.leukemia4j.model.ModelManifest;
import io.github.leukemia4j.model.Provenance;
import io.github.leukemia4j.model.TrainingSamples;
import io.github.leukemia4j.training.TrainingConfig;
import io.github.leukemia4j.training.TrainingHistory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The bundle of a network that was trained: what it is, where it comes from, and its files. */
record TrainedBundle(
    TrainingConfig config,
    Split split,
    List<HeadTraining> heads,
    TrainableNetwork network,
    TrainingImages images,
    TrainingLoop.Outcome outcome) {
  private static final ObjectWriter JSON = new ObjectMapper().writerWithDefaultPrettyPrinter();

  ModelBundle write(Path directory) throws IOException {
    ModelManifest manifest = manifest();
    TrainingSamples samples = samples();
    Map<String, TrainingHistory> histories = new LinkedHashMap<>();
    for (int h = 0; h < heads.size(); h++) {
      histories.put(heads.get(h).head().stage().name(), outcome.histories().get(h));
    }
    Label stage = heads.get(0).head().stage();
    return ModelBundle.create(
        directory,
        manifest,
        place -> {
          config.write(place.resolve(TrainingConfig.FILE));
          JSON.writeValue(place.resolve("training-history.json").toFile(), histories);
          Files.writeString(
              place.resolve("training-history.csv"), TrainingHistory.toCsv(histories));
          Files.writeString(place.resolve("MODEL_CARD.md"), ModelCard.of(manifest));
          samples.write(place);
          network.export(place, manifest, outcome.weights());
        });
  }

  private ModelManifest manifest() {
    HeadTraining only = heads.get(0);
    LabelSet labels = only.head().labels();
    TrainingHistory history = outcome.histories().get(0);
    TrainableNetwork.Origin origin = network.origin();
    return ModelManifest.builder()
        .format(origin.format())
        .name(only.head().stage().name())
        .labels(labels.labels().stream().map(Label::name).toList())
        .positive(labels.positive().map(Label::name).orElse(null))
        .input(
            new ModelManifest.Input(
                config.input().size(),
                config.input().size(),
                config.input().centreCrop(),
                "area",
                origin.normalisation(),
                images.stain().orElse(null)))
        .priors(only.priors())
        .temperature(1.0)
        .testTimeAugmentation(config.input().testTimeAugmentation().name().toLowerCase(Locale.ROOT))
        .loss(only.loss().describe())
        .selection(history.selection())
        .metrics(metrics(history.best()))
        .provenance(provenance(origin))
        .build()
        .withGate(images.gate().orElse(null));
  }

  private static Map<String, Double> metrics(TrainingHistory.Epoch best) {
    Map<String, Double> metrics = new LinkedHashMap<>();
    metrics.put("validation.loss", best.validationLoss());
    metrics.put("validation.logLoss", best.validationLogLoss());
    metrics.put("validation.accuracy", best.validationAccuracy());
    metrics.put("validation.balancedAccuracy", best.validationBalancedAccuracy());
    if (best.validationAuroc() != null) {
      metrics.put("validation.auroc", best.validationAuroc());
    }
    return metrics;
  }

  private Provenance provenance(TrainableNetwork.Origin origin) {
    Map<String, String> options = new TreeMap<>(origin.options());
    origin.arithmetic().ifPresent(digest -> options.put(Checkpoint.ARITHMETIC, digest));
    Map<String, Integer> samples = new LinkedHashMap<>();
    Map<String, Integer> patients = new LinkedHashMap<>();
    for (String part : Split.PARTS) {
      List<Sample> all = split.part(part).samples();
      samples.put(part, all.size());
      patients.put(part, (int) all.stream().flatMap(s -> s.patient().stream()).distinct().count());
    }
    return new Provenance(
        Provenance.libraryVersion(),
        origin.backend(),
        Provenance.javaVersion(),
        Provenance.operatingSystem(),
        origin.device(),
        origin.threads(),
        options,
        config.batches().seed(),
        split.train().name(),
        images.contentDigest(),
        samples,
        patients,
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
  }

  /** All that the model is made from. */
  private TrainingSamples samples() {
    List<String> patients =
        Stream.of(split.train(), split.validation(), split.calibration())
            .flatMap(part -> part.samples().stream())
            .flatMap(sample -> sample.patient().stream())
            .toList();
    return TrainingSamples.of(patients, images.imageDigests());
  }
}
