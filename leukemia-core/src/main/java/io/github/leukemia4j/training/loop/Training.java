package io.github.leukemia4j.training.loop;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.leukemia4j.BackendException;
import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.DataException;
import io.github.leukemia4j.backend.Backend.NetworkFactory;
import io.github.leukemia4j.backend.Backend.NetworkFactory.HeadLoss;
import io.github.leukemia4j.backend.Network.Head;
import io.github.leukemia4j.backend.TrainableNetwork;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.data.split.Split;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.store.AtomicDirectory;
import io.github.leukemia4j.store.Json;
import io.github.leukemia4j.training.RunOptions;
import io.github.leukemia4j.training.TrainingConfig;
import io.github.leukemia4j.training.TrainingListener;
import io.github.leukemia4j.training.input.Batches;
import io.github.leukemia4j.training.input.ImageCache;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Turns labelled images into one model bundle: a network with a head for each inner node of the
 * split's taxonomy, and one for each auxiliary column. What {@link TrainingConfig#decisions} wishes
 * is fitted to the calibration part afterwards, by the pipeline; training only records whose images
 * that part holds.
 */
public final class Training {
  private static final int MOST_MEASURED = 101;

  private final NetworkFactory factory;
  private final TrainingConfig config;
  private final RunOptions run;
  private final TrainingListener listener;
  private final int batchThreads;

  /**
   * @param factory that makes the network
   * @param run how the training runs
   */
  public Training(
      NetworkFactory factory, TrainingConfig config, RunOptions run, TrainingListener listener) {
    this(factory, config, run, listener, Runtime.getRuntime().availableProcessors());
  }

  /**
   * @param batchThreads how many threads prepare batches; the result does not depend on it
   */
  Training(
      NetworkFactory factory,
      TrainingConfig config,
      RunOptions run,
      TrainingListener listener,
      int batchThreads) {
    this.factory = factory;
    this.config = config;
    this.run = run;
    this.listener = listener;
    this.batchThreads = batchThreads;
  }

  /**
   * Trains a network.
   *
   * @param split whose every inner node has samples of each of its children in train and in
   *     validation
   * @param directory the bundle to write, which must not exist; it appears whole or not at all
   * @throws IOException where an image cannot be read or the bundle not be written
   * @throws DataException where the split does not hold what training needs
   * @throws BackendException where the backend fails, or training diverges
   * @throws InterruptedException where the thread was interrupted; a checkpoint is left to go on
   *     from, as {@link UnfinishedTraining} says
   */
  public ModelBundle train(Split split, Path directory) throws IOException, InterruptedException {
    AtomicDirectory.requireFree(directory);
    requireSamples(split, config);
    Dataset used =
        split
            .train()
            .withSamples(
                Stream.concat(split.fitted().stream(), split.calibration().samples().stream())
                    .toList());
    try (ImageCache images = read(used, config)) {
      return train(split, images, directory);
    }
  }

  /**
   * Reads images as a network sees them before it is trained; one reading serves every stage.
   * Images that come from a cache already are not read again.
   *
   * @throws DataException which lists all images that cannot be read
   * @throws IOException where the images beyond the memory for them cannot be written
   */
  public static ImageCache read(Dataset dataset, TrainingConfig config)
      throws IOException, InterruptedException {
    return read(dataset, config, ImageCache.Options.defaults());
  }

  /**
   * {@link #read(Dataset, TrainingConfig)} in a way of one's own. Where images know their scale,
   * all of these are brought to one: that at which the centre crop of the one in the middle gives
   * the network's size.
   *
   * @param options whose crop and scale are replaced by what the network sees
   */
  public static ImageCache read(Dataset dataset, TrainingConfig config, ImageCache.Options options)
      throws IOException, InterruptedException {
    Optional<ImageCache> there = ImageCache.behind(dataset);
    if (there.isPresent()) {
      return there.get();
    }
    int size = config.input().size();
    double crop = config.input().centreCrop();
    ImageCache.Options seen = options.withCentreCrop(crop);
    OptionalDouble scale = scale(dataset, crop, size);
    return ImageCache.load(
        dataset,
        size,
        size,
        scale.isPresent() ? seen.withMicrometresPerPixel(scale.getAsDouble()) : seen);
  }

