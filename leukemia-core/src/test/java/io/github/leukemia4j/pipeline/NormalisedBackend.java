package io.github.leukemia4j.pipeline;

import io.github.leukemia4j.backend.Backend;
import io.github.leukemia4j.backend.Backend.NetworkFactory;
import io.github.leukemia4j.backend.Backend.NetworkFactory.HeadLoss;
import io.github.leukemia4j.backend.Network;
import io.github.leukemia4j.backend.Network.Head;
import io.github.leukemia4j.backend.Network.Logits;
import io.github.leukemia4j.backend.OpenOptions;
import io.github.leukemia4j.backend.PlainNetwork;
import io.github.leukemia4j.backend.TrainableNetwork;
import io.github.leukemia4j.backend.TrainableNetwork.Batch;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.model.ModelManifest;
import io.github.leukemia4j.training.RunOptions;
import io.github.leukemia4j.training.TrainingConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A backend whose networks learn nothing, but normalise twice: a cell is the red value of its
 * middle pixel, the first block makes its standard score of it, the second the standard score of
 * that one's square. The logits of a stage are the first score times the label's number, less a
 * tenth of the second.
 */
public final class NormalisedBackend implements Backend {
  /** Of its bundles. */
  static final String FORMAT = "normalised";

  /** The file with its weights. */
  static final String FILE = "statistics.bin";

  static final List<String> STATISTICS =
      List.of("first.mean", "first.variance", "second.mean", "second.variance");

  /** What happens while a network is written. */
  static FakeBackend.Incident whileWriting = stage -> {};

  @Override
  public String name() {
    return FORMAT;
  }

  @Override
  public boolean canOpen(ModelManifest manifest) {
    return manifest.format().equals(FORMAT);
  }

  @Override
  public Network open(ModelBundle bundle, OpenOptions options) throws IOException {
    double[] stored = values(read(bundle));
    return new PlainNetwork(
        Head.listOf(bundle.manifest()),
        (head, rgb) -> logits(head, scores(new double[] {red(rgb, 0, rgb.length)}, stored)[0]));
  }

  @Override
  public Optional<NetworkFactory> training() {
    return Optional.of(
        new NetworkFactory() {
          @Override
          public TrainableNetwork create(
              TrainingConfig config, List<HeadLoss> heads, RunOptions run) {
            int side = config.input().size();
            return new Normalised(
                heads.stream().map(HeadLoss::head).toList(), 3 * side * side, initial());
          }

          @Override
          public Map<String, TrainableNetwork.Tensor> weights(ModelBundle bundle)
              throws IOException {
            Map<String, TrainableNetwork.Tensor> weights = new LinkedHashMap<>();
            if (bundle.manifest().format().equals(FORMAT)) {
              read(bundle)
                  .forEach(
                      (name, value) ->
                          weights.put(name, new TrainableNetwork.Tensor(new int[] {1}, value)));
            }
            return weights;
          }
        });
  }

  private static Map<String, float[]> initial() {
    Map<String, float[]> initial = new LinkedHashMap<>();
    STATISTICS.forEach(
        name -> initial.put(name, new float[] {name.equals("first.mean") ? 128 : 1}));
    initial.put("first.variance", new float[] {100});
    return initial;
  }

  /** The statistics that a bundle of this backend holds, each of one value. */
  static Map<String, float[]> read(ModelBundle bundle) throws IOException {
    ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(bundle.file(FILE)));
    Map<String, float[]> weights = new LinkedHashMap<>();
    STATISTICS.forEach(name -> weights.put(name, new float[] {file.getFloat()}));
    return weights;
  }

  private static double[] values(Map<String, float[]> weights) {
    return STATISTICS.stream().mapToDouble(name -> weights.get(name)[0]).toArray();
  }

  private static double red(byte[] rgb, int from, int bytes) {
    return rgb[from + bytes / 3 / 2 * 3] & 0xff;
  }

  private static double[][] scores(double[] red, double[] stored) {
    double[][] scores = new double[red.length][2];
    for (int i = 0; i < red.length; i++) {
      scores[i][0] = (red[i] - stored[0]) / Math.sqrt(stored[1]);
      scores[i][1] = (scores[i][0] * scores[i][0] - stored[2]) / Math.sqrt(stored[3]);
    }
    return scores;
  }

  private static double[] logits(Head head, double[] scores) {
    double[] logits = new double[head.labels().size()];
    for (int k = 0; k < logits.length; k++) {
      logits[k] = scores[0] * k - scores[1] / 10;
    }
    return logits;
  }

  private record Normalised(List<Head> heads, int bytes, Map<String, float[]> weights)
      implements TrainableNetwork {
    @Override
    public Origin origin() {
      return new Origin(FORMAT, "none", FORMAT, "CPU", 1, Map.of(), Optional.of("exact"));
    }

    @Override
    public Step step(Batch batch, double learningRate, long number) {
      return new Step(0, 0);
    }

    @Override
    public Logits logits(byte[] rgb, int images) {
      double[][] scores = scores(reds(rgb, images), values(weights));
      double[][][] all = new double[heads.size()][images][];
      for (int h = 0; h < all.length; h++) {
        for (int i = 0; i < images; i++) {
          all[h][i] = NormalisedBackend.logits(heads.get(h), scores[i]);
        }
      }
      return Logits.of(all);
    }

    private double[] reds(byte[] rgb, int images) {
      double[] reds = new double[images];
      for (int i = 0; i < images; i++) {
        reds[i] = red(rgb, i * bytes, bytes);
      }
      return reds;
    }

    @Override
    public Map<String, float[]> statistics(byte[] rgb, int images, double share) {
      double[] values = reds(rgb, images);
      double[] stored = values(weights);
      double[] found = new double[stored.length];
      for (int layer = 0; layer < stored.length; layer += 2) {
        double mean = 0;
        double variance = 0;
        for (double value : values) {
          mean += value / images;
        }
        for (double value : values) {
          variance += (value - mean) * (value - mean) / images;
        }
        found[layer] = mean;
        found[layer + 1] = variance;
        double by = (1 - share) * stored[layer] + share * mean;
        double over = Math.sqrt((1 - share) * stored[layer + 1] + share * variance);
        for (int i = 0; i < images; i++) {
          double score = (values[i] - by) / over;
          values[i] = score * score;
        }
      }
      Map<String, float[]> statistics = new LinkedHashMap<>();
      for (int i = 0; i < found.length; i++) {
        statistics.put(STATISTICS.get(i), new float[] {(float) found[i]});
      }
      return statistics;
    }

    @Override
    public Map<String, int[]> shapes() {
      Map<String, int[]> shapes = new LinkedHashMap<>();
      weights.forEach((name, value) -> shapes.put(name, new int[] {1}));
      return shapes;
    }

    @Override
    public Map<String, float[]> state() {
      return new LinkedHashMap<>(weights);
    }

    @Override
    public void restore(Map<String, float[]> state) {
      weights.putAll(state);
    }

    @Override
    public void start(Map<String, float[]> some) {
      weights.putAll(some);
    }

    @Override
    public void export(Path directory, ModelManifest manifest, Map<String, float[]> kept)
        throws IOException {
      whileWriting.happen(heads.get(0).stage());
      ByteBuffer file = ByteBuffer.allocate(STATISTICS.size() * Float.BYTES);
      STATISTICS.forEach(name -> file.putFloat(kept.get(name)[0]));
      Files.write(directory.resolve(FILE), file.array());
    }

    @Override
    public void close() {}
  }
}
