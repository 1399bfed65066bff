package io.github.leukemia4j.training.loop;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.github.leukemia4j.backend.TrainableNetwork;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.data.split.Split;
import io.github.leukemia4j.model.HeadManifest;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.model.ModelBundle.Provenance;
import io.github.leukemia4j.model.ModelManifest;
import io.github.leukemia4j.training.TrainingConfig;
import io.github.leukemia4j.training.TrainingHistory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Writes the bundle of a network that was trained: what it is, where it comes from, its files. */
record BundleWriter(
    TrainingConfig config,
    Split split,
    List<TrainedHead> heads,
    TrainableNetwork network,
    TrainingImages images,
    Optional<StartingWeights> start,
    TrainingLoop.Outcome outcome) {
  private static final ObjectWriter JSON = new ObjectMapper().writerWithDefaultPrettyPrinter();

  ModelBundle write(Path directory) throws IOException {
    ModelManifest manifest = manifest();
    TrainingSamples samples = samples();
    Map<String, TrainingHistory> histories = new LinkedHashMap<>();
    for (int h = 0; h < heads.size(); h++) {
      histories.put(heads.get(h).head().stage().name(), outcome.histories().get(h));
    }
    return ModelBundle.create(
        directory,
        manifest,
        place -> {
          config.write(place.resolve(TrainingConfig.FILE));
          JSON.writeValue(place.resolve(TrainingHistory.FILE).toFile(), histories);
          Files.writeString(
              place.resolve("training-history.csv"), TrainingHistory.toCsv(histories));
          Files.writeString(place.resolve(ModelBundle.CARD), manifest.card());
          samples.write(place);
          network.export(place, manifest, outcome.weights());
        });
  }

  private ModelManifest manifest() {
    TrainableNetwork.Origin origin = network.origin();
    List<HeadManifest> manifests = new ArrayList<>();
    for (int i = 0; i < heads.size(); i++) {
      TrainedHead one = heads.get(i);
      manifests.add(
          HeadManifest.of(
                  one.head().stage(),
                  one.head().labels(),
                  one.loss().describe(),
                  one.priors(),
                  metrics(outcome.histories().get(i).best()))
              .withKind(one.head().kind())
              .withReading(one.reading().orElse(null)));
    }
    return new ModelManifest(
        heads.get(0).head().stage().name(),
        origin.format(),
        new ModelManifest.Input(
            config.input().size(),
            config.input().size(),
            config.input().centreCrop(),
            images.micrometresPerPixel().isPresent()
                ? images.micrometresPerPixel().getAsDouble()
                : null,
            ModelManifest.Input.AREA,
            origin.normalisation(),
            images.stain().orElse(null)),
        config.input().testTimeAugmentation().name().toLowerCase(Locale.ROOT),
        manifests,
        outcome.histories().get(0).selection(),
        images.gate().orElse(null),
        provenance(origin));
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
    start.ifPresent(weights -> options.put("start", weights.describe()));
    heads.stream()
        .flatMap(head -> head.column().stream())
        .forEach(column -> options.put("auxiliary." + column.head().stage(), column.describe()));
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
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        List.of(),
        null);
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
