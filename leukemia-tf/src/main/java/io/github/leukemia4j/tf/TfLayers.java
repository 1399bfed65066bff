package io.github.leukemia4j.tf;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.tensorflow.Operand;
import org.tensorflow.Operation;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.nn.FusedBatchNorm;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TFloating;

/**
 * What a {@link TfArchitecture} builds its network with: weights, and the layers that need care.
 * For anything else there is {@link #tf()}. One object serves one graph of a network, which learns
 * (statistics of the batch, dropout), classifies (stored statistics, no dropout) or estimates its
 * statistics (those of the batch mixed with the stored ones, no dropout). Not thread-safe.
 */
public final class TfLayers {
  /** The operation that Grad-CAM looks at, in a graph that classifies. */
  static final String LAST_CONVOLUTION = "last_convolution";

  /** The share of the old statistics that batch normalisation keeps at every step. */
  private static final float MOMENTUM = 0.9f;

  private static final float EPSILON = 1e-3f;

  /**
   * Before batch normalisation the scale of a kernel does not change what it computes, but the
   * larger it is the less a step of given length turns it: kernels of convolutions start smaller
   * than He et al. 2015 has them. {@code docs/decisions/training-defaults.md} has what was
   * measured.
   */
  private static final double CONVOLUTION_GAIN = 1 / 3.0;

  private static final double DENSE_GAIN = 2;
  private static final double HEAD_GAIN = 1;

  /** Where the weights come from: variables while training, constants afterwards. */
  @FunctionalInterface
  interface Weights {
    /** The same ones whenever a name is asked for again. */
    Operand<TFloat32> get(TfWeight weight);
  }

  private final Ops tf;
  private final Weights weights;
  private final Operand<TInt64> dropoutSeed;
  private final Predicate<String> frozen;
  private final Operand<TFloat32> share;
  private final Map<String, Operand<TFloat32>> batchStatistics = new LinkedHashMap<>();
  private final Set<String> asked = new LinkedHashSet<>();
  private final List<Op> statisticsUpdates = new ArrayList<>();

  /**
   * @param dropoutSeed two numbers, other ones at every step; null for a graph that classifies
   * @param frozen tells by its name whether a weight is not to be learnt
   */
  TfLayers(Ops tf, Weights weights, Operand<TInt64> dropoutSeed, Predicate<String> frozen) {
    this(tf, weights, dropoutSeed, frozen, null);
  }

  private TfLayers(
      Ops tf,
      Weights weights,
      Operand<TInt64> dropoutSeed,
      Predicate<String> frozen,
      Operand<TFloat32> share) {
    this.tf = tf;
    this.weights = weights;
    this.dropoutSeed = dropoutSeed;
    this.frozen = frozen;
    this.share = share;
  }

  /**
   * Layers of a graph that estimates its statistics.
   *
   * @param share of the batch in what normalises, a scalar
   */
  static TfLayers estimating(Ops tf, Weights weights, Operand<TFloat32> share) {
    return new TfLayers(tf, weights, null, name -> true, share);
  }

  /** Adds operations to the graph. */
  public Ops tf() {
    return tf;
  }

  /** Whether this graph learns; otherwise it classifies. */
  public boolean training() {
    return dropoutSeed != null;
  }

  /**
   * A weight of the network.
   *
   * @throws IllegalArgumentException where the name was asked for before, or belongs to a head
   */
  public Operand<TFloat32> weight(TfWeight weight) {
    if (weight.ofHead()) {
      throw new IllegalArgumentException(
          "The weights head0, head1 and so on are those of the heads; found %s. Rename it."
              .formatted(weight.name()));
    }
    return own(weight);
  }

  private Operand<TFloat32> own(TfWeight weight) {
    if (!asked.add(weight.name())) {
      throw new IllegalArgumentException(
          "Each weight must have a name of its own; there are two called %s. Rename one."
              .formatted(weight.name()));
    }
    return weights.get(weight);
  }

  /**
   * A weight in the numbers that a layer computes in.
   *
   * @param type of the values that it meets, as {@code x.type()} says
   */
  public <T extends TFloating> Operand<T> weight(TfWeight weight, Class<T> type) {
    Operand<TFloat32> found = weight(weight);
    return type == TFloat32.class ? same(found) : tf.dtypes.cast(found, type);
  }

  @SuppressWarnings("unchecked")
  private static <A extends TFloating, B extends TFloating> Operand<B> same(Operand<A> x) {
    return (Operand<B>) x;
  }

