package io.github.leukemia4j.training.loop;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.leukemia4j.BackendException;
import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.backend.Network.Logits;
import io.github.leukemia4j.backend.TrainableNetwork;
import io.github.leukemia4j.backend.TrainableNetwork.Batch;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.split.Split;
import io.github.leukemia4j.training.RunOptions;
import io.github.leukemia4j.training.TrainingConfig;
import io.github.leukemia4j.training.TrainingHistory;
import io.github.leukemia4j.training.TrainingListener;
import io.github.leukemia4j.training.input.Batches;
import io.github.leukemia4j.training.loop.Checkpoint.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Epochs of steps, each followed by a validation and a checkpoint; keeps the best epoch's weights.
 * Runs once, on one thread.
 */
final class TrainingLoop {
  private static final int VALIDATION_CHUNK = 256;

  /** What can be done against numbers that overflow; a training that goes on keeps its settings. */
  private static final String ADVICE =
      "Begin anew, in another directory, with a lower learning rate or a stronger clipping of the"
          + " gradient: a training that is resumed keeps its settings.";

  private final TrainingConfig config;
  private final RunOptions run;
  private final Dataset train;
  private final int validationSize;
  private final List<TrainedHead> heads;
  private final TrainableNetwork network;
  private final TrainingImages images;
  private final Batches batches;
  private final JsonNode settings;
  private final Path checkpoints;
  private final TrainingListener listener;
  private final Label name;
  private final int steps;

  private final List<List<TrainingHistory.Epoch>> epochs = new ArrayList<>();
  private int epoch = 1;
  private int done;
  private double lossSum;
  private int bestEpoch;
  private Map<String, float[]> bestWeights = Map.of();
  private Optional<Path> lastGood = Optional.empty();
  private boolean shown;
  private long lastCheckpoint = System.nanoTime();

  /**
   * What a training gives.
   *
   * @param weights of the best epoch, by name
   * @param histories of all epochs, one for each head
   */
  record Outcome(Map<String, float[]> weights, List<TrainingHistory> histories) {}

  /**
   * @param settings everything that must be the same for a stopped training to go on, and end as if
   *     it had not been stopped
   * @param checkpoints the directory that they are kept in
   */
  TrainingLoop(
      TrainingConfig config,
      RunOptions run,
      Split split,
      List<TrainedHead> heads,
      TrainableNetwork network,
      TrainingImages images,
      Batches batches,
      JsonNode settings,
      Path checkpoints,
      TrainingListener listener) {
    this.config = config;
    this.run = run;
    this.train = split.train();
    this.validationSize = split.validation().size();
    this.heads = heads;
    this.network = network;
    this.images = images;
    this.batches = batches;
    this.settings = settings;
    this.checkpoints = checkpoints;
    this.listener = listener;
    this.name = split.taxonomy().root();
    this.steps = batches.batchesPerEpoch();
    heads.forEach(head -> epochs.add(new ArrayList<>()));
  }

  Outcome run() throws IOException, InterruptedException {
    Optional<Checkpoint.Found> found = Checkpoint.newest(checkpoints);
    lastGood = found.map(Checkpoint.Found::file);
    found.ifPresent(start -> goOn(start.checkpoint()));
    listener.stageStarted(name, config.selection().epochs(), steps);
    while (epoch <= config.selection().epochs() && !patienceIsOver()) {
      long began = System.nanoTime();
      double trainingLoss = learn();
      validate(trainingLoss, began);
      if (bestEpoch == 0 || better(epoch, bestEpoch)) {
        bestEpoch = epoch;
        bestWeights = network.weights();
      }
      epoch++;
      done = 0;
      lossSum = 0;
      checkpoint();
      for (int h = 0; h < heads.size(); h++) {
        listener.epochEnded(stage(h), epochs.get(h).get(epoch - 2));
      }
    }
    if (Thread.interrupted()) {
      throw new InterruptedException("Training was interrupted after its last epoch.");
    }
    boolean early = finished() < config.selection().epochs();
    return new Outcome(
        bestWeights,
        epochs.stream()
            .map(own -> new TrainingHistory(own, bestEpoch, early, config.selection().criterion()))
            .toList());
  }

  private Label stage(int head) {
    return heads.get(head).head().stage();
  }

  private int finished() {
    return epochs.get(0).size();
  }

  private void goOn(Checkpoint from) {
    from.requireSameSettings(settings, checkpoints);
    network.restore(from.state());
    Progress progress = from.progress();
    for (int h = 0; h < heads.size(); h++) {
      epochs.get(h).addAll(progress.epochs().get(h));
    }
    epoch = progress.epoch();
    done = progress.step();
    lossSum = progress.lossSum();
    bestEpoch = progress.bestEpoch();
    bestWeights = from.best();
  }

  private void checkpoint() throws IOException {
    Progress progress = new Progress(settings, epoch, done, lossSum, bestEpoch, epochs);
    Checkpoint all = new Checkpoint(progress, network.state(), bestWeights, network.shapes());
    lastGood = Optional.of(all.write(checkpoints));
    lastCheckpoint = System.nanoTime();
  }

  private boolean patienceIsOver() {
    return config.selection().patience() > 0
        && finished() - bestEpoch >= config.selection().patience();
  }

