package io.github.leukemia4j.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.leukemia4j.BackendException;
import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Device;
import io.github.leukemia4j.HandMadeClassifier;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.LeukemiaClassifier;
import io.github.leukemia4j.ModelFormatException;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.backend.OpenOptions;
import io.github.leukemia4j.backend.TestServices;
import io.github.leukemia4j.store.RechecksummedJson;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MultilevelPipelineTest {
  private static final Taxonomy TAXONOMY =
      Taxonomy.of("cell")
          .with("cell", "normal", "abnormal")
          .with("abnormal", "lymphoid", "myeloid")
          .with("myeloid", "AML", "APL");
  private static final Label CELL = Label.of("cell");
  private static final Label ABNORMAL = Label.of("abnormal");
  private static final Label MYELOID = Label.of("myeloid");

  /** One classifier for each stage: red decides the first, green the second, blue the third. */
  private static Map<Label, LeukemiaClassifier> classifiers() {
    Map<Label, LeukemiaClassifier> all = new LinkedHashMap<>();
    for (int i = 0; i < 3; i++) {
      int channel = i;
      Label node = TAXONOMY.innerNodes().get(i);
      all.put(
          node,
          new HandMadeClassifier(
              TAXONOMY.labelSet(node), image -> image.value(0, 0, channel) / 256.0));
    }
    return all;
  }

  private static HandMadeClassifier handMade(MultilevelPipeline pipeline, Label node) {
    return (HandMadeClassifier) pipeline.classifiers().get(node);
  }

  /** A pixel of three numbers of which 0 chooses the first child of a stage and 255 the last. */
  private static CellImage pixel(int red, int green, int blue) {
    return CellImage.ofRgb(1, 1, new byte[] {(byte) red, (byte) green, (byte) blue});
  }

  private static final CellImage NORMAL_CELL = pixel(0, 255, 255);
  private static final CellImage LYMPHOID_CELL = pixel(255, 0, 255);
  private static final CellImage AML_CELL = pixel(255, 255, 0);
  private static final CellImage APL_CELL = pixel(255, 255, 255);

  @Nested
  class Arguments {
    @Test
    void thatAreNullAreNamed() {
      try (MultilevelPipeline pipeline = MultilevelPipeline.of(TAXONOMY, classifiers())) {
        assertThatThrownBy(() -> pipeline.classify(null))
            .hasMessage("The image to classify must not be null.");
        assertThatThrownBy(() -> handMade(pipeline, CELL).classify(null))
            .hasMessage("The image to classify must not be null.");
        assertThatThrownBy(() -> pipeline.classifyAll(null))
            .hasMessage("The list of images to classify must not be null.");
        assertThatThrownBy(() -> pipeline.classifyAll(Arrays.asList(NORMAL_CELL, null, AML_CELL)))
            .hasMessage("No image to classify must be null; found that number 1 of 3 is, from 0.");
      }
    }
  }

  @Test
  void isNamedByItsTaxonomy() {
    try (MultilevelPipeline pipeline = MultilevelPipeline.of(TAXONOMY, classifiers())) {
      assertThat(pipeline).hasToString("MultilevelPipeline[" + TAXONOMY + "]");
    }
  }

  @Nested
  class Of {
    @Test
    void needsAClassifierForEachInnerNode() {
      Map<Label, LeukemiaClassifier> missing = classifiers();
      missing.remove(MYELOID);
      assertThatThrownBy(() -> MultilevelPipeline.of(TAXONOMY, missing))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("that is [cell, abnormal, myeloid]; found [cell, abnormal].");
    }

    @Test
    void needsNoOtherClassifiers() {
      Map<Label, LeukemiaClassifier> more = classifiers();
      more.put(Label.of("normal"), more.get(CELL));
      assertThatThrownBy(() -> MultilevelPipeline.of(TAXONOMY, more))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("found [cell, abnormal, myeloid, normal]");
      assertThatThrownBy(() -> MultilevelPipeline.of(Taxonomy.of("cell"), Map.of()))
          .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void needsTheChildrenAsLabels() {
      Map<Label, LeukemiaClassifier> wrong = classifiers();
      wrong.put(MYELOID, new HandMadeClassifier(LabelSet.of("AML", "ALL"), image -> 0));
      assertThatThrownBy(() -> MultilevelPipeline.of(TAXONOMY, wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("The classifier of myeloid must choose among [AML, APL]; found [AML, ALL].");
    }

    @Test
    void takesTheChildrenInAnyOrder() {
      Map<Label, LeukemiaClassifier> turned = classifiers();
      turned.put(MYELOID, new HandMadeClassifier(LabelSet.of("APL", "AML"), image -> 0));
      try (MultilevelPipeline pipeline = MultilevelPipeline.of(TAXONOMY, turned)) {
        assertThat(pipeline.classify(APL_CELL).label()).isEqualTo(Label.of("APL"));
      }
    }

    @Test
    void rejectsNull() {
      Map<Label, LeukemiaClassifier> withNull = new HashMap<>(classifiers());
      withNull.put(ABNORMAL, null);
      assertThatNullPointerException()
          .isThrownBy(() -> MultilevelPipeline.of(TAXONOMY, withNull))
          .withMessage("classifier of abnormal");
      assertThatNullPointerException()
          .isThrownBy(() -> MultilevelPipeline.of(null, classifiers()))
          .withMessage("taxonomy");
    }

    @Test
    void keepsItsOwnMapFromTheRootDown() {
      Map<Label, LeukemiaClassifier> given = new HashMap<>(classifiers());
      try (MultilevelPipeline pipeline = MultilevelPipeline.of(TAXONOMY, given)) {
        given.clear();
        assertThat(pipeline.classifiers().keySet()).containsExactly(CELL, ABNORMAL, MYELOID);
        assertThat(pipeline.classifiers()).isUnmodifiable();
        assertThat(pipeline.taxonomy()).isEqualTo(TAXONOMY);
      }
    }
  }

  @Nested
  class Classifying {
    private MultilevelPipeline pipeline;

    @BeforeEach
    void open() {
      pipeline = MultilevelPipeline.of(TAXONOMY, classifiers());
    }

    @AfterEach
    void close() {
      pipeline.close();
    }

    @Test
    void givesEachImageItsOwnResultInTheSameOrder() {
      List<CellImage> images =
          List.of(APL_CELL, NORMAL_CELL, AML_CELL, LYMPHOID_CELL, NORMAL_CELL, APL_CELL);
      assertThat(pipeline.classifyAll(images))
          .extracting(result -> result.label().name())
          .containsExactly("APL", "normal", "AML", "lymphoid", "normal", "APL");
      assertThat(pipeline.classifyAll(images))
          .isEqualTo(images.stream().map(pipeline::classify).toList());
    }

    @Test
    void asksEachStageOnceForThoseThatReachIt() {
      pipeline.classifyAll(List.of(APL_CELL, NORMAL_CELL, LYMPHOID_CELL, AML_CELL));
      assertThat(handMade(pipeline, CELL).batches())
          .containsExactly(List.of(APL_CELL, NORMAL_CELL, LYMPHOID_CELL, AML_CELL));
      assertThat(handMade(pipeline, ABNORMAL).batches())
          .containsExactly(List.of(APL_CELL, LYMPHOID_CELL, AML_CELL));
      assertThat(handMade(pipeline, MYELOID).batches())
          .containsExactly(List.of(APL_CELL, AML_CELL));
    }

    @Test
    void keepsTheDistributionOfEveryStageThatWasAsked() {
      MultilevelResult result = pipeline.classify(AML_CELL);
      assertThat(result.outcome()).isEqualTo(MultilevelResult.Outcome.DECIDED);
      assertThat(result.path())
          .extracting(Label::name)
          .containsExactly("cell", "abnormal", "myeloid", "AML");
      assertThat(result.stages().keySet()).containsExactly(CELL, ABNORMAL, MYELOID);
      assertThat(result.stages().get(MYELOID).probabilities()).containsExactly(0.9, 0.1);
      assertThat(result.probability()).isCloseTo(0.9 * 0.9 * 0.9, within(1e-15));
      assertThat(result)
          .hasToString(
              "MultilevelResult[decided cell > abnormal > myeloid > AML, probability 0.729]");
      MultilevelResult normal = pipeline.classify(NORMAL_CELL);
      assertThat(normal.stages().keySet()).containsExactly(CELL);
      assertThat(normal.probability()).isEqualTo(0.9);
    }

    @Test
    void givesNoResultsForNoImages() {
      assertThat(pipeline.classifyAll(List.of())).isEmpty();
    }

    @Test
    void rejectsNull() {
      assertThatNullPointerException().isThrownBy(() -> pipeline.classify(null));
      assertThatNullPointerException().isThrownBy(() -> pipeline.classifyAll(null));
    }

    @Test
    void asksEveryStageForEveryImageForEvaluation() {
      List<CellImage> images = List.of(NORMAL_CELL, AML_CELL);
      Map<Label, List<Prediction>> all = pipeline.classifyAtAllStages(images);
      assertThat(all.keySet()).containsExactly(CELL, ABNORMAL, MYELOID);
      assertThat(all.get(MYELOID)).extracting(p -> p.label().name()).containsExactly("APL", "AML");
    }

    @Test
    void decidesByPredictionsThatAreKnownWithoutAskingAgain() {
      List<CellImage> images =
          List.of(APL_CELL, NORMAL_CELL, AML_CELL, LYMPHOID_CELL, NORMAL_CELL, APL_CELL);
      List<MultilevelResult> expected = pipeline.classifyAll(images);
      Map<Label, List<Prediction>> known = pipeline.classifyAtAllStages(images);
      int asked = handMade(pipeline, CELL).batches().size();
      assertThat(pipeline.decide(known)).isEqualTo(expected);
      assertThat(handMade(pipeline, CELL).batches()).hasSize(asked);
    }

    @Test
    void decidesOnlyByPredictionsOfEveryStageForEveryImage() {
      Map<Label, List<Prediction>> known =
          new HashMap<>(pipeline.classifyAtAllStages(List.of(APL_CELL, AML_CELL)));
      known.put(MYELOID, known.get(MYELOID).subList(0, 1));
      assertThatThrownBy(() -> pipeline.decide(known))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "Every stage must have a prediction for each of 2 images, as cell has; found 1 of"
                  + " myeloid.");
      known.remove(MYELOID);
      assertThatThrownBy(() -> pipeline.decide(known))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("predictions of each of the stages [cell, abnormal, myeloid]");
    }

    @Test
    void refusesAClassifierThatLosesImages() {
      Map<Label, LeukemiaClassifier> forgetful = classifiers();
      LabelSet labels = TAXONOMY.labelSet(ABNORMAL);
      forgetful.put(
          ABNORMAL,
          new LeukemiaClassifier() {
            @Override
            public LabelSet labels() {
              return labels;
            }

            @Override
            public List<Prediction> classifyAll(List<CellImage> images) {
              return List.of();
            }

            @Override
            public void close() {}
          });
      try (MultilevelPipeline wrong = MultilevelPipeline.of(TAXONOMY, forgetful)) {
        assertThatThrownBy(() -> wrong.classify(APL_CELL))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("The classifier of abnormal must return one prediction for each");
      }
    }
  }

  @Nested
  class Closing {
    @Test
    void closesEachClassifierOnce() {
      MultilevelPipeline pipeline = MultilevelPipeline.of(TAXONOMY, classifiers());
      pipeline.close();
      pipeline.close();
      for (Label node : TAXONOMY.innerNodes()) {
        assertThat(handMade(pipeline, node).closed()).as("%s", node).isEqualTo(1);
      }
    }

    @Test
    void refusesLaterCallsWhateverTheClassifiersDo() {
      MultilevelPipeline pipeline = MultilevelPipeline.of(TAXONOMY, classifiers());
      pipeline.close();
      List<org.assertj.core.api.ThrowableAssert.ThrowingCallable> calls =
          List.of(
              () -> pipeline.classify(APL_CELL),
              () -> pipeline.classifyAll(List.of()),
              () -> pipeline.classifyAtAllStages(List.of(APL_CELL)));
      for (var call : calls) {
        assertThatThrownBy(call)
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("The pipeline must be open; it was closed");
      }
    }

    @Test
    void goesOnAfterAFailure() {
      Map<Label, LeukemiaClassifier> failing = classifiers();
      RuntimeException first = new IllegalStateException("first");
      RuntimeException second = new IllegalStateException("second");
      ((HandMadeClassifier) failing.get(CELL)).failingToClose(first);
      ((HandMadeClassifier) failing.get(ABNORMAL)).failingToClose(second);
      MultilevelPipeline pipeline = MultilevelPipeline.of(TAXONOMY, failing);
      assertThatThrownBy(pipeline::close).isSameAs(first).hasSuppressedException(second);
      assertThat(handMade(pipeline, MYELOID).closed()).isEqualTo(1);
      assertThatCode(pipeline::close).doesNotThrowAnyException();
    }

    @Test
    void goesOnAfterAnError() {
      Map<Label, LeukemiaClassifier> failing = classifiers();
      LabelSet labels = TAXONOMY.labelSet(CELL);
      Error broken = new UnsatisfiedLinkError("native library");
      failing.put(
          CELL,
          new LeukemiaClassifier() {
            @Override
            public LabelSet labels() {
              return labels;
            }

            @Override
            public List<Prediction> classifyAll(List<CellImage> images) {
              throw new AssertionError("not asked here");
            }

            @Override
            public void close() {
              throw broken;
            }
          });
      MultilevelPipeline pipeline = MultilevelPipeline.of(TAXONOMY, failing);
      assertThatThrownBy(pipeline::close).isSameAs(broken);
      assertThat(handMade(pipeline, ABNORMAL).closed()).isEqualTo(1);
      assertThat(handMade(pipeline, MYELOID).closed()).isEqualTo(1);
    }

    /** A call that passed the first stage must not find the second one closed. */
    @Test
    void waitsForRunningCallsOfAllStages() throws Exception {
      CountDownLatch inFirstStage = new CountDownLatch(1);
      CountDownLatch goOn = new CountDownLatch(1);
      Map<Label, LeukemiaClassifier> slow = classifiers();
      slow.put(
          CELL,
          new HandMadeClassifier(
              TAXONOMY.labelSet(CELL),
              image -> {
                inFirstStage.countDown();
                await(goOn);
                return 0.9;
              }));
      MultilevelPipeline pipeline = MultilevelPipeline.of(TAXONOMY, slow);
      CompletableFuture<MultilevelResult> running =
          CompletableFuture.supplyAsync(() -> pipeline.classify(APL_CELL));
      await(inFirstStage);
      Thread closing = new Thread(pipeline::close);
      closing.start();
      while (closing.getState() != Thread.State.WAITING
          && closing.getState() != Thread.State.BLOCKED
          && closing.isAlive()) {
        Thread.onSpinWait();
      }
      goOn.countDown();
      assertThat(running.get(30, TimeUnit.SECONDS).label()).isEqualTo(Label.of("APL"));
      closing.join();
      assertThat(handMade(pipeline, MYELOID).closed()).isEqualTo(1);
    }

    private void await(CountDownLatch latch) {
      try {
        assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  @Nested
  class OnDisk {
    @TempDir Path folder;
    private Path directory;
    private TestServices services;

    @BeforeEach
    void prepare() throws IOException {
      FakeBackend.reset();
      services = TestServices.of(FakeBackend.class);
      directory = folder.resolve("pipeline");
      writePipeline(directory, TAXONOMY);
    }

    @AfterEach
    void tidy() {
      services.close();
      FakeBackend.reset();
    }

    private void writePipeline(Path place, Taxonomy taxonomy) throws IOException {
      Files.createDirectory(place);
      for (Label node : taxonomy.innerNodes()) {
        FakeBackend.bundle(
            place.resolve(PipelineDirectory.directory(taxonomy, node)),
            node.name(),
            taxonomy.children(node).stream().map(Label::name).toList());
      }
      PipelineDirectory.writeManifest(
          place, taxonomy, taxonomy.innerNodes().stream().map(List::of).toList(), Optional.empty());
    }

    private void expectRefused(Path named, String reason) {
      assertThatThrownBy(() -> MultilevelPipeline.load(directory))
          .isInstanceOf(ModelFormatException.class)
          .hasMessageStartingWith(named.toString())
          .hasMessageContaining(reason);
      assertThat(FakeBackend.OPENED).allMatch(classifier -> classifier.closed() == 1);
    }

    @Test
    void isLoadedWithTheOptions() throws IOException {
      OpenOptions options = OpenOptions.DEFAULT.withDevice(Device.CPU).withThreads(2);
      try (MultilevelPipeline pipeline = MultilevelPipeline.load(directory, options)) {
        assertThat(pipeline.taxonomy()).isEqualTo(TAXONOMY);
        assertThat(pipeline.classify(APL_CELL).label()).isEqualTo(Label.of("APL"));
        assertThat(FakeBackend.OPTIONS).containsExactly(options, options, options);
      }
      assertThat(FakeBackend.OPENED).hasSize(3).allMatch(classifier -> classifier.closed() == 1);
    }

    @Test
    void isSavedAndLoadedAgain() throws IOException {
      Path copy = folder.resolve("copies/one");
      try (MultilevelPipeline pipeline = MultilevelPipeline.load(directory)) {
        pipeline.save(copy);
        assertThatThrownBy(() -> pipeline.save(copy))
            .isInstanceOf(FileAlreadyExistsException.class);
      }
      try (MultilevelPipeline pipeline = MultilevelPipeline.load(copy)) {
        assertThat(pipeline.taxonomy()).isEqualTo(TAXONOMY);
      }
      assertThat(folder.resolve("copies")).isDirectoryNotContaining(p -> !p.equals(copy));
    }

    @Test
    void keepsTheNamedPositiveLabelsAndAnyNames() throws IOException {
      Taxonomy odd =
          Taxonomy.of("Blut/Zelle".replace('/', ' '))
              .with("Blut Zelle", "gesund", "krank äh")
              .with("krank äh", "a", "b")
              .withPositive("Blut Zelle", "gesund");
      Path place = folder.resolve("odd");
      writePipeline(place, odd);
      try (MultilevelPipeline pipeline = MultilevelPipeline.load(place)) {
        assertThat(pipeline.taxonomy()).isEqualTo(odd);
      }
      assertThat(place.resolve("1-Blut_Zelle")).isDirectory();
      assertThat(place.resolve("2-krank__h")).isDirectory();
    }

    @Test
    void needsABundleForEachStage() throws IOException {
      Path place = folder.resolve("saved");
      try (MultilevelPipeline loaded = MultilevelPipeline.load(directory)) {
        Map<Label, LeukemiaClassifier> mixed = new HashMap<>(loaded.classifiers());
        mixed.put(ABNORMAL, classifiers().get(ABNORMAL));
        try (MultilevelPipeline pipeline = MultilevelPipeline.of(TAXONOMY, mixed)) {
          assertThatThrownBy(() -> pipeline.save(place))
              .isInstanceOf(UnsupportedOperationException.class)
              .hasMessageContaining("the classifier of abnormal was not");
        }
      }
      assertThat(place).doesNotExist();
    }

    @Test
    void leavesNothingWhereAStageWasDamagedMeanwhile() throws IOException {
      try (MultilevelPipeline pipeline = MultilevelPipeline.load(directory)) {
        Files.writeString(directory.resolve("3-myeloid/fake.txt"), "damage.");
        assertThatThrownBy(() -> pipeline.save(folder.resolve("saved")))
            .isInstanceOf(ModelFormatException.class);
      }
      assertThat(folder).isDirectoryNotContaining(p -> !p.equals(directory));
    }

    @Test
    void isRefusedWhereAStageIsMissing() throws IOException {
      delete(directory.resolve("2-abnormal"));
      expectRefused(
          directory.resolve("2-abnormal"),
          "expected the model of the stages [abnormal]; found nothing");
    }

    @Test
    void isRefusedWhereAStageIsDamaged() throws IOException {
      Path file = directory.resolve("3-myeloid/fake.txt");
      Files.writeString(file, "Myeloid");
      expectRefused(file, "SHA-256");
      Files.delete(file);
      expectRefused(file, "found none");
    }

    @Test
    void isRefusedWhereStagesAreSwapped() throws IOException {
      Files.move(directory.resolve("1-cell"), folder.resolve("x"));
      Files.move(directory.resolve("2-abnormal"), directory.resolve("1-cell"));
      Files.move(folder.resolve("x"), directory.resolve("2-abnormal"));
      expectRefused(
          directory.resolve("1-cell"),
          "expected a model with a head for the stage cell that chooses among [normal, abnormal];"
              + " found [abnormal [lymphoid, myeloid]]");
    }

    @Test
    void isRefusedWhereAStageHasOtherLabels() throws IOException {
      delete(directory.resolve("3-myeloid"));
      FakeBackend.bundle(directory.resolve("3-myeloid"), "myeloid", List.of("AML", "CML"));
      expectRefused(directory.resolve("3-myeloid"), "found [myeloid [AML, CML]]");
    }

    @Test
    void isRefusedInAnyDamagedByteOfItsOwnFile() throws IOException {
      Path file = directory.resolve("pipeline.json");
      byte[] whole = Files.readAllBytes(file);
      for (int i = 0; i < whole.length; i++) {
        byte[] flipped = whole.clone();
        flipped[i] ^= (byte) (1 << (i % 8));
        Files.write(file, flipped);
        expectRefused(file, "");
      }
    }

    @ParameterizedTest
    @ValueSource(strings = {"pipeline.json", "1-cell/manifest.json"})
    void isRefusedWithoutAManifest(String name) throws IOException {
      Files.delete(directory.resolve(name));
      expectRefused(directory.resolve(name), "expected this file; found none");
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        quoteCharacter = '`',
        value = {
          "{\"schemaVersion\":3} | newer leukemia4j",
          "{\"schemaVersion\":2} | expected the fields taxonomy and stages",
          "{\"schemaVersion\":2,\"stages\":{},\"taxonomy\":{}} | with a \"name\"",
          "{\"schemaVersion\":2,\"stages\":{},\"taxonomy\":null} | A taxonomy must be",
          "{\"schemaVersion\":2,\"stages\":{},\"taxonomy\":{\"name\":\"x\"}} | at least one stage",
          "{\"schemaVersion\":2,\"stages\":[],\"taxonomy\":{\"name\":\"x\"}} | stages"
        })
    void isRefusedWhereItsManifestSaysOtherThings(String json, String reason) throws IOException {
      RechecksummedJson.write(directory.resolve("pipeline.json"), json);
      expectRefused(directory.resolve("pipeline.json"), reason);
    }

    @Test
    void isRefusedWhereAStageShallLieElsewhere() throws IOException {
      Path file = directory.resolve("pipeline.json");
      RechecksummedJson.write(
          file, Files.readString(file).replace("\"2-abnormal\"", "\"../2-abnormal\""));
      expectRefused(
          file,
          "expected the stages [abnormal] in the directory 2-abnormal, after the first of them");
    }

    @Test
    void isAnIoExceptionWhereThereIsNone() {
      assertThatThrownBy(() -> MultilevelPipeline.load(folder.resolve("none")))
          .isInstanceOf(NoSuchFileException.class)
          .hasMessageContaining("a pipeline must be an existing directory");
    }

    @Test
    void closesWhatItOpenedWhereALaterStageFails() {
      for (Throwable failure :
          List.of(
              new BackendException("no memory"),
              new IOException("unreadable"),
              new OutOfMemoryError("Java heap space"))) {
        FakeBackend.OPENED.clear();
        FakeBackend.whileOpening =
            stage -> {
              if (stage.equals(MYELOID)) {
                if (failure instanceof IOException e) {
                  throw e;
                }
                if (failure instanceof Error e) {
                  throw e;
                }
                throw (RuntimeException) failure;
              }
            };
        assertThatThrownBy(() -> MultilevelPipeline.load(directory)).isSameAs(failure);
        assertThat(FakeBackend.OPENED).hasSize(2).allMatch(classifier -> classifier.closed() == 1);
      }
    }

    private void delete(Path tree) throws IOException {
      List<Path> files = new ArrayList<>();
      try (var walk = Files.walk(tree)) {
        walk.forEach(files::add);
      }
      for (int i = files.size() - 1; i >= 0; i--) {
        Files.delete(files.get(i));
      }
    }
  }

  @Test
  void isSafeForManyThreads() {
    List<CellImage> images = List.of(APL_CELL, NORMAL_CELL, LYMPHOID_CELL, AML_CELL);
    try (MultilevelPipeline pipeline = MultilevelPipeline.of(TAXONOMY, classifiers())) {
      List<MultilevelResult> expected = pipeline.classifyAll(images);
      assertThat(
              IntStream.range(0, 200)
                  .parallel()
                  .allMatch(i -> pipeline.classifyAll(images).equals(expected)))
          .isTrue();
    }
  }
}
