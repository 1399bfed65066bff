package io.github.leukemia4j.research.search;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.split.Split;
import io.github.leukemia4j.evaluation.Predictions;
import io.github.leukemia4j.evaluation.ScoredSample;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import io.github.leukemia4j.store.AtomicDirectory;
import io.github.leukemia4j.store.Sha256;
import io.github.leukemia4j.training.RunOptions;
import io.github.leukemia4j.training.TrainingConfig;
import io.github.leukemia4j.training.TrainingHistory;
import io.github.leukemia4j.training.TrainingListener;
import io.github.leukemia4j.training.input.ImageCache;
import io.github.leukemia4j.training.loop.Training;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongConsumer;

/**
 * Trains settings on folds and keeps what the pipelines say of the folds' samples, not the
 * pipelines. What is kept is not trained again, and a training that was stopped goes on. Owns the
 * images that it reads. Not thread-safe.
 */
final class FoldTrainings implements AutoCloseable {
  /** Trials may look at images of several sizes. */
  private static final int CACHES = 3;

  private static final int KEY = 16;

  private final Dataset learning;
  private final RunOptions run;
  private final Path directory;
  private final LongConsumer advanced;
  private final Map<List<Number>, ImageCache> caches = new LinkedHashMap<>(8, 0.75f, true);
  private final Set<String> counted = new HashSet<>();
  private long epochs;

  /**
   * @param learning every sample that may be looked at
   * @param advanced is told how many epochs are done
   */
  FoldTrainings(Dataset learning, RunOptions run, Path directory, LongConsumer advanced) {
    this.learning = learning;
    this.run = run.withResume(true);
    this.directory = directory;
    this.advanced = advanced;
  }

  /** By which trainings are found: equal settings have equal ones. */
  static String key(TrainingConfig config) {
    // Sorted, since the order of a map of losses differs from one process to the next.
    byte[] text = new TreeMap<>(config.describe()).toString().getBytes(StandardCharsets.UTF_8);
    return Sha256.of(text).substring(0, KEY);
  }

  /** The images as settings see them. */
  ImageCache images(TrainingConfig config) throws IOException, InterruptedException {
    List<Number> seen = List.of(config.input().size(), config.input().centreCrop());
    ImageCache there = caches.get(seen);
    if (there == null) {
      if (caches.size() == CACHES) {
        List<Number> eldest = caches.keySet().iterator().next();
        caches.remove(eldest).close();
      }
      there = Training.read(learning, config);
      caches.put(seen, there);
    }
    return there;
  }

  /**
   * What a pipeline that has not seen the fold's patients says of them.
   *
   * @param kind names the set of folds
   * @param number of the fold, from 1
   * @throws io.github.leukemia4j.BackendException where training diverges
   */
  List<ScoredSample> scored(TrainingConfig config, Split fold, String kind, int number)
      throws IOException, InterruptedException {
    Path place = directory.resolve(key(config));
    Path file = place.resolve("%s-%d.csv".formatted(kind, number));
    if (!Files.exists(file)) {
      Files.createDirectories(place);
      config.write(place.resolve(TrainingConfig.FILE));
      Path model = place.resolve("%s-%d".formatted(kind, number));
      if (Files.exists(model)) {
        // Stopped after the training and before its predictions were written.
        AtomicDirectory.delete(model);
      }
      ImageCache images = images(config);
      try (MultilevelPipeline pipeline =
          MultilevelPipeline.train(fold.map(images::cached), config, run, model, new Epochs())) {
        List<ScoredSample> scored =
            ScoredSample.of(pipeline, images.cached(fold.test()), done -> {});
        new Predictions(learning.taxonomy(), scored, List.of()).write(file);
      }
      AtomicDirectory.delete(model);
    }
    count(key(config), kind, number, config.selection().epochs());
    return Predictions.read(file).sorted();
  }

  /** Counts a training once, however often what it gave is read. */
  void count(String key, String kind, int number, int most) {
    if (counted.add(key + kind + number)) {
      epochs += most;
      advanced.accept(epochs);
    }
  }

  /** Counts the epochs of whichever stage is told of first. */
  private final class Epochs implements TrainingListener {
    private Label started;

    @Override
    public void stageStarted(Label stage, int most, int stepsPerEpoch) {
      started = stage;
    }

    @Override
    public void epochEnded(Label stage, TrainingHistory.Epoch epoch) {
      if (stage.equals(started)) {
        advanced.accept(epochs + epoch.epoch());
      }
    }
  }

  @Override
  public void close() throws IOException {
    for (ImageCache images : caches.values()) {
      images.close();
    }
  }
}