  /**
   * Learns the rest of an epoch.
   *
   * @return the mean loss of its steps, whose batches are of nearly equal size
   */
  private double learn() throws IOException, InterruptedException {
    Batches.Epoch prepared = batches.epoch(epoch - 1, done);
    while (done < steps) {
      if (System.nanoTime() - lastCheckpoint >= run.checkpointEvery().toNanos()) {
        checkpoint();
      }
      Batch batch;
      try {
        batch = prepared.next();
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
      } catch (InterruptedException e) {
        checkpoint();
        InterruptedException told =
            new InterruptedException(
                "Training was interrupted in epoch %d; a checkpoint is in %s."
                    .formatted(epoch, checkpoints));
        told.initCause(e);
        throw told;
      }
      show(batch);
      double loss = learn(batch);
      lossSum += loss;
      done++;
      listener.stepEnded(name, epoch, done, loss);
    }
    return lossSum / steps;
  }

  private void show(Batch batch) {
    if (!shown) {
      shown = true;
      Batch.Targets first = batch.heads().get(0);
      List<CellImage> pictures =
          Arrays.stream(first.rows(), 0, first.count())
              .mapToObj(row -> images.image(batch.images(), row))
              .toList();
      LabelSet labels = heads.get(0).head().labels();
      List<Label> truth =
          Arrays.stream(first.labels(), 0, first.count()).mapToObj(labels::get).toList();
      listener.batchPrepared(name, labels, pictures, truth);
    }
  }

  private double learn(Batch batch) {
    long number = (epoch - 1L) * steps + done + 1;
    TrainableNetwork.Step step =
        network.step(batch, config.learningRate(number - 1, steps), number);
    if (!Double.isFinite(step.loss()) || !Double.isFinite(step.gradientNorm())) {
      List<String> ids =
          Arrays.stream(batch.samples(), 0, batch.size())
              .mapToObj(i -> train.samples().get(i).id())
              .toList();
      throw new BackendException(
          """
          The loss and its gradient must stay finite; in step %d of epoch %d the loss was %s and \
          the gradient's norm %s. %s %s. The samples were %s.\
          """
              .formatted(
                  done + 1,
                  epoch,
                  step.loss(),
                  step.gradientNorm(),
                  ADVICE,
                  lastGood
                      .map(file -> "The last good checkpoint is " + file)
                      .orElse("There is no checkpoint yet"),
                  ids));
    }
    return step.loss();
  }

  private void validate(double trainingLoss, long began) {
    double[][][] logits = new double[heads.size()][validationSize][];
    byte[] chunk = new byte[Math.min(validationSize, VALIDATION_CHUNK) * images.imageBytes()];
    for (int from = 0; from < validationSize; from += VALIDATION_CHUNK) {
      int count = Math.min(VALIDATION_CHUNK, validationSize - from);
      images.copyValidation(from, count, chunk);
      Logits some = network.logits(chunk, count);
      for (int h = 0; h < heads.size(); h++) {
        for (int i = 0; i < count; i++) {
          logits[h][from + i] = requireFinite(some.row(h, i));
        }
      }
    }
    double rate = config.learningRate((long) epoch * steps - 1, steps);
    for (int h = 0; h < heads.size(); h++) {
      double seconds = (System.nanoTime() - began) / 1e9;
      epochs.get(h).add(heads.get(h).validate(logits, epoch, rate, trainingLoss, seconds));
    }
  }

  private double[] requireFinite(double[] logits) {
    if (!Arrays.stream(logits).allMatch(Double::isFinite)) {
      throw new BackendException(
          """
          The network's logits must be finite; after epoch %d they are %s. %s The last good \
          checkpoint is in %s.\
          """
              .formatted(epoch, Arrays.toString(logits), ADVICE, checkpoints));
    }
    return logits;
  }

  private boolean better(int a, int b) {
    int byCriterion =
        switch (config.selection().criterion()) {
          case LAST -> 1;
          case LOSS -> 0;
          case BALANCED_ACCURACY ->
              compare(a, b, TrainingHistory.Epoch::validationBalancedAccuracy);
          case AUROC ->
              compare(a, b, e -> e.validationAuroc() == null ? Double.NaN : e.validationAuroc());
        };
    return byCriterion != 0
        ? byCriterion > 0
        : mean(a, TrainingHistory.Epoch::validationLoss).orElseThrow()
            < mean(b, TrainingHistory.Epoch::validationLoss).orElseThrow();
  }

  private int compare(int a, int b, ToDoubleFunction<TrainingHistory.Epoch> figure) {
    OptionalDouble ofA = mean(a, figure);
    OptionalDouble ofB = mean(b, figure);
    return ofA.isEmpty() || ofB.isEmpty()
        ? 0
        : Double.compare(ofA.getAsDouble(), ofB.getAsDouble());
  }

  /** Over the stages where the figure is defined. */
  private OptionalDouble mean(int number, ToDoubleFunction<TrainingHistory.Epoch> figure) {
    return IntStream.range(0, heads.size())
        .filter(h -> heads.get(h).head().isOfStage())
        .mapToDouble(h -> figure.applyAsDouble(epochs.get(h).get(number - 1)))
        .filter(value -> !Double.isNaN(value))
        .average();
  }
}
