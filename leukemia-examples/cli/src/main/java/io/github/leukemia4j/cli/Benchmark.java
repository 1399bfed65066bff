package io.github.leukemia4j.cli;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.LeukemiaClassifier;
import io.github.leukemia4j.backend.Backend.NetworkFactory.HeadLoss;
import io.github.leukemia4j.backend.Network.Head;
import io.github.leukemia4j.backend.OpenOptions;
import io.github.leukemia4j.backend.TrainableNetwork;
import io.github.leukemia4j.backend.TrainableNetwork.Batch;
import io.github.leukemia4j.backend.TrainableNetwork.Origin;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.data.split.Split;
import io.github.leukemia4j.image.augment.Augmentation;
import io.github.leukemia4j.inference.Backends;
import io.github.leukemia4j.store.AtomicDirectory;
import io.github.leukemia4j.synthetic.SyntheticSmear;
import io.github.leukemia4j.training.NetworkConfig;
import io.github.leukemia4j.training.NetworkConfig.InputConfig.TestTimeAugmentation;
import io.github.leukemia4j.training.OptimizerConfig.Precision;
import io.github.leukemia4j.training.RunOptions;
import io.github.leukemia4j.training.TrainingConfig;
import io.github.leukemia4j.training.TrainingHistory;
import io.github.leukemia4j.training.TrainingListener;
import io.github.leukemia4j.training.input.Batches;
import io.github.leukemia4j.training.input.ImageCache;
import io.github.leukemia4j.training.loop.Training;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;
import org.apache.commons.math3.stat.descriptive.rank.Percentile.EstimationType;

/**
 * Measures the standard network on synthetic cells: training with and without the preparation of
 * data, and inference.
 */
final class Benchmark {
  /** Images in a step. */
  static final int BATCH = 32;

  private static final int BATCHES_PER_EPOCH = 64;
  private static final int WARM_UP_STEPS = 10;
  private static final double NANOS = 1e9;

  /** Every figure is the median of so many turns, which alternate between what is compared. */
  private static final int ROUNDS = 3;

  private final DeviceOption device;
  private final Precision precision;
  private final double seconds;
  private String runtime;

  /**
   * @param device where to compute
   * @param precision of the training step
   * @param seconds to measure each figure for
   */
  Benchmark(DeviceOption device, Precision precision, double seconds) {
    this.device = device;
    this.precision = precision;
    this.seconds = seconds;
  }

  /**
   * What was measured at one size. Rates are in images per second, times in milliseconds.
   *
   * @param loop training with data, by how the images are augmented
   */
  record Figures(
      int size,
      double bareStep,
      Map<String, Double> loop,
      Map<String, Double> loopToBareStep,
      double one50thPercentileMs,
      double one99thPercentileMs,
      double inference32,
      double inference256) {}

  /** What runs the arithmetic, in words; known once something was measured. */
  String runtime() {
    return runtime;
  }

  /** Measures at each of these sides of the input. */
  List<Figures> measure(List<Integer> sizes) throws IOException, InterruptedException {
    Path place = Files.createTempDirectory("leukemia4j-benchmark");
    try {
      List<Figures> figures = new ArrayList<>();
      for (int size : sizes) {
        figures.add(measure(size, place));
      }
      return figures;
    } finally {
      AtomicDirectory.delete(place);
    }
  }

  private TrainingConfig config(int size, Augmentation augmentation, int epochs) {
    return TrainingConfig.builder()
        .network(NetworkConfig.standard())
        .inputSize(size)
        .centreCrop(1)
        .set("input.testTimeAugmentation", TestTimeAugmentation.NONE)
        .batchSize(BATCH)
        .augmentation(augmentation)
        .set("optimizer.precision", precision)
        .epochs(epochs)
        .warmupEpochs(0)
        .build();
  }

  private Figures measure(int size, Path place) throws IOException, InterruptedException {
    Split split = split(size);
    Map<String, Augmentation> augmentations = new LinkedHashMap<>();
    augmentations.put("none", Augmentation.none());
    augmentations.put("flips and turns", Augmentation.dihedral());
    augmentations.put("cells", Augmentation.cells());

    double[] bare = new double[ROUNDS];
    Map<String, double[]> loops = new LinkedHashMap<>();
    augmentations.keySet().forEach(name -> loops.put(name, new double[ROUNDS]));
    for (int round = 0; round < ROUNDS; round++) {
      bare[round] = bareStep(split, size);
      for (Map.Entry<String, Augmentation> augmentation : augmentations.entrySet()) {
        loops.get(augmentation.getKey())[round] =
            loop(config(size, augmentation.getValue(), 1_000_000), split, place);
      }
    }
    Map<String, Double> loop = new LinkedHashMap<>();
    Map<String, Double> ratio = new LinkedHashMap<>();
    loops.forEach(
        (name, rates) -> {
          loop.put(name, median(rates));
          // Of each round by itself, because neighbours on the machine come and go.
          ratio.put(
              name,
              median(IntStream.range(0, ROUNDS).mapToDouble(i -> rates[i] / bare[i]).toArray()));
        });

    Path bundle = place.resolve("model" + size);
    train(config(size, Augmentation.none(), 1), split, bundle, TrainingListener.NONE);
    List<CellImage> images = new ArrayList<>();
    for (Sample sample : split.train().samples().subList(0, 256)) {
      images.add(sample.source().read().resize(size, size));
    }
    OpenOptions options = device.open();
    try (LeukemiaClassifier classifier = LeukemiaClassifier.open(bundle, options)) {
      double[] one = times(() -> classifier.classify(images.get(0)));
      double[] few = times(() -> classifier.classifyAll(images.subList(0, 32)));
      double[] many = times(() -> classifier.classifyAll(images));
      return new Figures(
          size,
          median(bare),
          loop,
          ratio,
          1e3 * percentile(one, 50),
          1e3 * percentile(one, 99),
          32 / median(few),
          256 / median(many));
    }
  }

