package io.github.leukemia4j.tf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.leukemia4j.BackendException;
import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.calibration.PriorCorrection;
import io.github.leukemia4j.calibration.Temperature;
import io.github.leukemia4j.data.Batch;
import io.github.leukemia4j.data.Batches;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.ImageCache;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.data.Split;
import io.github.leukemia4j.data.Verification;
import io.github.leukemia4j.image.GateThresholds;
import io.github.leukemia4j.image.ImageStatistics;
import io.github.leukemia4j.image.StainNormalisation;
import io.github.leukemia4j.loss.Loss;
import io.github.leukemia4j.metric.ConfusionMatrix;
import io.github.leukemia4j.metric.StageMetrics;
import io.github.leukemia4j.model.ModelManifest;
import io.github.leukemia4j.model.UnfinishedTraining;
import io.github.leukemia4j.training.TrainingConfig;
import io.github.leukemia4j.training.TrainingHistory;
import io.github.leukemia4j.training.TrainingListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.tensorflow.proto.ConfigProto;

/**
 * One training: epochs of steps, each followed by a validation and a checkpoint; keeps the best
 * epoch's weights. Used by one thread.
 */
final class TrainingRun implements AutoCloseable {
  private static final int VALIDATION_CHUNK = 256;

  /** What can be done against numbers that overflow; a training that goes on keeps its settings. */
  private static final String ADVICE =
      "Begin anew, in another directory, with a lower learning rate or a stronger clipping of the"
          + " gradient: a training that is resumed keeps its settings.";

  /**
   * Images by which machines are told apart: enough for every kernel, few enough to take no time.
   */
  private static final int ARITHMETIC_IMAGES = 8;

  private final TrainingConfig config;
  private final Label stage;
  private final LabelSet labels;
  private final Loss loss;
  private final PriorCorrection correction;
  private final TrainingListener listener;
  private final UnfinishedTraining unfinished;
  private final Dataset train;
  private final Dataset validation;
  private final TfScope scope = new TfScope();
  private final ImageCache images;
  private final Optional<GateThresholds> gate;
  private final Optional<StainNormalisation> stain;
  private final Batches batches;
  private final TrainingGraph graph;
  private final Optional<String> arithmetic;
  private final int steps;

  private final List<TrainingHistory.Epoch> epochs = new ArrayList<>();
  private Map<String, float[]> bestWeights = Map.of();
  private int bestEpoch;
  private Optional<Path> lastGood = Optional.empty();
  private boolean shown;
  private long lastCheckpoint = System.nanoTime();

  /**
   * What a training gives.
   *
   * @param weights of the best epoch, by name
   * @param history of all epochs
   * @param datasetDigest of the images that were used
   */
  record Outcome(Map<String, float[]> weights, TrainingHistory history, String datasetDigest) {}

  TrainingRun(
      TrainingConfig config,
      Split split,
      LabelSet labels,
      Loss loss,
      ModelManifest.Priors priors,
      TfLosses losses,
      ConfigProto device,
      int batchThreads,
      Path target,
      TrainingListener listener)
      throws IOException, InterruptedException {
    this.config = config;
    this.stage = split.taxonomy().root();
    this.labels = labels;
    this.loss = loss;
    this.listener = listener;
    this.unfinished = scope.add(UnfinishedTraining.at(target));
    this.train = split.train();
    this.validation = split.validation();
    this.correction = PriorCorrection.of(array(priors.training()), array(priors.natural()));
    try {
      Dataset both =
          train.withSamples(
              Stream.concat(train.samples().stream(), validation.samples().stream()).toList());
      images =
          scope.add(
              ImageCache.load(
                  both,
                  config.inputSize(),
                  config.inputSize(),
                  ImageCache.Options.defaults().withCentreCrop(config.centreCrop())));
      split.requireNoneIdentical(images.verification());
      // The gate judges images as they come, and so must learn from them before their colours go.
      gate = learnGate();
      stain = config.stainNormalisation() ? Optional.of(learnStain()) : Optional.empty();
      if (stain.isPresent()) {
        images.replaceAll(stain.get()::apply, Math.max(1, batchThreads));
      }
      batches =
          scope.add(
              Batches.builder(images, train)
                  .batchSize(config.batchSize())
                  .sampling(config.sampling())
                  .augmentation(config.augmentation())
                  .mixup(config.mixup())
                  .seed(config.seed())
                  .threads(batchThreads)
                  .build());
      steps = batches.batchesPerEpoch();
      graph =
          scope.add(
              TfRuntime.call(
                  "build the network",
                  () -> new TrainingGraph(config, loss, labels.size(), losses, device)));
      arithmetic =
          TfRuntime.onCpu(device)
              ? Optional.of(
                  TfRuntime.call(
                      "learn a batch of " + ARITHMETIC_IMAGES,
                      () -> graph.arithmetic(ARITHMETIC_IMAGES, config.seed())))
              : Optional.empty();
    } catch (IOException | InterruptedException | RuntimeException | Error e) {
      scope.close();
      throw e;
    }
  }

