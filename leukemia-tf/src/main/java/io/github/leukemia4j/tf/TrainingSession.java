package io.github.leukemia4j.tf;

import io.github.leukemia4j.backend.Backend.NetworkFactory.HeadLoss;
import io.github.leukemia4j.backend.Network.Logits;
import io.github.leukemia4j.backend.TrainableNetwork;
import io.github.leukemia4j.backend.TrainableNetwork.Batch;
import io.github.leukemia4j.store.Sha256;
import io.github.leukemia4j.training.TrainingConfig;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.tensorflow.Graph;
import org.tensorflow.RawTensor;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TUint8;

/**
 * A TensorFlow session that runs a {@link TrainingGraph}: it feeds batches, runs steps, and reads
 * and sets variables. One thread at a time uses it.
 */
final class TrainingSession implements AutoCloseable {
  private final TfScope scope;
  private final TrainingGraph graph;
  private final Session session;
  private final List<HeadLoss> heads;
  private final int inputSize;
  private final double averaging;
  private final Map<String, TrainingGraph.Slot> variables = new LinkedHashMap<>();

  TrainingSession(
      TrainingConfig config, List<HeadLoss> heads, Extensions extensions, ConfigProto device) {
    this.heads = List.copyOf(heads);
    this.inputSize = config.input().size();
    this.averaging = config.optimizer().averaging();
    this.graph = new TrainingGraph(config, heads, extensions);
    variables.putAll(graph.weights);
    variables.putAll(graph.optimizerSlots);
    variables.putAll(graph.averages);
    this.scope = new TfScope();
    try {
      Graph imported = scope.add(new Graph());
      imported.importGraphDef(OneDnn.named(graph.definition, device));
      session = scope.add(new Session(imported, device));
      assign(initialValues(config.batches().seed()));
    } catch (RuntimeException | Error e) {
      scope.close();
      throw e;
    }
  }

  /** Weights as they say, the optimiser's slots at 0; the same for a seed on every machine. */
  private Map<String, float[]> initialValues(long seed) {
    Map<String, float[]> values = new LinkedHashMap<>();
    SplittableRandom random = new SplittableRandom(seed);
    graph
        .specifications()
        .forEach(
            (name, weight) -> {
              float[] value = new float[(int) weight.shape().size()];
              Arrays.fill(value, (float) weight.start());
              for (int i = 0; weight.deviation() > 0 && i < value.length; i++) {
                value[i] = (float) (weight.start() + random.nextGaussian() * weight.deviation());
              }
              values.put(name, value);
            });
    graph
        .averages
        .keySet()
        .forEach(name -> values.put(name, values.get(TrainingGraph.weightOf(name))));
    graph.optimizerSlots.forEach(
        (name, slot) -> values.put(name, new float[(int) slot.shape().size()]));
    return values;
  }

  /** Sets variables by name; those not named stay. */
  void assign(Map<String, float[]> values) {
    try (TfScope run = new TfScope()) {
      Session.Runner runner = session.runner();
      values.forEach(
          (name, value) -> {
            TrainingGraph.Slot slot = variables.get(name);
            TFloat32 tensor = run.add(TFloat32.tensorOf(slot.shape()));
            tensor.asRawTensor().data().asFloats().write(value);
            runner.feed(slot.newValue(), tensor).addTarget(slot.assignment());
          });
      run.add(runner.run());
    }
  }

  /** Sets weights by name, and the moving averages of those that have one. */
  void start(Map<String, float[]> weights) {
    Map<String, float[]> values = new LinkedHashMap<>(weights);
    graph
        .averages
        .keySet()
        .forEach(
            name -> {
              float[] value = weights.get(TrainingGraph.weightOf(name));
              if (value != null) {
                values.put(name, value);
              }
            });
    assign(values);
  }

