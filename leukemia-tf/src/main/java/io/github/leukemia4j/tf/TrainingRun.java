package io.github.leukemia4j.tf;

import io.github.leukemia4j.BackendException;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.data.Split;
import io.github.leukemia4j.evaluation.StageMetrics;
import io.github.leukemia4j.loss.Loss;
import io.github.leukemia4j.model.ModelManifest;
import io.github.leukemia4j.training.TrainingConfig;
import io.github.leukemia4j.training.TrainingHistory;
import io.github.leukemia4j.training.TrainingListener;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.tensorflow.proto.ConfigProto;

/** One training: epochs of steps, each followed by a validation; keeps the best epoch's weights. */
final class TrainingRun implements AutoCloseable {
  private static final int VALIDATION_CHUNK = 256;

  private final TrainingConfig config;
  private final Label stage;
  private final LabelSet labels;
  private final Loss loss;
  private final double[] correction;
  private final TrainingListener listener;
  private final StageImages train;
  private final StageImages validation;
  private final TrainingGraph graph;

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
      TrainingListener listener)
      throws IOException, InterruptedException {
    this.config = config;
    this.stage = split.taxonomy().root();
    this.labels = labels;
    this.loss = loss;
    this.listener = listener;
    this.correction = new double[labels.size()];
    for (int i = 0; i < correction.length; i++) {
      correction[i] = Math.log(priors.natural().get(i) / priors.training().get(i));
    }
    this.train = StageImages.read(split.train(), labels, config.inputSize());
    this.validation = StageImages.read(split.validation(), labels, config.inputSize());
    this.graph =
        TfRuntime.call(
            "build the network",
            () -> new TrainingGraph(config, loss, labels.size(), losses, device));
  }

  Outcome train() throws InterruptedException {
    int steps = (train.size() + config.batchSize() - 1) / config.batchSize();
    listener.stageStarted(stage, config.epochs(), steps);
    List<TrainingHistory.Epoch> epochs = new ArrayList<>();
    Map<String, float[]> bestWeights = null;
    int best = 0;
    for (int epoch = 1; epoch <= config.epochs(); epoch++) {
      long start = System.nanoTime();
      double trainingLoss = learn(epoch, steps);
      TrainingHistory.Epoch record = validate(epoch, steps, trainingLoss, start);
      epochs.add(record);
      if (best == 0 || better(record, epochs.get(best - 1))) {
        best = epoch;
        bestWeights = TfRuntime.call("read the weights", graph::weights);
      }
      listener.epochEnded(stage, record);
      if (config.patience() > 0 && epoch - best >= config.patience()) {
        break;
      }
    }
    if (Thread.interrupted()) {
      throw new InterruptedException("Training was interrupted after its last epoch.");
    }
    TrainingHistory history = new TrainingHistory(epochs, best, epochs.size() < config.epochs());
    return new Outcome(bestWeights, history, "");
  }

  private double learn(int epoch, int steps) throws InterruptedException {
    double sum = 0;
    int[] order = train.order(config, epoch);
    byte[] rgb = new byte[config.batchSize() * train.imageBytes()];
    float[] targets = new float[config.batchSize() * labels.size()];
    for (int step = 1; step <= steps; step++) {
      if (Thread.interrupted()) {
        throw new InterruptedException("Training was interrupted in epoch " + epoch + ".");
      }
      int from = (step - 1) * config.batchSize();
      int count = Math.min(config.batchSize(), order.length - from);
      train.batch(config, epoch, order, from, count, rgb, targets);
      long number = (epoch - 1L) * steps + step;
      double rate = config.learningRate(number - 1, steps);
      TrainingGraph.Step result =
          TfRuntime.call(
              "learn a batch of " + count,
              () -> graph.step(rgb, targets, count, rate, number, config.seed()));
      if (!Float.isFinite(result.loss()) || !Float.isFinite(result.gradientNorm())) {
        throw new BackendException(
            "The loss and its gradient must stay finite; in step "
                + step
                + " of epoch "
                + epoch
                + " the loss was "
                + result.loss()
                + " and the gradient's norm "
                + result.gradientNorm()
                + ". Lower the learning rate, or clip the gradient. The samples were "
                + train.ids(order, from, count)
                + ".");
      }
      sum += result.loss() * count;
      listener.stepEnded(stage, epoch, step, result.loss());
    }
    return sum / order.length;
  }

  private TrainingHistory.Epoch validate(int epoch, int steps, double trainingLoss, long start) {
    double[][] probabilities = new double[validation.size()][];
    double[][] targets = new double[validation.size()][labels.size()];
    for (int from = 0; from < validation.size(); from += VALIDATION_CHUNK) {
      int first = from;
      int count = Math.min(VALIDATION_CHUNK, validation.size() - from);
      double[][] logits =
          TfRuntime.call(
              "validate",
              () -> graph.logits(validation.rgb(), first * validation.imageBytes(), count));
      for (int i = 0; i < count; i++) {
        probabilities[from + i] = TfClassifier.softmax(logits[i], correction, 1);
        targets[from + i][validation.truth()[from + i]] = 1;
      }
    }
    StageMetrics metrics = StageMetrics.of(labels, validation.truth(), probabilities);
    return new TrainingHistory.Epoch(
        epoch,
        config.learningRate((long) epoch * steps - 1, steps),
        trainingLoss,
        loss.value(targets, probabilities),
        metrics.logLoss().orElseThrow(),
        metrics.accuracy().orElseThrow(),
        metrics.balancedAccuracy().orElseThrow(),
        metrics.auroc().isPresent() ? metrics.auroc().getAsDouble() : null,
        (System.nanoTime() - start) / 1e9);
  }

  private boolean better(TrainingHistory.Epoch a, TrainingHistory.Epoch b) {
    int byCriterion =
        switch (config.criterion()) {
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

  @Override
  public void close() {
    graph.close();
  }
}
