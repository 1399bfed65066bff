package io.github.leukemia4j.tf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.Prediction.Finding;
import io.github.leukemia4j.backend.Backend.NetworkFactory.HeadLoss;
import io.github.leukemia4j.backend.Network.Head;
import io.github.leukemia4j.backend.OpenOptions;
import io.github.leukemia4j.backend.TrainableNetwork;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.ImageSource;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.data.split.Split;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.pipeline.Adaptation;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import io.github.leukemia4j.training.NetworkConfig;
import io.github.leukemia4j.training.RunOptions;
import io.github.leukemia4j.training.TrainingConfig;
import io.github.leukemia4j.training.TrainingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NoScopeLeft.class)
class AdaptationTest {
  private static final Label CELL = Label.of("cell");

  /** Two blocks of a convolution, against the same in plain Java. */
  @Nested
  class OfABatch {
    private static final int SIDE = 8;
    private static final int IMAGES = 5;
    private static final double EPSILON = 1e-3;
    private static final TrainingConfig CONFIG =
        TinyCells.config()
            .network(NetworkConfig.plain(0, List.of(2, 3), List.of(), 0.5))
            .inputSize(SIDE)
            .set("optimizer.averaging", 0)
            .build();

    private static byte[] rgb() {
      byte[] rgb = new byte[IMAGES * SIDE * SIDE * 3];
      new SplittableRandom(3).nextBytes(rgb);
      return rgb;
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.3, 1})
    void areThoseOfPlainJava(double share) {
      Head head = new Head(CELL, TinyCells.TWO.labelSet(CELL));
      try (TrainableNetwork network =
          new TfBackend()
              .training()
              .orElseThrow()
              .create(CONFIG, HeadLoss.of(CONFIG, List.of(head)), TinyCells.RUN)) {
        Map<String, float[]> some = new LinkedHashMap<>();
        some.put("block1.conv1.mean", new float[] {0.2f, -0.1f});
        some.put("block1.conv1.variance", new float[] {0.7f, 1.4f});
        some.put("block1.conv1.gamma", new float[] {1.3f, 0.8f});
        some.put("block1.conv1.beta", new float[] {0.1f, -0.2f});
        network.start(some);
        Map<String, float[]> found = network.statistics(rgb(), IMAGES, share);
        assertThat(found.keySet())
            .containsExactly(
                "block1.conv1.mean",
                "block1.conv1.variance",
                "block2.conv1.mean",
                "block2.conv1.variance");

        Map<String, float[]> weights = network.weights();
        double[][][][] x = standardised(rgb());
        for (String block : List.of("block1.conv1", "block2.conv1")) {
          double[][][][] y = convolved(x, weights.get(block + ".kernel"));
          double[] mean = mean(y);
          double[] variance = variance(y, mean);
          for (int c = 0; c < mean.length; c++) {
            assertThat((double) found.get(block + ".mean")[c]).isCloseTo(mean[c], within(1e-5));
            assertThat((double) found.get(block + ".variance")[c])
                .isCloseTo(variance[c], within(1e-5));
            mean[c] = (1 - share) * weights.get(block + ".mean")[c] + share * mean[c];
            variance[c] = (1 - share) * weights.get(block + ".variance")[c] + share * variance[c];
          }
          x =
              pooled(
                  y, mean, variance, weights.get(block + ".gamma"), weights.get(block + ".beta"));
        }
      }
    }

    private static double[][][][] standardised(byte[] rgb) {
      double[][][][] x = new double[IMAGES][SIDE][SIDE][3];
      for (int n = 0; n < IMAGES; n++) {
        for (int c = 0; c < 3; c++) {
          double sum = 0;
          double squares = 0;
          for (int i = 0; i < SIDE * SIDE; i++) {
            int value = rgb[(n * SIDE * SIDE + i) * 3 + c] & 0xff;
            x[n][i / SIDE][i % SIDE][c] = value;
            sum += value;
            squares += (double) value * value;
          }
          double mean = sum / (SIDE * SIDE);
          double deviation = Math.sqrt(Math.max(1, squares / (SIDE * SIDE) - mean * mean));
          for (int i = 0; i < SIDE * SIDE; i++) {
            x[n][i / SIDE][i % SIDE][c] = (x[n][i / SIDE][i % SIDE][c] - mean) / deviation;
          }
        }
      }
      return x;
    }