  Outcome train() throws IOException, InterruptedException {
    Path checkpoints = unfinished.begin(config.resume());
    try {
      JsonNode settings = settings();
      Optional<Checkpoint.Found> found = Checkpoint.newest(checkpoints);
      lastGood = found.map(Checkpoint.Found::file);
      Optional<Checkpoint> start = found.map(Checkpoint.Found::checkpoint);
      start.ifPresent(checkpoint -> goOn(checkpoint, settings, checkpoints));
      int epoch = start.map(Checkpoint::epoch).orElse(1);
      int done = start.map(Checkpoint::step).orElse(0);
      double lossSum = start.map(Checkpoint::lossSum).orElse(0.0);
      listener.stageStarted(stage, config.epochs(), steps);
      while (epoch <= config.epochs() && !patienceIsOver()) {
        long began = System.nanoTime();
        double trainingLoss = learn(epoch, done, lossSum, settings, checkpoints);
        TrainingHistory.Epoch record = validate(epoch, trainingLoss, began);
        epochs.add(record);
        if (bestEpoch == 0 || better(record, epochs.get(bestEpoch - 1))) {
          bestEpoch = epoch;
          bestWeights = TfRuntime.call("read the weights", graph::weights);
        }
        epoch++;
        done = 0;
        lossSum = 0;
        checkpoint(settings, epoch, done, lossSum, checkpoints);
        listener.epochEnded(stage, record);
      }
    } finally {
      unfinished.removeIfEmpty();
    }
    if (Thread.interrupted()) {
      throw new InterruptedException("Training was interrupted after its last epoch.");
    }
    return new Outcome(
        bestWeights,
        new TrainingHistory(epochs, bestEpoch, epochs.size() < config.epochs(), config.criterion()),
        images.verification().contentDigest());
  }

  /**
   * Everything that must be the same for a stopped training to go on, and end as if not stopped.
   */
  private JsonNode settings() throws IOException {
    Map<String, Object> all = new LinkedHashMap<>(config.describe(stage));
    all.put("labels", labels.toString());
    all.put("data", images.verification().contentDigest());
    all.put("trainingSamples", train.samples().stream().map(Sample::id).toList().hashCode());
    all.put("threads", TfRuntime.threads());
    all.put(Checkpoint.ARITHMETIC, arithmetic.orElse("of a GPU"));
    // Written and read, because a tree made from objects tells an int from an equal long.
    JsonMapper json = JsonMapper.builder().build();
    return json.readTree(json.writeValueAsBytes(all));
  }

  private void goOn(Checkpoint from, JsonNode settings, Path directory) {
    from.requireSameSettings(settings, directory);
    TfRuntime.call(
        "restore a checkpoint",
        () -> {
          graph.assign(from.state());
          return null;
        });
    epochs.addAll(from.epochs());
    bestEpoch = from.bestEpoch();
    bestWeights = from.best();
  }

  private void checkpoint(JsonNode settings, int epoch, int step, double lossSum, Path directory)
      throws IOException {
    Checkpoint all =
        new Checkpoint(
            settings,
            epoch,
            step,
            lossSum,
            bestEpoch,
            List.copyOf(epochs),
            TfRuntime.call("read the weights", graph::state),
            bestWeights);
    lastGood = Optional.of(all.write(directory));
    lastCheckpoint = System.nanoTime();
  }