  /** Synthetic cells, drawn at the size: many samples of a few images. */
  private static Split split(int size) {
    SyntheticSmear.Builder smear = SyntheticSmear.builder().imageSize(size).cellsPerLabel(40);
    Dataset drawn = smear.seed(1).build().dataset();
    Dataset cells = drawn.forStage(drawn.taxonomy().root());
    Dataset other = smear.seed(2).cellsPerLabel(8).build().dataset();
    Dataset validation = other.forStage(other.taxonomy().root());
    List<Sample> train = new ArrayList<>();
    for (int i = 0; i < BATCH * BATCHES_PER_EPOCH; i++) {
      Sample sample = cells.samples().get(i % cells.size());
      train.add(
          new Sample(
              "train/" + i + "/" + sample.id(), sample.source(), sample.label(), sample.patient()));
    }
    Dataset none = cells.withSamples(List.of());
    return Split.of(
        cells.withSamples(train),
        validation.withSamples(
            validation.samples().stream()
                .map(
                    s ->
                        new Sample(
                            "validation/" + s.id(),
                            s.source(),
                            s.label(),
                            s.patient().map(p -> "validation " + p)))
                .toList()),
        none,
        none);
  }

  private double bareStep(Split split, int size) throws IOException, InterruptedException {
    Label root = split.taxonomy().root();
    LabelSet labels = split.taxonomy().labelSet(root);
    Dataset few = split.train().withSamples(split.train().samples().subList(0, BATCH));
    TrainingConfig config = config(size, Augmentation.none(), 1);
    try (ImageCache cache = ImageCache.load(few, size, size, ImageCache.Options.defaults());
        Batches batches = new Batches(cache, few, List.of(), config.batches(), 1);
        TrainableNetwork network =
            Backends.training(Optional.empty())
                .create(
                    config, HeadLoss.of(config, List.of(new Head(root, labels))), device.run())) {
      Origin origin = network.origin();
      runtime =
          "%s on %s, %d threads".formatted(origin.backend(), origin.device(), origin.threads());
      Batch batch = batches.epoch(0).next();
      long number = 0;
      while (number < WARM_UP_STEPS) {
        network.step(batch, config.optimizer().learningRate(), ++number);
      }
      long began = System.nanoTime();
      long end = began + (long) (NANOS * seconds / ROUNDS);
      long images = 0;
      while (System.nanoTime() < end) {
        network.step(batch, config.optimizer().learningRate(), ++number);
        images += batch.size();
      }
      return images / ((System.nanoTime() - began) / NANOS);
    }
  }

  private void train(TrainingConfig config, Split split, Path directory, TrainingListener listener)
      throws IOException, InterruptedException {
    RunOptions run = device.run().withCheckpointEvery(Duration.ofDays(1));
    new Training(Backends.training(Optional.empty()), config, run, listener)
        .train(split, directory);
  }

  /** The real training, ended by an interrupt when the time is over; without its validations. */
  private double loop(TrainingConfig config, Split split, Path place)
      throws IOException, InterruptedException {
    Meter meter = new Meter((long) (NANOS * seconds / ROUNDS));
    Path directory = Files.createTempDirectory(place, "loop").resolve("model");
    try {
      train(config, split, directory, meter);
    } catch (InterruptedException e) {
      if (!meter.ended) {
        throw e;
      }
    }
    return meter.images / (meter.nanos / NANOS);
  }

  private static final class Meter implements TrainingListener {
    private final long enough;
    private long mark;
    private long nanos;
    private long images;
    private int warmUp = WARM_UP_STEPS;
    private boolean ended;

    Meter(long enough) {
      this.enough = enough;
    }

    @Override
    public void stepEnded(Label stage, int epoch, int step, double loss) {
      long now = System.nanoTime();
      if (warmUp > 0) {
        warmUp--;
      } else {
        nanos += now - mark;
        images += BATCH;
        if (nanos >= enough) {
          ended = true;
          Thread.currentThread().interrupt();
        }
      }
      mark = now;
    }

    /** Validation and checkpoint learn nothing; what comes after them counts again. */
    @Override
    public void epochEnded(Label stage, TrainingHistory.Epoch epoch) {
      mark = System.nanoTime();
    }
  }

  /** In seconds, of each call. */
  private double[] times(Runnable call) {
    for (int i = 0; i < WARM_UP_STEPS; i++) {
      call.run();
    }
    List<Double> times = new ArrayList<>();
    long end = System.nanoTime() + (long) (NANOS * seconds / ROUNDS);
    while (System.nanoTime() < end || times.size() < ROUNDS) {
      long began = System.nanoTime();
      call.run();
      times.add((System.nanoTime() - began) / NANOS);
    }
    return times.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static double median(double[] values) {
    return percentile(values, 50);
  }

  /** The nearest rank. */
  private static double percentile(double[] values, double percent) {
    return new Percentile(percent).withEstimationType(EstimationType.R_1).evaluate(values);
  }
}