  /** The shape of every weight, by name. */
  Map<String, int[]> shapes() {
    Map<String, int[]> shapes = new LinkedHashMap<>();
    graph.weights.forEach(
        (name, slot) ->
            shapes.put(
                name, LongStream.of(slot.shape().asArray()).mapToInt(Math::toIntExact).toArray()));
    return shapes;
  }

  /** A copy of the weights to keep, by name: their moving averages where there are any. */
  Map<String, float[]> weights() {
    Map<String, float[]> kept = read(graph.weights);
    read(graph.averages).forEach((name, value) -> kept.put(TrainingGraph.weightOf(name), value));
    return kept;
  }

  /** A copy of everything that a step changes. */
  Map<String, float[]> state() {
    return read(variables);
  }

  private Map<String, float[]> read(Map<String, TrainingGraph.Slot> slots) {
    Map<String, float[]> values = new LinkedHashMap<>();
    if (slots.isEmpty()) {
      return values;
    }
    try (TfScope run = new TfScope()) {
      Session.Runner runner = session.runner();
      slots.values().forEach(slot -> runner.fetch(slot.variable()));
      copy(run.add(runner.run()), slots.keySet(), values);
    }
    return values;
  }

  /**
   * Learns one batch.
   *
   * @param number of the step, from 1, over all epochs
   */
  TrainableNetwork.Step step(Batch batch, double rate, long number, long seed) {
    try (TfScope run = new TfScope()) {
      Session.Runner runner =
          session
              .runner()
              .feed(
                  graph.images,
                  run.add(imageTensor(batch.images(), 0, batch.size(), inputSize, inputSize)))
              .feed(graph.learningRate, run.add(TFloat32.scalarOf((float) rate)))
              .feed(graph.dropoutSeed, run.add(TInt64.vectorOf(seed, number)))
              .fetch(graph.loss)
              .fetch(graph.gradientNorm)
              .addTarget(graph.step);
      for (int head = 0; head < heads.size(); head++) {
        feed(runner, run, head, batch.heads().get(head));
      }
      graph.fed.forEach(
          (name, ofStep) ->
              runner.feed(name, run.add(TFloat32.scalarOf((float) ofStep.applyAsDouble(number)))));
      if (averaging > 0) {
        // Early on the average follows closely, or it would remember the initial weights.
        double decay = Math.min(averaging, (1.0 + number) / (10.0 + number));
        runner.feed(graph.averagingRate, run.add(TFloat32.scalarOf((float) (1 - decay))));
      }
      Result result = run.add(runner.run());
      return new TrainableNetwork.Step(
          ((TFloat32) result.get(0)).getFloat(), ((TFloat32) result.get(1)).getFloat());
    }
  }

  private void feed(Session.Runner runner, TfScope run, int head, Batch.Targets truth) {
    TrainingGraph.HeadNames names = graph.heads.get(head);
    if (heads.size() == 1) {
      runner.feed(names.targets(), run.add(targets(truth.values(), truth.count(), names.labels())));
      return;
    }
    // A mean over no sample would be no number: one counts for nothing instead.
    boolean reached = truth.count() > 0;
    float[] values = truth.values();
    if (!reached) {
      values = new float[names.labels()];
      Arrays.fill(values, 1f / values.length);
    }
    int count = reached ? truth.count() : 1;
    int[] rows = reached ? Arrays.copyOf(truth.rows(), count) : new int[1];
    double weight = reached ? heads.get(head).weight() : 0;
    runner
        .feed(names.targets(), run.add(targets(values, count, names.labels())))
        .feed(names.rows(), run.add(TInt32.vectorOf(rows)))
        .feed(names.weight(), run.add(TFloat32.scalarOf((float) weight)));
  }

