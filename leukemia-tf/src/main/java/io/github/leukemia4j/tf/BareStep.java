package io.github.leukemia4j.tf;

import io.github.leukemia4j.Device;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.data.Batch;
import io.github.leukemia4j.training.TrainingConfig;
import java.util.List;

/**
 * The training step alone, fed with one batch again and again: the ceiling that the whole training
 * is held against. A training step is not public, and nobody else needs one. Used by one thread.
 */
public final class BareStep implements AutoCloseable {
  private final TrainingConfig config;
  private final TrainingGraph graph;
  private final byte[] images;
  private final float[] targets;
  private final int size;
  private long number;

  /**
   * @param labels of the stage
   * @param batch whose arrays are copied
   */
  public BareStep(TrainingConfig config, LabelSet labels, Batch batch) {
    this.config = config;
    this.images = batch.images().clone();
    this.size = batch.size();
    this.targets = batch.targets().clone();
    this.graph =
        TfRuntime.call(
            "build the network",
            () ->
                new TrainingGraph(
                    config,
                    config.loss(Label.of("cell")).forLabels(labels),
                    labels.size(),
                    TfLosses.standard(List.of()),
                    TfRuntime.config(config.device(), config.threads())));
  }

  /** Loads the native library and opens the first session, which takes long only once in a JVM. */
  public static void start(Device device, int threads) {
    TfRuntime.config(device, threads);
  }

  /** What runs the arithmetic, in words. */
  public static String runtime(Device device) {
    return "TensorFlow "
        + TfRuntime.version()
        + " on "
        + TfRuntime.deviceName(device)
        + ", "
        + TfRuntime.threads()
        + " threads";
  }

  /**
   * Learns the batch once more.
   *
   * @return its loss
   */
  public double run() {
    number++;
    return graph.step(images, targets, size, config.learningRate(), number, config.seed()).loss();
  }

  /** Images in the batch. */
  public int size() {
    return size;
  }

  @Override
  public void close() {
    graph.close();
  }
}