    /** By kernels of 3 x 3, zeros around the image. */
    private static double[][][][] convolved(double[][][][] x, float[] kernel) {
      int side = x[0].length;
      int in = x[0][0][0].length;
      int out = kernel.length / 9 / in;
      double[][][][] y = new double[x.length][side][side][out];
      for (int n = 0; n < x.length; n++) {
        for (int row = 0; row < side; row++) {
          for (int column = 0; column < side; column++) {
            for (int k = 0; k < 9; k++) {
              int r = row + k / 3 - 1;
              int s = column + k % 3 - 1;
              for (int i = 0; i < in && r >= 0 && r < side && s >= 0 && s < side; i++) {
                for (int o = 0; o < out; o++) {
                  y[n][row][column][o] += x[n][r][s][i] * kernel[(k * in + i) * out + o];
                }
              }
            }
          }
        }
      }
      return y;
    }

    private static double[] mean(double[][][][] y) {
      double[] mean = new double[y[0][0][0].length];
      int pixels = y.length * y[0].length * y[0].length;
      for (double[][][] image : y) {
        for (double[][] row : image) {
          for (double[] pixel : row) {
            for (int c = 0; c < mean.length; c++) {
              mean[c] += pixel[c] / pixels;
            }
          }
        }
      }
      return mean;
    }

    /** Over the number of pixels less one. */
    private static double[] variance(double[][][][] y, double[] mean) {
      double[] variance = new double[mean.length];
      int pixels = y.length * y[0].length * y[0].length;
      for (double[][][] image : y) {
        for (double[][] row : image) {
          for (double[] pixel : row) {
            for (int c = 0; c < mean.length; c++) {
              variance[c] += (pixel[c] - mean[c]) * (pixel[c] - mean[c]) / (pixels - 1);
            }
          }
        }
      }
      return variance;
    }

