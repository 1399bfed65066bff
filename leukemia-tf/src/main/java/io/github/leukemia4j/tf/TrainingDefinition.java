package io.github.leukemia4j.tf;

import io.github.leukemia4j.loss.Loss;
import io.github.leukemia4j.training.TrainingConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Gradients;
import org.tensorflow.op.core.NoOp;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Variable;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TUint8;

/**
 * The graph that learns, as TensorFlow is told it, and the names of what is fed and fetched: two
 * towers that share their weights, one with dropout and the batch's statistics, one without.
 *
 * <p>The optimiser is AdamW (Loshchilov and Hutter 2019). No variable is written before all
 * gradients are there, and none is read after: control dependencies give every step one order. The
 * powers of the betas and the learning rate are fed, so that there is no variable to race for.
 */
final class TrainingDefinition {
  static final float BETA1 = 0.9f;
  static final float BETA2 = 0.999f;
  private static final float EPSILON = 1e-8f;
  private static final String AVERAGE = ".average";

  private final Map<String, Variable<TFloat32>> weightVariables = new LinkedHashMap<>();
  private final Map<String, Variable<TFloat32>> momentVariables = new LinkedHashMap<>();
  private final Map<String, Variable<TFloat32>> averageVariables = new LinkedHashMap<>();
  private final Operand<TFloat32> rate;
  private final Operand<TFloat32> power1;
  private final Operand<TFloat32> power2;

  /**
   * A variable of the graph.
   *
   * @param variable the operation that holds it
   * @param newValue the placeholder that is fed to set it
   * @param assignment the operation that sets it
   */
  record Slot(Shape shape, String variable, String newValue, String assignment) {}

  final GraphDef graph;
  final Map<String, Slot> weights;
  final Map<String, Slot> moments;
  final Map<String, Slot> averages;
  final String images;
  final String targets;
  final String learningRate;
  final String beta1Power;
  final String beta2Power;
  final String dropoutSeed;
  final String averagingRate;
  final String evaluationLogits;
  final String loss;
  final String gradientNorm;
  final String step;

