package io.github.leukemia4j.tf;

import io.github.leukemia4j.backend.TrainableNetwork;
import io.github.leukemia4j.loss.Loss;
import io.github.leukemia4j.training.TrainingConfig;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.tensorflow.Graph;
import org.tensorflow.RawTensor;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TUint8;

/** The session that learns. Used by one thread at a time. */
final class TrainingGraph implements AutoCloseable {
  private final TfScope scope;
  private final TrainingDefinition definition;
  private final Session session;
  private final int labels;
  private final int inputSize;
  private final double averaging;
  private final Map<String, TrainingDefinition.Slot> variables = new LinkedHashMap<>();

  TrainingGraph(
      TrainingConfig config, Loss meaning, int labels, TfLosses losses, ConfigProto device) {
    this.labels = labels;
    this.inputSize = config.inputSize();
    this.averaging = config.averaging();
    this.definition = new TrainingDefinition(config, meaning, labels, losses);
    variables.putAll(definition.weights);
    variables.putAll(definition.moments);
    variables.putAll(definition.averages);
    this.scope = new TfScope();
    try {
      Graph graph = scope.add(new Graph());
      graph.importGraphDef(OneDnn.named(definition.graph, device));
      session = scope.add(new Session(graph, device));
      assign(initialValues(config.seed()));
    } catch (RuntimeException | Error e) {
      scope.close();
      throw e;
    }
  }

  /**
   * Kernels at random, the rest at 0 or 1; the same for a seed on every machine. Dense layers start
   * after He et al. 2015. Before batch normalisation the scale of a kernel does not change what it
   * computes, but the larger it is the less a step of given length turns it: kernels of
   * convolutions start smaller. {@code docs/decisions/training-defaults.md} has what was measured.
   */
  private Map<String, float[]> initialValues(long seed) {
    Map<String, float[]> values = new LinkedHashMap<>();
    SplittableRandom random = new SplittableRandom(seed);
    definition.weights.forEach(
        (name, variable) -> {
          Shape shape = variable.shape();
          float[] value = new float[(int) shape.size()];
          if (name.endsWith(".kernel")) {
            long fanIn = shape.size() / shape.get(-1);
            double gain = name.startsWith("output") ? 1 : name.startsWith("dense") ? 2 : 1 / 3.0;
            double deviation = Math.sqrt(gain / fanIn);
            for (int i = 0; i < value.length; i++) {
              value[i] = (float) (random.nextGaussian() * deviation);
            }
          } else if (name.endsWith(".gamma") || name.endsWith(".variance")) {
            Arrays.fill(value, 1);
          }
          values.put(name, value);
        });
    definition
        .averages
        .keySet()
        .forEach(name -> values.put(name, values.get(TrainingDefinition.weightOf(name))));
    definition.moments.forEach(
        (name, variable) -> values.put(name, new float[(int) variable.shape().size()]));
    return values;
  }