  /**
   * What this machine makes of the arithmetic: a digest of all weights after one step on random
   * images from the initial weights. It is another one where a processor, an environment or a
   * library rounds otherwise. The state is the initial one afterwards.
   *
   * @param count of images
   * @param seed of the images and the initial weights
   * @return 16 hexadecimal digits
   */
  String arithmetic(int count, long seed) {
    byte[] rgb = new byte[count * inputSize * inputSize * 3];
    new SplittableRandom(seed).nextBytes(rgb);
    List<Batch.Targets> truth = new ArrayList<>();
    int[] rows = IntStream.range(0, count).toArray();
    for (HeadLoss head : heads) {
      int labels = head.labels();
      float[] values = new float[count * labels];
      for (int i = 0; i < count; i++) {
        values[i * labels + i % labels] = 1;
      }
      truth.add(new Batch.Targets(rows, values, rows, count));
    }
    step(new Batch(rgb, rows, count, truth), 1e-3, 1, seed);
    MessageDigest digest = Sha256.begin();
    for (float[] values : state().values()) {
      ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES);
      bytes.asFloatBuffer().put(values);
      digest.update(bytes);
    }
    assign(initialValues(seed));
    return HexFormat.of().formatHex(digest.digest(), 0, 8);
  }

  /**
   * The logits of images without dropout, with the stored statistics.
   *
   * @param rgb [count, inputSize, inputSize, 3] from {@code offset}
   * @return [heads][count][labels]
   */
  Logits logits(byte[] rgb, int offset, int count) {
    try (TfScope run = new TfScope()) {
      Session.Runner runner =
          session
              .runner()
              .feed(graph.images, run.add(imageTensor(rgb, offset, count, inputSize, inputSize)));
      graph.heads.forEach(head -> runner.fetch(head.logits()));
      Result result = run.add(runner.run());
      double[][][] all = new double[heads.size()][][];
      for (int head = 0; head < all.length; head++) {
        all[head] = rows(result.get(head).asRawTensor(), count, heads.get(head).labels());
      }
      return Logits.of(all);
    }
  }

  /**
   * The statistics of a batch, by the names of the weights that hold them.
   *
   * @param rgb [count, inputSize, inputSize, 3], perhaps longer
   * @param share of the batch in what normalises
   */
  Map<String, float[]> statistics(byte[] rgb, int count, double share) {
    Map<String, float[]> values = new LinkedHashMap<>();
    if (graph.statistics.isEmpty()) {
      return values;
    }
    try (TfScope run = new TfScope()) {
      Session.Runner runner =
          session
              .runner()
              .feed(graph.images, run.add(imageTensor(rgb, 0, count, inputSize, inputSize)))
              .feed(graph.share, run.add(TFloat32.scalarOf((float) share)));
      graph.statistics.values().forEach(runner::fetch);
      copy(run.add(runner.run()), graph.statistics.keySet(), values);
    }
    return values;
  }

  private static void copy(Result result, Iterable<String> names, Map<String, float[]> values) {
    int i = 0;
    for (String name : names) {
      RawTensor tensor = result.get(i++).asRawTensor();
      float[] copy = new float[(int) tensor.shape().size()];
      tensor.data().asFloats().read(copy);
      values.put(name, copy);
    }
  }

  static TUint8 imageTensor(byte[] rgb, int offset, int count, int height, int width) {
    TUint8 tensor = TUint8.tensorOf(Shape.of(count, height, width, 3));
    tensor.asRawTensor().data().write(rgb, offset, count * height * width * 3);
    return tensor;
  }

  private static TFloat32 targets(float[] truth, int count, int labels) {
    TFloat32 tensor = TFloat32.tensorOf(Shape.of(count, labels));
    tensor.asRawTensor().data().asFloats().write(truth, 0, count * labels);
    return tensor;
  }

  static double[][] rows(RawTensor tensor, int count, int labels) {
    float[] flat = new float[count * labels];
    tensor.data().asFloats().read(flat);
    double[][] rows = new double[count][labels];
    for (int i = 0; i < flat.length; i++) {
      rows[i / labels][i % labels] = flat[i];
    }
    return rows;
  }

  @Override
  public void close() {
    scope.close();
  }
}
