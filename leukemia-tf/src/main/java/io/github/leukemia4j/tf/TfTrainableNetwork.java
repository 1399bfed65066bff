package io.github.leukemia4j.tf;

import io.github.leukemia4j.backend.Backend.NetworkFactory;
import io.github.leukemia4j.backend.Backend.NetworkFactory.HeadLoss;
import io.github.leukemia4j.backend.Network.Logits;
import io.github.leukemia4j.backend.TrainableNetwork;
import io.github.leukemia4j.backend.TrainableNetwork.Batch;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.model.ModelManifest;
import io.github.leukemia4j.training.OptimizerConfig.Precision;
import io.github.leukemia4j.training.RunOptions;
import io.github.leukemia4j.training.TrainingConfig;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TBfloat16;

/** A network that a TensorFlow graph trains. What fails says what it could not do. */
final class TfTrainableNetwork implements TrainableNetwork {
  /** Makes such networks. */
  record Factory(Extensions extensions) implements NetworkFactory {
    @Override
    public TrainableNetwork create(TrainingConfig config, List<HeadLoss> heads, RunOptions run) {
      return new TfTrainableNetwork(config, heads, run, extensions);
    }

    @Override
    public Map<String, Tensor> weights(ModelBundle bundle) throws IOException {
      return bundle.manifest().format().equals(SavedModelFile.FORMAT)
          ? SavedModelFile.weights(bundle, extensions.operations())
          : Map.of();
    }
  }

  private static final Logger LOG = System.getLogger(TfTrainableNetwork.class.getName());

  /**
   * Images by which machines are told apart: enough for every kernel, few enough to take no time.
   */
  private static final int ARITHMETIC_IMAGES = 8;

  private final TrainingConfig config;
  private final TfArchitecture architecture;
  private final TrainingSession session;
  private final Origin origin;

  TfTrainableNetwork(
      TrainingConfig config, List<HeadLoss> heads, RunOptions run, Extensions extensions) {
    this.config = config;
    this.architecture = extensions.architecture(config.network());
    ConfigProto device = TfRuntime.config(run.device(), run.threads());
    warnOfSlowNumbers(config, device);
    session =
        TfRuntime.call(
            "build the network", () -> new TrainingSession(config, heads, extensions, device));
    try {
      origin =
          new Origin(
              SavedModelFile.FORMAT,
              NetworkGraph.NORMALISATION,
              TfBackend.NAME + " " + TfRuntime.version(),
              TfRuntime.deviceName(run.device()),
              TfRuntime.threads(),
              TfRuntime.options(),
              TfRuntime.onCpu(device)
                  ? Optional.of(
                      TfRuntime.call(
                          "learn a batch of " + ARITHMETIC_IMAGES,
                          () -> session.arithmetic(ARITHMETIC_IMAGES, config.batches().seed())))
                  : Optional.empty());
    } catch (RuntimeException | Error e) {
      session.close();
      throw e;
    }
  }

  private static void warnOfSlowNumbers(TrainingConfig config, ConfigProto device) {
    if (config.optimizer().precision() == Precision.BFLOAT16
        && TfRuntime.onCpu(device)
        && !TfRuntime.call("compute in 16 bits", () -> OneDnn.chosen(TBfloat16.class, device))) {
      LOG.log(
          Level.WARNING,
          "TensorFlow has no fast way to compute in 16 bits on this processor: a step in bfloat16"
              + " may take ten times as long as in float32");
    }
  }

  @Override
  public Origin origin() {
    return origin;
  }

  @Override
  public Step step(Batch batch, double learningRate, long number) {
    return TfRuntime.call(
        "learn a batch of " + batch.size(),
        () -> session.step(batch, learningRate, number, config.batches().seed()));
  }

  @Override
  public Logits logits(byte[] rgb, int images) {
    return TfRuntime.call("classify " + images + " images", () -> session.logits(rgb, 0, images));
  }

  @Override
  public Map<String, float[]> statistics(byte[] rgb, int images, double share) {
    return TfRuntime.call(
        "estimate the statistics of %d images".formatted(images),
        () -> session.statistics(rgb, images, share));
  }

  @Override
  public Map<String, int[]> shapes() {
    return session.shapes();
  }

  @Override
  public Map<String, float[]> weights() {
    return TfRuntime.call("read the weights", session::weights);
  }

  @Override
  public Map<String, float[]> state() {
    return TfRuntime.call("read the weights", session::state);
  }

  @Override
  public void restore(Map<String, float[]> state) {
    assign("restore a checkpoint", () -> session.assign(state));
  }

  @Override
  public void start(Map<String, float[]> weights) {
    assign("take the weights to start with", () -> session.start(weights));
  }

  private static void assign(String what, Runnable assignment) {
    TfRuntime.call(
        what,
        () -> {
          assignment.run();
          return null;
        });
  }

  @Override
  public void export(Path directory, ModelManifest manifest, Map<String, float[]> weights)
      throws IOException {
    SavedModelFile.write(directory, manifest, architecture, config.network(), weights);
  }

  @Override
  public void close() {
    session.close();
  }
}
