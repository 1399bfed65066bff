package io.github.leukemia4j.tf;

import io.github.leukemia4j.backend.Backend.NetworkFactory.HeadLoss;
import io.github.leukemia4j.tf.TfWeight.Role;
import io.github.leukemia4j.training.OptimizerConfig;
import io.github.leukemia4j.training.TrainingConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongToDoubleFunction;
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
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TUint8;
import org.tensorflow.types.family.TType;

/**
 * The graph that learns, as TensorFlow is told it, and the names of what is fed and fetched: three
 * towers that share their weights: one learns, with dropout and the batch's statistics, one
 * classifies, and one estimates statistics.
 *
 * <p>The loss is the weighted sum over heads, each over the samples that reach it. Where there is
 * one head every sample reaches it, and nothing is gathered, weighted or added.
 *
 * <p>No variable is written before all gradients are there, and none is read after: control
 * dependencies give every step one order.
 */
final class TrainingGraph {
  private static final String AVERAGE = ".average";

  private final TrainingConfig config;
  private final Ops tf;
  private final Map<String, TfWeight> specifications = new LinkedHashMap<>();
  private final Map<String, Variable<TFloat32>> weightVariables = new LinkedHashMap<>();
  private final Map<String, Variable<TFloat32>> slotVariables = new LinkedHashMap<>();
  private final Map<String, Variable<TFloat32>> averageVariables = new LinkedHashMap<>();
  private final Map<String, Placeholder<TFloat32>> fedNumbers = new LinkedHashMap<>();

  /**
   * A variable of the graph.
   *
   * @param variable the operation that holds it
   * @param newValue the placeholder that is fed to set it
   * @param assignment the operation that sets it
   */
  record Slot(Shape shape, String variable, String newValue, String assignment) {}

  /**
   * What is fed and fetched of a head.
   *
   * @param targets [samples that reach it, labels]
   * @param rows their places in the batch; null where there is one head
   * @param weight of the head's loss; null where there is one head
   * @param logits of images without dropout, [images, labels]
   */
  record HeadNames(int labels, String targets, String rows, String weight, String logits) {}

  final GraphDef definition;
  final Map<String, Slot> weights;
  final Map<String, Slot> optimizerSlots;
  final Map<String, Slot> averages;
  final Map<String, LongToDoubleFunction> fed = new LinkedHashMap<>();
  final List<HeadNames> heads = new ArrayList<>();
  final String images;
  final String learningRate;
  final String dropoutSeed;
  final String averagingRate;
  final String loss;
  final String gradientNorm;
  final String step;

  /** Fed with the share of the batch in what normalises while statistics are estimated. */
  final String share;

  /** What the batch says in place of each statistic, by the name of its weight. */
  final Map<String, String> statistics = new LinkedHashMap<>();