  private boolean patienceIsOver() {
    return config.patience() > 0 && epochs.size() - bestEpoch >= config.patience();
  }

  /**
   * Learns an epoch.
   *
   * @param first how many of its steps are done already
   * @param lossSoFar summed over those
   * @return the mean loss of its steps, whose batches are of nearly equal size
   */
  private double learn(int epoch, int first, double lossSoFar, JsonNode settings, Path checkpoints)
      throws IOException, InterruptedException {
    double sum = lossSoFar;
    Batches.Epoch prepared = batches.epoch(epoch - 1, first);
    for (int step = first + 1; step <= steps; step++) {
      long minutes = TimeUnit.NANOSECONDS.toMinutes(System.nanoTime() - lastCheckpoint);
      if (minutes >= config.checkpointMinutes()) {
        checkpoint(settings, epoch, step - 1, sum, checkpoints);
      }
      Batch batch;
      try {
        batch = prepared.next();
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
      } catch (InterruptedException e) {
        checkpoint(settings, epoch, step - 1, sum, checkpoints);
        InterruptedException told =
            new InterruptedException(
                "Training was interrupted in epoch "
                    + epoch
                    + "; a checkpoint is in "
                    + checkpoints
                    + ".");
        told.initCause(e);
        throw told;
      }
      if (!shown) {
        shown = true;
        show(batch);
      }
      double value = learn(epoch, step, batch);
      sum += value;
      listener.stepEnded(stage, epoch, step, value);
    }
    return sum / steps;
  }

  private void show(Batch batch) {
    List<CellImage> pictures = new ArrayList<>();
    List<Label> truth = new ArrayList<>();
    int bytes = images.imageBytes();
    for (int i = 0; i < batch.size(); i++) {
      pictures.add(
          CellImage.ofRgb(
              images.height(),
              images.width(),
              Arrays.copyOfRange(batch.images(), i * bytes, (i + 1) * bytes)));
      truth.add(labels.get(batch.labels()[i]));
    }
    listener.batchPrepared(stage, labels, pictures, truth);
  }

  private double learn(int epoch, int step, Batch batch) {
    long number = (epoch - 1L) * steps + step;
    TrainingGraph.Step result =
        TfRuntime.call(
            "learn a batch of " + batch.size(),
            () ->
                graph.step(
                    batch.images(),
                    batch.targets(),
                    batch.size(),
                    config.learningRate(number - 1, steps),
                    number,
                    config.seed()));
    if (!Float.isFinite(result.loss()) || !Float.isFinite(result.gradientNorm())) {
      List<String> ids =
          Arrays.stream(batch.samples(), 0, batch.size())
              .mapToObj(i -> train.samples().get(i).id())
              .toList();
      throw new BackendException(
          "The loss and its gradient must stay finite; in step "
              + step
              + " of epoch "
              + epoch
              + " the loss was "
              + result.loss()
              + " and the gradient's norm "
              + result.gradientNorm()
              + ". "
              + ADVICE
              + lastGood
                  .map(file -> " The last good checkpoint is " + file)
                  .orElse(" There is no checkpoint yet")
              + ". The samples were "
              + ids
              + ".");
    }
    return result.loss();
  }

