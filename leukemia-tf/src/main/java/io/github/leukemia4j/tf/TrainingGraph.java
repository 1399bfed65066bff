package io.github.leukemia4j.tf;

import io.github.leukemia4j.loss.Loss;
import io.github.leukemia4j.training.TrainingConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.RawTensor;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Gradients;
import org.tensorflow.op.core.NoOp;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Variable;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TUint8;

/**
 * The graph that learns, and its session: two towers that share their weights, one with dropout and
 * the batch's statistics, one without. Used by one thread at a time.
 *
 * <p>The optimiser is AdamW (Loshchilov and Hutter 2019). No variable is written before all
 * gradients are there, and none is read after: control dependencies give every step one order. The
 * powers of the betas and the learning rate are fed, so that there is no variable to race for.
 */
final class TrainingGraph implements AutoCloseable {
  private static final float BETA1 = 0.9f;
  private static final float BETA2 = 0.999f;
  private static final float EPSILON = 1e-8f;
  private static final String AVERAGE = ".average";

  private final TfScope scope = new TfScope();
  private final Session session;
  private final int labels;
  private final int inputSize;
  private final double averaging;
  private final Map<String, Variable<TFloat32>> weights = new LinkedHashMap<>();
  private final Map<String, Variable<TFloat32>> moments = new LinkedHashMap<>();
  private final Map<String, Variable<TFloat32>> averages = new LinkedHashMap<>();
  private final Map<String, Placeholder<TFloat32>> newValues = new LinkedHashMap<>();
  private final Map<String, Op> assignments = new LinkedHashMap<>();
  private final Placeholder<TUint8> images;
  private final Placeholder<TFloat32> targets;
  private final Placeholder<TFloat32> learningRate;
  private final Placeholder<TFloat32> beta1Power;
  private final Placeholder<TFloat32> beta2Power;
  private final Placeholder<TInt64> dropoutSeed;
  private final Placeholder<TFloat32> averagingRate;
  private final Operand<TFloat32> evaluationLogits;
  private final Operand<TFloat32> loss;
  private final Operand<TFloat32> gradientNorm;
  private final Op step;

  /**
   * What a step found before it changed the weights.
   *
   * @param loss of the batch
   * @param gradientNorm global, before clipping
   */
  record Step(float loss, float gradientNorm) {}

