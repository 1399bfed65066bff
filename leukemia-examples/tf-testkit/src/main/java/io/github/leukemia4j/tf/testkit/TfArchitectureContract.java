package io.github.leukemia4j.tf.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.backend.Backend.NetworkFactory;
import io.github.leukemia4j.backend.Backend.NetworkFactory.HeadLoss;
import io.github.leukemia4j.backend.Network;
import io.github.leukemia4j.backend.Network.Explainable;
import io.github.leukemia4j.backend.OpenOptions;
import io.github.leukemia4j.backend.TrainableNetwork;
import io.github.leukemia4j.model.HeadManifest;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.model.ModelManifest;
import io.github.leukemia4j.testkit.TrainableNetworkContract;
import io.github.leukemia4j.tf.TfArchitecture;
import io.github.leukemia4j.tf.TfBackend;
import io.github.leukemia4j.tf.TfOptimizer;
import io.github.leukemia4j.tf.TfUpdate;
import io.github.leukemia4j.training.NetworkConfig;
import io.github.leukemia4j.training.NetworkConfig.InputConfig;
import io.github.leukemia4j.training.RunOptions;
import io.github.leukemia4j.training.TrainingConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.op.Op;

/**
 * Proves that an architecture can be trained, saved, opened and explained. Three lines are a test:
 *
 * <pre>
 * class MyNetworkTest extends TfArchitectureContract {
 *   MyNetworkTest() { super(new MyNetwork(), "mine,width=8", 16); }
 * }
 * </pre>
 *
 * Beside what {@link TrainableNetworkContract} asks of every network, the gradient of each weight
 * must be that of the loss, as differences of the loss along it say; a saved network must give the
 * logits that it had, and an image the same bits in every batch; and its explanations must add up.
 *
 * <p>Needs JUnit 5 and a TensorFlow native on the class path of the tests.
 */
public abstract class TfArchitectureContract extends TrainableNetworkContract {
  /**
   * How far the slope of the loss along a weight's gradient may be from the gradient's length,
   * relative to it. Rectifiers and maxima bend the loss, so the best of several distances counts.
   */
  public static final double GRADIENT_TOLERANCE = 0.05;

  private static final double[] DISTANCES = {0.04, 0.01, 0.0025};

  /** Slopes below this cannot be told from the rounding of the loss. */
  private static final double SLOPE_RESOLUTION = 1e-3;

  private final TfArchitecture architecture;
  private final String network;
  private final int inputSize;

  @TempDir private Path folder;

  /**
   * @param network the architecture's name and parameters, as {@link NetworkConfig#parse} reads
   *     them: few channels, by which a hundred steps take little time
   * @param inputSize the side of the images, in pixels
   */
  protected TfArchitectureContract(TfArchitecture architecture, String network, int inputSize) {
    this.architecture = architecture;
    this.network = network;
    this.inputSize = inputSize;
  }

  @Override
  protected final NetworkFactory factory() {
    return backend().training().orElseThrow();
  }

  private TfBackend backend() {
    return TfBackend.builder().architecture(architecture).optimizer(new Descent()).build();
  }

  @Override
  protected final TrainingConfig config() {
    return settings().build();
  }

  private TrainingConfig.Builder settings() {
    return TrainingConfig.builder()
        .network(NetworkConfig.parse(network))
        .inputSize(inputSize)
        .centreCrop(1)
        .set("input.testTimeAugmentation", InputConfig.TestTimeAugmentation.NONE);
  }

  /** Steps of the gradient times the learning rate, so that a step of rate 1 shows the gradient. */
  private static final class Descent implements TfOptimizer {
    @Override
    public String name() {
      return "descent-of-the-contract";
    }

    @Override
    public Op update(TfUpdate update) {
      return update
          .tf()
          .train
          .applyGradientDescent(update.variable(), update.learningRate(), update.gradient());
    }
  }

  @Test
  final void everyWeightHasTheGradientOfTheLoss() {
    TrainingConfig config =
        settings()
            .optimizer("descent-of-the-contract")
            .set("optimizer.gradientClip", 0)
            .set("optimizer.averaging", 0)
            .build();
    try (TrainableNetwork learning =
        factory().create(config, HeadLoss.of(config, heads()), RunOptions.DEFAULT)) {
      Map<String, float[]> start = learning.state();
      learning.step(batch(1), 1, 1);
      Map<String, float[]> after = learning.state();
      start.forEach(
          (name, value) -> {
            assertThat(after.get(name)).as("%s after a step", name).isNotEqualTo(value);
            requireSlope(learning, start, name, gradient(value, after.get(name)));
          });
    }
  }

  private static double[] gradient(float[] before, float[] after) {
    return IntStream.range(0, before.length)
        .mapToDouble(i -> (double) before[i] - after[i])
        .toArray();
  }

