package io.github.leukemia4j.tf;

import io.github.leukemia4j.training.NetworkConfig;
import io.github.leukemia4j.training.NetworkConfig.Block;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.Operation;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.ReduceSum;
import org.tensorflow.op.nn.FusedBatchNorm;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TUint8;
import org.tensorflow.types.family.TFloating;

/**
 * Builds the convolutional network of a {@link NetworkConfig} on a graph: from raw 8-bit images,
 * [images, height, width, 3], to logits, [images, labels]. Pixels are standardised first, each
 * channel of each image by its own mean and deviation, which makes the network blind to much of
 * what differs between stains. Not thread-safe; a graph is built by one thread.
 */
final class NetworkGraph {
  /** What a bundle's manifest calls the first step of the network. */
  static final String NORMALISATION = "per-image-channel";

  /** The share of the old statistics that batch normalisation keeps at every step. */
  private static final float MOMENTUM = 0.9f;

  private static final float EPSILON = 1e-3f;

  /** As many squares of 255 as single precision adds up exactly: below 2 to the 24th. */
  private static final long EXACT_HEIGHT = (1 << 24) / (255 * 255);

  /**
   * Values in the longest vector of a processor. The gradient of a 1 x 1 kernel with stride 2 for
   * input channels that do not fill vectors writes past its memory in TensorFlow 2.18's oneDNN and
   * ends the JVM sooner or later; {@code docs/decisions/training-defaults.md} has what was found.
   * Training leaves the pixels out first instead, which computes the same.
   */
  private static final int VECTOR = 16;

  private final Ops tf;
  private final NetworkConfig config;
  private final Weights weights;
  private final boolean bfloat16;
  private final List<Op> statisticsUpdates = new ArrayList<>();

  /** Where the network's weights come from: variables while training, constants afterwards. */
  @FunctionalInterface
  interface Weights {
    /**
     * The weights of that name; the same ones whenever the name is asked for again.
     *
     * @param name such as {@code block1.conv1.kernel}; ends in kernel, bias, gamma, beta, mean or
     *     variance
     * @param shape all sizes known
     */
    Operand<TFloat32> get(String name, Shape shape);
  }

  /**
   * @param tf builds operations on the graph
   * @param config the network's shape
   * @param weights where the weights come from
   */
  public NetworkGraph(Ops tf, NetworkConfig config, Weights weights) {
    this(tf, config, weights, false);
  }

  /**
   * @param bfloat16 whether convolutions compute in 16 bits; weights, statistics and everything
   *     after the pooling stay in 32
   */
  NetworkGraph(Ops tf, NetworkConfig config, Weights weights, boolean bfloat16) {
    this.tf = tf;
    this.config = config;
    this.weights = weights;
    this.bfloat16 = bfloat16;
  }

  /**
   * The network as it classifies: stored statistics, no dropout.
   *
   * @param images [images, height, width, 3], the last three sizes known
   * @param labels how many logits there are for each image
   * @return [images, labels]
   */
  public Operand<TFloat32> logits(Operand<TUint8> images, int labels) {
    return build(images, labels, null);
  }

  /**
   * The mean of the network's logits over the eight flips and quarter turns of each image. Added up
   * view by view: a reduction would add in an order that depends on how many images there are.
   *
   * @param images [images, side, side, 3]
   * @param labels how many logits there are for each image
   * @return [images, labels]
   */
  Operand<TFloat32> logitsOfEightViews(Operand<TUint8> images, int labels) {
    List<Operand<TUint8>> views = new ArrayList<>();
    Operand<TUint8> turned = tf.linalg.transpose(images, tf.constant(new int[] {0, 2, 1, 3}));
    for (Operand<TUint8> view : List.of(images, turned)) {
      views.add(view);
      for (int[] axes : new int[][] {{1}, {2}, {1, 2}}) {
        views.add(tf.reverse(view, tf.constant(axes)));
      }
    }
    Operand<TFloat32> all = logits(tf.concat(views, tf.constant(0)), labels);
    Operand<TFloat32> byView = tf.reshape(all, tf.constant(new int[] {views.size(), -1, labels}));
    Operand<TFloat32> sum = view(byView, 0);
    for (int i = 1; i < views.size(); i++) {
      sum = tf.math.add(sum, view(byView, i));
    }
    return tf.math.mul(sum, tf.constant(1f / views.size()));
  }

  private Operand<TFloat32> view(Operand<TFloat32> byView, int index) {
    return tf.gather(byView, tf.constant(index), tf.constant(0));
  }

