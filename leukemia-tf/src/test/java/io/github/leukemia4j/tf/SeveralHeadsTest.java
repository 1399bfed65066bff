package io.github.leukemia4j.tf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.backend.Backend.NetworkFactory.HeadLoss;
import io.github.leukemia4j.backend.Network;
import io.github.leukemia4j.backend.Network.Explainable;
import io.github.leukemia4j.backend.Network.Head;
import io.github.leukemia4j.backend.Network.Logits;
import io.github.leukemia4j.backend.OpenOptions;
import io.github.leukemia4j.backend.TrainableNetwork;
import io.github.leukemia4j.model.HeadManifest;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.model.ModelManifest;
import io.github.leukemia4j.training.NetworkConfig;
import io.github.leukemia4j.training.RunOptions;
import io.github.leukemia4j.training.TrainingConfig;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A network of two heads, from the graph that learns to the bundle that is opened. */
@Tag("arithmetic")
class SeveralHeadsTest {
  private static final int SIDE = 16;
  private static final List<Head> HEADS =
      List.of(
          new Head(Label.of("cell"), LabelSet.of("normal", "abnormal")),
          new Head(Label.of("abnormal"), LabelSet.of("AML", "ALL", "APL")));

  @TempDir private Path folder;

  private TrainableNetwork trainable() {
    TrainingConfig config =
        TrainingConfig.builder().network(NetworkConfig.small()).inputSize(SIDE).build();
    return new TfBackend()
        .training()
        .orElseThrow()
        .create(config, HeadLoss.of(config, HEADS), RunOptions.DEFAULT);
  }

  private Network opened(TrainableNetwork trained, String views) throws Exception {
    List<HeadManifest> heads =
        HEADS.stream()
            .map(
                head -> {
                  int labels = head.labels().size();
                  List<Double> even = Collections.nCopies(labels, 1.0 / labels);
                  return new HeadManifest(
                      head.stage().name(),
                      HeadManifest.Kind.STAGE,
                      head.labels().labels().stream().map(Label::name).toList(),
                      null,
                      null,
                      "none",
                      new ModelManifest.Priors("natural", even, even),
                      1,
                      null,
                      null,
                      null,
                      Map.of());
                })
            .toList();
    ModelManifest manifest =
        new ModelManifest(
            "cell",
            SavedModelFile.FORMAT,
            new ModelManifest.Input(SIDE, SIDE, "area", NetworkGraph.NORMALISATION),
            views,
            heads,
            null,
            null,
            null);
    ModelBundle bundle =
        ModelBundle.create(
            folder.resolve(views),
            manifest,
            place -> trained.export(place, manifest, trained.weights()));
    return new TfBackend().open(bundle, OpenOptions.DEFAULT);
  }

  private static byte[] images(int count) {
    byte[] rgb = new byte[count * SIDE * SIDE * 3];
    new SplittableRandom(3).nextBytes(rgb);
    return rgb;
  }

  @Test
  void giveTheLogitsThatTheyHadInTraining() throws Exception {
    try (TrainableNetwork trained = trainable();
        Network network = opened(trained, "none")) {
      assertThat(network.heads()).isEqualTo(HEADS);
      Logits expected = trained.logits(images(4), 4);
      Logits found = network.logits(images(4), 4);
      for (int head = 0; head < 2; head++) {
        for (int i = 0; i < 4; i++) {
          assertThat(found.row(head, i)).containsExactly(expected.row(head, i), within(1e-5));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", ModelManifest.EIGHT_VIEWS})
  void giveAnImageTheSameBitsInEveryBatch(String views) throws Exception {
    byte[] all = images(5);
    try (TrainableNetwork trained = trainable();
        Network network = opened(trained, views)) {
      Logits together = network.logits(all, 5);
      for (int i = 0; i < 5; i++) {
        byte[] one = Arrays.copyOfRange(all, i * all.length / 5, (i + 1) * all.length / 5);
        Logits alone = network.logits(one, 1);
        for (int head = 0; head < 2; head++) {
          assertThat(alone.row(head, 0)).isEqualTo(together.row(head, i));
        }
      }
    }
  }

  @Test
  void areExplainedEachByItsOwnLogits() throws Exception {
    try (TrainableNetwork trained = trainable();
        Explainable network = (Explainable) opened(trained, "none")) {
      byte[] grey = new byte[SIDE * SIDE * 3];
      Logits of = network.logits(images(1), 1);
      Logits before = network.logits(grey, 1);
      for (int head = 0; head < 2; head++) {
        int last = HEADS.get(head).labels().size() - 1;
        double added = of.row(head, 0)[last] - before.row(head, 0)[last];
        int explained = head;
        double[][] path =
            network.integratedGradients(
                images(1),
                logits -> {
                  double[][] derivative =
                      Arrays.stream(logits)
                          .map(row -> new double[row.length])
                          .toArray(double[][]::new);
                  derivative[explained][last] = 1;
                  return derivative;
                });
        double sum = Arrays.stream(path).flatMapToDouble(Arrays::stream).sum();
        assertThat(sum).isCloseTo(added, within(0.02 + 0.05 * Math.abs(added)));
      }
    }
  }
}
