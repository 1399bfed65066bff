package io.github.leukemia4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.backend.Backend.NetworkFactory;
import io.github.leukemia4j.backend.Backend.NetworkFactory.HeadLoss;
import io.github.leukemia4j.backend.Network.Head;
import io.github.leukemia4j.backend.Network.Logits;
import io.github.leukemia4j.backend.TrainableNetwork;
import io.github.leukemia4j.backend.TrainableNetwork.Batch;
import io.github.leukemia4j.training.RunOptions;
import io.github.leukemia4j.training.TrainingConfig;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every {@link TrainableNetwork} must do. Extend it in the tests of a backend and say how one
 * is made:
 *
 * <pre>{@code
 * class MyNetworkTest extends TrainableNetworkContract {
 *   @Override
 *   protected NetworkFactory factory() {
 *     return new MyBackend().training().orElseThrow();
 *   }
 *
 *   @Override
 *   protected TrainingConfig config() {
 *     return TrainingConfig.builder().inputSize(16).build();
 *   }
 * }
 * }</pre>
 */
public abstract class TrainableNetworkContract {
  private static final int IMAGES = 8;

  private TrainableNetwork network;

  /** For subclasses. */
  protected TrainableNetworkContract() {}

  /** What makes the networks. */
  protected abstract NetworkFactory factory();

  /** Settings of a small network, by which 30 steps take little time. */
  protected abstract TrainingConfig config();

  /** The questions that the network answers. */
  protected List<Head> heads() {
    return List.of(new Head(Label.of("cell"), LabelSet.of("normal", "abnormal")));
  }

  private TrainableNetwork untrained() {
    TrainingConfig config = config();
    return factory().create(config, HeadLoss.of(config, heads()), RunOptions.DEFAULT);
  }

  @BeforeEach
  final void create() {
    network = untrained();
  }

  @AfterEach
  final void close() {
    if (network != null) {
      network.close();
    }
  }

  /** Eight images of noise whose brightness tells the label. */
  protected final Batch batch(long seed) {
    int bytes = 3 * config().input().size() * config().input().size();
    int labels = heads().get(0).labels().size();
    SplittableRandom random = new SplittableRandom(seed);
    byte[] images = new byte[IMAGES * bytes];
    int[] truth = new int[IMAGES];
    float[] targets = new float[IMAGES * labels];
    for (int i = 0; i < IMAGES; i++) {
      truth[i] = i % labels;
      targets[i * labels + truth[i]] = 1;
      for (int p = 0; p < bytes; p++) {
        // The middle of the image, because a network may standardise the whole of it.
        boolean inside = p > bytes / 3 && p < 2 * bytes / 3;
        images[i * bytes + p] =
            (byte) (random.nextInt(60) + (inside ? 180 * truth[i] / Math.max(1, labels - 1) : 90));
      }
    }
    return Batch.ofOneHead(images, IntStream.range(0, IMAGES).toArray(), IMAGES, truth, targets);
  }

  private static void learn(TrainableNetwork network, Batch batch, int from, int to) {
    for (int step = from; step <= to; step++) {
      network.step(batch, 0.01, step);
    }
  }

  private static void assertSameBits(Map<String, float[]> actual, Map<String, float[]> expected) {
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    expected.forEach((name, values) -> assertThat(actual.get(name)).as(name).isEqualTo(values));
  }

  @Test
  final void learnsABatchThatItSeesOften() {
    Batch batch = batch(1);
    TrainableNetwork.Step first = network.step(batch, 0.01, 1);
    learn(network, batch, 2, 29);
    TrainableNetwork.Step last = network.step(batch, 0.01, 30);
    assertThat(first.loss()).isFinite();
    assertThat(first.gradientNorm()).isFinite().isPositive();
    assertThat(last.loss()).isLessThan(first.loss());
  }

  @Test
  final void isTheSameForTheSameSeedAndSteps() {
    try (TrainableNetwork other = untrained()) {
      assertSameBits(other.state(), network.state());
      learn(network, batch(2), 1, 3);
      learn(other, batch(2), 1, 3);
      assertSameBits(other.state(), network.state());
    }
  }