  /** Of up to {@value #MOST_MEASURED} images, since they must be read for their sizes. */
  private static OptionalDouble scale(Dataset dataset, double crop, int size) {
    List<Sample> known =
        dataset.samples().stream().filter(s -> s.micrometresPerPixel().isPresent()).toList();
    int measured = Math.min(MOST_MEASURED, known.size());
    double[] scales =
        IntStream.range(0, measured)
            .parallel()
            .mapToObj(i -> known.get((int) ((long) i * known.size() / measured)))
            .flatMapToDouble(
                sample -> {
                  try {
                    CellImage image = sample.read();
                    return DoubleStream.of(
                        crop
                            * Math.min(image.height(), image.width())
                            * image.micrometresPerPixel().orElseThrow()
                            / size);
                  } catch (IOException | DataException e) {
                    return DoubleStream.empty(); // Reading all of them says so.
                  }
                })
            .sorted()
            .toArray();
    return scales.length == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(scales[scales.length / 2]);
  }

  /**
   * {@link #train(Split, Path)} on images that were read before.
   *
   * @param images as {@link #read} gives them, of all parts but test; stays the caller's
   */
  public ModelBundle train(Split given, ImageCache images, Path directory)
      throws IOException, InterruptedException {
    AtomicDirectory.requireFree(directory);
    List<TrainedHead> heads = TrainedHead.of(config, given);
    heads.forEach(head -> head.column().ifPresent(AuxiliaryColumn::tell));
    List<HeadLoss> learnt = heads.stream().map(TrainedHead::learnt).toList();
    List<Head> questions = learnt.stream().map(HeadLoss::head).toList();
    Split split = given.withTrain(TrainedHead.reached(given.train(), questions).samples());
    try (UnfinishedTraining unfinished = UnfinishedTraining.at(directory);
        TrainableNetwork network = factory.create(config, learnt, run);
        TrainingImages own = TrainingImages.of(split, config, batchThreads, images);
        Batches batches = own.batches(questions)) {
      Optional<StartingWeights> start = Optional.empty();
      if (config.start().weights().isPresent()) {
        Path place = config.start().weights().get();
        start = Optional.of(StartingWeights.read(place, factory, network, questions));
        network.start(start.get().taken());
      }
      Path checkpoints = unfinished.begin(run.resume());
      TrainingLoop.Outcome outcome;
      try {
        outcome =
            new TrainingLoop(
                    config,
                    run,
                    split,
                    heads,
                    network,
                    own,
                    batches,
                    settings(split, heads, network.origin(), own),
                    checkpoints,
                    listener)
                .run();
      } finally {
        unfinished.removeIfEmpty();
      }
      ModelBundle bundle =
          new BundleWriter(config, split, heads, network, own, start, outcome).write(directory);
      unfinished.remove();
      for (int h = 0; h < heads.size(); h++) {
        listener.stageEnded(heads.get(h).head().stage(), outcome.histories().get(h));
      }
      return bundle;
    }
  }

  /**
   * Fails where a stage does not see each of its labels in training and in validation, without
   * which it cannot learn, or an auxiliary column lacks values.
   *
   * @throws DataException which lists what is missing
   */
  public static void requireSamples(Split split, TrainingConfig config) {
    TrainedHead.questions(config, split);
  }

  private JsonNode settings(
      Split split, List<TrainedHead> heads, TrainableNetwork.Origin origin, TrainingImages images)
      throws IOException {
    Map<String, Object> all = new LinkedHashMap<>(config.describe(split.taxonomy().innerNodes()));
    heads.forEach(
        own -> {
          String stage = own.head().stage().name();
          all.put("labels of " + stage, own.head().labels().toString());
          all.put("loss of " + stage, own.loss().describe());
          if (!own.head().isOfStage()) {
            all.put(
                "values of " + stage,
                split.train().samples().stream()
                    .map(sample -> own.head().answer(split.taxonomy(), sample).toString())
                    .toList()
                    .hashCode());
          }
        });
    all.put("data", images.contentDigest());
    all.put(
        "trainingSamples", split.train().samples().stream().map(Sample::id).toList().hashCode());
    images.micrometresPerPixel().ifPresent(scale -> all.put("micrometresPerPixel", scale));
    all.put("threads", origin.threads());
    all.put(Checkpoint.ARITHMETIC, origin.arithmetic().orElse("of a GPU"));
    // Written and read, because a tree made from objects tells an int from an equal long.
    return Json.MAPPER.readTree(Json.MAPPER.writeValueAsBytes(all));
  }
}