  /**
   * The network as it learns: statistics of the batch, dropout. What keeps the stored statistics up
   * to date is in {@link #statisticsUpdates()} afterwards.
   *
   * @param images [images, height, width, 3], the last three sizes known
   * @param labels how many logits there are for each image
   * @param dropoutSeed two numbers, other ones at every step
   * @return [images, labels]
   */
  public Operand<TFloat32> trainingLogits(
      Operand<TUint8> images, int labels, Operand<TInt64> dropoutSeed) {
    return build(images, labels, dropoutSeed);
  }

  /** Operations to run in every training step. */
  public List<Op> statisticsUpdates() {
    return List.copyOf(statisticsUpdates);
  }

  private Operand<TFloat32> build(Operand<TUint8> images, int labels, Operand<TInt64> dropoutSeed) {
    boolean training = dropoutSeed != null;
    Operand<TFloat32> pixels = standardise(images);
    Operand<TFloat32> x =
        bfloat16
            ? pooled(tf.dtypes.cast(pixels, TBfloat16.class), TBfloat16.class, training)
            : pooled(pixels, TFloat32.class, training);
    int channels = config.channels().get(config.channels().size() - 1);
    for (int i = 0; i < config.dense().size(); i++) {
      int units = config.dense().get(i);
      x = tf.nn.relu(dense("dense" + (i + 1), dropout(x, dropoutSeed, i + 1), channels, units));
      channels = units;
    }
    return dense("output", dropout(x, dropoutSeed, 0), channels, labels);
  }

  /** Stem, blocks and global average pooling: [images, channels of the last block]. */
  private <T extends TFloating> Operand<TFloat32> pooled(
      Operand<T> pixels, Class<T> type, boolean training) {
    Operand<T> x = pixels;
    int channels = 3;
    if (config.stem() > 0) {
      x = tf.nn.relu(convolution("stem", x, type, channels, config.stem(), 3, 2, training));
      channels = config.stem();
    }
    for (int i = 0; i < config.channels().size(); i++) {
      int out = config.channels().get(i);
      String name = "block" + (i + 1);
      if (config.block() == Block.PLAIN) {
        x =
            maxPool(
                tf.nn.relu(convolution(name + ".conv1", x, type, channels, out, 3, 1, training)),
                2);
      } else {
        x = residual(name, x, type, channels, out, i == 0 ? 1 : 2, training);
      }
      channels = out;
    }
    Operand<TFloat32> features =
        type == TFloat32.class ? same(x) : tf.dtypes.cast(x, TFloat32.class);
    return tf.math.mean(features, tf.constant(new int[] {1, 2}));
  }

  @SuppressWarnings("unchecked")
  private static <A extends TFloating, B extends TFloating> Operand<B> same(Operand<A> x) {
    return (Operand<B>) x;
  }

  /**
   * Minus the mean, over the deviation, of each image and channel; one grey level at least.
   *
   * <p>The kernels sum in an order that depends on how many images there are, and an image must not
   * get other bits in another batch. So nothing is rounded before the sums are complete: they are
   * sums of whole numbers, down the columns in single precision where that holds them exactly, then
   * in double. For the same reason there is no reciprocal square root, which some lanes only
   * approximate.
   */
  private Operand<TFloat32> standardise(Operand<TUint8> images) {
    long height = images.shape().get(1);
    Operand<TFloat64> pixels = tf.constant((double) (height * images.shape().get(2)));
    Operand<TFloat32> values = tf.dtypes.cast(images, TFloat32.class);
    Operand<TFloat64> mean = tf.math.div(sum(values, height), pixels);
    Operand<TFloat64> meanOfSquares = tf.math.div(sum(tf.math.square(values), height), pixels);
    Operand<TFloat64> variance = tf.math.sub(meanOfSquares, tf.math.square(mean));
    Operand<TFloat64> deviation = tf.math.sqrt(tf.math.maximum(variance, tf.constant(1.0)));
    return tf.math.div(
        tf.math.sub(values, tf.dtypes.cast(mean, TFloat32.class)),
        tf.dtypes.cast(deviation, TFloat32.class));
  }

