package io.github.leukemia4j.tf;

import io.github.leukemia4j.Device;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.backend.Head;
import io.github.leukemia4j.data.Batch;
import io.github.leukemia4j.training.TrainingConfig;
import java.util.List;

/**
 * The training step alone, fed with one batch again and again: the ceiling that the whole training
 * is held against. A training step is not public, and nobody else needs one. Used by one thread.
 */
public final class BareStep implements AutoCloseable {
  private static final Label CELL = Label.of("cell");

  private final TrainingConfig config;
  private final TrainingGraph graph;
  private final byte[] images;
  private final List<TrainingGraph.Targets> targets;
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
    this.targets =
        List.of(new TrainingGraph.Targets(batch.targets().clone(), new int[0], batch.size()));
    this.graph =
        TfRuntime.call(
            "build the network",
            () ->
                new TrainingGraph(
                    config,
                    HeadLoss.of(config, List.of(new Head(CELL, labels))),
                    Extensions.installed(),
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
    return graph.step(images, size, targets, config.learningRate(), number, config.seed()).loss();
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