  /**
   * A convolution of square kernels without bias, and {@linkplain #batchNormalisation batch
   * normalisation} of its result. Its weights are {@code NAME.kernel} and those of the
   * normalisation.
   *
   * @param x [images, height, width, channels]
   * @param channels of the result
   * @param size of the kernel's sides
   * @param stride in both directions; the sides of the result are those of x divided by it, rounded
   *     up
   */
  public <T extends TFloating> Operand<T> convolution(
      String name, Operand<T> x, long channels, int size, int stride) {
    long in = x.shape().get(3);
    TfWeight kernel =
        TfWeight.kernel(
            name + ".kernel",
            Shape.of(size, size, in, channels),
            CONVOLUTION_GAIN,
            size * size * in);
    Operand<T> y =
        tf.nn.conv2d(
            x, weight(kernel, x.type()), List.of(1L, (long) stride, (long) stride, 1L), "SAME");
    return batchNormalisation(name, y);
  }

  /**
   * Batch normalisation over the channels (Ioffe and Szegedy 2015). While training it takes the
   * batch's statistics and keeps moving averages of them; where these are frozen, and when
   * classifying, it takes the averages. Its weights are {@code NAME.gamma}, {@code NAME.beta},
   * {@code NAME.mean} and {@code NAME.variance}.
   *
   * @param x [images, height, width, channels]
   */
  public <T extends TFloating> Operand<T> batchNormalisation(String name, Operand<T> x) {
    long channels = x.shape().get(3);
    Operand<TFloat32> gamma = weight(TfWeight.vector(name + ".gamma", channels, 1));
    Operand<TFloat32> beta = weight(TfWeight.vector(name + ".beta", channels, 0));
    Operand<TFloat32> mean = weight(TfWeight.statistic(name + ".mean", channels, 0));
    Operand<TFloat32> variance = weight(TfWeight.statistic(name + ".variance", channels, 1));
    if (share != null) {
      return normalByBoth(name, x, List.of(gamma, beta, mean, variance));
    }
    if (!training() || frozen.test(name + ".mean")) {
      return normal(x, gamma, beta, mean, variance, false).y();
    }
    Operand<TFloat32> none = tf.constant(new float[0]);
    FusedBatchNorm<T, TFloat32> normal = normal(x, gamma, beta, none, none, true);
    statisticsUpdates.add(update(mean, normal.batchMean()));
    statisticsUpdates.add(update(variance, normal.batchVariance()));
    return normal.y();
  }

  /** Notes the batch's statistics, and normalises by their mix with the stored ones. */
  private <T extends TFloating> Operand<T> normalByBoth(
      String name, Operand<T> x, List<Operand<TFloat32>> stored) {
    Operand<TFloat32> none = tf.constant(new float[0]);
    FusedBatchNorm<T, TFloat32> batch = normal(x, stored.get(0), stored.get(1), none, none, true);
    batchStatistics.put(name + ".mean", batch.batchMean());
    batchStatistics.put(name + ".variance", batch.batchVariance());
    return normal(
            x,
            stored.get(0),
            stored.get(1),
            mix(stored.get(2), batch.batchMean()),
            mix(stored.get(3), batch.batchVariance()),
            false)
        .y();
  }

  private Operand<TFloat32> mix(Operand<TFloat32> stored, Operand<TFloat32> batch) {
    return tf.math.add(
        tf.math.mul(tf.math.sub(tf.constant(1f), share), stored), tf.math.mul(share, batch));
  }

  private <T extends TFloating> FusedBatchNorm<T, TFloat32> normal(
      Operand<T> x,
      Operand<TFloat32> gamma,
      Operand<TFloat32> beta,
      Operand<TFloat32> mean,
      Operand<TFloat32> variance,
      boolean ofTheBatch) {
    return tf.nn.fusedBatchNorm(
        x,
        gamma,
        beta,
        mean,
        variance,
        FusedBatchNorm.isTraining(ofTheBatch),
        FusedBatchNorm.epsilon(EPSILON));
  }

  private Op update(Operand<TFloat32> moving, Operand<TFloat32> batch) {
    return tf.assignSub(moving, tf.math.mul(tf.math.sub(moving, batch), tf.constant(1 - MOMENTUM)));
  }