  /** Over both sides: exact for whole numbers up to 255 squared. */
  private Operand<TFloat64> sum(Operand<TFloat32> values, long height) {
    Operand<TInt32> down = tf.constant(1);
    Operand<TFloat64> columns =
        height <= EXACT_HEIGHT
            ? tf.dtypes.cast(tf.reduceSum(values, down, ReduceSum.keepDims(true)), TFloat64.class)
            : tf.reduceSum(tf.dtypes.cast(values, TFloat64.class), down, ReduceSum.keepDims(true));
    return tf.reduceSum(columns, tf.constant(2), ReduceSum.keepDims(true));
  }

  private <T extends TFloating> Operand<T> residual(
      String name, Operand<T> x, Class<T> type, int in, int out, int stride, boolean training) {
    Operand<T> y = tf.nn.relu(convolution(name + ".conv1", x, type, in, out, 3, stride, training));
    y = convolution(name + ".conv2", y, type, out, out, 3, 1, training);
    Operand<T> shortcut = x;
    if (in != out || stride > 1) {
      boolean avoided = training && stride > 1 && in % VECTOR != 0;
      shortcut =
          avoided
              ? convolution(name + ".shortcut", maxPool(x, 1), type, in, out, 1, 1, training)
              : convolution(name + ".shortcut", x, type, in, out, 1, stride, training);
    }
    return tf.nn.relu(tf.math.add(y, shortcut));
  }

  private <T extends TFloating> Operand<T> convolution(
      String name,
      Operand<T> x,
      Class<T> type,
      int in,
      int out,
      int size,
      int stride,
      boolean training) {
    Operand<TFloat32> weight = weights.get(name + ".kernel", Shape.of(size, size, in, out));
    Operand<T> kernel = type == TFloat32.class ? same(weight) : tf.dtypes.cast(weight, type);
    Operand<T> y = tf.nn.conv2d(x, kernel, List.of(1L, (long) stride, (long) stride, 1L), "SAME");
    Operand<TFloat32> gamma = weights.get(name + ".gamma", Shape.of(out));
    Operand<TFloat32> beta = weights.get(name + ".beta", Shape.of(out));
    Operand<TFloat32> mean = weights.get(name + ".mean", Shape.of(out));
    Operand<TFloat32> variance = weights.get(name + ".variance", Shape.of(out));
    if (!training) {
      return tf.nn
          .fusedBatchNorm(
              y,
              gamma,
              beta,
              mean,
              variance,
              FusedBatchNorm.isTraining(false),
              FusedBatchNorm.epsilon(EPSILON))
          .y();
    }
    Operand<TFloat32> none = tf.constant(new float[0]);
    FusedBatchNorm<T, TFloat32> normal =
        tf.nn.fusedBatchNorm(
            y,
            gamma,
            beta,
            none,
            none,
            FusedBatchNorm.isTraining(true),
            FusedBatchNorm.epsilon(EPSILON));
    statisticsUpdates.add(update(mean, normal.batchMean()));
    statisticsUpdates.add(update(variance, normal.batchVariance()));
    return normal.y();
  }

  private Op update(Operand<TFloat32> moving, Operand<TFloat32> batch) {
    return tf.assignSub(moving, tf.math.mul(tf.math.sub(moving, batch), tf.constant(1 - MOMENTUM)));
  }

  /**
   * The maximum of squares that begin at every second row and column; a size of 1 just leaves the
   * others out. The old operation: the one behind {@code tf.nn.maxPool} has no oneDNN kernel and is
   * slower.
   */
  private <T extends TFloating> Operand<T> maxPool(Operand<T> x, long size) {
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

  private Operand<TFloat32> dense(String name, Operand<TFloat32> x, int in, int out) {
    return tf.nn.biasAdd(
        tf.linalg.matMul(x, weights.get(name + ".kernel", Shape.of(in, out))),
        weights.get(name + ".bias", Shape.of(out)));
  }

  /** Stateless, so that a seed gives the same mask on every run; it lets no gradient through. */
  private Operand<TFloat32> dropout(Operand<TFloat32> x, Operand<TInt64> seed, int layer) {
    if (seed == null || config.dropout() == 0) {
      return x;
    }
    Operand<TInt64> own = tf.math.add(seed, tf.constant(new long[] {layer, 0}));
    Operand<TFloat32> chance = tf.random.statelessRandomUniform(tf.shape(x), own, TFloat32.class);
    float rate = (float) config.dropout();
    Operand<TFloat32> kept =
        tf.dtypes.cast(tf.math.greaterEqual(chance, tf.constant(rate)), TFloat32.class);
    return tf.math.mul(x, tf.stopGradient(tf.math.mul(kept, tf.constant(1 / (1 - rate)))));
  }
}
