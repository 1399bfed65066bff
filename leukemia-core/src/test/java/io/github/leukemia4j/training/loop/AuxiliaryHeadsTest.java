package io.github.leukemia4j.training.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.DataException;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.backend.Backend.NetworkFactory.HeadLoss;
import io.github.leukemia4j.backend.Network.Head;
import io.github.leukemia4j.backend.TrainableNetwork;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.ImageSource;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.data.split.Split;
import io.github.leukemia4j.model.HeadManifest;
import io.github.leukemia4j.model.HeadManifest.Kind;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.testkit.SoftmaxNetwork;
import io.github.leukemia4j.training.BatchConfig.Sampling;
import io.github.leukemia4j.training.NetworkConfig;
import io.github.leukemia4j.training.NetworkConfig.AuxiliaryConfig;
import io.github.leukemia4j.training.RunOptions;
import io.github.leukemia4j.training.TrainingConfig;
import io.github.leukemia4j.training.TrainingConfig.Networks;
import io.github.leukemia4j.training.TrainingListener;
import io.github.leukemia4j.training.input.Batches;
import io.github.leukemia4j.training.input.ImageCache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is learnt beside the labels, tried with softmax regression on images of 4 x 4 pixels. */
class AuxiliaryHeadsTest {
  private static final Taxonomy TREE =
      Taxonomy.of("cell").with("cell", "red", "blue").with("blue", "dark", "light");
  private static final int SIDE = 4;

  @TempDir Path folder;

