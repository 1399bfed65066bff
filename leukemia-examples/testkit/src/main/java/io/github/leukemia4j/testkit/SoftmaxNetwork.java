package io.github.leukemia4j.testkit;

import io.github.leukemia4j.backend.Backend.NetworkFactory;
import io.github.leukemia4j.backend.Backend.NetworkFactory.HeadLoss;
import io.github.leukemia4j.backend.Network.Head;
import io.github.leukemia4j.backend.Network.Logits;
import io.github.leukemia4j.backend.TrainableNetwork;
import io.github.leukemia4j.backend.TrainableNetwork.Batch;
import io.github.leukemia4j.loss.Loss;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.model.ModelManifest;
import io.github.leukemia4j.training.RunOptions;
import io.github.leukemia4j.training.TrainingConfig;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * The smallest network that learns: softmax regression on pixels, by gradient descent with
 * momentum, in plain Java. It trains a few images in milliseconds, for tests of what is around a
 * network, and shows all that a backend for training must do.
 */
public final class SoftmaxNetwork implements TrainableNetwork {
  /** Of the files that it writes. */
  public static final String FORMAT = "softmax";

  /** The file with its weights. */
  public static final String FILE = "weights.bin";

  private static final double MOMENTUM = 0.9;
  private static final String VELOCITY = ".velocity";

  private final List<Head> heads;
  private final List<HeadLoss> learnt;
  private final int pixels;
  private final Map<String, float[]> weights = new LinkedHashMap<>();
  private final Map<String, float[]> velocities = new LinkedHashMap<>();

  /** Makes such networks, for images of the configuration's input size. */
  public static final NetworkFactory FACTORY =
      new NetworkFactory() {
        @Override
        public TrainableNetwork create(
            TrainingConfig config, List<HeadLoss> heads, RunOptions run) {
          return new SoftmaxNetwork(config, heads);
        }

        @Override
        public Map<String, Tensor> weights(ModelBundle bundle) throws IOException {
          return SoftmaxNetwork.read(bundle);
        }
      };

  private SoftmaxNetwork(TrainingConfig config, List<HeadLoss> learnt) {
    this.heads = learnt.stream().map(HeadLoss::head).toList();
    this.learnt = List.copyOf(learnt);
    this.pixels = 3 * config.input().size() * config.input().size();
    SplittableRandom random = new SplittableRandom(config.batches().seed());
    for (Head head : heads) {
      float[] kernel = new float[pixels * head.labels().size()];
      for (int i = 0; i < kernel.length; i++) {
        kernel[i] = (float) (0.01 * random.nextGaussian());
      }
      weights.put(kernel(head), kernel);
      weights.put(bias(head), new float[head.labels().size()]);
    }
    weights.forEach((name, values) -> velocities.put(name + VELOCITY, new float[values.length]));
  }

  private String kernel(Head head) {
    return "head" + heads.indexOf(head) + ".kernel";
  }

  private String bias(Head head) {
    return "head" + heads.indexOf(head) + ".bias";
  }

  @Override
  public Origin origin() {
    return new Origin(FORMAT, "none", FORMAT + " 1", "CPU", 1, Map.of(), Optional.of("Java"));
  }

  @Override
  public Step step(Batch batch, double learningRate, long number) {
    double sum = 0;
    double squares = 0;
    for (int h = 0; h < heads.size(); h++) {
      Head head = heads.get(h);
      int labels = head.labels().size();
      Batch.Targets some = batch.heads().get(h);
      if (some.count() == 0) {
        continue;
      }
      double[][] targets = new double[some.count()][labels];
      double[][] probabilities = new double[some.count()][];
      for (int i = 0; i < some.count(); i++) {
        for (int k = 0; k < labels; k++) {
          targets[i][k] = some.values()[i * labels + k];
        }
        double[] logits = logits(head, batch.images(), some.rows()[i]);
        if (!Arrays.stream(logits).allMatch(Double::isFinite)) {
          return new Step(Double.NaN, Double.NaN);
        }
        probabilities[i] = softmax(logits);
      }
      Loss loss = learnt.get(h).loss();
      double weight = learnt.size() == 1 ? 1 : learnt.get(h).weight();
      sum += weight * loss.value(targets, probabilities);
      double[][] slopes = loss.gradient(targets, probabilities);
      double[] kernel = new double[pixels * labels];
      double[] bias = new double[labels];
      for (int i = 0; i < some.count(); i++) {
        double mean = 0;
        for (int k = 0; k < labels; k++) {
          mean += slopes[i][k] * probabilities[i][k];
        }
        for (int k = 0; k < labels; k++) {
          double slope = weight * probabilities[i][k] * (slopes[i][k] - mean);
          bias[k] += slope;
          for (int p = 0; p < pixels; p++) {
            kernel[p * labels + k] += slope * value(batch.images(), some.rows()[i], p);
          }
        }
      }
      squares += move(kernel(head), kernel, learningRate) + move(bias(head), bias, learningRate);
    }
    return new Step(sum, Math.sqrt(squares));
  }