    /** Normalised, cut at 0, and the largest of 2 x 2. */
    private static double[][][][] pooled(
        double[][][][] y, double[] mean, double[] variance, float[] gamma, float[] beta) {
      int half = y[0].length / 2;
      double[][][][] pooled = new double[y.length][half][half][mean.length];
      for (int n = 0; n < y.length; n++) {
        for (int i = 0; i < 4 * half * half; i++) {
          int row = i / (2 * half);
          int column = i % (2 * half);
          for (int c = 0; c < mean.length; c++) {
            double value =
                (y[n][row][column][c] - mean[c]) / Math.sqrt(variance[c] + EPSILON) * gamma[c]
                    + beta[c];
            pooled[n][row / 2][column / 2][c] = Math.max(pooled[n][row / 2][column / 2][c], value);
          }
        }
      }
      return pooled;
    }
  }

  /** Blobs of another laboratory: half the contrast, and other colours. */
  @Nested
  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  class OfAPipeline {
    private static final Adaptation ALL = Adaptation.DEFAULT.withBlocks(Adaptation.ALL_BLOCKS);

    @TempDir static Path folder;
    private Path trained;

    @BeforeAll
    void train() throws Exception {
      trained = folder.resolve("trained");
      Split split = TinyCells.split(TinyCells.TWO, 24, 24);
      MultilevelPipeline.train(
              split,
              TinyCells.config().set("optimizer.averaging", 0.5).build(),
              TinyCells.RUN,
              trained,
              TrainingListener.NONE)
          .close();
    }

    private static Dataset laboratory(int count) {
      List<Sample> samples = new ArrayList<>();
      for (Sample sample : TinyCells.part(TinyCells.TWO, "lab", 7000, count, count).samples()) {
        try {
          byte[] rgb = sample.source().read().rgb();
          for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) ((rgb[i] & 0xff) / 2 + 20 * (i % 3));
          }
          CellImage image = CellImage.ofRgb(TinyCells.SIDE, TinyCells.SIDE, rgb);
          samples.add(sample.withSource(ImageSource.of(sample.id(), image)));
        } catch (IOException e) {
          throw new AssertionError(e);
        }
      }
      return Dataset.of("lab", TinyCells.TWO, samples);
    }

    private Path adapt(String name, Adaptation wish) throws Exception {
      return adapt(name, wish, TinyCells.RUN);
    }

    private Path adapt(String name, Adaptation wish, RunOptions run) throws Exception {
      Path out = folder.resolve(name);
      MultilevelPipeline.adapt(trained, laboratory(40), wish, run, out);
      return out;
    }

    private static Map<String, TrainableNetwork.Tensor> weights(Path pipeline) throws Exception {
      return new TfBackend()
          .training()
          .orElseThrow()
          .weights(ModelBundle.open(pipeline.resolve("1-cell")));
    }

    private static List<Prediction> classify(Path pipeline) throws Exception {
      try (MultilevelPipeline opened =
          MultilevelPipeline.load(pipeline, TinyCells.CPU.withGate(OpenOptions.Gate.OFF))) {
        return opened.classifiers().get(CELL).classifyAll(TinyCells.images(7, TinyCells.SIDE));
      }
    }

    @Test
    void changesStatisticsAlone() throws Exception {
      Map<String, TrainableNetwork.Tensor> before = weights(trained);
      Map<String, TrainableNetwork.Tensor> after = weights(adapt("all", ALL));
      assertThat(after.keySet()).isEqualTo(before.keySet());
      before.forEach(
          (name, tensor) -> {
            if (name.endsWith(".mean") || name.endsWith(".variance")) {
              assertThat(after.get(name).values()).as(name).isNotEqualTo(tensor.values());
            } else {
              assertThat(after.get(name).values()).as(name).isEqualTo(tensor.values());
            }
          });
    }

    @Test
    void changesTheFirstBlocksAlone() throws Exception {
      Map<String, TrainableNetwork.Tensor> before = weights(trained);
      Map<String, TrainableNetwork.Tensor> all = weights(adapt("whole", ALL));
      Map<String, TrainableNetwork.Tensor> first = weights(adapt("first", ALL.withBlocks(2)));
      List<String> blocks =
          before.keySet().stream()
              .filter(name -> name.endsWith(".mean"))
              .map(name -> name.split("\\.")[0])
              .distinct()
              .toList();
      assertThat(blocks).hasSizeGreaterThan(2);
      before.forEach(
          (name, tensor) ->
              assertThat(first.get(name).values())
                  .as(name)
                  .isEqualTo(
                      blocks.indexOf(name.split("\\.")[0]) < 2
                          ? all.get(name).values()
                          : tensor.values()));
    }

    @Test
    void keepsTheBitsOfPredictionsWithTheWeightZero() throws Exception {
      List<Prediction> before = classify(trained);
      List<Prediction> after = classify(adapt("zero", ALL.withWeight(0)));
      for (int i = 0; i < before.size(); i++) {
        assertThat(after.get(i).logits()).hasValueSatisfying(z -> assertThat(z).isNotEmpty());
        assertThat(after.get(i).logits().orElseThrow())
            .isEqualTo(before.get(i).logits().orElseThrow());
      }
    }

    @Test
    void isTheSameTwice() throws Exception {
      Map<String, TrainableNetwork.Tensor> once = weights(adapt("once", ALL));
      weights(adapt("twice", ALL))
          .forEach(
              (name, tensor) ->
                  assertThat(tensor.values()).as(name).isEqualTo(once.get(name).values()));
    }

    @Test
    void letsTheGateTakeTheNewStain() throws Exception {
      Path out = adapt("stained", ALL);
      CellImage image = laboratory(1).samples().get(0).source().read();
      try (MultilevelPipeline before = MultilevelPipeline.load(trained, TinyCells.CPU);
          MultilevelPipeline after = MultilevelPipeline.load(out, TinyCells.CPU)) {
        assertThat(before.classify(image).reason()).isPresent();
        assertThat(before.classifiers().get(CELL).classify(image).findings())
            .contains(Finding.UNUSUAL_STAIN);
        assertThat(after.classifiers().get(CELL).classify(image).findings()).isEmpty();
      }
      assertThat(Files.readString(out.resolve("ADAPTATION.md"))).contains("on 80 images");
    }
  }
}
