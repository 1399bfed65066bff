package io.github.leukemia4j.tf;

import io.github.leukemia4j.training.NetworkConfig;
import io.github.leukemia4j.training.Parameters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.FloatNdArray;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.train.BatchMatMul;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

/**
 * A small vision transformer (Dosovitskiy et al. 2021): patches of the image become tokens, a
 * learnt place is added to each, blocks of self-attention and of two dense layers follow, each
 * behind a layer normalisation and beside a shortcut, and the mean of the tokens are the features.
 * Convolutions before the patches (Xiao et al. 2021) let it learn from some hundred images; without
 * a stem the patches are cut from the pixels. The activation is the rectifier. Its weights are
 * {@code stem1.*}, {@code patches.*}, {@code places}, {@code block1.query.kernel} and so on.
 *
 * <p>Tokens stay where they were in the image, [images, rows, columns, units], so that a dense
 * layer for each is a 1 x 1 convolution, and the mean over units one with a constant kernel:
 * kernels that go image by image.
 */
final class TransformerNetwork implements TfArchitecture {
  private static final List<Integer> STEM = List.of(16, 32);
  private static final int PATCH = 2;
  private static final int UNITS = 64;
  private static final int HEADS = 4;
  private static final int BLOCKS = 3;
  private static final double DROPOUT = 0.3;
  private static final int MOST_TOKENS = 1024;

  /** Of the second layer of each branch, so that a block begins near its shortcut. */
  private static final double BRANCH_GAIN = 0.1;

  private static final double PLACE_DEVIATION = 0.02;

  /**
   * Added to a token's variance, which is about 1. Usual are 1e-5; but then a nearly grey image is
   * normalised to the same as a coloured one, all that changes lies at the very beginning of the
   * way from grey to the image, and integrated gradients miss it.
   */
  private static final float EPSILON = 0.1f;

  @Override
  public String name() {
    return "transformer";
  }

  @Override
  public void check(NetworkConfig config, int inputSize) {
    Parameters given = config.parameters();
    given.requireOnly(
        "The network transformer", "stem", "patch", "units", "heads", "blocks", "dropout");
    Settings settings = Settings.of(given);
    List<String> faults = new ArrayList<>();
    if (settings.stem.size() > 8
        || !settings.stem.stream().allMatch(c -> c >= 0 && c <= 4096)
        || settings.stem.contains(0) && settings.stem.size() > 1) {
      faults.add("stem must be 0, or at most 8 numbers of 1 to 4096; found " + settings.stem);
    }
    check(faults, "patch", settings.patch, 1, 256);
    check(faults, "units", settings.units, 1, 4096);
    check(faults, "heads", settings.heads, 1, 64);
    check(faults, "blocks", settings.blocks, 1, 32);
    if (settings.heads > 0 && settings.units % settings.heads != 0) {
      faults.add(
          "units must be a multiple of heads; found %d and %d"
              .formatted(settings.units, settings.heads));
    }
    if (!(settings.dropout >= 0 && settings.dropout < 1)) {
      faults.add("dropout must be in [0, 1); found " + settings.dropout);
    }
    if (faults.isEmpty()) {
      long side = settings.side(inputSize);
      if (side < 2 || side * side > MOST_TOKENS) {
        faults.add(
            "an image must give 4 to %d patches; found %d of %d pixels a side"
                .formatted(MOST_TOKENS, side * side, inputSize));
      }
    }
    if (!faults.isEmpty()) {
      throw new IllegalArgumentException(
          "The network transformer: %s.".formatted(String.join("; ", faults)));
    }
  }

  private static void check(List<String> faults, String name, int value, int least, int most) {
    if (value < least || value > most) {
      faults.add("%s must be %d to %d; found %d".formatted(name, least, most, value));
    }
  }

  private record Settings(
      List<Integer> stem, int patch, int units, int heads, int blocks, double dropout) {
    static Settings of(Parameters given) {
      return new Settings(
          given.integers("stem", STEM),
          given.integer("patch", PATCH),
          given.integer("units", UNITS),
          given.integer("heads", HEADS),
          given.integer("blocks", BLOCKS),
          given.number("dropout", DROPOUT));
    }

    List<Integer> convolutions() {
      return stem.contains(0) ? List.of() : stem;
    }

    /** Patches along a side. */
    int side(int inputSize) {
      int side = inputSize;
      for (int i = 0; i < convolutions().size(); i++) {
        side = (side + 1) / 2;
      }
      return side / patch;
    }
  }

  @Override
  public <T extends TFloating> Operand<TFloat32> features(
      TfLayers layers, NetworkConfig config, Operand<T> pixels) {
    Ops tf = layers.tf();
    Settings settings = Settings.of(config.parameters());
    Operand<T> map = pixels;
    for (int i = 0; i < settings.convolutions().size(); i++) {
      map =
          tf.nn.relu(
              layers.convolution("stem" + (i + 1), map, settings.convolutions().get(i), 3, 2));
    }
    Operand<TFloat32> x = patches(layers, layers.float32(map), settings);
    Operand<TFloat32> mean = tf.constant(meanKernel(settings.units));
    for (int i = 1; i <= settings.blocks; i++) {
      String block = "block" + i;
      x =
          tf.math.add(
              x, attention(layers, block, normal(layers, block + ".norm1", x, mean), settings));
      Operand<TFloat32> y = normal(layers, block + ".norm2", x, mean);
      y = tf.nn.relu(dense(layers, block + ".dense1", y, 2L * settings.units, 2, true));
      x = tf.math.add(x, dense(layers, block + ".dense2", y, settings.units, BRANCH_GAIN, true));
    }
    return layers.dropout(
        layers.meanOverPixels(normal(layers, "norm", x, mean)), settings.dropout, 0);
  }

