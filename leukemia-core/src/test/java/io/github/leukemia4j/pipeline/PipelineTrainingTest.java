package io.github.leukemia4j.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.leukemia4j.BackendException;
import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.DataException;
import io.github.leukemia4j.Device;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.ModelFormatException;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.backend.OpenOptions;
import io.github.leukemia4j.backend.TestServices;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.ImageSource;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.data.check.Verification;
import io.github.leukemia4j.data.split.Split;
import io.github.leukemia4j.evaluation.Evaluator;
import io.github.leukemia4j.model.HeadManifest;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.training.RunOptions;
import io.github.leukemia4j.training.TrainingConfig;
import io.github.leukemia4j.training.TrainingListener;
import io.github.leukemia4j.training.loop.UnfinishedTraining;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PipelineTrainingTest {
  private static final Taxonomy TAXONOMY =
      Taxonomy.of("cell")
          .with("cell", "normal", "abnormal")
          .with("abnormal", "lymphoid", "myeloid")
          .with("myeloid", "AML", "APL");

  /** A network for each stage, so that a training can fail after some of them. */
  private static final TrainingConfig CONFIG =
      FakeBackend.CONFIG.toBuilder().networks(TrainingConfig.Networks.SEPARATE).build();

  private static final RunOptions RUN = FakeBackend.RUN;

  /** One sample of each label at each level, but for the root, whose samples no stage can use. */
  private static final String[] EVERY = {
    "normal", "abnormal", "lymphoid", "myeloid", "AML", "APL", "cell"
  };

  @TempDir Path folder;
  private Path directory;
  private TestServices services;
  private int images;

  @BeforeEach
  void prepare() {
    FakeBackend.reset();
    services = TestServices.of(FakeBackend.class);
    directory = folder.resolve("pipeline");
    images = 0;
  }

  @AfterEach
  void tidy() {
    services.close();
    FakeBackend.reset();
  }

  /** Samples whose ids are part-label, each with an image of its own. */
  private Dataset part(String name, String... labels) {
    return Dataset.of(
        "test data",
        TAXONOMY,
        Arrays.stream(labels).map(label -> sample(name + "-" + label, label, images++)).toList());
  }

  private static Sample sample(String id, String label, int image) {
    CellImage pixel = CellImage.ofRgb(1, 1, new byte[] {(byte) image, (byte) (image >> 8), 7});
    return new Sample(id, ImageSource.of(id, pixel), Label.of(label), Optional.empty());
  }

  private Split everything() {
    return Split.of(
        part("train", EVERY), part("validation", EVERY), part("calibration"), part("test", EVERY));
  }

  private MultilevelPipeline train(Split split) throws IOException, InterruptedException {
    return MultilevelPipeline.train(split, CONFIG, RUN, directory, TrainingListener.NONE);
  }

  private void expectNothingLeft() {
    assertThat(folder).isEmptyDirectory();
  }

  /** What is finished is kept beside the model's place, whole, for a training that goes on. */
  private void expectNoModelButTheFinishedStages() {
    Path unfinished = UnfinishedTraining.at(directory).directory();
    assertThat(folder).isDirectoryNotContaining(p -> !p.equals(unfinished));
    assertThat(unfinished)
        .isDirectoryNotContaining(p -> p.getFileName().toString().startsWith("."));
    assertThatCode(() -> ModelBundle.open(unfinished.resolve("1-cell"))).doesNotThrowAnyException();
  }

  @Nested
  class OnceMore {
    @Test
    void onAllPartsItHasTheFiguresOfItsTwinAndSaysSo() throws Exception {
      Split split =
          Split.of(
              part("train", EVERY),
              part("validation", EVERY),
              part("calibration", EVERY),
              part("test", EVERY));
      Path again = folder.resolve("again");
      TrainingConfig config = CONFIG.toBuilder().epochs(20).warmupEpochs(2).build();
      try (MultilevelPipeline twin =
              MultilevelPipeline.train(split, config, RUN, directory, TrainingListener.NONE);
          MultilevelPipeline refit =
              MultilevelPipeline.refit(
                  directory, split, config, RUN, again, TrainingListener.NONE)) {
        twin.classifiers()
            .forEach(
                (stage, classifier) -> {
                  ModelBundle old = classifier.bundle().orElseThrow();
                  ModelBundle made = refit.classifiers().get(stage).bundle().orElseThrow();
                  HeadManifest head = made.manifest().heads().get(0);
                  HeadManifest evaluated = old.manifest().heads().get(0);
                  assertThat(head.metrics()).isEqualTo(evaluated.metrics());
                  assertThat(head.calibration()).isNotNull().isEqualTo(evaluated.calibration());
                  assertThat(head.temperature()).isEqualTo(evaluated.temperature());
                  assertThat(made.manifest().provenance().samples())
                      .containsEntry("test", 0)
                      .containsEntry(
                          "train", 4 * old.manifest().provenance().samples().get("test"));
                  assertThat(made.manifest().provenance().twin())
                      .isEqualTo(
                          ModelBundle.digest(
                              List.copyOf(
                                  PipelineDirectory.bundles((TrainedPipeline) twin).keySet())));
                  assertThat(old.manifest().provenance().twin()).isNull();
                  assertThat(made.file("MODEL_CARD.md"))
                      .content()
                      .contains("those of its evaluated twin, the pipeline `");
                  assertThat(old.file("MODEL_CARD.md")).content().doesNotContain("twin");
                });
        // A quarter of the samples, and so a quarter of the epochs for as many steps.
        TrainingConfig settings =
            TrainingConfig.read(again.resolve("1-cell").resolve(TrainingConfig.FILE));
        assertThat(settings).isEqualTo(config.toBuilder().epochs(5).warmupEpochs(1).build());
        assertThat(Evaluator.requireUnseen(twin, Verification.of(split.test()), "")).isEmpty();
        assertThatThrownBy(() -> Evaluator.requireUnseen(refit, Verification.of(split.test()), ""))
            .isInstanceOf(DataException.class);
      }
    }

    @Test
    void onImagesOfOneStainAsTheFirstTime() throws Exception {
      Split split =
          Split.of(
              part("train", EVERY),
              part("validation", EVERY),
              part("calibration", EVERY),
              part("test", EVERY));
      TrainingConfig config =
          CONFIG.toBuilder().set("input.stainNormalisation", true).epochs(2).build();
      MultilevelPipeline.train(split, config, RUN, directory, TrainingListener.NONE).close();
      Path again = folder.resolve("again");
      MultilevelPipeline.refit(directory, split, config, RUN, again, TrainingListener.NONE).close();
      assertThat(ModelBundle.open(again.resolve("1-cell")).manifest().input().stainNormalisation())
          .isNotNull();
    }

    @Test
    void isRefusedWithOtherSettingsOrDataThanTheTwinWasTrainedWith() throws Exception {
      Split split =
          Split.of(
              part("train", EVERY), part("validation", EVERY), part("none"), part("test", EVERY));
      TrainingConfig config = CONFIG.toBuilder().epochs(2).warmupEpochs(0).build();
      MultilevelPipeline.train(split, config, RUN, directory, TrainingListener.NONE).close();
      Path again = folder.resolve("again");
      TrainingConfig other = config.toBuilder().epochs(3).build();
      assertThatThrownBy(
              () ->
                  MultilevelPipeline.refit(
                      directory, split, other, RUN, again, TrainingListener.NONE))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("goes on only with the settings and data it began with");
      Split turned = Split.of(split.validation(), split.train(), part("none"), split.test());
      assertThatThrownBy(
              () ->
                  MultilevelPipeline.refit(
                      directory, turned, config, RUN, again, TrainingListener.NONE))
          .hasMessageContaining("the training samples had the digest");
      assertThat(again).doesNotExist();
    }

    @Test
    void isRefusedBeforeTrainingWhereTheTwinHasOtherNetworks() throws Exception {
      Split split =
          Split.of(
              part("train", EVERY),
              part("validation", EVERY),
              part("calibration", EVERY),
              part("test", EVERY));
      TrainingConfig config = CONFIG.toBuilder().epochs(1).build();
      TrainingConfig other =
          config.toBuilder()
              .networks(
                  config.networks() == TrainingConfig.Networks.SHARED
                      ? TrainingConfig.Networks.SEPARATE
                      : TrainingConfig.Networks.SHARED)
              .build();
      Path again = folder.resolve("again");
      MultilevelPipeline.train(split, config, RUN, directory, TrainingListener.NONE).close();
      assertThatThrownBy(
              () ->
                  MultilevelPipeline.refit(
                      directory, split, other, RUN, again, TrainingListener.NONE))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("with the networks of the one that was evaluated")
          .hasMessageContaining(directory.toString());
      assertThat(again).doesNotExist();
    }
  }

  @Nested
  class Trained {
    @Test
    void isSavedLoadedAndReady() throws Exception {
      try (MultilevelPipeline pipeline = train(everything())) {
        assertThat(pipeline.taxonomy()).isEqualTo(TAXONOMY);
        assertThat(FakeBackend.OPTIONS).containsOnly(OpenOptions.DEFAULT.withDevice(Device.CPU));
        assertThat(pipeline.classifiers().get(Label.of("myeloid")).head().orElseThrow().stage())
            .isEqualTo("myeloid");
      }
      MultilevelPipeline.load(directory).close();
      assertThat(folder).isDirectoryNotContaining(p -> !p.equals(directory));
    }

    @Test
    void isANetworkForEachStageThatSeesTheSamplesAtOrBelowItsChildrenWhereTheyAreSeparate()
        throws Exception {
      train(everything()).close();
      assertThat(FakeBackend.TRAINED)
          .extracting(heads -> heads.get(0).stage() + " " + heads.get(0).labels())
          .containsExactly(
              "cell [normal, abnormal+]", "abnormal [lymphoid, myeloid+]", "myeloid [AML, APL]");
      assertThat(FakeBackend.TRAINED).allMatch(heads -> heads.size() == 1);
      assertThat(seen("1-cell")).isEqualTo(Map.of("train", 6, "validation", 6, "test", 6));
      assertThat(seen("2-abnormal")).isEqualTo(Map.of("train", 4, "validation", 4, "test", 4));
      assertThat(seen("3-myeloid")).isEqualTo(Map.of("train", 2, "validation", 2, "test", 2));
    }

    /** How many samples of each part a stage saw. */
    private Map<String, Integer> seen(String stage) throws IOException {
      Map<String, Integer> samples =
          new HashMap<>(
              ModelBundle.open(directory.resolve(stage)).manifest().provenance().samples());
      assertThat(samples.remove("calibration")).isZero();
      return samples;
    }

    @Test
    void isOneNetworkWithAHeadForEachStageUnlessOneWishesOtherwise() throws Exception {
      try (MultilevelPipeline pipeline =
          MultilevelPipeline.train(
              everything(), FakeBackend.CONFIG, RUN, directory, TrainingListener.NONE)) {
        assertThat(FakeBackend.TRAINED).hasSize(1);
        assertThat(FakeBackend.TRAINED.get(0))
            .extracting(head -> head.stage() + " " + head.labels())
            .containsExactly(
                "cell [normal, abnormal+]", "abnormal [lymphoid, myeloid+]", "myeloid [AML, APL]");
        assertThat(pipeline.classifiers().keySet()).isEqualTo(Set.copyOf(TAXONOMY.innerNodes()));
      }
      assertThat(seen("1-cell")).isEqualTo(Map.of("train", 6, "validation", 6, "test", 6));
      assertThat(directory.resolve("2-abnormal")).doesNotExist();
      MultilevelPipeline.load(directory).close();
    }

    @Test
    void takesThePlaceOfAnEmptyDirectory() throws Exception {
      Files.createDirectory(directory);
      train(everything()).close();
      assertThat(directory.resolve("pipeline.json")).isRegularFile();
    }

    @Test
    void tellsTheListenerOfEachStage() throws Exception {
      List<String> heard = new ArrayList<>();
      MultilevelPipeline.train(
              everything(),
              CONFIG,
              RUN,
              directory,
              new TrainingListener() {
                @Override
                public void stageStarted(Label stage, int epochs, int stepsPerEpoch) {
                  heard.add(stage.name());
                }
              })
          .close();
      assertThat(heard).containsExactly("cell", "abnormal", "myeloid");
    }
  }

  @Nested
  class Refused {
    @Test
    void isASplitInWhichAStageLacksALabel() {
      Split split =
          Split.of(
              part("train", "normal", "lymphoid", "AML", "APL"),
              part("validation", "abnormal", "AML"),
              part("calibration"),
              part("test"));
      assertThatThrownBy(() -> train(split))
          .isInstanceOfSatisfying(
              DataException.class,
              e ->
                  assertThat(e.problems())
                      .containsExactly(
                          "validation has no sample of normal, for the stage cell",
                          "validation has no sample of lymphoid, for the stage abnormal",
                          "validation has no sample of APL, for the stage myeloid"))
          .hasMessageContaining("Every stage needs samples of each of its labels");
      assertThat(FakeBackend.TRAINED).isEmpty();
      expectNothingLeft();
    }

    @Test
    void isATaxonomyOfOneLabel() {
      Taxonomy one = Taxonomy.of("cell");
      Dataset data = Dataset.of("x", one, List.of(sample("a", "cell", 1)));
      Dataset none = Dataset.of("x", one, List.of());
      Split split = Split.of(data, none, none, none);
      assertThatThrownBy(
              () -> MultilevelPipeline.train(split, CONFIG, RUN, directory, TrainingListener.NONE))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("at least two labels to choose among; found only cell");
      expectNothingLeft();
    }

    @Test
    void isAnExistingModelBeforeAnythingIsRead() throws IOException {
      Files.createDirectory(directory);
      Path mine = Files.writeString(directory.resolve("mine"), "x");
      assertThatThrownBy(() -> train(everything()))
          .isInstanceOf(FileAlreadyExistsException.class)
          .hasMessageContaining("choose another directory");
      assertThat(mine).hasContent("x");
      assertThat(FakeBackend.TRAINED).isEmpty();
    }

    @Test
    void isAnImageThatIsInTwoPartsUnderAnotherName() {
      Dataset test =
          Dataset.of(
              "test data",
              TAXONOMY,
              List.of(sample("a copy", "normal", 0), sample("b", "AML", 999)));
      Split split =
          Split.of(part("train", EVERY), part("validation", EVERY), part("calibration"), test);
      assertThatThrownBy(() -> train(split))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("train-normal (train)")
          .hasMessageContaining("a copy (test)");
      assertThat(FakeBackend.TRAINED).isEmpty();
      expectNothingLeft();
    }

    @Test
    void isAnImageThatCannotBeRead() throws IOException {
      Path text = Files.writeString(folder.resolve("text.png"), "no image");
      List<Sample> samples = new ArrayList<>(part("train", EVERY).samples());
      samples.add(
          new Sample("text.png", ImageSource.file(text), Label.of("AML"), Optional.empty()));
      Split split =
          Split.of(
              Dataset.of("x", TAXONOMY, samples),
              part("validation", EVERY),
              part("calibration"),
              part("test"));
      assertThatThrownBy(() -> train(split))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("text.png");
      assertThat(directory).doesNotExist();
    }

    @Test
    void isABackendThatIsNotThere() {
      RunOptions onnx = RUN.withBackend("onnx");
      assertThatThrownBy(
              () ->
                  MultilevelPipeline.train(
                      everything(), CONFIG, onnx, directory, TrainingListener.NONE))
          .isInstanceOf(BackendException.class)
          .hasMessageContaining("a backend called onnx that can train; found [fake]");
      expectNothingLeft();
    }
  }

  @Nested
  class Failing {
    /** In the second stage, when the first is on the disk already. */
    private void expectThrown(Exception failure) {
      FakeBackend.whileWriting =
          stage -> {
            if (stage.name().equals("abnormal")) {
              if (failure instanceof IOException e) {
                throw e;
              }
              throw (RuntimeException) failure;
            }
          };
      assertThatThrownBy(() -> train(everything())).isSameAs(failure);
      assertThat(FakeBackend.TRAINED).hasSize(2);
      expectNoModelButTheFinishedStages();
    }

    @Test
    void leavesNoModelWhereTheBackendFails() {
      expectThrown(new BackendException("diverged"));
    }

    @Test
    void leavesNoModelWhereTheDiskIsFull() {
      expectThrown(new IOException("No space left on device"));
    }

    @Test
    void leavesNoModelWhereTheThreadIsInterruptedWhileItLearns() {
      TrainingListener interrupting =
          new TrainingListener() {
            @Override
            public void stepEnded(Label stage, int epoch, int step, double loss) {
              if (stage.name().equals("abnormal")) {
                Thread.currentThread().interrupt();
              }
            }
          };
      assertThatThrownBy(
              () -> MultilevelPipeline.train(everything(), CONFIG, RUN, directory, interrupting))
          .isInstanceOf(InterruptedException.class);
      assertThat(Thread.interrupted()).isFalse();
      expectNoModelButTheFinishedStages();
    }

    /** A backend does not look, and Java's channels close themselves under interrupted threads. */
    @Test
    void leavesNoModelWhereTheThreadIsInterruptedWhileItWrites() {
      FakeBackend.whileWriting =
          stage -> {
            if (stage.name().equals("myeloid")) {
              Thread.currentThread().interrupt();
            }
          };
      assertThatThrownBy(() -> train(everything())).isInstanceOf(InterruptedException.class);
      assertThat(Thread.interrupted()).isFalse();
      expectNoModelButTheFinishedStages();
    }

    @Test
    void leavesNoModelWhereTheListenerThrows() {
      RuntimeException stop = new IllegalStateException("enough");
      TrainingListener listener =
          new TrainingListener() {
            @Override
            public void stageStarted(Label stage, int epochs, int stepsPerEpoch) {
              if (stage.name().equals("myeloid")) {
                throw stop;
              }
            }
          };
      assertThatThrownBy(
              () -> MultilevelPipeline.train(everything(), CONFIG, RUN, directory, listener))
          .isSameAs(stop);
      expectNoModelButTheFinishedStages();
    }

    @Test
    void isNotGoneOnWithUnlessAskedFor() {
      leavesNoModelWhereTheBackendFails();

      assertThatThrownBy(() -> train(everything()))
          .isInstanceOf(FileAlreadyExistsException.class)
          .hasMessageContaining(directory + ".training")
          .hasMessageContaining("resume");
    }

    @Test
    void goesOnWithTheStagesThatAreMissing() throws Exception {
      leavesNoModelWhereTheBackendFails();
      images = 0;
      FakeBackend.reset();

      MultilevelPipeline.train(
              everything(), CONFIG, RUN.withResume(true), directory, TrainingListener.NONE)
          .close();

      assertThat(FakeBackend.TRAINED)
          .extracting(heads -> heads.get(0).stage().name())
          .containsExactly("abnormal", "myeloid");
      assertThat(folder).isDirectoryNotContaining(p -> !p.equals(directory));
    }

    @Test
    void leavesNothingOfAStageThatWasKilledJustAfterItWasFinished() throws Exception {
      leavesNoModelWhereTheBackendFails();
      Path work = UnfinishedTraining.at(directory).directory();
      Path rest = Files.createDirectory(work.resolve("1-cell.training"));
      Files.writeString(rest.resolve("000003-00000000.safetensors"), "of the stage");
      Files.createFile(work.resolve("1-cell.training.lock"));
      images = 0;
      FakeBackend.reset();

      MultilevelPipeline.train(
              everything(), CONFIG, RUN.withResume(true), directory, TrainingListener.NONE)
          .close();

      assertThat(directory).isDirectoryNotContaining(p -> p.toString().contains(".training"));
    }

    @Test
    void isRefusedWhileAnotherTrainingToTheSamePlaceRuns() throws Exception {
      List<Exception> refusals = new ArrayList<>();
      FakeBackend.whileWriting =
          stage -> {
            FakeBackend.whileWriting = other -> {};
            try {
              MultilevelPipeline.train(
                  everything(), CONFIG, RUN.withResume(true), directory, TrainingListener.NONE);
            } catch (FileSystemException e) {
              refusals.add(e);
            } catch (InterruptedException e) {
              throw new AssertionError(e);
            }
          };
      train(everything()).close();
      assertThat(refusals)
          .singleElement()
          .satisfies(e -> assertThat(e).hasMessageContaining("another training of " + directory));
      MultilevelPipeline.load(directory).close();
    }

    @Test
    void doesNotGoOnWithOtherSettings() {
      leavesNoModelWhereTheBackendFails();
      TrainingConfig other = CONFIG.toBuilder().seed(99).build();

      assertThatThrownBy(
              () ->
                  MultilevelPipeline.train(
                      everything(), other, RUN.withResume(true), directory, TrainingListener.NONE))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("settings and data it began with")
          .hasMessageContaining("1-cell");
    }

    /** A stage that was validated on a sample must not call it a training sample afterwards. */
    @Test
    void doesNotGoOnWhereSamplesOfAFinishedStageChangedSides() {
      leavesNoModelWhereTheBackendFails();
      images = 0;
      FakeBackend.reset();
      Dataset train = part("train", EVERY);
      Dataset validation = part("validation", EVERY);
      Split swapped = Split.of(validation, train, part("calibration"), part("test", EVERY));

      assertThatThrownBy(
              () ->
                  MultilevelPipeline.train(
                      swapped, CONFIG, RUN.withResume(true), directory, TrainingListener.NONE))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("data it began with")
          .hasMessageContaining("the training samples had the digest")
          .hasMessageContaining("the validation samples had the digest")
          .hasMessageContaining("1-cell");
      assertThat(FakeBackend.TRAINED).isEmpty();
    }

    @Test
    void doesNotGoOnWithAStageOfWhichNobodyKnowsWhatItWasTrainedFrom() throws Exception {
      leavesNoModelWhereTheBackendFails();
      Files.delete(
          UnfinishedTraining.at(directory).directory().resolve("1-cell.trained-from.json"));
      images = 0;

      assertThatThrownBy(
              () ->
                  MultilevelPipeline.train(
                      everything(), CONFIG, RUN.withResume(true), directory, TrainingListener.NONE))
          .isInstanceOf(ModelFormatException.class)
          .hasMessageContaining("1-cell.trained-from.json: expected this file; found none")
          .hasMessageContaining("remove that directory to train the stage anew");
    }

    @Test
    void doesNotGoOnWithOtherDataThanAFinishedStageHasSeen() {
      leavesNoModelWhereTheBackendFails();
      images = 0;
      FakeBackend.reset();
      // What the finished stage was trained on is now in the test part.
      Split other =
          Split.of(
              part("test", EVERY),
              part("validation", EVERY),
              part("calibration"),
              part("train", EVERY));

      assertThatThrownBy(
              () ->
                  MultilevelPipeline.train(
                      other, CONFIG, RUN.withResume(true), directory, TrainingListener.NONE))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("data it began with")
          .hasMessageContaining("1-cell");
      assertThat(FakeBackend.TRAINED).isEmpty();
    }
  }
}