  @Test
  final void goesOnFromAStateToTheSameBits() {
    learn(network, batch(3), 1, 2);
    Map<String, float[]> state = network.state();
    learn(network, batch(4), 3, 5);
    try (TrainableNetwork other = untrained()) {
      learn(other, batch(5), 1, 1);
      other.restore(state);
      assertSameBits(other.state(), state);
      learn(other, batch(4), 3, 5);
      assertSameBits(other.state(), network.state());
      assertSameBits(other.weights(), network.weights());
    }
  }

  @Test
  final void givesFiniteLogitsForEachHeadImageAndLabel() {
    Logits logits = network.logits(batch(6).images(), IMAGES - 1);
    assertThat(logits.heads()).isEqualTo(heads().size());
    assertThat(logits.images()).isEqualTo(IMAGES - 1);
    for (int h = 0; h < heads().size(); h++) {
      for (double[] row : logits.ofHead(h)) {
        assertThat(row).hasSize(heads().get(h).labels().size());
        assertThat(Arrays.stream(row)).allMatch(Double::isFinite);
      }
    }
  }

  @Test
  final void namesTheShapeOfEachWeight() {
    Map<String, float[]> weights = network.weights();
    assertThat(network.shapes().keySet()).isEqualTo(weights.keySet());
    network
        .shapes()
        .forEach(
            (name, shape) ->
                assertThat(weights.get(name))
                    .as(name)
                    .hasSize(
                        Math.toIntExact(
                            IntStream.of(shape).asLongStream().reduce(1, (a, b) -> a * b))));
  }

  @Test
  final void givesAndTakesCopies() {
    Map<String, float[]> given = network.state();
    Map<String, float[]> before = new LinkedHashMap<>();
    given.forEach((name, values) -> before.put(name, values.clone()));
    given.values().forEach(values -> Arrays.fill(values, 9));
    assertSameBits(network.state(), before);
    Map<String, float[]> taken = new LinkedHashMap<>();
    before.forEach((name, values) -> taken.put(name, values.clone()));
    network.restore(taken);
    taken.values().forEach(values -> Arrays.fill(values, 9));
    assertSameBits(network.state(), before);
  }

  @Test
  final void startsFromWeightsOfAnother() {
    Batch batch = batch(7);
    learn(network, batch, 1, 3);
    try (TrainableNetwork other = untrained()) {
      other.start(network.weights());
      assertSameBits(other.weights(), network.weights());
      assertThat(other.logits(batch.images(), IMAGES).ofHead(0))
          .isDeepEqualTo(network.logits(batch.images(), IMAGES).ofHead(0));
    }
  }

  /** Without any statistics there is nothing to prove. */
  @Test
  final void givesFiniteStatisticsOfABatchAndKeepsItsWeights() {
    learn(network, batch(9), 1, 2);
    Map<String, float[]> before = network.state();
    byte[] images = batch(10).images();
    for (double share : new double[] {0, 0.5, 1}) {
      Map<String, float[]> statistics = network.statistics(images, IMAGES, share);
      assertThat(network.shapes().keySet()).containsAll(statistics.keySet());
      statistics.forEach(
          (name, values) -> {
            assertThat(values).as(name).hasSize(network.weights().get(name).length);
            for (float value : values) {
              assertThat(value).as(name).isFinite();
            }
          });
      assertSameBits(network.statistics(images, IMAGES, share), statistics);
    }
    assertSameBits(network.state(), before);
    assertThat(images).isEqualTo(batch(10).images());
  }

  @Test
  final void doesNotChangeTheBatch() {
    Batch batch = batch(8);
    network.step(batch, 0.01, 1);
    network.logits(batch.images(), IMAGES);
    assertThat(batch.images()).isEqualTo(batch(8).images());
    assertThat(batch.heads().get(0).values()).isEqualTo(batch(8).heads().get(0).values());
  }

  @Test
  final void saysWhatComputes() {
    TrainableNetwork.Origin origin = network.origin();
    assertThat(origin.format()).matches("[a-z0-9][a-z0-9-]{0,63}");
    assertThat(origin.backend()).isNotBlank();
    assertThat(origin.device()).isNotBlank();
    assertThat(origin.threads()).isPositive();
    try (TrainableNetwork other = untrained()) {
      assertThat(other.origin()).isEqualTo(origin);
    }
  }

  @Test
  final void closesTwice() {
    network.close();
    assertThatCode(network::close).doesNotThrowAnyException();
  }
}