  /** [images, rows, columns, units], each with its place. */
  private static Operand<TFloat32> patches(
      TfLayers layers, Operand<TFloat32> map, Settings settings) {
    Ops tf = layers.tf();
    long size = settings.patch;
    long channels = map.shape().get(3);
    TfWeight kernel =
        TfWeight.kernel(
            "patches.kernel",
            Shape.of(size, size, channels, settings.units),
            1,
            size * size * channels);
    Operand<TFloat32> patches =
        tf.nn.conv2d(map, layers.weight(kernel), List.of(1L, size, size, 1L), "VALID");
    patches = biased(layers, "patches", patches);
    Shape shape = Shape.of(patches.shape().get(1), patches.shape().get(2), settings.units);
    TfWeight places = new TfWeight("places", shape, TfWeight.Role.VECTOR, 0, PLACE_DEVIATION);
    return tf.math.add(patches, layers.weight(places));
  }

  private static Operand<TFloat32> biased(TfLayers layers, String name, Operand<TFloat32> x) {
    Operand<TFloat32> bias = layers.weight(TfWeight.vector(name + ".bias", x.shape().get(3), 0));
    return layers.tf().nn.biasAdd(x, bias);
  }

  /** The same dense layer for every token. */
  private static Operand<TFloat32> dense(
      TfLayers layers, String name, Operand<TFloat32> x, long units, double gain, boolean biased) {
    long in = x.shape().get(3);
    TfWeight kernel = TfWeight.kernel(name + ".kernel", Shape.of(1, 1, in, units), gain, in);
    Operand<TFloat32> y =
        layers.tf().nn.conv2d(x, layers.weight(kernel), List.of(1L, 1L, 1L, 1L), "VALID");
    return biased ? biased(layers, name, y) : y;
  }

  /** Each token minus its mean over its units, over its deviation (Ba et al. 2016). */
  private static Operand<TFloat32> normal(
      TfLayers layers, String name, Operand<TFloat32> x, Operand<TFloat32> mean) {
    Ops tf = layers.tf();
    List<Long> each = List.of(1L, 1L, 1L, 1L);
    Operand<TFloat32> centred = tf.math.sub(x, tf.nn.conv2d(x, mean, each, "VALID"));
    Operand<TFloat32> variance = tf.nn.conv2d(tf.math.square(centred), mean, each, "VALID");
    Operand<TFloat32> deviation = tf.math.sqrt(tf.math.add(variance, tf.constant(EPSILON)));
    long units = x.shape().get(3);
    Operand<TFloat32> scaled =
        tf.math.mul(
            tf.math.div(centred, deviation),
            layers.weight(TfWeight.vector(name + ".gamma", units, 1)));
    return tf.nn.biasAdd(scaled, layers.weight(TfWeight.vector(name + ".beta", units, 0)));
  }

  private static FloatNdArray meanKernel(int units) {
    float[] shares = new float[units];
    Arrays.fill(shares, 1f / units);
    return NdArrays.wrap(Shape.of(1, 1, units, 1), DataBuffers.of(shares));
  }

  /**
   * Self-attention of several heads. A key has no bias, which would move all scores of a token
   * alike and so change nothing. There are at least two heads in the products of a single image
   * where there are several at all; a product that stands alone takes another kernel.
   */
  private static Operand<TFloat32> attention(
      TfLayers layers, String block, Operand<TFloat32> x, Settings settings) {
    Ops tf = layers.tf();
    float scale = (float) (1 / Math.sqrt((double) settings.units / settings.heads));
    Operand<TFloat32> query =
        tf.math.mul(
            dense(layers, block + ".query", x, settings.units, 1, true), tf.constant(scale));
    Operand<TFloat32> key = dense(layers, block + ".key", x, settings.units, 1, false);
    Operand<TFloat32> value = dense(layers, block + ".value", x, settings.units, 1, true);
    Operand<TFloat32> weights =
        tf.nn.softmax(
            tf.train.batchMatMul(
                byHead(tf, query, settings),
                byHead(tf, key, settings),
                TFloat32.class,
                BatchMatMul.adjY(true)));
    Operand<TFloat32> mixed =
        tf.train.batchMatMul(weights, byHead(tf, value, settings), TFloat32.class);
    Operand<TFloat32> byToken = tf.linalg.transpose(mixed, tf.constant(new int[] {0, 2, 1, 3}));
    int[] places = {-1, size(x, 1), size(x, 2), settings.units};
    return dense(
        layers,
        block + ".out",
        tf.reshape(byToken, tf.constant(places)),
        settings.units,
        BRANCH_GAIN,
        true);
  }

  /** [images, heads, tokens, units of a head]. */
  private static Operand<TFloat32> byHead(Ops tf, Operand<TFloat32> x, Settings settings) {
    int[] parts = {-1, size(x, 1) * size(x, 2), settings.heads, settings.units / settings.heads};
    return tf.linalg.transpose(
        tf.reshape(x, tf.constant(parts)), tf.constant(new int[] {0, 2, 1, 3}));
  }

  private static int size(Operand<TFloat32> x, int axis) {
    return (int) x.shape().get(axis);
  }

  @Override
  public Set<String> operations() {
    return Set.of("BatchMatMulV3");
  }
}