  /** Sets variables by name; those not named stay. */
  void assign(Map<String, float[]> values) {
    try (TfScope run = new TfScope()) {
      Session.Runner runner = session.runner();
      values.forEach(
          (name, value) -> {
            TrainingDefinition.Slot slot = variables.get(name);
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
    definition
        .averages
        .keySet()
        .forEach(
            name -> {
              float[] value = weights.get(TrainingDefinition.weightOf(name));
              if (value != null) {
                values.put(name, value);
              }
            });
    assign(values);
  }

  /** The shape of every weight, by name. */
  Map<String, int[]> shapes() {
    Map<String, int[]> shapes = new LinkedHashMap<>();
    definition.weights.forEach(
        (name, slot) ->
            shapes.put(
                name, LongStream.of(slot.shape().asArray()).mapToInt(Math::toIntExact).toArray()));
    return shapes;
  }

  /** A copy of the weights to keep, by name: their moving averages where there are any. */
  Map<String, float[]> weights() {
    Map<String, float[]> kept = read(definition.weights);
    read(definition.averages)
        .forEach((name, value) -> kept.put(TrainingDefinition.weightOf(name), value));
    return kept;
  }

  /** A copy of everything that a step changes. */
  Map<String, float[]> state() {
    return read(variables);
  }

  private Map<String, float[]> read(Map<String, TrainingDefinition.Slot> slots) {
    Map<String, float[]> values = new LinkedHashMap<>();
    if (slots.isEmpty()) {
      return values;
    }
    try (TfScope run = new TfScope()) {
      Session.Runner runner = session.runner();
      slots.values().forEach(slot -> runner.fetch(slot.variable()));
      Result result = run.add(runner.run());
      int i = 0;
      for (String name : slots.keySet()) {
        RawTensor tensor = result.get(i++).asRawTensor();
        float[] copy = new float[(int) tensor.shape().size()];
        tensor.data().asFloats().read(copy);
        values.put(name, copy);
      }
    }
    return values;
  }

  /**
   * Learns one batch.
   *
   * @param rgb [count, inputSize, inputSize, 3]; longer is fine
   * @param truth [count, labels]; longer is fine
   * @param number of the step, from 1, over all epochs
   */
  TrainableNetwork.Step step(
      byte[] rgb, float[] truth, int count, double rate, long number, long seed) {
    try (TfScope run = new TfScope()) {
      Session.Runner runner =
          session
              .runner()
              .feed(definition.images, run.add(imageTensor(rgb, 0, count, inputSize, inputSize)))
              .feed(definition.targets, run.add(targetTensor(truth, count)))
              .feed(definition.learningRate, run.add(TFloat32.scalarOf((float) rate)))
              .feed(
                  definition.beta1Power,
                  run.add(TFloat32.scalarOf((float) Math.pow(TrainingDefinition.BETA1, number))))
              .feed(
                  definition.beta2Power,
                  run.add(TFloat32.scalarOf((float) Math.pow(TrainingDefinition.BETA2, number))))
              .feed(definition.dropoutSeed, run.add(TInt64.vectorOf(seed, number)))
              .fetch(definition.loss)
              .fetch(definition.gradientNorm)
              .addTarget(definition.step);
      if (averaging > 0) {
        // Early on the average follows closely, or it would remember the initial weights.
        double decay = Math.min(averaging, (1.0 + number) / (10.0 + number));
        runner.feed(definition.averagingRate, run.add(TFloat32.scalarOf((float) (1 - decay))));
      }
      Result result = run.add(runner.run());
      return new TrainableNetwork.Step(
          ((TFloat32) result.get(0)).getFloat(), ((TFloat32) result.get(1)).getFloat());
    }
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
    float[] truth = new float[count * labels];
    for (int i = 0; i < count; i++) {
      truth[i * labels + i % labels] = 1;
    }
    step(rgb, truth, count, 1e-3, 1, seed);
    MessageDigest digest = sha256();
    for (float[] values : state().values()) {
      ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES);
      bytes.asFloatBuffer().put(values);
      digest.update(bytes);
    }
    assign(initialValues(seed));
    return HexFormat.of().formatHex(digest.digest(), 0, 8);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256.", e);
    }
  }

  /**
   * The logits of images without dropout, with the stored statistics.
   *
   * @param rgb [count, inputSize, inputSize, 3] from {@code offset}
   * @return [count][labels]
   */
  double[][] logits(byte[] rgb, int offset, int count) {
    try (TfScope run = new TfScope()) {
      Result result =
          run.add(
              session
                  .runner()
                  .feed(
                      definition.images,
                      run.add(imageTensor(rgb, offset, count, inputSize, inputSize)))
                  .fetch(definition.evaluationLogits)
                  .run());
      return rows(result.get(0).asRawTensor(), count, labels);
    }
  }

  static TUint8 imageTensor(byte[] rgb, int offset, int count, int height, int width) {
    TUint8 tensor = TUint8.tensorOf(Shape.of(count, height, width, 3));
    tensor.asRawTensor().data().write(rgb, offset, count * height * width * 3);
    return tensor;
  }

  private TFloat32 targetTensor(float[] truth, int count) {
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