  /**
   * Of eight samples four are red, two dark and one light; the last is of the root, without a label
   * but green. The type says the colour, of red ones one of two shades; every fifth is not known.
   */
  private static Dataset part(String name, int size) {
    SplittableRandom random = new SplittableRandom(name.hashCode());
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      String label =
          List.of("red", "dark", "red", "light", "red", "dark", "red", "cell").get(i % 8);
      String type =
          switch (label) {
            case "red" -> i % 4 == 0 ? "rose" : "ruby";
            case "cell" -> "grass";
            default -> label;
          };
      byte[] rgb = new byte[3 * SIDE * SIDE];
      random.nextBytes(rgb);
      for (int pixel = 0; pixel < SIDE * SIDE / 2; pixel++) {
        rgb[3 * pixel + (label.equals("red") ? 0 : label.equals("cell") ? 1 : 2)] = (byte) 255;
      }
      String id = name + "/" + i;
      samples.add(
          new Sample(
              id,
              ImageSource.of(id, CellImage.ofRgb(SIDE, SIDE, rgb)),
              Label.of(label),
              Optional.of(name + i / 2),
              i % 5 == 4 || i == 3 ? Map.of() : Map.of("type", type, "plate", "p" + i % 3)));
    }
    return Dataset.of(name, TREE, samples);
  }

  private static Split split() {
    return Split.of(
            part("train", 96), part("validation", 24), part("calibration", 0), part("test", 0))
        .forStages(TREE.innerNodes(), Set.of("type"));
  }

  private static TrainingConfig.Builder config() {
    return TrainingConfig.builder()
        .network(NetworkConfig.residual(0, List.of(1), List.of(), 0))
        .networks(Networks.SHARED)
        .inputSize(SIDE)
        .centreCrop(1)
        .batchSize(8)
        .epochs(3)
        .warmupEpochs(0)
        .learningRate(0.5)
        .seed(7);
  }

  private ModelBundle train(TrainingConfig config, Split split, String name) throws Exception {
    return new Training(SoftmaxNetwork.FACTORY, config, RunOptions.DEFAULT, TrainingListener.NONE)
        .train(split, folder.resolve(name));
  }

  private static byte[] weights(ModelBundle bundle) throws IOException {
    return Files.readAllBytes(bundle.file(SoftmaxNetwork.FILE));
  }

  @Nested
  class AColumn {
    @Test
    void becomesAHeadWithItsValuesThatIsValidatedAndWrittenOfLikeAStage() throws Exception {
      ModelBundle bundle = train(config().auxiliary("type").build(), split(), "model");
      assertThat(bundle.manifest().heads())
          .extracting(HeadManifest::stage)
          .containsExactly("cell", "blue", "type");
      HeadManifest head = bundle.manifest().heads().get(2);
      assertThat(head.kind()).isEqualTo(Kind.AUXILIARY);
      // Of light ones there are 12, of which three have no type.
      assertThat(head.labels()).containsExactly("dark", "grass", "rose", "ruby");
      assertThat(head.loss()).startsWith("cross-entropy");
      assertThat(head.metrics()).containsKeys("validation.loss", "validation.balancedAccuracy");
      assertThat(bundle.manifest().provenance().options().get("auxiliary.type"))
          .matches("4 values of \\d+ training samples; left out for fewer than 10 samples: .*9.*");
      assertThat(bundle.file("training-history.csv")).content().contains("\ntype,3,");
      assertThat(ModelBundle.open(bundle.directory()).manifest().heads())
          .isEqualTo(bundle.manifest().heads());
      assertThat(TrainingConfig.read(bundle.file(TrainingConfig.FILE)).auxiliary())
          .containsExactly(Map.entry("type", AuxiliaryConfig.DEFAULT));
    }

    @Test
    void isLeftAloneByTheChoiceOfTheEpoch() throws Exception {
      TrainingConfig config =
          config()
              .auxiliary("type=5")
              .learningRate(1)
              .set("selection.criterion", "loss")
              .epochs(6)
              .build();
      ModelBundle bundle = train(config, split(), "model");
      int kept =
          Integer.parseInt(bundle.manifest().selection().replaceAll("epoch (\\d+) .*", "$1"));
      List<String[]> lines =
          Files.readAllLines(bundle.file("training-history.csv")).stream()
              .skip(1)
              .map(line -> line.split(","))
              .toList();
      double[] loss = new double[7];
      lines.stream()
          .filter(cells -> !cells[0].equals("type"))
          .forEach(cells -> loss[Integer.parseInt(cells[1])] += Double.parseDouble(cells[4]));
      assertThat(IntStream.rangeClosed(1, 6).filter(e -> loss[e] < loss[kept])).isEmpty();
    }

    /** Of unlabelled samples those that reach no head are not drawn. */
    @Test
    void hasThePriorsOfTheSamplesThatAreDrawn() throws Exception {
      List<Sample> more = new ArrayList<>(split().train().samples());
      split().train().samples().stream()
          .filter(s -> s.label().equals(TREE.root()))
          .forEach(
              s ->
                  more.add(
                      new Sample(
                          s.id() + "'",
                          s.source(),
                          s.label(),
                          s.patient(),
                          Map.of("type", "rare" + more.size()))));
      Split rare = split().withTrain(more);
      TrainingConfig config =
          config().sampling(Sampling.BALANCED).epochs(1).auxiliary("type").build();
      List<HeadManifest> without = train(config, split(), "without").manifest().heads();
      List<HeadManifest> with = train(config, rare, "with").manifest().heads();
      assertThat(with)
          .extracting(HeadManifest::priors)
          .isEqualTo(without.stream().map(HeadManifest::priors).toList());
      // Of a turn of 4 red, 2 dark, 2 light and 1 unlabelled one all of the last are green.
      List<Double> types = with.get(2).priors().training();
      assertThat(types.get(1)).isGreaterThan(1 / 9.0);
    }

    @Test
    void leavesTheWeightsOfTheStagesAsTheyAreWhereHeadsShareNothing() throws Exception {
      // Without unlabelled samples the batches are the same with and without the column.
      Split labelled = split().forStages(TREE.innerNodes(), Set.of());
      HeadManifest alone = train(config().build(), labelled, "alone").manifest().heads().get(0);
      HeadManifest beside =
          train(config().auxiliary("type").build(), labelled, "beside").manifest().heads().get(0);
      assertThat(beside.metrics()).isEqualTo(alone.metrics());
    }

    @Test
    void isRefusedWithoutEnoughValuesOrWhereItIsCalledLikeAStage() {
      assertThatThrownBy(() -> train(config().auxiliary("colour").build(), split(), "model"))
          .isInstanceOf(DataException.class)
          .hasMessageContainingAll("two values or more with 10 training samples", "{} in colour");
      Dataset train =
          split()
              .train()
              .withSamples(
                  split().train().samples().stream()
                      .map(
                          s ->
                              new Sample(
                                  s.id(),
                                  s.source(),
                                  s.label(),
                                  s.patient(),
                                  Map.of("blue", "b" + s.id().length())))
                      .toList());
      Split odd = Split.of(train, part("validation", 24), part("c", 0), part("t", 0));
      assertThatThrownBy(() -> train(config().auxiliary("blue").build(), odd, "model"))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("must have values in the validation part");
    }

    @Test
    void weighsAsMuchAsIsSaid() {
      assertThat(config().auxiliary("type=0.25").build().auxiliary().get("type").weight())
          .isEqualTo(0.25);
      assertThat(config().set("auxiliary.type.reads", "cell").build().auxiliary().get("type"))
          .isEqualTo(AuxiliaryConfig.DEFAULT.withReads("cell"));
      assertThatThrownBy(() -> config().auxiliary("type=0").set("stageWeights.cell", -1).build())
          .hasMessageContainingAll(
              "auxiliary.type.weight must be above 0; found 0.0",
              "stageWeights.cell must be 0 or more; found -1.0");
    }
  }

  @Test
  void aTrainingThatWasStoppedGoesOnToTheSameBits() throws Exception {
    TrainingConfig config = config().auxiliary("type").set("batches.mixup", 0.4).build();
    byte[] whole = weights(train(config, split(), "whole"));
    TrainingListener stop =
        new TrainingListener() {
          @Override
          public void stepEnded(Label stage, int epoch, int step, double loss) {
            if (epoch == 2 && step == 3) {
              Thread.currentThread().interrupt();
            }
          }
        };
    Path place = folder.resolve("model");
    assertThatThrownBy(
            () ->
                new Training(SoftmaxNetwork.FACTORY, config, RunOptions.DEFAULT, stop)
                    .train(split(), place))
        .isInstanceOf(InterruptedException.class);
    RunOptions resumed = RunOptions.DEFAULT.withResume(true);
    Split others =
        split()
            .withTrain(
                split().train().samples().stream()
                    .map(
                        s ->
                            new Sample(
                                s.id(),
                                s.source(),
                                s.label(),
                                s.patient(),
                                s.value("type").filter(Label.of("rose")::equals).isPresent()
                                    ? Map.of("type", "ruby")
                                    : s.attributes()))
                    .toList());
    assertThatThrownBy(
            () ->
                new Training(SoftmaxNetwork.FACTORY, config, resumed, TrainingListener.NONE)
                    .train(others, place))
        .hasMessageContaining("values of type was");
    assertThat(
            weights(
                new Training(SoftmaxNetwork.FACTORY, config, resumed, TrainingListener.NONE)
                    .train(split(), place)))
        .isEqualTo(whole);
  }

  @Test
  void aSampleOfAnInnerLabelTrainsTheHeadsAboveItAlone() throws Exception {
    TrainingConfig config = config().build();
    List<Sample> inner =
        split().train().samples().stream().map(s -> s.withLabel(Label.of("blue"))).toList();
    Dataset part = split().train().withSamples(inner);
    List<Head> heads =
        TREE.innerNodes().stream().map(stage -> new Head(stage, TREE.labelSet(stage))).toList();
    try (ImageCache cache = ImageCache.load(part, SIDE, SIDE, ImageCache.Options.defaults());
        Batches batches = new Batches(cache, part, List.of(), config.batches(), 2);
        TrainableNetwork network =
            SoftmaxNetwork.FACTORY.create(config, HeadLoss.of(config, heads), RunOptions.DEFAULT)) {
      Map<String, float[]> before = network.weights();
      network.step(batches.epoch(0).next(), 0.5, 1);
      assertThat(network.weights().get("head0.kernel")).isNotEqualTo(before.get("head0.kernel"));
      assertThat(network.weights().get("head1.kernel")).isEqualTo(before.get("head1.kernel"));
    }
  }

  @Nested
  class AStageThatIsRead {
    @Test
    void isTheSumOverTheValuesBelowItsLabelsWhereItsOwnHeadLearnsNothing() throws Exception {
      TrainingConfig config =
          config()
              .auxiliary("type", AuxiliaryConfig.DEFAULT.withReads("cell"))
              .set("stageWeights.cell", 0)
              .build();
      HeadManifest cell = train(config, split(), "model").manifest().heads().get(0);
      assertThat(cell.reading())
          .isEqualTo(
              new HeadManifest.Reading(
                  "type", Map.of("red", List.of("rose", "ruby"), "blue", List.of("dark")), 0));
      assertThat(cell.metrics().get("validation.accuracy")).isGreaterThan(0.8);
    }

    @Test
    void hasThePriorsOfWhatItIsReadFrom() throws Exception {
      for (Sampling sampling : List.of(Sampling.NATURAL, Sampling.BALANCED)) {
        TrainingConfig.Builder config = config().sampling(sampling).epochs(1).auxiliary("type");
        HeadManifest own =
            train(config.build(), split(), sampling + "own").manifest().heads().get(0);
        config.auxiliary("type", AuxiliaryConfig.DEFAULT.withReads("cell"));
        HeadManifest mean =
            train(config.build(), split(), sampling + "mean").manifest().heads().get(0);
        config.set("stageWeights.cell", 0);
        List<HeadManifest> heads =
            train(config.build(), split(), sampling + "sums").manifest().heads();
        List<Double> types = heads.get(2).priors().training();
        double red = types.get(2) + types.get(3);
        assertThat(heads.get(0).priors().training().get(0))
            .isEqualTo(red / (red + types.get(0)), within(1e-12));
        double logOfOwn = logOdds(own.priors().training());
        double logOfSums = logOdds(heads.get(0).priors().training());
        assertThat(Math.abs(logOfOwn - logOfSums)).isGreaterThan(0.01);
        assertThat(mean.reading().own()).isEqualTo(0.5);
        assertThat(logOdds(mean.priors().training()))
            .isEqualTo((logOfOwn + logOfSums) / 2, within(1e-12));
        for (HeadManifest cell : List.of(own, mean, heads.get(0))) {
          assertThat(cell.priors().natural().get(0)).isEqualTo(4 / 7.0, within(0.01));
        }
      }
    }

    private static double logOdds(List<Double> shares) {
      return Math.log(shares.get(0) / shares.get(1));
    }

    @Test
    void isRefusedWhereAValueLiesBelowTwoLabelsOrTheStageIsOfAnotherNetwork() {
      TrainingConfig plate =
          config().auxiliary("plate", AuxiliaryConfig.DEFAULT.withReads("cell")).build();
      assertThatThrownBy(() -> train(plate, split(), "model"))
          .isInstanceOf(DataException.class)
          .hasMessageContainingAll(
              "cell can be read from plate only where", "p1 lies below {blue=");
      TrainingConfig elsewhere =
          config().auxiliary("type", AuxiliaryConfig.DEFAULT.withReads("dark")).build();
      assertThatThrownBy(() -> train(elsewhere, split(), "model"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContainingAll("stages of its own network, [cell, blue]; found [dark]");
    }

    @Test
    void isEachWhereOneHeadHasAllLeaves() throws Exception {
      Split labelled = split().forStages(TREE.innerNodes(), Set.of());
      List<HeadManifest> heads =
          train(config().networks(Networks.LEAVES).build(), labelled, "model").manifest().heads();
      assertThat(heads.get(2).kind()).isEqualTo(Kind.LEAVES);
      assertThat(heads.get(2).labels()).containsExactly("red", "dark", "light");
      assertThat(heads.get(0).reading().values())
          .isEqualTo(Map.of("red", List.of("red"), "blue", List.of("dark", "light")));
      assertThat(heads.get(0).metrics().get("validation.accuracy")).isGreaterThan(0.8);
    }
  }
}