  private void requireSlope(
      TrainableNetwork learning, Map<String, float[]> start, String name, double[] gradient) {
    double length = Math.sqrt(Arrays.stream(gradient).map(g -> g * g).sum());
    double[] slopes =
        DoubleStream.of(DISTANCES)
            .map(
                distance ->
                    (loss(learning, start, name, gradient, distance / length)
                            - loss(learning, start, name, gradient, -distance / length))
                        / (2 * distance))
            .toArray();
    // Batch statistics are no function of the stored ones: those have no slope at all.
    boolean statistic = DoubleStream.of(slopes).allMatch(slope -> slope == 0);
    double tolerance = Math.max(GRADIENT_TOLERANCE * length, SLOPE_RESOLUTION);
    assertThat(slopes)
        .as("slopes of the loss along the gradient of %s, whose length is %s", name, length)
        .matches(
            all ->
                statistic
                    || DoubleStream.of(all)
                        .anyMatch(slope -> Math.abs(slope - length) <= tolerance));
  }

  private double loss(
      TrainableNetwork learning,
      Map<String, float[]> start,
      String name,
      double[] direction,
      double distance) {
    float[] moved = start.get(name).clone();
    for (int i = 0; i < moved.length; i++) {
      moved[i] += (float) (distance * direction[i]);
    }
    Map<String, float[]> state = new LinkedHashMap<>(start);
    state.put(name, moved);
    learning.restore(state);
    return learning.step(batch(1), 0, 1).loss();
  }

  private Network saved() throws IOException {
    try (TrainableNetwork trained =
        factory().create(config(), HeadLoss.of(config(), heads()), RunOptions.DEFAULT)) {
      for (int step = 1; step <= 20; step++) {
        trained.step(batch(step), 0.01, step);
      }
      Map<String, float[]> weights = trained.weights();
      ModelManifest manifest = manifest(trained.origin());
      ModelBundle bundle =
          ModelBundle.create(
              folder.resolve("bundle"),
              manifest,
              place -> trained.export(place, manifest, weights));
      Network opened = backend().open(bundle, OpenOptions.DEFAULT);
      double[][] expected = trained.logits(batch(1).images(), batch(1).size()).ofHead(0);
      double[][] found = opened.logits(images(), batch(1).size()).ofHead(0);
      for (int i = 0; i < expected.length; i++) {
        assertThat(found[i])
            .as("logits of image %d as saved and opened", i)
            .containsExactly(expected[i], within(1e-4));
      }
      return opened;
    }
  }

  private byte[] images() {
    return Arrays.copyOf(batch(1).images(), batch(1).size() * inputSize * inputSize * 3);
  }

  private byte[] image(int index) {
    int bytes = inputSize * inputSize * 3;
    return Arrays.copyOfRange(images(), index * bytes, (index + 1) * bytes);
  }

  @Test
  final void givesTheSameLogitsWhenSavedAndOpenedAndTheSameBitsInEveryBatch() throws IOException {
    try (Network opened = saved()) {
      double[][] together = opened.logits(images(), batch(1).size()).ofHead(0);
      for (int i = 0; i < together.length; i++) {
        assertThat(opened.logits(image(i), 1).ofHead(0)[0]).isEqualTo(together[i]);
      }
    }
  }

  @Test
  final void canBeExplained() throws IOException {
    try (Network opened = saved()) {
      Explainable explained = (Explainable) opened;
      byte[] grey = new byte[inputSize * inputSize * 3];
      double warmth = 0;
      for (int label = 0; label < 2; label++) {
        int of = label;
        double[][] derivative = new double[1][2];
        derivative[0][of] = 1;
        double[][] heat = explained.gradCam(image(1), logits -> derivative);
        assertThat(List.of(heat)).allSatisfy(row -> assertThat(row).doesNotContain(Double.NaN));
        warmth += sum(heat);
        double[][] path = explained.integratedGradients(image(1), logits -> derivative);
        double added =
            opened.logits(image(1), 1).ofHead(0)[0][of] - opened.logits(grey, 1).ofHead(0)[0][of];
        assertThat(sum(path))
            .as("what integrated gradients add up to, for label %d", of)
            .isCloseTo(added, within(0.02 + 0.1 * Math.abs(added)));
      }
      assertThat(warmth).as("Grad-CAM of both labels").isPositive();
    }
  }

  private static double sum(double[][] rows) {
    return Arrays.stream(rows).flatMapToDouble(Arrays::stream).sum();
  }

  private ModelManifest manifest(TrainableNetwork.Origin origin) {
    List<Double> even = List.of(0.5, 0.5);
    return new ModelManifest(
        "cell",
        origin.format(),
        new ModelManifest.Input(inputSize, inputSize, "area", origin.normalisation()),
        "none",
        List.of(
            HeadManifest.of(
                Label.of("cell"),
                LabelSet.of("normal", "abnormal"),
                "of the contract",
                new ModelManifest.Priors("natural", even, even),
                Map.of())),
        null,
        null,
        null);
  }
}
