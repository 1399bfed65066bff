package io.github.leukemia4j.tf;

import io.github.leukemia4j.training.NetworkConfig;
import io.github.leukemia4j.training.Parameters;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TFloating;

/**
 * A recurrent network over the rows of a feature map: a stem, residual blocks, and a layer of gated
 * recurrent units (Cho et al. 2014) that reads the map from its top row to its bottom row. The mean
 * of its states are the features. What a row gives to the three gates is batch-normalised (Laurent
 * et al. 2016), what the state gives is not. The weights are those of the residual network, {@code
 * rows.update.*}, {@code rows.reset.*} and {@code rows.candidate.*} for the rows, and {@code
 * state.update.kernel} and so on for the state.
 *
 * <p>A row is one patch of a convolution as wide as the map, and each step is two dense layers and
 * arithmetic on single values: kernels that go image by image.
 */
final class RecurrentNetwork implements TfArchitecture {
  private static final int STEM = 16;
  private static final List<Integer> CHANNELS = List.of(16, 32, 64);
  private static final int UNITS = 64;
  private static final double DROPOUT = 0.3;

  @Override
  public String name() {
    return "recurrent";
  }

  @Override
  public void check(NetworkConfig config, int inputSize) {
    Parameters given = config.parameters();
    given.requireOnly("The network recurrent", "stem", "channels", "units", "dropout");
    int stem = given.integer("stem", STEM);
    List<Integer> channels = given.integers("channels", CHANNELS);
    int units = given.integer("units", UNITS);
    double dropout = given.number("dropout", DROPOUT);
    List<String> faults = new ArrayList<>();
    if (stem < 0 || stem > 4096) {
      faults.add("stem must be 0 to 4096; found " + stem);
    }
    if (channels.isEmpty()
        || channels.size() > 8
        || !channels.stream().allMatch(c -> c >= 1 && c <= 4096)) {
      faults.add("channels must be 1 to 8 numbers of 1 to 4096; found " + channels);
    }
    if (units < 1 || units > 4096) {
      faults.add("units must be 1 to 4096; found " + units);
    }
    if (!(dropout >= 0 && dropout < 1)) {
      faults.add("dropout must be in [0, 1); found " + dropout);
    }
    int halvings = channels.size() - 1 + (stem > 0 ? 1 : 0);
    if (channels.size() <= 8 && inputSize < 2 << halvings) {
      faults.add(
          "images must have %d pixels a side, or there is one row to read; found %d"
              .formatted(2 << halvings, inputSize));
    }
    if (channels.size() <= 8 && inputSize >> halvings > 64) {
      faults.add(
          "the map must have at most 64 rows; found %d of images of %d pixels. Give it more blocks"
              .formatted(inputSize >> halvings, inputSize));
    }
    if (!faults.isEmpty()) {
      throw new IllegalArgumentException(
          "The network recurrent: %s.".formatted(String.join("; ", faults)));
    }
  }

  @Override
  public <T extends TFloating> Operand<TFloat32> features(
      TfLayers layers, NetworkConfig config, Operand<T> pixels) {
    Ops tf = layers.tf();
    Parameters given = config.parameters();
    int stem = given.integer("stem", STEM);
    List<Integer> channels = given.integers("channels", CHANNELS);
    Operand<T> x = pixels;
    if (stem > 0) {
      x = tf.nn.relu(layers.convolution("stem", x, stem, 3, 2));
    }
    for (int i = 0; i < channels.size(); i++) {
      x =
          ConvolutionalNetwork.residual(
              layers, "block" + (i + 1), x, channels.get(i), i == 0 ? 1 : 2);
    }
    Operand<TFloat32> read =
        meanState(layers, layers.lastConvolution(x), given.integer("units", UNITS));
    return layers.dropout(read, given.number("dropout", DROPOUT), 0);
  }

  /** The mean of the states behind all rows of [images, rows, columns, channels]. */
  private static Operand<TFloat32> meanState(TfLayers layers, Operand<TFloat32> map, int units) {
    Ops tf = layers.tf();
    Operand<TFloat32> updates = ofRows(layers, "rows.update", map, units);
    Operand<TFloat32> resets = ofRows(layers, "rows.reset", map, units);
    Operand<TFloat32> candidates = ofRows(layers, "rows.candidate", map, units);
    Operand<TFloat32> ofUpdate = ofState(layers, "state.update", units);
    Operand<TFloat32> ofReset = ofState(layers, "state.reset", units);
    Operand<TFloat32> ofCandidate = ofState(layers, "state.candidate", units);
    // The state before the first row is 0.
    Operand<TFloat32> update = tf.math.sigmoid(row(tf, updates, 0, units));
    Operand<TFloat32> candidate = tf.math.tanh(row(tf, candidates, 0, units));
    Operand<TFloat32> state = tf.math.sub(candidate, tf.math.mul(update, candidate));
    Operand<TFloat32> sum = state;
    long rows = map.shape().get(1);
    for (int i = 1; i < rows; i++) {
      update = tf.math.sigmoid(sum(tf, row(tf, updates, i, units), state, ofUpdate));
      Operand<TFloat32> reset = tf.math.sigmoid(sum(tf, row(tf, resets, i, units), state, ofReset));
      candidate =
          tf.math.tanh(
              sum(tf, row(tf, candidates, i, units), tf.math.mul(reset, state), ofCandidate));
      state = tf.math.add(candidate, tf.math.mul(update, tf.math.sub(state, candidate)));
      sum = tf.math.add(sum, state);
    }
    return tf.math.mul(sum, tf.constant(1f / rows));
  }

  /** What each row gives to a gate: [images, rows, 1, units]. */
  private static Operand<TFloat32> ofRows(
      TfLayers layers, String name, Operand<TFloat32> map, int units) {
    long columns = map.shape().get(2);
    long channels = map.shape().get(3);
    TfWeight kernel =
        TfWeight.kernel(
            name + ".kernel", Shape.of(1, columns, channels, units), 1, columns * channels);
    Operand<TFloat32> y =
        layers.tf().nn.conv2d(map, layers.weight(kernel), List.of(1L, 1L, 1L, 1L), "VALID");
    return layers.batchNormalisation(name, y);
  }

  private static Operand<TFloat32> ofState(TfLayers layers, String name, int units) {
    return layers.weight(TfWeight.kernel(name + ".kernel", Shape.of(units, units), 1, units));
  }

  private static Operand<TFloat32> row(Ops tf, Operand<TFloat32> ofRows, int index, int units) {
    Operand<TFloat32> row = tf.gather(ofRows, tf.constant(index), tf.constant(1));
    return tf.reshape(row, tf.constant(new int[] {-1, units}));
  }

  private static Operand<TFloat32> sum(
      Ops tf, Operand<TFloat32> ofRow, Operand<TFloat32> state, Operand<TFloat32> kernel) {
    return tf.math.add(ofRow, tf.linalg.matMul(state, kernel));
  }

  @Override
  public Set<String> operations() {
    return Set.of("Sigmoid", "Tanh");
  }
}
