package io.github.leukemia4j.tf;

import io.github.leukemia4j.BackendException;
import io.github.leukemia4j.training.NetworkConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.ReduceSum;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TUint8;
import org.tensorflow.types.family.TFloating;

/**
 * Builds a network on a graph: raw 8-bit images, [images, height, width, 3], are standardised, an
 * architecture makes features of them, and each head logits, [images, labels]. Pixels are
 * standardised each channel of each image by its own mean and deviation, which makes the network
 * blind to much of what differs between stains. Not thread-safe; a graph is built by one thread.
 *
 * @param heads how many labels each head has
 * @param weights where the weights come from
 */
record NetworkGraph(
    Ops tf,
    TfArchitecture architecture,
    NetworkConfig config,
    List<Integer> heads,
    TfLayers.Weights weights) {
  /** What a bundle's manifest calls the first step of the network. */
  static final String NORMALISATION = "per-image-channel";

  /** The operation of a graph that classifies which gives the standardised pixels. */
  static final String PIXELS = "pixels";

  /** As many squares of 255 as single precision adds up exactly: below 2 to the 24th. */
  private static final long EXACT_HEIGHT = (1 << 24) / (255 * 255);

  /** The operation that gives a head's logits of each view of the images. */
  static String ofOneView(int head) {
    return TfWeight.HEAD + head + ".views";
  }

  /**
   * The network as it classifies: stored statistics, no dropout.
   *
   * @param images [images, height, width, 3], the last three sizes known
   * @return for each head [images, labels]
   */
  List<Operand<TFloat32>> logits(Operand<TUint8> images) {
    return logits(new TfLayers(tf, weights, null, name -> true), standardise(images));
  }

  /**
   * The mean of the network's logits over the eight flips and quarter turns of each image. Added up
   * view by view: a reduction would add in an order that depends on how many images there are.
   *
   * @param images [images, side, side, 3]
   * @return for each head [images, labels]
   */
  List<Operand<TFloat32>> logitsOfEightViews(Operand<TUint8> images) {
    List<Operand<TUint8>> views = new ArrayList<>();
    Operand<TUint8> turned = tf.linalg.transpose(images, tf.constant(new int[] {0, 2, 1, 3}));
    for (Operand<TUint8> view : List.of(images, turned)) {
      views.add(view);
      for (int[] axes : new int[][] {{1}, {2}, {1, 2}}) {
        views.add(tf.reverse(view, tf.constant(axes)));
      }
    }
    List<Operand<TFloat32>> means = new ArrayList<>();
    for (Operand<TFloat32> all : logits(tf.concat(views, tf.constant(0)))) {
      int[] shape = {views.size(), -1, heads.get(means.size())};
      Operand<TFloat32> byView = tf.reshape(all, tf.constant(shape));
      Operand<TFloat32> sum = view(byView, 0);
      for (int i = 1; i < views.size(); i++) {
        sum = tf.math.add(sum, view(byView, i));
      }
      means.add(tf.math.mul(sum, tf.constant(1f / views.size())));
    }
    return means;
  }

  private Operand<TFloat32> view(Operand<TFloat32> byView, int index) {
    return tf.gather(byView, tf.constant(index), tf.constant(0));
  }

  /**
   * A network as it learns.
   *
   * @param logits for each head [images, labels]
   * @param statisticsUpdates operations to run in every training step, which keep the stored
   *     statistics up to date
   */
  record Learning(List<Operand<TFloat32>> logits, List<Op> statisticsUpdates) {}

  /**
   * The network as it learns: statistics of the batch, dropout.
   *
   * @param images [images, height, width, 3], the last three sizes known
   * @param dropoutSeed two numbers, other ones at every step
   * @param bfloat16 whether convolutions compute in 16 bits; weights, statistics and everything
   *     after the pooling stay in 32
   * @param frozen tells by its name whether a weight is not to be learnt
   */
  Learning learning(
      Operand<TUint8> images,
      Operand<TInt64> dropoutSeed,
      boolean bfloat16,
      Predicate<String> frozen) {
    TfLayers layers = new TfLayers(tf, weights, dropoutSeed, frozen);
    Operand<TFloat32> pixels = standardise(images);
    List<Operand<TFloat32>> logits =
        bfloat16 ? logits(layers, tf.dtypes.cast(pixels, TBfloat16.class)) : logits(layers, pixels);
    return new Learning(logits, layers.statisticsUpdates());
  }

  /**
   * The network as its statistics are estimated, without dropout.
   *
   * @param images [images, height, width, 3], the last three sizes known
   * @param share of the batch in what normalises, a scalar; the stored statistics have the rest
   * @return what the batch says in place of each statistic, by the name of its weight
   */
  Map<String, Operand<TFloat32>> statistics(Operand<TUint8> images, Operand<TFloat32> share) {
    TfLayers layers = TfLayers.estimating(tf, weights, share);
    logits(layers, standardise(images));
    return layers.batchStatistics();
  }

  private List<Operand<TFloat32>> logits(TfLayers layers, Operand<? extends TFloating> pixels) {
    Operand<TFloat32> features = architecture.features(layers, config, pixels);
    Shape shape = features.shape();
    if (shape.isUnknown() || shape.numDimensions() != 2 || shape.get(1) < 1) {
      throw new BackendException(
          "An architecture must give features [images, features], their number known; %s gave %s. End it with TfLayers.meanOverPixels or a dense layer."
              .formatted(architecture.name(), shape));
    }
    List<Operand<TFloat32>> logits = new ArrayList<>();
    for (int labels : heads) {
      logits.add(layers.head(logits.size(), features, labels));
    }
    return logits;
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
    return tf.withName(PIXELS)
        .math
        .div(
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
}