  /**
   * @param meaning of the loss
   * @param labels how many
   */
  TrainingDefinition(TrainingConfig config, Loss meaning, int labels, TfLosses losses) {
    try (Graph built = new Graph()) {
      Ops tf = Ops.create(built);
      int size = config.inputSize();
      Placeholder<TUint8> pixels =
          tf.placeholder(TUint8.class, Placeholder.shape(Shape.of(-1, size, size, 3)));
      Placeholder<TFloat32> truth =
          tf.placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, labels)));
      rate = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.scalar()));
      power1 = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.scalar()));
      power2 = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.scalar()));
      Placeholder<TInt64> seed = tf.placeholder(TInt64.class, Placeholder.shape(Shape.of(2)));
      Placeholder<TFloat32> averaging =
          tf.placeholder(TFloat32.class, Placeholder.shape(Shape.scalar()));

      NetworkGraph network =
          new NetworkGraph(
              tf,
              config.network(),
              (name, shape) -> variable(tf, weightVariables, name, shape),
              config.precision() == TrainingConfig.Precision.BFLOAT16);
      Operand<TFloat32> logits = network.trainingLogits(pixels, labels, seed);
      Operand<TFloat32> evaluated =
          new NetworkGraph(
                  tf,
                  config.network(),
                  // The weight that is validated and kept: its moving average where there is one.
                  // The statistics of batch normalisation are averaged alike, for those of the
                  // present weights do not fit their average.
                  (name, shape) ->
                      config.averaging() > 0
                          ? variable(tf, averageVariables, name + AVERAGE, shape)
                          : variable(tf, weightVariables, name, shape))
              .logits(pixels, labels);
      Operand<TFloat32> value = losses.build(tf, meaning, truth, logits);

      List<String> learnt =
          weightVariables.keySet().stream().filter(TrainingDefinition::learnt).toList();
      List<Operand<?>> learntWeights = new ArrayList<>();
      learnt.forEach(name -> learntWeights.add(weightVariables.get(name)));
      List<Operand<TFloat32>> gradients = new ArrayList<>();
      for (Output<?> gradient : Gradients.create(tf.scope(), value, learntWeights).dy()) {
        gradients.add(cast(gradient));
      }
      List<Operand<TFloat32>> squares = new ArrayList<>();
      for (Operand<TFloat32> gradient : gradients) {
        squares.add(sum(tf, tf.math.square(gradient)));
      }
      Operand<TFloat32> norm = tf.math.sqrt(tf.math.addN(squares));
      Operand<TFloat32> scale =
          config.gradientClip() == 0
              ? tf.constant(1f)
              : tf.math.minimum(
                  tf.constant(1f),
                  tf.math.div(
                      tf.constant((float) config.gradientClip()),
                      tf.math.maximum(norm, tf.constant(1e-12f))));
      List<Op> ready = new ArrayList<>(List.of(value, scale));
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
      Ops last = tf.withControlDependencies(List.copyOf(updates));
      averageVariables.forEach(
          (name, average) ->
              updates.add(
                  last.assignSub(
                      average,
                      last.math.mul(
                          last.math.sub(average, weightVariables.get(weightOf(name))),
                          averaging))));
      Op all = NoOp.create(tf.withControlDependencies(updates).scope());
      weights = slots(tf, weightVariables);
      moments = slots(tf, momentVariables);
      averages = slots(tf, averageVariables);

      images = name(pixels);
      targets = name(truth);
      learningRate = name(rate);
      beta1Power = name(power1);
      beta2Power = name(power2);
      dropoutSeed = name(seed);
      averagingRate = name(averaging);
      evaluationLogits = name(evaluated);
      loss = name(value);
      gradientNorm = name(norm);
      step = all.op().name();
      graph = built.toGraphDef();
    }
  }

  private Op adamW(
      Ops tf, Ops after, TrainingConfig config, String name, Operand<TFloat32> gradient) {
    Variable<TFloat32> weight = weightVariables.get(name);
    Variable<TFloat32> first = variable(tf, momentVariables, name + ".m", weight.shape());
    Variable<TFloat32> second = variable(tf, momentVariables, name + ".v", weight.shape());
    Ops next = after;
    if (name.endsWith(".kernel") && config.weightDecay() > 0) {
      Operand<TFloat32> decay =
          after.math.mul(
              weight, after.math.mul(rate, after.constant((float) config.weightDecay())));
      next = after.withControlDependencies(List.of(after.assignSub(weight, decay)));
    }
    return next.train.applyAdam(
        weight,
        first,
        second,
        power1,
        power2,
        rate,
        tf.constant(BETA1),
        tf.constant(BETA2),
        tf.constant(EPSILON),
        gradient);
  }

  /** The name of the weight that a moving average is of. */
  static String weightOf(String average) {
    return average.substring(0, average.length() - AVERAGE.length());
  }

  private static Map<String, Slot> slots(Ops tf, Map<String, Variable<TFloat32>> variables) {
    Map<String, Slot> slots = new LinkedHashMap<>();
    variables.forEach(
        (name, variable) -> {
          Placeholder<TFloat32> value =
              tf.placeholder(TFloat32.class, Placeholder.shape(variable.shape()));
          Op assignment = tf.assign(variable, value);
          slots.put(
              name,
              new Slot(variable.shape(), name(variable), name(value), assignment.op().name()));
        });
    return slots;
  }

  private static Variable<TFloat32> variable(
      Ops tf, Map<String, Variable<TFloat32>> group, String name, Shape shape) {
    return group.computeIfAbsent(name, key -> tf.withName(key).variable(shape, TFloat32.class));
  }

  private static boolean learnt(String name) {
    return !name.endsWith(".mean") && !name.endsWith(".variance");
  }

  private static String name(Operand<?> operand) {
    Output<?> output = operand.asOutput();
    return output.op().name() + ":" + output.index();
  }

  @SuppressWarnings("unchecked")
  private static Operand<TFloat32> cast(Output<?> gradient) {
    return (Operand<TFloat32>) gradient;
  }

  private static Operand<TFloat32> sum(Ops tf, Operand<TFloat32> x) {
    return tf.sum(tf.reshape(x, tf.constant(new int[] {-1})), tf.constant(0));
  }
}