  private static double[] array(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private void requireFinite(double[] logits, int epoch) {
    if (!Arrays.stream(logits).allMatch(Double::isFinite)) {
      throw new BackendException(
          "The network's logits must be finite; after epoch "
              + epoch
              + " they are "
              + Arrays.toString(logits)
              + ". "
              + ADVICE
              + " The last good checkpoint is in "
              + unfinished.directory()
              + ".");
    }
  }

  private TrainingHistory.Epoch validate(int epoch, double trainingLoss, long began) {
    int n = validation.size();
    int[] truth = new int[n];
    double[][] hot = new double[n][labels.size()];
    double[][] probabilities = new double[n][];
    byte[] chunk = new byte[Math.min(n, VALIDATION_CHUNK) * images.imageBytes()];
    for (int from = 0; from < n; from += VALIDATION_CHUNK) {
      int count = Math.min(VALIDATION_CHUNK, n - from);
      for (int i = 0; i < count; i++) {
        Sample sample = validation.samples().get(from + i);
        truth[from + i] = labels.indexOf(sample.label());
        hot[from + i][truth[from + i]] = 1;
        images.copyTo(train.size() + from + i, chunk, i * images.imageBytes());
      }
      double[][] logits = TfRuntime.call("validate", () -> graph.logits(chunk, 0, count));
      for (int i = 0; i < count; i++) {
        requireFinite(logits[i], epoch);
        probabilities[from + i] = Temperature.softmax(correction.apply(logits[i]), 1);
      }
    }
    StageMetrics metrics = StageMetrics.of(labels, truth, probabilities);
    return new TrainingHistory.Epoch(
        epoch,
        config.learningRate((long) epoch * steps - 1, steps),
        trainingLoss,
        loss.value(hot, probabilities),
        metrics.logLoss().orElseThrow(),
        metrics.accuracy().orElseThrow(),
        metrics.balancedAccuracy().orElseThrow(),
        metrics.auroc().isPresent() ? metrics.auroc().getAsDouble() : null,
        rows(metrics.confusion()),
        (System.nanoTime() - began) / 1e9);
  }

  private static List<List<Long>> rows(ConfusionMatrix confusion) {
    return Arrays.stream(confusion.counts())
        .map(row -> Arrays.stream(row).boxed().toList())
        .toList();
  }

  private boolean better(TrainingHistory.Epoch a, TrainingHistory.Epoch b) {
    int byCriterion =
        switch (config.criterion()) {
          case LAST -> 1;
          case LOSS -> 0;
          case BALANCED_ACCURACY ->
              Double.compare(a.validationBalancedAccuracy(), b.validationBalancedAccuracy());
          case AUROC ->
              a.validationAuroc() == null || b.validationAuroc() == null
                  ? 0
                  : Double.compare(a.validationAuroc(), b.validationAuroc());
        };
    return byCriterion != 0 ? byCriterion > 0 : a.validationLoss() < b.validationLoss();
  }

  /** What was found when the images of the training and the validation part were read. */
  Verification verification() {
    return images.verification();
  }

  /**
   * What an image must be like, learnt from the training part at the network's size; empty where
   * there are too few images.
   */
  Optional<GateThresholds> gate() {
    return gate;
  }

  /**
   * What the processor makes of a step, as {@link TrainingGraph#arithmetic} says; empty on a GPU,
   * which does not round the same twice.
   */
  Optional<String> arithmetic() {
    return arithmetic;
  }

  /** Whose colours every image is given, learnt from the training part; empty for its own. */
  Optional<StainNormalisation> stain() {
    return stain;
  }

  private Optional<GateThresholds> learnGate() {
    return train.size() < GateThresholds.FEWEST_IMAGES
        ? Optional.empty()
        : Optional.of(GateThresholds.learn(statistics()));
  }

  /**
   * Of images that were enlarged the size is their own: as small ones are not too small. Of larger
   * ones the network has never seen more than its own size.
   */
  private List<ImageStatistics> statistics() {
    List<ImageStatistics> all = ofEachTrainingImage(ImageStatistics::of);
    for (int i = 0; i < all.size(); i++) {
      int side = Math.min(images.shorterSideBefore(i), config.inputSize());
      all.set(i, all.get(i).ofSize(side, side));
    }
    return all;
  }

  private StainNormalisation learnStain() {
    return StainNormalisation.learn(ofEachTrainingImage(StainNormalisation::of));
  }

  private <T> List<T> ofEachTrainingImage(Function<CellImage, T> measure) {
    List<T> measured = new ArrayList<>();
    byte[] rgb = new byte[images.imageBytes()];
    for (int i = 0; i < train.size(); i++) {
      images.copyTo(i, rgb, 0);
      measured.add(measure.apply(CellImage.ofRgb(images.height(), images.width(), rgb)));
    }
    return measured;
  }

  /** Removes what would be needed to go on: the model is written. */
  void finished() throws IOException {
    unfinished.remove();
  }

  @Override
  public void close() {
    scope.close();
  }
}
