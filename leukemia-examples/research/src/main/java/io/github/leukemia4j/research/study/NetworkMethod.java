package io.github.leukemia4j.research.study;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.backend.Backend.NetworkFactory.HeadLoss;
import io.github.leukemia4j.backend.Network.Head;
import io.github.leukemia4j.backend.OpenOptions;
import io.github.leukemia4j.backend.TrainableNetwork;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.split.Split;
import io.github.leukemia4j.evaluation.ScoredSample;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import io.github.leukemia4j.store.Json;
import io.github.leukemia4j.tf.TfBackend;
import io.github.leukemia4j.training.RunOptions;
import io.github.leukemia4j.training.TrainingConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * A network, trained as pipelines are.
 *
 * @param config with its network and its loss
 */
record NetworkMethod(TrainingConfig config) implements StudyMethod {
  private static final String HISTORY = "training-history.json";

  @Override
  public Fold fold(StudyWork work, int number, Split split)
      throws IOException, InterruptedException {
    try (MultilevelPipeline pipeline = pipeline(work, work.fold(number), split)) {
      Dataset tested = work.images().cached(split.test());
      List<ScoredSample> scored = ScoredSample.of(pipeline, tested, done -> {});
      double one =
          StudyWork.medianMilliseconds(
              tested.samples(), (sample, image) -> pipeline.classify(image));
      return new Fold(
          scored, seconds(pipeline), one, OptionalLong.of(parameters(split.taxonomy())));
    }
  }

  private MultilevelPipeline pipeline(StudyWork work, Path directory, Split split)
      throws IOException, InterruptedException {
    RunOptions run = work.run();
    if (Files.exists(directory)) {
      return MultilevelPipeline.load(
          directory, OpenOptions.DEFAULT.withDevice(run.device()).withThreads(run.threads()));
    }
    Files.createDirectories(directory.getParent());
    return MultilevelPipeline.train(
        split.map(work.images()::cached), config, run.withResume(true), directory, work.listener());
  }

  /** Of all epochs of all networks, as their histories say, over every stop. */
  private static OptionalDouble seconds(MultilevelPipeline pipeline) throws IOException {
    double all = 0;
    List<ModelBundle> bundles =
        pipeline.classifiers().values().stream()
            .flatMap(classifier -> classifier.bundle().stream())
            .distinct()
            .toList();
    for (ModelBundle bundle : bundles) {
      Path file = bundle.directory().resolve(HISTORY);
      if (!Files.exists(file)) {
        return OptionalDouble.empty();
      }
      // The stages of a network have the same epochs.
      JsonNode first = Json.MAPPER.readTree(file.toFile()).elements().next();
      for (JsonNode epoch : first.path("epochs")) {
        all += epoch.path("seconds").asDouble();
      }
    }
    return OptionalDouble.of(all);
  }

  /** Learnt numbers of all networks: all weights but the statistics of batch normalisation. */
  private long parameters(Taxonomy taxonomy) {
    long all = 0;
    for (List<Label> stages : config.networks().of(taxonomy)) {
      TrainingConfig own = config.forStages(taxonomy, stages);
      List<Head> heads =
          stages.stream().map(stage -> new Head(stage, taxonomy.labelSet(stage))).toList();
      try (TrainableNetwork network =
          new TfBackend()
              .training()
              .orElseThrow()
              .create(own, HeadLoss.of(own, heads), RunOptions.DEFAULT)) {
        for (Map.Entry<String, float[]> weight : network.weights().entrySet()) {
          boolean statistic =
              weight.getKey().endsWith(".mean") || weight.getKey().endsWith(".variance");
          all += statistic ? 0 : weight.getValue().length;
        }
      }
    }
    return all;
  }
}