  /**
   * Moves a weight against its gradient.
   *
   * @return the sum of the gradient's squares
   */
  private double move(String name, double[] gradient, double learningRate) {
    float[] weight = weights.get(name);
    float[] velocity = velocities.get(name + VELOCITY);
    double squares = 0;
    for (int i = 0; i < weight.length; i++) {
      velocity[i] = (float) (MOMENTUM * velocity[i] + gradient[i]);
      weight[i] -= (float) (learningRate * velocity[i]);
      squares += gradient[i] * gradient[i];
    }
    return squares;
  }

  private double value(byte[] rgb, int image, int pixel) {
    return (rgb[image * pixels + pixel] & 0xff) / 255.0 - 0.5;
  }

  private double[] logits(Head head, byte[] rgb, int image) {
    float[] kernel = weights.get(kernel(head));
    float[] bias = weights.get(bias(head));
    double[] logits = new double[bias.length];
    for (int k = 0; k < logits.length; k++) {
      logits[k] = bias[k];
      for (int p = 0; p < pixels; p++) {
        logits[k] += kernel[p * logits.length + k] * value(rgb, image, p);
      }
    }
    return logits;
  }

  private static double[] softmax(double[] logits) {
    double max = Arrays.stream(logits).max().orElseThrow();
    double[] shares = Arrays.stream(logits).map(z -> Math.exp(z - max)).toArray();
    double sum = Arrays.stream(shares).sum();
    return Arrays.stream(shares).map(share -> share / sum).toArray();
  }

  @Override
  public Logits logits(byte[] rgb, int images) {
    double[][][] all = new double[heads.size()][images][];
    for (int h = 0; h < all.length; h++) {
      for (int i = 0; i < images; i++) {
        all[h][i] = logits(heads.get(h), rgb, i);
      }
    }
    return Logits.of(all);
  }

  @Override
  public Map<String, int[]> shapes() {
    Map<String, int[]> shapes = new LinkedHashMap<>();
    for (Head head : heads) {
      shapes.put(kernel(head), new int[] {pixels, head.labels().size()});
      shapes.put(bias(head), new int[] {head.labels().size()});
    }
    return shapes;
  }

  @Override
  public Map<String, float[]> weights() {
    return copy(weights);
  }

  @Override
  public Map<String, float[]> state() {
    Map<String, float[]> state = copy(weights);
    state.putAll(copy(velocities));
    return state;
  }

  private static Map<String, float[]> copy(Map<String, float[]> values) {
    Map<String, float[]> copy = new LinkedHashMap<>();
    values.forEach((name, value) -> copy.put(name, value.clone()));
    return copy;
  }

  @Override
  public void restore(Map<String, float[]> state) {
    state.forEach(
        (name, values) ->
            (weights.containsKey(name) ? weights : velocities).put(name, values.clone()));
  }

  @Override
  public void start(Map<String, float[]> some) {
    weights.putAll(copy(some));
  }

  @Override
  public void export(Path directory, ModelManifest manifest, Map<String, float[]> kept)
      throws IOException {
    try (DataOutputStream file =
        new DataOutputStream(Files.newOutputStream(directory.resolve(FILE)))) {
      for (Map.Entry<String, int[]> weight : shapes().entrySet()) {
        file.writeUTF(weight.getKey());
        file.writeInt(weight.getValue().length);
        for (int axis : weight.getValue()) {
          file.writeInt(axis);
        }
        for (float value : kept.get(weight.getKey())) {
          file.writeFloat(value);
        }
      }
    }
  }

  private static Map<String, Tensor> read(ModelBundle bundle) throws IOException {
    Map<String, Tensor> weights = new LinkedHashMap<>();
    try (DataInputStream file =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(bundle.file(FILE))))) {
      while (file.available() > 0) {
        String name = file.readUTF();
        int[] shape = new int[file.readInt()];
        for (int axis = 0; axis < shape.length; axis++) {
          shape[axis] = file.readInt();
        }
        float[] values = new float[(int) Tensor.size(shape)];
        for (int i = 0; i < values.length; i++) {
          values[i] = file.readFloat();
        }
        weights.put(name, new Tensor(shape, values));
      }
    }
    return weights;
  }

  @Override
  public void close() {}
}
