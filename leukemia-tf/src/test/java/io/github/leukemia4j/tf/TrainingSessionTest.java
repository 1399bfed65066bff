package io.github.leukemia4j.tf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.leukemia4j.Device;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.backend.Backend.NetworkFactory.HeadLoss;
import io.github.leukemia4j.backend.Network.Head;
import io.github.leukemia4j.backend.TrainableNetwork.Batch;
import io.github.leukemia4j.backend.TrainableNetwork.Batch.Targets;
import io.github.leukemia4j.backend.TrainableNetwork.Step;
import io.github.leukemia4j.loss.Loss;
import io.github.leukemia4j.training.NetworkConfig;
import io.github.leukemia4j.training.TrainingConfig;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.NodeDef;

/** One step of a network with several heads. */
class TrainingSessionTest {
  private static final int SIDE = 16;
  private static final int IMAGES = 6;
  private static final Head CELL = new Head(Label.of("cell"), LabelSet.of("normal", "abnormal"));
  private static final Head ABNORMAL =
      new Head(Label.of("abnormal"), LabelSet.of("AML", "ALL", "APL"));

  /** No image is of a subtype. */
  private static final Targets NOBODY = targets(new float[0]);

  private static final Targets ALL_IMAGES =
      targets(new float[] {1, 0, 0, 1, 0, 1, 1, 0, 0, 1, 1, 0}, 0, 1, 2, 3, 4, 5);

  /** The second, the third and the fifth image. */
  private static final Targets THREE_IMAGES =
      targets(new float[] {1, 0, 0, 0, 0, 1, 0, 1, 0}, 1, 2, 4);

  private static Targets targets(float[] values, int... rows) {
    return new Targets(new int[rows.length], values, rows, rows.length);
  }

  private final byte[] images = new byte[IMAGES * SIDE * SIDE * 3];
  private TrainingSession session;
  private Map<String, float[]> start;

  private static TrainingConfig.Builder config() {
    return TrainingConfig.builder()
        .network(NetworkConfig.plain(0, List.of(8, 16, 32), List.of(), 0))
        .inputSize(SIDE)
        .loss(Loss.parse("cross-entropy"))
        .set("optimizer.weightDecay", 0)
        .set("optimizer.averaging", 0);
  }

  private static TrainingSession session(TrainingConfig config, double weight, Head... heads) {
    List<HeadLoss> losses =
        HeadLoss.of(config, List.of(heads)).stream()
            .map(head -> new HeadLoss(head.head(), head.loss(), weight))
            .toList();
    return new TrainingSession(
        config, losses, Extensions.installed(), TfRuntime.config(Device.CPU, 2));
  }

  private void open(TrainingSession opened) {
    session = opened;
    start = session.state();
  }

  @BeforeEach
  void draw() {
    new SplittableRandom(1).nextBytes(images);
    open(session(config().build(), 1, CELL, ABNORMAL));
  }

  @AfterEach
  void close() {
    session.close();
  }

  /** From the weights at the start. */
  private Step step(Targets... truth) {
    session.assign(start);
    return session.step(new Batch(images, new int[IMAGES], IMAGES, List.of(truth)), 0.01, 1, 7);
  }

  @Nested
  class SeveralHeads {
    @Test
    void addTheirLosses() {
      double both = step(ALL_IMAGES, THREE_IMAGES).loss();
      double cell = step(ALL_IMAGES, NOBODY).loss();
      double subtype = step(NOBODY, THREE_IMAGES).loss();
      assertThat(cell).isPositive();
      assertThat(subtype).isPositive();
      assertThat(both).isCloseTo(cell + subtype, within(1e-6));
    }

    @Test
    void weighTheirLosses() {
      double once = step(ALL_IMAGES, THREE_IMAGES).loss();
      session.close();
      open(session(config().build(), 0.5, CELL, ABNORMAL));
      assertThat(step(ALL_IMAGES, THREE_IMAGES).loss()).isCloseTo(once / 2, within(1e-6));
    }

