package io.github.leukemia4j.tf;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Device;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.LeukemiaClassifier;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.backend.Backend.NetworkFactory.HeadLoss;
import io.github.leukemia4j.backend.Network.Head;
import io.github.leukemia4j.backend.OpenOptions;
import io.github.leukemia4j.backend.TrainableNetwork;
import io.github.leukemia4j.inference.OpenModel;
import io.github.leukemia4j.model.HeadManifest;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.model.ModelManifest;
import io.github.leukemia4j.store.AtomicDirectory;
import io.github.leukemia4j.training.RunOptions;
import io.github.leukemia4j.training.TrainingConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What the {@code doctor} asks the runtime; not part of the library. */
public final class Diagnosis {
  private static final int SIDE = 64;
  private static final int LARGEST_BATCH = 33;

  private Diagnosis() {}

  /** Loads the native library if need be. */
  public static String version() {
    return TfRuntime.version();
  }

  /** What TensorFlow sees, such as CPU:0 and GPU:0. */
  public static List<String> devices(int threads) {
    TfRuntime.config(Device.CPU, threads);
    TfRuntime.deviceName(Device.AUTO); // looks for a GPU
    return TfRuntime.devices();
  }

  /** Of the arithmetic. */
  public static int threads() {
    return TfRuntime.threads();
  }

  /** Whether TensorFlow itself takes oneDNN's kernels; measured. */
  public static boolean oneDnn() {
    return TfRuntime.oneDnn();
  }

  /** Whether oneDNN's kernels are in the library, so that they can be asked for by name. */
  public static boolean hasOneDnn() {
    return OneDnn.available();
  }

  /**
   * What classifying the same images alone and in batches showed.
   *
   * @param arithmetic in words, what the classifier does to keep bits
   * @param promised whether it promises the same bits
   * @param answers how many were held against those to single images
   * @param differing how many had other bits
   * @param largest difference of two probabilities
   */
  public record Bits(
      String arithmetic, boolean promised, int answers, int differing, double largest) {}

  /**
   * Classifies images of noise by an untrained network of the default shape, eight views each:
   * alone, in batches of 2 to 33 and so at every place of a batch, and by four threads at once.
   */
  public static Bits bits(Device device) throws IOException {
    Path directory = Files.createTempDirectory("leukemia4j-doctor");
    ModelBundle bundle = untrained(directory);
    Arithmetic arithmetic = arithmetic(bundle, device);
    try (LeukemiaClassifier classifier =
        OpenModel.open(new TfBackend(), bundle, options(device)).classifier()) {
      SplittableRandom random = new SplittableRandom(1);
      List<CellImage> images =
          Stream.generate(() -> noise(random, SIDE)).limit(LARGEST_BATCH).toList();
      List<Prediction> alone = images.stream().map(classifier::classify).toList();
      List<double[]> differences =
          Stream.concat(
                  IntStream.of(2, 3, 5, 8, 17, LARGEST_BATCH)
                      .mapToObj(size -> inBatches(classifier, images, size)),
                  IntStream.range(2, 6)
                      .parallel()
                      .mapToObj(size -> inBatches(classifier, images, size)))
              .map(answers -> differences(answers, alone))
              .toList();
      double[] all = differences.stream().flatMapToDouble(Arrays::stream).toArray();
      return new Bits(
          arithmetic.description(),
          arithmetic.keepsBits(),
          all.length,
          (int) Arrays.stream(all).filter(difference -> difference > 0).count(),
          Arrays.stream(all).max().orElseThrow());
    } finally {
      AtomicDirectory.delete(directory);
    }
  }

  private static Arithmetic arithmetic(ModelBundle bundle, Device device) throws IOException {
    try (TfNetwork network =
        TfNetwork.open(bundle, options(device), Set.of(), InvariantGraph::of)) {
      return network.arithmetic();
    }
  }

  private static List<Prediction> inBatches(
      LeukemiaClassifier classifier, List<CellImage> images, int size) {
    List<Prediction> all = new ArrayList<>();
    for (int from = 0; from < images.size(); from += size) {
      all.addAll(
          classifier.classifyAll(images.subList(from, Math.min(images.size(), from + size))));
    }
    return all;
  }

  /** The largest difference of each answer's probabilities; 0 only where all bits agree. */
  private static double[] differences(List<Prediction> found, List<Prediction> expected) {
    double[] largest = new double[found.size()];
    for (int i = 0; i < largest.length; i++) {
      double[] one = found.get(i).probabilities();
      double[] other = expected.get(i).probabilities();
      for (int label = 0; label < one.length; label++) {
        largest[i] = Math.max(largest[i], Math.abs(one[label] - other[label]));
      }
    }
    return largest;
  }

  private static CellImage noise(SplittableRandom random, int side) {
    byte[] rgb = new byte[side * side * 3];
    random.nextBytes(rgb);
    return CellImage.ofRgb(side, side, rgb);
  }

  private static OpenOptions options(Device device) {
    return OpenOptions.DEFAULT.withDevice(device);
  }

  private static ModelBundle untrained(Path directory) throws IOException {
    LabelSet labels = LabelSet.of("normal", "abnormal").withPositive(Label.of("abnormal"));
    TrainingConfig config = TrainingConfig.builder().inputSize(SIDE).build();
    List<Double> even = List.of(0.5, 0.5);
    Label cell = Label.of("cell");
    ModelManifest manifest =
        new ModelManifest(
            "untrained",
            SavedModelFile.FORMAT,
            new ModelManifest.Input(SIDE, SIDE, SavedModelFile.RESIZE, NetworkGraph.NORMALISATION),
            ModelManifest.EIGHT_VIEWS,
            List.of(
                HeadManifest.of(
                    cell,
                    labels,
                    "none: the weights are drawn",
                    new ModelManifest.Priors("natural", even, even),
                    Map.of())),
            null,
            null,
            null);
    try (TrainableNetwork network =
        new TfBackend()
            .training()
            .orElseThrow()
            .create(
                config,
                HeadLoss.of(config, List.of(new Head(cell, labels))),
                RunOptions.DEFAULT.withDevice(Device.CPU))) {
      return ModelBundle.create(
          directory.resolve("model"),
          manifest,
          place -> network.export(place, manifest, network.weights()));
    }
  }
}
