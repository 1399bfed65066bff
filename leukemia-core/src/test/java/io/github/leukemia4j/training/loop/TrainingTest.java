package io.github.leukemia4j.training.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.leukemia4j.BackendException;
import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.DataException;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.ImageSource;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.data.check.Verification;
import io.github.leukemia4j.data.split.Split;
import io.github.leukemia4j.loss.Loss;
import io.github.leukemia4j.model.HeadManifest;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.model.ModelManifest;
import io.github.leukemia4j.testkit.SoftmaxNetwork;
import io.github.leukemia4j.training.BatchConfig.Sampling;
import io.github.leukemia4j.training.NetworkConfig;
import io.github.leukemia4j.training.RunOptions;
import io.github.leukemia4j.training.TrainingConfig;
import io.github.leukemia4j.training.TrainingConfig.SelectionConfig.Criterion;
import io.github.leukemia4j.training.TrainingHistory;
import io.github.leukemia4j.training.TrainingListener;
import io.github.leukemia4j.training.input.ImageCache;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The loop, tried with softmax regression on images of 4 x 4 pixels. */
class TrainingTest {
  private static final Taxonomy TWO = Taxonomy.of("cell").with("cell", "red", "blue");
  private static final int SIDE = 4;
  private static final int EPOCHS = 3;
  private static final int STEPS = 6;

  @TempDir Path folder;
  private Path directory;

  @BeforeEach
  void nameTheDirectory() {
    directory = folder.resolve("model");
  }