    @Test
    void takeTheRowsThatReachThemInAnyOrder() {
      double inOrder = step(NOBODY, THREE_IMAGES).loss();
      Targets turned = targets(new float[] {0, 1, 0, 0, 0, 1, 1, 0, 0}, 4, 2, 1);
      Targets others = targets(THREE_IMAGES.values(), 0, 3, 5);
      assertThat(step(NOBODY, turned).loss()).isCloseTo(inOrder, within(1e-6));
      assertThat(step(NOBODY, others).loss()).isNotCloseTo(inOrder, within(1e-3));
    }

    @Test
    void leaveTheWeightsOfAHeadThatNobodyReaches() {
      step(ALL_IMAGES, NOBODY);
      Map<String, float[]> after = session.state();
      assertThat(after.get("head1.kernel")).isEqualTo(start.get("head1.kernel"));
      assertThat(after.get("head1.bias")).isEqualTo(start.get("head1.bias"));
      assertThat(after.get("head0.kernel")).isNotEqualTo(start.get("head0.kernel"));
    }

    @Test
    void findNoLossAndNoGradientWhereNobodyReachesAnyHead() {
      Step step = step(NOBODY, NOBODY);
      assertThat(step.loss()).isZero();
      assertThat(step.gradientNorm()).isZero();
      assertThat(session.state().get("block1.conv1.kernel"))
          .isEqualTo(start.get("block1.conv1.kernel"));
    }

    @Test
    void giveLogitsForEachOfTheirLabels() {
      var logits = session.logits(images, 0, IMAGES);
      assertThat(logits.heads()).isEqualTo(2);
      assertThat(logits.row(0, 5)).hasSize(2);
      assertThat(logits.row(1, 5)).hasSize(3);
    }
  }

  @Test
  void gathersNothingForOneHead() {
    TrainingConfig config = config().build();
    assertThat(
            new TrainingGraph(config, HeadLoss.of(config, List.of(CELL)), Extensions.installed())
                .definition.getNodeList())
        .extracting(NodeDef::getOp)
        .doesNotContain("GatherV2");
  }

  @Nested
  class FrozenPrefixes {
    @BeforeEach
    void freeze() {
      session.close();
      open(
          session(
              config().set("start.frozen", List.of("block1", "block2.conv1.g")).build(),
              1,
              CELL,
              ABNORMAL));
    }

    @Test
    void keepWeightsAndStatistics() {
      step(ALL_IMAGES, THREE_IMAGES);
      Map<String, float[]> after = session.state();
      start.forEach(
          (name, value) -> {
            if (name.startsWith("block1.") || name.equals("block2.conv1.gamma")) {
              assertThat(after.get(name)).as(name).isEqualTo(value);
            } else {
              assertThat(after.get(name)).as(name).isNotEqualTo(value);
            }
          });
    }

    @Test
    void haveNoStateOfTheOptimiser() {
      assertThat(start)
          .containsKeys("block2.conv1.kernel.m", "block2.conv1.kernel.v")
          .doesNotContainKeys("block1.conv1.kernel.m", "block2.conv1.gamma.v");
    }

    /** By stored statistics, which are 0 and 1 at first: the learning tower as the other. */
    @Test
    void normaliseByStoredStatistics() {
      session.close();
      open(session(config().set("start.frozen", List.of("block")).build(), 1, CELL, ABNORMAL));
      double[][] rows = session.logits(images, 0, IMAGES).ofHead(0);
      double expected = 0;
      for (int i = 0; i < IMAGES; i++) {
        double sum = Math.exp(rows[i][0]) + Math.exp(rows[i][1]);
        for (int c = 0; c < 2; c++) {
          expected -= ALL_IMAGES.values()[2 * i + c] * (rows[i][c] - Math.log(sum)) / IMAGES;
        }
      }
      assertThat(step(ALL_IMAGES, NOBODY).loss()).isCloseTo(expected, within(1e-5));
    }
  }
}