  /**
   * The maximum of squares that begin at every second row and column, as far as they fit; a size of
   * 1 just leaves the others out. The old operation: the one behind {@code tf.nn.maxPool} has no
   * oneDNN kernel and is slower.
   *
   * @param x [images, height, width, channels]
   * @param size of the squares' sides
   */
  public <T extends TFloating> Operand<T> maxPool(Operand<T> x, long size) {
    Operation pool =
        tf.scope()
            .opBuilder("MaxPool", "MaxPool")
            .addInput(x.asOutput())
            .setAttr("ksize", new long[] {1, size, size, 1})
            .setAttr("strides", new long[] {1, 2, 2, 1})
            .setAttr("padding", "VALID")
            .build();
    return pool.<T>output(0);
  }

  /**
   * Marks what Grad-CAM looks at: the last values that still have a place in the image. To be
   * called once, and its result to be used; {@link #meanOverPixels} does.
   *
   * @param x [images, height, width, channels]
   */
  public <T extends TFloating> Operand<TFloat32> lastConvolution(Operand<T> x) {
    return tf.withName(LAST_CONVOLUTION).identity(float32(x));
  }

  /** The same values in 32 bits. */
  <T extends TFloating> Operand<TFloat32> float32(Operand<T> x) {
    return x.type() == TFloat32.class ? same(x) : tf.dtypes.cast(x, TFloat32.class);
  }

  /**
   * Global average pooling behind {@link #lastConvolution}.
   *
   * @param x [images, height, width, channels]
   * @return [images, channels], of 32 bits
   */
  public <T extends TFloating> Operand<TFloat32> meanOverPixels(Operand<T> x) {
    return tf.math.mean(lastConvolution(x), tf.constant(new int[] {1, 2}));
  }

  /**
   * A dense layer without an activation. Its weights are {@code NAME.kernel} and {@code NAME.bias}.
   *
   * @param x [images, values]
   * @return [images, units]
   */
  public Operand<TFloat32> dense(String name, Operand<TFloat32> x, long units) {
    long in = x.shape().get(1);
    return dense(
        tf,
        x,
        weight(TfWeight.kernel(name + ".kernel", Shape.of(in, units), DENSE_GAIN, in)),
        weight(TfWeight.vector(name + ".bias", units, 0)));
  }

  /**
   * The logits of a head.
   *
   * @param features [images, features]
   * @return [images, labels]
   */
  Operand<TFloat32> head(int index, Operand<TFloat32> features, int labels) {
    String name = TfWeight.HEAD + index;
    long in = features.shape().get(1);
    return dense(
        tf.withName(NetworkGraph.ofOneView(index)),
        features,
        own(TfWeight.kernel(name + ".kernel", Shape.of(in, labels), HEAD_GAIN, in)),
        own(TfWeight.vector(name + ".bias", labels, 0)));
  }

  private Operand<TFloat32> dense(
      Ops named, Operand<TFloat32> x, Operand<TFloat32> kernel, Operand<TFloat32> bias) {
    return named.nn.biasAdd(tf.linalg.matMul(x, kernel), bias);
  }

  /**
   * Sets values to 0 at random while training, and scales the others up; when classifying it
   * changes nothing. Stateless, so that a seed gives the same mask on every run.
   *
   * @param rate the share that is set to 0, in [0, 1)
   * @param layer a number for each dropout of the network, so that no two have the same mask
   */
  public Operand<TFloat32> dropout(Operand<TFloat32> x, double rate, int layer) {
    if (!training() || rate == 0) {
      return x;
    }
    Operand<TInt64> own = tf.math.add(dropoutSeed, tf.constant(new long[] {layer, 0}));
    Operand<TFloat32> chance = tf.random.statelessRandomUniform(tf.shape(x), own, TFloat32.class);
    float dropped = (float) rate;
    Operand<TFloat32> kept =
        tf.dtypes.cast(tf.math.greaterEqual(chance, tf.constant(dropped)), TFloat32.class);
    return tf.math.mul(x, tf.stopGradient(tf.math.mul(kept, tf.constant(1 / (1 - dropped)))));
  }

  /** Operations that keep the stored statistics up to date, to be run in every training step. */
  List<Op> statisticsUpdates() {
    return List.copyOf(statisticsUpdates);
  }

  /**
   * What the batch says in place of each stored statistic, by the name of its weight, where the
   * graph estimates them.
   */
  Map<String, Operand<TFloat32>> batchStatistics() {
    return batchStatistics;
  }
}