  TrainingGraph(TrainingConfig config, List<HeadLoss> learnt, Extensions extensions) {
    this.config = config;
    TfArchitecture architecture = extensions.architecture(config.network());
    architecture.check(config.network(), config.input().size());
    HarmlessOperations.requireDeclared(architecture, config.network(), config.input().size());
    TfOptimizer optimizer = extensions.optimizer(config.optimizer());
    try (Graph built = new Graph()) {
      tf = Ops.create(built);
      int size = config.input().size();
      Placeholder<TUint8> pixels = placeholder(TUint8.class, Shape.of(-1, size, size, 3));
      Placeholder<TFloat32> rate = placeholder(TFloat32.class, Shape.scalar());
      Placeholder<TInt64> seed = placeholder(TInt64.class, Shape.of(2));
      Placeholder<TFloat32> averaging = placeholder(TFloat32.class, Shape.scalar());

      List<Integer> labels = learnt.stream().map(HeadLoss::labels).toList();
      NetworkGraph.Learning network =
          new NetworkGraph(tf, architecture, config.network(), labels, this::weight)
              .learning(
                  pixels,
                  seed,
                  config.optimizer().precision() == OptimizerConfig.Precision.BFLOAT16,
                  this::frozen);
      NetworkGraph kept =
          new NetworkGraph(
              tf,
              architecture,
              config.network(),
              labels,
              config.optimizer().averaging() > 0 ? this::average : this::weight);
      List<Operand<TFloat32>> evaluated = kept.logits(pixels);
      Operand<TFloat32> value = null;
      for (int head = 0; head < learnt.size(); head++) {
        Operand<TFloat32> term =
            loss(learnt, head, network.logits().get(head), evaluated.get(head), extensions);
        value = value == null ? term : tf.math.add(value, term);
      }

      List<TfWeight> changed =
          specifications.values().stream()
              .filter(weight -> weight.role() != Role.STATISTIC && !frozen(weight.name()))
              .toList();
      List<Operand<TFloat32>> gradients = gradients(value, changed);
      List<Operand<TFloat32>> squares = new ArrayList<>();
      for (Operand<TFloat32> gradient : gradients) {
        squares.add(sum(tf.math.square(gradient)));
      }
      Operand<TFloat32> norm = tf.math.sqrt(tf.math.addN(squares));
      Operand<TFloat32> scale =
          config.optimizer().gradientClip() == 0
              ? tf.constant(1f)
              : tf.math.minimum(
                  tf.constant(1f),
                  tf.math.div(
                      tf.constant((float) config.optimizer().gradientClip()),
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
      for (int i = 0; i < changed.size(); i++) {
        TfWeight weight = changed.get(i);
        Variable<TFloat32> variable = weightVariables.get(weight.name());
        updates.add(
            optimizer.update(new TfUpdate(this, after, weight, variable, clipped.get(i), rate)));
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
      Placeholder<TFloat32> mixed = placeholder(TFloat32.class, Shape.scalar());
      kept.statistics(pixels, mixed).forEach((name, found) -> statistics.put(name, name(found)));
      Op all = NoOp.create(tf.withControlDependencies(updates).scope());
      weights = slots(weightVariables);
      optimizerSlots = slots(slotVariables);
      averages = slots(averageVariables);

      images = name(pixels);
      learningRate = name(rate);
      dropoutSeed = name(seed);
      averagingRate = name(averaging);
      loss = name(value);
      gradientNorm = name(norm);
      step = all.op().name();
      share = name(mixed);
      definition = built.toGraphDef();
    }
  }

  /**
   * The loss of a head; over the samples that reach it and times its weight, where there are
   * others. Where none reaches it, one sample without meaning and the weight 0 are fed, which give
   * a loss and a gradient of 0.
   */
  private Operand<TFloat32> loss(
      List<HeadLoss> all,
      int head,
      Operand<TFloat32> logits,
      Operand<TFloat32> evaluated,
      Extensions extensions) {
    HeadLoss own = all.get(head);
    Placeholder<TFloat32> truth = placeholder(TFloat32.class, Shape.of(-1, own.labels()));
    if (all.size() == 1) {
      heads.add(new HeadNames(own.labels(), name(truth), null, null, name(evaluated)));
      return extensions.losses().build(tf, own.loss(), truth, logits);
    }
    Placeholder<TInt32> rows = placeholder(TInt32.class, Shape.of(-1));
    Placeholder<TFloat32> weight = placeholder(TFloat32.class, Shape.scalar());
    heads.add(new HeadNames(own.labels(), name(truth), name(rows), name(weight), name(evaluated)));
    Operand<TFloat32> reached = tf.gather(logits, rows, tf.constant(0));
    return tf.math.mul(weight, extensions.losses().build(tf, own.loss(), truth, reached));
  }

  private List<Operand<TFloat32>> gradients(Operand<TFloat32> value, List<TfWeight> changed) {
    List<Operand<?>> variables = new ArrayList<>();
    changed.forEach(weight -> variables.add(weightVariables.get(weight.name())));
    List<Operand<TFloat32>> gradients = new ArrayList<>();
    for (Output<?> gradient : Gradients.create(tf.scope(), value, variables).dy()) {
      gradients.add(cast(gradient));
    }
    return gradients;
  }

  TrainingConfig config() {
    return config;
  }

  /** What a weight is like, by its name, in the order in which the network asks for them. */
  Map<String, TfWeight> specifications() {
    return specifications;
  }

  private boolean frozen(String name) {
    return config.start().frozen().stream().anyMatch(name::startsWith);
  }

  private Operand<TFloat32> weight(TfWeight weight) {
    specifications.putIfAbsent(weight.name(), weight);
    return variable(weightVariables, weight.name(), weight.shape());
  }

  /**
   * What is validated and kept in a weight's place. The statistics of batch normalisation are
   * averaged alike, for those of the present weights do not fit their average.
   */
  private Operand<TFloat32> average(TfWeight weight) {
    return variable(averageVariables, weight.name() + AVERAGE, weight.shape());
  }

  Variable<TFloat32> slot(TfWeight weight, String name) {
    return variable(slotVariables, weight.name() + "." + name, weight.shape());
  }

  Operand<TFloat32> fed(String name, LongToDoubleFunction ofStep) {
    Placeholder<TFloat32> number =
        fedNumbers.computeIfAbsent(name, key -> placeholder(TFloat32.class, Shape.scalar()));
    fed.put(name(number), ofStep);
    return number;
  }

  /** The name of the weight that a moving average is of. */
  static String weightOf(String average) {
    return average.substring(0, average.length() - AVERAGE.length());
  }

  private Map<String, Slot> slots(Map<String, Variable<TFloat32>> variables) {
    Map<String, Slot> slots = new LinkedHashMap<>();
    variables.forEach(
        (name, variable) -> {
          Placeholder<TFloat32> value = placeholder(TFloat32.class, variable.shape());
          Op assignment = tf.assign(variable, value);
          slots.put(
              name,
              new Slot(variable.shape(), name(variable), name(value), assignment.op().name()));
        });
    return slots;
  }

  private Variable<TFloat32> variable(
      Map<String, Variable<TFloat32>> group, String name, Shape shape) {
    return group.computeIfAbsent(name, key -> tf.withName(key).variable(shape, TFloat32.class));
  }

  private <T extends TType> Placeholder<T> placeholder(Class<T> type, Shape shape) {
    return tf.placeholder(type, Placeholder.shape(shape));
  }

  private static String name(Operand<?> operand) {
    Output<?> output = operand.asOutput();
    return output.op().name() + ":" + output.index();
  }

  @SuppressWarnings("unchecked")
  private static Operand<TFloat32> cast(Output<?> gradient) {
    return (Operand<TFloat32>) gradient;
  }

  private Operand<TFloat32> sum(Operand<TFloat32> x) {
    return tf.sum(tf.reshape(x, tf.constant(new int[] {-1})), tf.constant(0));
  }
}