  TrainingGraph(
      TrainingConfig config, Loss meaning, int labels, TfLosses losses, ConfigProto device) {
    this.labels = labels;
    this.inputSize = config.inputSize();
    this.averaging = config.averaging();
    try {
      Graph graph = scope.add(new Graph());
      Ops tf = Ops.create(graph);
      images =
          tf.placeholder(TUint8.class, Placeholder.shape(Shape.of(-1, inputSize, inputSize, 3)));
      targets = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, labels)));
      learningRate = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.scalar()));
      beta1Power = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.scalar()));
      beta2Power = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.scalar()));
      dropoutSeed = tf.placeholder(TInt64.class, Placeholder.shape(Shape.of(2)));

      averagingRate = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.scalar()));

      TfNetwork network =
          new TfNetwork(
              tf,
              config.network(),
              (name, shape) -> variable(tf, weights, name, shape),
              config.precision() == TrainingConfig.Precision.BFLOAT16);
      Operand<TFloat32> logits = network.trainingLogits(images, labels, dropoutSeed);
      evaluationLogits =
          new TfNetwork(tf, config.network(), (name, shape) -> kept(tf, name, shape))
              .logits(images, labels);
      loss = losses.build(tf, meaning, targets, logits);

      List<String> learnt = weights.keySet().stream().filter(TrainingGraph::learnt).toList();
      List<Operand<?>> learntWeights = new ArrayList<>();
      learnt.forEach(name -> learntWeights.add(weights.get(name)));
      List<Operand<TFloat32>> gradients = new ArrayList<>();
      for (Output<?> gradient : Gradients.create(tf.scope(), loss, learntWeights).dy()) {
        gradients.add(cast(gradient));
      }
      List<Operand<TFloat32>> squares = new ArrayList<>();
      for (Operand<TFloat32> gradient : gradients) {
        squares.add(sum(tf, tf.math.square(gradient)));
      }
      gradientNorm = tf.math.sqrt(tf.math.addN(squares));
      Operand<TFloat32> scale =
          config.gradientClip() == 0
              ? tf.constant(1f)
              : tf.math.minimum(
                  tf.constant(1f),
                  tf.math.div(
                      tf.constant((float) config.gradientClip()),
                      tf.math.maximum(gradientNorm, tf.constant(1e-12f))));
      List<Op> ready = new ArrayList<>(List.of(loss, scale));
      List<Operand<TFloat32>> clipped = new ArrayList<>();
      for (Operand<TFloat32> gradient : gradients) {
        Operand<TFloat32> scaled = tf.math.mul(gradient, scale);
        clipped.add(scaled);
        ready.add(scaled);
      }
      Ops after = tf.withControlDependencies(ready);
      List<Op> updates = new ArrayList<>(network.statisticsUpdates());
      for (int i = 0; i < learnt.size(); i++) {
        updates.add(adamW(tf, after, config, learnt.get(i), clipped.get(i)));
      }
      if (averaging > 0) {
        Ops last = tf.withControlDependencies(List.copyOf(updates));
        averages.forEach(
            (name, average) ->
                updates.add(
                    last.assignSub(
                        average,
                        last.math.mul(
                            last.math.sub(average, weights.get(weightOf(name))), averagingRate))));
      }
      step = NoOp.create(tf.withControlDependencies(updates).scope());
      for (Map<String, Variable<TFloat32>> group : List.of(weights, moments, averages)) {
        group.forEach(
            (name, variable) -> {
              Placeholder<TFloat32> value =
                  tf.placeholder(TFloat32.class, Placeholder.shape(variable.shape()));
              newValues.put(name, value);
              assignments.put(name, tf.assign(variable, value));
            });
      }
      session = scope.add(new Session(graph, device));
      assign(initialValues(config.seed()));
    } catch (RuntimeException | Error e) {
      scope.close();
      throw e;
    }
  }

  private Op adamW(
      Ops tf, Ops after, TrainingConfig config, String name, Operand<TFloat32> gradient) {
    Variable<TFloat32> weight = weights.get(name);
    Variable<TFloat32> first = variable(tf, moments, name + ".m", weight.shape());
    Variable<TFloat32> second = variable(tf, moments, name + ".v", weight.shape());
    Ops next = after;
    if (name.endsWith(".kernel") && config.weightDecay() > 0) {
      Operand<TFloat32> decay =
          after.math.mul(
              weight, after.math.mul(learningRate, after.constant((float) config.weightDecay())));
      next = after.withControlDependencies(List.of(after.assignSub(weight, decay)));
    }
    return next.train.applyAdam(
        weight,
        first,
        second,
        beta1Power,
        beta2Power,
        learningRate,
        tf.constant(BETA1),
        tf.constant(BETA2),
        tf.constant(EPSILON),
        gradient);
  }

  /**
   * The weight that is validated and kept: its moving average where there is one. The statistics of
   * batch normalisation are averaged alike, for those of the present weights do not fit their
   * average.
   */
  private Variable<TFloat32> kept(Ops tf, String name, Shape shape) {
    return averaging > 0
        ? variable(tf, averages, name + AVERAGE, shape)
        : variable(tf, weights, name, shape);
  }

  private static String weightOf(String average) {
    return average.substring(0, average.length() - AVERAGE.length());
  }

  private static Variable<TFloat32> variable(
      Ops tf, Map<String, Variable<TFloat32>> group, String name, Shape shape) {
    return group.computeIfAbsent(name, key -> tf.withName(key).variable(shape, TFloat32.class));
  }

  private static boolean learnt(String name) {
    return !name.endsWith(".mean") && !name.endsWith(".variance");
  }

  @SuppressWarnings("unchecked")
  private static Operand<TFloat32> cast(Output<?> gradient) {
    return (Operand<TFloat32>) gradient;
  }

  private static Operand<TFloat32> sum(Ops tf, Operand<TFloat32> x) {
    return tf.sum(tf.reshape(x, tf.constant(new int[] {-1})), tf.constant(0));
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
    weights.forEach(
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
            java.util.Arrays.fill(value, 1);
          }
          values.put(name, value);
        });
    averages.keySet().forEach(name -> values.put(name, values.get(weightOf(name))));
    moments.forEach((name, variable) -> values.put(name, new float[(int) variable.shape().size()]));
    return values;
  }

  /** Sets variables by name; those not named stay. */
  void assign(Map<String, float[]> values) {
    try (TfScope run = new TfScope()) {
      Session.Runner runner = session.runner();
      values.forEach(
          (name, value) -> {
            Placeholder<TFloat32> placeholder = newValues.get(name);
            TFloat32 tensor = run.add(TFloat32.tensorOf(placeholder.shape()));
            tensor.asRawTensor().data().asFloats().write(value);
            runner.feed(placeholder, tensor).addTarget(assignments.get(name));
          });
      run.add(runner.run());
    }
  }

  /** A copy of the weights to keep, by name: their moving averages where there are any. */
  Map<String, float[]> weights() {
    Map<String, float[]> kept = read(weights);
    read(averages).forEach((name, value) -> kept.put(weightOf(name), value));
    return kept;
  }

  /** A copy of everything that a step changes. */
  Map<String, float[]> state() {
    Map<String, float[]> all = read(weights);
    all.putAll(read(moments));
    all.putAll(read(averages));
    return all;
  }

  private Map<String, float[]> read(Map<String, Variable<TFloat32>> variables) {
    Map<String, float[]> values = new LinkedHashMap<>();
    if (variables.isEmpty()) {
      return values;
    }
    try (TfScope run = new TfScope()) {
      Session.Runner runner = session.runner();
      variables.values().forEach(runner::fetch);
      Result result = run.add(runner.run());
      int i = 0;
      for (String name : variables.keySet()) {
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
  Step step(byte[] rgb, float[] truth, int count, double rate, long number, long seed) {
    try (TfScope run = new TfScope()) {
      Session.Runner runner =
          session
              .runner()
              .feed(images, run.add(imageTensor(rgb, 0, count, inputSize, inputSize)))
              .feed(targets, run.add(targetTensor(truth, count)))
              .feed(learningRate, run.add(TFloat32.scalarOf((float) rate)))
              .feed(beta1Power, run.add(TFloat32.scalarOf((float) Math.pow(BETA1, number))))
              .feed(beta2Power, run.add(TFloat32.scalarOf((float) Math.pow(BETA2, number))))
              .feed(dropoutSeed, run.add(TInt64.vectorOf(seed, number)))
              .fetch(loss)
              .fetch(gradientNorm)
              .addTarget(step);
      if (averaging > 0) {
        // Early on the average follows closely, or it would remember the initial weights.
        double decay = Math.min(averaging, (1.0 + number) / (10.0 + number));
        runner.feed(averagingRate, run.add(TFloat32.scalarOf((float) (1 - decay))));
      }
      Result result = run.add(runner.run());
      return new Step(((TFloat32) result.get(0)).getFloat(), ((TFloat32) result.get(1)).getFloat());
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
                  .feed(images, run.add(imageTensor(rgb, offset, count, inputSize, inputSize)))
                  .fetch(evaluationLogits)
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