  /** Noise in which one colour of the upper half is full; every third label is red. */
  private static Dataset part(String name, int size) {
    SplittableRandom random = new SplittableRandom(name.hashCode());
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      byte[] rgb = new byte[3 * SIDE * SIDE];
      random.nextBytes(rgb);
      for (int pixel = 0; pixel < SIDE * SIDE / 2; pixel++) {
        rgb[3 * pixel + (i % 3 == 0 ? 0 : 2)] = (byte) 255;
      }
      String id = name + "/" + i;
      samples.add(
          new Sample(
              id,
              ImageSource.of(id, CellImage.ofRgb(SIDE, SIDE, rgb)),
              Label.of(i % 3 == 0 ? "red" : "blue"),
              Optional.of(name + i / 2)));
    }
    return Dataset.of(name, TWO, samples);
  }

  /** As many micrometres on images of half the pixels on each side. */
  private static Dataset coarser(Dataset part) {
    return part.withSamples(
            part.samples().stream()
                .map(s -> s.withSource(ImageSource.of(s.id(), coarser(s.source()))))
                .toList())
        .withMicrometresPerPixel(0.2);
  }

  private static CellImage coarser(ImageSource source) {
    try {
      CellImage image = source.read();
      return image.resize(image.height() / 2, image.width() / 2);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Nested
  class WhereImagesKnowTheirScale {
    /** Images of 8 x 8 pixels that are those of {@link #part} with a border of 2 pixels. */
    private static Dataset framed(String name, int size) {
      Dataset part = part(name, size);
      return part.withSamples(
              part.samples().stream()
                  .map(
                      s -> {
                        try {
                          CellImage image = s.source().read().withMicrometresPerPixel(1);
                          CellImage framed = image.centre(2 * SIDE, 2 * SIDE, 1);
                          return s.withSource(
                              ImageSource.of(
                                  s.id(), CellImage.ofRgb(2 * SIDE, 2 * SIDE, framed.rgb())));
                        } catch (IOException e) {
                          throw new UncheckedIOException(e);
                        }
                      })
                  .toList())
          .withMicrometresPerPixel(0.1);
    }

    private static TrainingConfig config() {
      return TrainingTest.config().centreCrop(0.5).build();
    }

    @Test
    void theNetworkSeesThemAllAtOne() throws Exception {
      Split split =
          Split.of(
              framed("train", 48),
              framed("validation", 18),
              framed("calibration", 3),
              framed("test", 6));
      ModelBundle bundle =
          new Training(SoftmaxNetwork.FACTORY, config(), RunOptions.DEFAULT, TrainingListener.NONE)
              .train(split, directory);

      ModelManifest.Input input = bundle.manifest().input();
      // Half of 8 pixels of 0.1 micrometres on 4 pixels.
      assertThat(input.micrometresPerPixel()).isEqualTo(0.1);
      CellImage image = split.test().samples().get(0).read();
      assertThat(input.resized(image)).isEqualTo(image.centre(0.5).resize(SIDE, SIDE));
      // At half the scale as many pixels are a quarter of the slide: the network needs all.
      CellImage closer = image.withMicrometresPerPixel(0.05);
      assertThat(input.seen(closer)).isEqualTo(closer);
      CellImage unknown = CellImage.ofRgb(image.height(), image.width(), image.rgb());
      assertThat(input.seen(unknown)).isEqualTo(unknown.centre(0.5));
    }

    @Test
    void allAreBroughtToTheScaleOfMostOfThem() throws Exception {
      Dataset fine = framed("train", 48);
      Dataset coarse = coarser(framed("others", 12));
      Dataset both =
          fine.withSamples(
              Stream.concat(fine.samples().stream(), coarse.samples().stream()).toList());

      try (ImageCache images = Training.read(both, config());
          ImageCache alone = Training.read(fine, config())) {
        assertThat(images.micrometresPerPixel()).hasValue(0.1);
        byte[] pixels = new byte[images.imageBytes()];
        images.copyTo(48, pixels, 0);
        assertThat(pixels)
            .isEqualTo(coarse.samples().get(0).read().centre(2, 2, 0.2).resize(SIDE, SIDE).rgb());
        byte[] same = new byte[images.imageBytes()];
        images.copyTo(3, pixels, 0);
        alone.copyTo(3, same, 0);
        assertThat(pixels).isEqualTo(same);
      }
    }

    @Test
    void anotherScaleOfTheSamePixelsIsOtherContent() throws Exception {
      Dataset part = part("train", 6);
      assertThat(Verification.of(part.withMicrometresPerPixel(0.1)).contentDigest())
          .isNotEqualTo(Verification.of(part).contentDigest())
          .isNotEqualTo(Verification.of(part.withMicrometresPerPixel(0.2)).contentDigest());
    }
  }

  private static Split split() {
    return Split.of(
        part("train", 48), part("validation", 18), part("calibration", 3), part("test", 6));
  }

  private static final RunOptions RESUMED = RunOptions.DEFAULT.withResume(true);

  private static TrainingConfig.Builder config() {
    return TrainingConfig.builder()
        .network(NetworkConfig.residual(0, List.of(1), List.of(), 0))
        .inputSize(SIDE)
        .centreCrop(1)
        .batchSize(8)
        .epochs(EPOCHS)
        .warmupEpochs(0)
        .learningRate(0.5)
        .set("batches.mixup", 0.4)
        .seed(7);
  }

  private byte[] train(TrainingConfig config, TrainingListener listener) throws Exception {
    return train(config, RunOptions.DEFAULT, listener);
  }

  private byte[] train(TrainingConfig config, RunOptions run, TrainingListener listener)
      throws Exception {
    return weights(
        new Training(SoftmaxNetwork.FACTORY, config, run, listener).train(split(), directory));
  }

  private static byte[] weights(ModelBundle bundle) throws IOException {
    return Files.readAllBytes(bundle.file(SoftmaxNetwork.FILE));
  }

  /** What an undisturbed training of these settings ends in. */
  private byte[] undisturbed(TrainingConfig config) throws Exception {
    return weights(
        new Training(SoftmaxNetwork.FACTORY, config, RunOptions.DEFAULT, TrainingListener.NONE)
            .train(split(), folder.resolve("undisturbed")));
  }

  private interface Moment {
    void at(int epoch, int step);
  }

  private static TrainingListener atStep(Moment moment) {
    return new TrainingListener() {
      @Override
      public void stepEnded(Label stage, int epoch, int step, double loss) {
        moment.at(epoch, step);
      }
    };
  }

  private static TrainingListener interrupting(int epoch, int step) {
    return atStep(
        (e, s) -> {
          if (e == epoch && s == step) {
            Thread.currentThread().interrupt();
          }
        });
  }

  /** Ends the training by a fault of its own. */
  private static TrainingListener failing(int epoch, int step) {
    return atStep(
        (e, s) -> {
          if (e == epoch && s == step) {
            throw new IllegalStateException("stopped by the test");
          }
        });
  }

  private void stop(TrainingConfig config, int epoch, int step) {
    assertThatThrownBy(() -> train(config, failing(epoch, step))).hasMessage("stopped by the test");
    assertThat(directory).doesNotExist();
  }

  private List<Path> checkpoints() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("model.training"))) {
      return files.sorted().toList();
    }
  }

  /** Counts how often it is made ready for labels, as a loss that warns then would warn. */
  private record Counted(Loss loss, AtomicInteger asked) implements Loss {
    @Override
    public double value(double[][] targets, double[][] probabilities) {
      return loss.value(targets, probabilities);
    }

    @Override
    public double[][] gradient(double[][] targets, double[][] probabilities) {
      return loss.gradient(targets, probabilities);
    }

    @Override
    public Loss forLabels(LabelSet labels) {
      asked.incrementAndGet();
      return loss.forLabels(labels);
    }

    @Override
    public String describe() {
      return loss.describe();
    }
  }

  @Nested
  class Learning {
    @Test
    void makesALossReadyForItsLabelsOnce() throws Exception {
      Counted loss = new Counted(Loss.parse("tversky(0.3, 0.7)"), new AtomicInteger());

      train(config().loss(loss).build(), TrainingListener.NONE);

      assertThat(loss.asked()).hasValue(1);
    }

    @Test
    void tellsTheColoursApartAndSaysWhereTheModelComesFrom() throws Exception {
      TrainingConfig config =
          config().set("batches.mixup", 0).epochs(8).sampling(Sampling.BALANCED).build();
      ModelBundle bundle =
          new Training(SoftmaxNetwork.FACTORY, config, RunOptions.DEFAULT, TrainingListener.NONE)
              .train(split(), directory);
      ModelManifest manifest = bundle.manifest();
      assertThat(manifest.heads().get(0).metrics()).containsEntry("validation.accuracy", 1.0);
      assertThat(manifest.format()).isEqualTo(SoftmaxNetwork.FORMAT);
      assertThat(manifest.heads().get(0).labelSet()).isEqualTo(TWO.labelSet(Label.of("cell")));
      assertThat(manifest.heads().get(0).priors().natural()).containsExactly(1.0 / 3, 2.0 / 3);
      assertThat(manifest.heads().get(0).priors().training()).containsExactly(0.5, 0.5);
      assertThat(manifest.selection())
          .isEqualTo("epoch 8 of 8: the last, not chosen by any figure");
      assertThat(manifest.provenance().backend()).isEqualTo("softmax 1");
      assertThat(manifest.provenance().seed()).isEqualTo(7);
      assertThat(manifest.provenance().options()).containsEntry("arithmetic", "Java");
      assertThat(manifest.provenance().samples())
          .isEqualTo(Map.of("train", 48, "validation", 18, "calibration", 3, "test", 6));
      assertThat(manifest.files())
          .containsKeys("MODEL_CARD.md", "training-config.json", "training-history.json");
      assertThat(folder).isDirectoryNotContaining(path -> !path.equals(directory));
    }

    @Test
    void givesTheSameBitsWithAnyNumberOfThreadsAndOthersForAnotherSeed() throws Exception {
      byte[] weights = undisturbed(config().build());
      for (int threads : new int[] {1, 5}) {
        Path place = folder.resolve("threads" + threads);
        assertThat(
                weights(
                    new Training(
                            SoftmaxNetwork.FACTORY,
                            config().build(),
                            RunOptions.DEFAULT,
                            TrainingListener.NONE,
                            threads)
                        .train(split(), place)))
            .isEqualTo(weights);
      }
      assertThat(train(config().seed(8).build(), TrainingListener.NONE)).isNotEqualTo(weights);
    }

    @Test
    void tellsTheListenerEverythingInOrder() throws Exception {
      List<String> heard = new ArrayList<>();
      train(
          config().epochs(2).batchSize(32).build(),
          new TrainingListener() {
            @Override
            public void stageStarted(Label stage, int epochs, int stepsPerEpoch) {
              heard.add(stage + " " + epochs + " x " + stepsPerEpoch);
            }

            @Override
            public void batchPrepared(
                Label stage, LabelSet labels, List<CellImage> images, List<Label> truth) {
              assertThat(images).allMatch(i -> i.height() == SIDE && i.width() == SIDE);
              assertThat(truth).hasSameSizeAs(images).isSubsetOf(labels.labels());
              heard.add(images.size() + " images");
            }

            @Override
            public void stepEnded(Label stage, int epoch, int step, double loss) {
              heard.add(epoch + "." + step);
            }

            @Override
            public void epochEnded(Label stage, TrainingHistory.Epoch epoch) {
              assertThat(
                      epoch.validationConfusion().stream()
                          .mapToLong(row -> row.stream().mapToLong(Long::longValue).sum()))
                  .containsExactly(6L, 12L);
              heard.add("epoch " + epoch.epoch());
            }

            @Override
            public void stageEnded(Label stage, TrainingHistory history) {
              heard.add("end of " + stage + " after " + history.epochs().size());
            }
          });
      assertThat(heard)
          .containsExactly(
              "cell 2 x 2",
              "24 images",
              "1.1",
              "1.2",
              "epoch 1",
              "2.1",
              "2.2",
              "epoch 2",
              "end of cell after 2");
    }

    @Test
    void writesTheHistoryAsATable() throws Exception {
      train(config().build(), TrainingListener.NONE);
      assertThat(Files.readString(directory.resolve("training-history.csv")))
          .contains("\ncell,3,")
          .startsWith("stage,epoch,learningRate,")
          .hasLineCount(4);
    }
  }

  @Nested
  class Starting {
    private ModelBundle from(Path weights, Taxonomy taxonomy) throws Exception {
      TrainingConfig config =
          config()
              .set("batches.mixup", 0)
              .epochs(1)
              .learningRate(1e-6)
              .set("start.weights", weights.toString())
              .build();
      return new Training(SoftmaxNetwork.FACTORY, config, RunOptions.DEFAULT, TrainingListener.NONE)
          .train(relabelled(taxonomy), directory);
    }

    private Split relabelled(Taxonomy taxonomy) {
      List<Dataset> parts =
          Split.PARTS.stream()
              .map(part -> Dataset.of(part, taxonomy, split().part(part).samples()))
              .toList();
      return Split.of(parts.get(0), parts.get(1), parts.get(2), parts.get(3));
    }

    private Path trained() throws Exception {
      undisturbed(config().set("batches.mixup", 0).epochs(8).build());
      return folder.resolve("undisturbed");
    }

    @Test
    void fromABundleGoesOnWithItsWeights() throws Exception {
      ModelManifest manifest = from(trained(), TWO).manifest();
      assertThat(manifest.provenance().options())
          .containsEntry("start", "2 weights of cell (softmax); random: none");
      assertThat(Files.readString(directory.resolve("training-history.csv")))
          .contains(",1.0,1.0,1.0,");
    }

    @Test
    void fromABundleLeavesAHeadOutWhoseLabelsDiffer() throws Exception {
      Taxonomy swapped = Taxonomy.of("cell").with("cell", "blue", "red");
      assertThat(from(trained(), swapped).manifest().provenance().options())
          .containsEntry("start", "0 weights of cell (softmax); random: head0.kernel, head0.bias");
    }

    @Test
    void fromAFileThatIsNotThereFailsBeforeAnythingIsWritten() {
      assertThatThrownBy(() -> from(folder.resolve("none.npz"), TWO))
          .isInstanceOf(NoSuchFileException.class);
      assertThat(folder).isEmptyDirectory();
    }
  }

  @Nested
  class SeveralHeads {
    private static final Taxonomy TREE =
        Taxonomy.of("cell").with("cell", "red", "blue").with("blue", "light", "dark");

    /** Every other blue sample is light: its lower half is white. */
    private Dataset tree(Dataset part) {
      List<Sample> samples = new ArrayList<>();
      for (Sample sample : part.samples()) {
        boolean red = sample.label().name().equals("red");
        boolean light = !red && samples.size() % 2 == 0;
        byte[] rgb = image(sample).rgb();
        if (light) {
          Arrays.fill(rgb, rgb.length / 2, rgb.length, (byte) 255);
        }
        samples.add(
            new Sample(
                sample.id(),
                ImageSource.of(sample.id(), CellImage.ofRgb(SIDE, SIDE, rgb)),
                Label.of(red ? "red" : light ? "light" : "dark"),
                sample.patient()));
      }
      return Dataset.of(part.name(), TREE, samples);
    }

    private CellImage image(Sample sample) {
      try {
        return sample.source().read();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private Split tree() {
      return Split.of(
          tree(split().train()),
          tree(split().validation()),
          tree(split().calibration()),
          tree(split().test()));
    }

    private ModelBundle train(TrainingConfig config, RunOptions run, TrainingListener listener)
        throws Exception {
      return new Training(SoftmaxNetwork.FACTORY, config, run, listener).train(tree(), directory);
    }

    @Test
    void learnEachFromTheSamplesThatReachIt() throws Exception {
      List<String> heard = new ArrayList<>();
      TrainingListener listener =
          new TrainingListener() {
            @Override
            public void epochEnded(Label stage, TrainingHistory.Epoch epoch) {
              heard.add(
                  stage
                      + " "
                      + epoch.validationConfusion().stream()
                          .mapToLong(row -> row.stream().mapToLong(Long::longValue).sum())
                          .sum());
            }
          };
      ModelManifest manifest =
          train(config().set("batches.mixup", 0).epochs(8).build(), RunOptions.DEFAULT, listener)
              .manifest();
      assertThat(heard).hasSize(16).startsWith("cell 18", "blue 12");
      assertThat(manifest.heads()).extracting(HeadManifest::stage).containsExactly("cell", "blue");
      assertThat(manifest.heads())
          .allMatch(head -> head.metrics().get("validation.accuracy") == 1.0);
      assertThat(manifest.heads().get(0).priors().natural()).containsExactly(1.0 / 3, 2.0 / 3);
      assertThat(manifest.heads().get(1).priors().natural()).containsExactly(0.5, 0.5);
      assertThat(manifest.heads().get(1).labels()).containsExactly("light", "dark");
      assertThat(Files.readString(directory.resolve("training-history.csv")))
          .contains("\ncell,8,", "\nblue,8,")
          .hasLineCount(17);
    }

    @Test
    void goOnToTheSameBitsWhereImagesAreMixed() throws Exception {
      TrainingConfig config = config().set("batches.mixup", 1).build();
      byte[] whole =
          weights(
              new Training(
                      SoftmaxNetwork.FACTORY, config, RunOptions.DEFAULT, TrainingListener.NONE)
                  .train(tree(), folder.resolve("whole")));
      for (int[] moment : new int[][] {{1, 2}, {2, 6}, {3, 3}}) {
        assertThatThrownBy(() -> train(config, RESUMED, interrupting(moment[0], moment[1])))
            .isInstanceOf(InterruptedException.class);
      }
      assertThat(weights(train(config, RESUMED, TrainingListener.NONE))).isEqualTo(whole);
    }

    @Test
    void shareThePriorsOfBalancedDraws() throws Exception {
      ModelManifest manifest =
          train(
                  config().sampling(Sampling.BALANCED).epochs(1).build(),
                  RunOptions.DEFAULT,
                  TrainingListener.NONE)
              .manifest();
      // Two of four draws are red, one each of the two that are blue.
      assertThat(manifest.heads().get(0).priors().training()).containsExactly(0.5, 0.5);
      assertThat(manifest.heads().get(1).priors().training()).containsExactly(0.5, 0.5);
    }

    @Test
    void keepTheEpochThatIsBestOnAverage() throws Exception {
      List<TrainingHistory> histories = new ArrayList<>();
      TrainingListener listener =
          new TrainingListener() {
            @Override
            public void stageEnded(Label stage, TrainingHistory history) {
              histories.add(history);
            }
          };
      train(
          config().learningRate(1).epochs(10).criterion(Criterion.LOSS).build(),
          RunOptions.DEFAULT,
          listener);
      double[] means = new double[10];
      Arrays.setAll(
          means,
          i ->
              histories.stream()
                  .mapToDouble(history -> history.epochs().get(i).validationLoss())
                  .average()
                  .orElseThrow());
      assertThat(histories).hasSize(2);
      assertThat(histories.get(1).bestEpoch()).isEqualTo(histories.get(0).bestEpoch());
      assertThat(means[histories.get(0).bestEpoch() - 1])
          .isEqualTo(Arrays.stream(means).min().orElseThrow());
    }
  }

  @Nested
  class Choosing {
    /** Validated on swapped labels: the better it learns, the worse it gets. */
    private TrainingHistory history(Criterion criterion, int patience) throws Exception {
      List<Sample> swapped =
          split().validation().samples().stream()
              .map(s -> s.withLabel(Label.of(s.label().name().equals("red") ? "blue" : "red")))
              .toList();
      Split split =
          Split.of(
              split().train(),
              split().validation().withSamples(swapped),
              split().calibration(),
              split().test());
      List<TrainingHistory> histories = new ArrayList<>();
      TrainingListener listener =
          new TrainingListener() {
            @Override
            public void stageEnded(Label stage, TrainingHistory history) {
              histories.add(history);
            }
          };
      TrainingConfig config =
          config()
              .set("batches.mixup", 0)
              .epochs(10)
              .criterion(criterion)
              .patience(patience)
              .build();
      ModelBundle bundle =
          new Training(SoftmaxNetwork.FACTORY, config, RunOptions.DEFAULT, listener)
              .train(split, directory);
      assertThat(bundle.manifest().heads().get(0).metrics().get("validation.loss"))
          .isEqualTo(histories.get(0).best().validationLoss());
      return histories.get(0);
    }

    @Test
    void keepsTheEpochWithTheLowestLossAndStopsWhenPatienceIsOver() throws Exception {
      TrainingHistory history = history(Criterion.LOSS, 2);
      assertThat(history.stoppedEarly()).isTrue();
      assertThat(history.epochs()).hasSize(history.bestEpoch() + 2);
      assertThat(history.best().validationLoss())
          .isCloseTo(
              history.epochs().stream()
                  .mapToDouble(TrainingHistory.Epoch::validationLoss)
                  .min()
                  .orElseThrow(),
              within(0.0));
    }

    @Test
    void keepsTheLastEpochUnlessToldOtherwise() throws Exception {
      TrainingHistory history = history(Criterion.LAST, 0);
      assertThat(history.bestEpoch()).isEqualTo(10);
      assertThat(history.stoppedEarly()).isFalse();
    }

    @Test
    void keepsTheEpochWithTheHighestFigure() throws Exception {
      assertThat(history(Criterion.AUROC, 0))
          .satisfies(
              history ->
                  assertThat(history.best().validationAuroc())
                      .isEqualTo(
                          history.epochs().stream()
                              .mapToDouble(TrainingHistory.Epoch::validationAuroc)
                              .max()
                              .orElseThrow()));
    }

    @Test
    void keepsTheEpochWithTheHighestBalancedAccuracy() throws Exception {
      TrainingHistory history = history(Criterion.BALANCED_ACCURACY, 0);
      assertThat(history.best().validationBalancedAccuracy())
          .isEqualTo(
              history.epochs().stream()
                  .mapToDouble(TrainingHistory.Epoch::validationBalancedAccuracy)
                  .max()
                  .orElseThrow());
    }
  }

  @Nested
  class Resuming {
    @Test
    void endsInTheSameBitsAfterAnInterruptAtEveryStep() throws Exception {
      byte[] whole = undisturbed(config().build());
      TrainingConfig resumed = config().build();
      for (int epoch = 1; epoch <= EPOCHS; epoch++) {
        for (int step = 1; step <= STEPS; step++) {
          int e = epoch;
          int s = step;
          assertThatThrownBy(() -> train(resumed, RESUMED, interrupting(e, s)))
              .isInstanceOf(InterruptedException.class);
          assertThat(Thread.interrupted()).isFalse();
          assertThat(directory).doesNotExist();
        }
      }
      assertThat(train(resumed, RESUMED, TrainingListener.NONE)).isEqualTo(whole);
      assertThat(folder.resolve("model.training")).doesNotExist();
    }

    @Test
    void saysWhereItWasInterruptedAndWhereTheCheckpointIs() {
      assertThatThrownBy(() -> train(config().build(), interrupting(2, 1)))
          .isInstanceOf(InterruptedException.class)
          .hasMessage(
              "Training was interrupted in epoch 2; a checkpoint is in %s.",
              folder.resolve("model.training"));
    }

    @Test
    void keepsTheBestEpochOfBeforeTheStop() throws Exception {
      TrainingConfig config = config().criterion(Criterion.LOSS).learningRate(1).epochs(6).build();
      byte[] whole = undisturbed(config);
      stop(config, 5, 3);
      assertThat(train(config, RESUMED, TrainingListener.NONE)).isEqualTo(whole);
    }

    @Test
    void passesADamagedCheckpointOverForTheOneBefore() throws Exception {
      byte[] whole = undisturbed(config().build());
      stop(config().build(), 3, 2);
      List<Path> two = checkpoints();
      assertThat(two)
          .extracting(path -> path.getFileName().toString())
          .containsExactly("000002-00000000.safetensors", "000003-00000000.safetensors");
      byte[] bytes = Files.readAllBytes(two.get(1));
      bytes[bytes.length / 2] ^= 1;
      Files.write(two.get(1), bytes);

      List<String> warnings = new ArrayList<>();
      List<Integer> epochs = new ArrayList<>();
      Handler handler = collecting(warnings);
      Logger logger = Logger.getLogger(Checkpoint.class.getName());
      logger.addHandler(handler);
      try {
        assertThat(
                train(
                    config().build(),
                    RESUMED,
                    new TrainingListener() {
                      @Override
                      public void epochEnded(Label stage, TrainingHistory.Epoch epoch) {
                        epochs.add(epoch.epoch());
                      }
                    }))
            .isEqualTo(whole);
      } finally {
        logger.removeHandler(handler);
      }
      assertThat(epochs).containsExactly(2, 3);
      assertThat(warnings)
          .singleElement()
          .asString()
          .contains(two.get(1).toString(), "is damaged", "the one before");
    }

    private Handler collecting(List<String> messages) {
      return new Handler() {
        @Override
        public void publish(LogRecord logged) {
          messages.add(
              logged.getParameters() == null
                  ? logged.getMessage()
                  : java.text.MessageFormat.format(logged.getMessage(), logged.getParameters()));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };
    }

    @Test
    void refusesOtherSettingsAndNamesThem() {
      stop(config().build(), 2, 1);
      assertThatThrownBy(
              () ->
                  train(
                      config().seed(8).batchSize(12).set("batches.mixup", 0).build(),
                      RESUMED,
                      TrainingListener.NONE))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("only with the settings and data it began with")
          .hasMessageContaining("batches.size was 8 and is 12")
          .hasMessageContaining("batches.mixup was 0.4 and is 0.0")
          .hasMessageContaining("batches.seed was 7 and is 8")
          .hasMessageContaining("model.training")
          .hasMessageContaining("remove the directory to begin anew");
    }

    @Test
    void refusesToGoOnWithoutASettingThatItBeganWith() {
      Label stage = split().taxonomy().root();
      stop(config().set("stageWeights." + stage, 0.3).build(), 2, 1);
      assertThatThrownBy(() -> train(config().build(), RESUMED, TrainingListener.NONE))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("stageWeights.%s was 0.3 and is null".formatted(stage));
    }

    @Test
    void refusesToBeginAnewOverAnUnfinishedTraining() {
      stop(config().build(), 2, 1);
      assertThatThrownBy(() -> train(config().build(), TrainingListener.NONE))
          .isInstanceOf(FileAlreadyExistsException.class)
          .hasMessageContaining("go on with it (resume)");
    }
  }

  @Nested
  class Refusing {
    @Test
    void aLabelWithoutSamplesBeforeTheFirstStep() {
      Split split =
          Split.of(
              split()
                  .train()
                  .withSamples(
                      split().train().samples().stream()
                          .filter(s -> s.label().name().equals("red"))
                          .toList()),
              split().validation(),
              split().calibration(),
              split().test());
      assertThatThrownBy(
              () ->
                  new Training(
                          SoftmaxNetwork.FACTORY,
                          config().build(),
                          RunOptions.DEFAULT,
                          failing(1, 1))
                      .train(split, directory))
          .isInstanceOfSatisfying(
              DataException.class,
              e ->
                  assertThat(e.problems())
                      .containsExactly("train has no sample of blue, for the stage cell"));
      assertThat(folder).isEmptyDirectory();
    }

    @Test
    void anExistingModel() throws IOException {
      Path mine = Files.writeString(Files.createDirectory(directory).resolve("mine"), "x");
      assertThatThrownBy(() -> train(config().build(), TrainingListener.NONE))
          .isInstanceOf(FileAlreadyExistsException.class);
      assertThat(mine).hasContent("x");
    }
  }

  @Nested
  class Failing {
    private record NoNumber() implements Loss {
      @Override
      public double value(double[][] targets, double[][] probabilities) {
        return Double.NaN;
      }

      @Override
      public double[][] gradient(double[][] targets, double[][] probabilities) {
        return new double[targets.length][targets[0].length];
      }

      @Override
      public String describe() {
        return "no number";
      }
    }

    @Test
    void atALossThatIsNotFiniteNamesTheStepTheSamplesAndTheRemedy() {
      assertThatThrownBy(() -> train(config().loss(new NoNumber()).build(), TrainingListener.NONE))
          .isInstanceOf(BackendException.class)
          .hasMessageContaining("in step 1 of epoch 1 the loss was NaN and the gradient's norm 0.0")
          .hasMessageContaining(
              "Begin anew, in another directory, with a lower learning rate or a stronger clipping")
          .hasMessageContaining("There is no checkpoint yet")
          .hasMessageContaining("The samples were [train/");
      assertThat(folder).isEmptyDirectory();
    }

    @Test
    void namesTheLastGoodCheckpointAndLeavesIt() throws Exception {
      TrainingConfig config = config().build();
      stop(config, 3, 2);
      Path last = checkpoints().get(1);
      Checkpoint whole = Checkpoint.newest(last.getParent()).orElseThrow().checkpoint();
      Map<String, float[]> overflown = new LinkedHashMap<>(whole.state());
      float[] bias = overflown.get("head0.bias").clone();
      Arrays.fill(bias, Float.NaN);
      overflown.put("head0.bias", bias);
      new Checkpoint(whole.progress(), overflown, whole.best(), Map.of()).write(last.getParent());
      byte[] before = Files.readAllBytes(last);
      assertThatThrownBy(() -> train(config, RESUMED, TrainingListener.NONE))
          .isInstanceOf(BackendException.class)
          .hasMessageContaining("in step 1 of epoch 3 the loss was NaN")
          .hasMessageContaining("a training that is resumed keeps its settings")
          .hasMessageContaining("The last good checkpoint is " + last);
      assertThat(directory).doesNotExist();
      assertThat(last).hasBinaryContent(before);
    }

    @Test
    void namesTheCheckpointThatCannotBeWritten() throws Exception {
      // What a full disk is to the program: the file cannot be written. A directory is in its
      // place.
      Path unfinished = Files.createDirectories(folder.resolve("model.training"));
      Files.createDirectory(unfinished.resolve("000002-00000000.safetensors.part"));
      assertThatThrownBy(() -> train(config().build(), TrainingListener.NONE))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(unfinished.resolve("000002-00000000.safetensors").toString())
          .hasMessageContaining("could not be written")
          .hasMessageContaining("free some space");
      assertThat(directory).doesNotExist();
    }

    /** A device on which every write says that no space is left; only Linux has it. */
    @Test
    void keepsTheCheckpointBeforeWhenTheDiskIsFull() throws Exception {
      assumeTrue(Files.exists(Path.of("/dev/full")));
      byte[] whole = undisturbed(config().build());
      Path unfinished = Files.createDirectories(folder.resolve("model.training"));
      Files.createSymbolicLink(
          unfinished.resolve("000003-00000000.safetensors.part"), Path.of("/dev/full"));
      assertThatThrownBy(() -> train(config().build(), TrainingListener.NONE))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("000003-00000000.safetensors could not be written")
          .hasMessageContaining("No space left on device");
      assertThat(directory).doesNotExist();
      assertThat(checkpoints())
          .extracting(path -> path.getFileName().toString())
          .containsExactly("000002-00000000.safetensors");
      assertThat(train(config().build(), RESUMED, TrainingListener.NONE)).isEqualTo(whole);
    }

    @Test
    void whenTheListenerThrowsLeavesCheckpointsAlone() throws IOException {
      stop(config().build(), 2, 1);
      assertThat(folder).isDirectoryNotContaining(path -> !path.endsWith("model.training"));
      assertThat(checkpoints())
          .isNotEmpty()
          .allMatch(path -> path.toString().endsWith(".safetensors"));
    }

    @Test
    void whenInterruptedAfterTheLastEpochLeavesACheckpoint() throws Exception {
      TrainingListener late =
          new TrainingListener() {
            @Override
            public void epochEnded(Label stage, TrainingHistory.Epoch epoch) {
              if (epoch.epoch() == EPOCHS) {
                Thread.currentThread().interrupt();
              }
            }
          };
      assertThatThrownBy(() -> train(config().build(), late))
          .isInstanceOf(InterruptedException.class);
      assertThat(Thread.interrupted()).isFalse();
      assertThat(checkpoints()).isNotEmpty();
    }
  }
}
