package io.github.leukemia4j.tf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LeukemiaClassifier;
import io.github.leukemia4j.ModelFormatException;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.Taxonomy;
import io.github.leukemia4j.backend.OpenOptions;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.serving.ClassificationService;
import io.github.leukemia4j.serving.ServiceOptions;
import io.github.leukemia4j.serving.ServiceOptions.ServiceListener;
import io.github.leukemia4j.training.NetworkConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(600)
@Tag("arithmetic")
class LoadTest {
  private static final Taxonomy CELL =
      Taxonomy.of("cell")
          .with("cell", "normal", "abnormal")
          .with("abnormal", "AML", "ALL", "APL", "CLL");
  private static final Label ABNORMAL = Label.of("abnormal");

  @TempDir private Path directory;
  private long scopes;

  @BeforeEach
  void countScopes() {
    scopes = TfScope.live();
  }

  @AfterEach
  void leavesNoScopeOpen() {
    assertThat(TfScope.live()).isEqualTo(scopes);
  }

  private ModelBundle bundle(NetworkConfig network) throws IOException {
    return DrawnModels.bundle(directory.resolve("model"), CELL, ABNORMAL, network, 32, 7);
  }

  private ModelBundle eightViews(NetworkConfig network) throws IOException {
    return DrawnModels.ofEightViews(directory.resolve("model"), CELL, ABNORMAL, network, 32, 7);
  }

  private static LeukemiaClassifier open(ModelBundle bundle) throws IOException {
    return TfModels.open(bundle, OpenOptions.DEFAULT);
  }

  static List<NetworkConfig> networks() {
    return List.of(
        NetworkConfig.small(),
        NetworkConfig.standard(),
        NetworkConfig.residual(),
        NetworkConfig.paper(),
        // Channels that do not fill vectors of 16, and dense layers of odd size.
        NetworkConfig.residual(7, List.of(12, 20), List.of(13), 0),
        NetworkConfig.plain(0, List.of(5, 12), List.of(), 0));
  }

  @Nested
  class SameBits {
    /** Equal, not close: a batch must not change what is said of an image. */
    @ParameterizedTest
    @MethodSource("io.github.leukemia4j.tf.LoadTest#networks")
    void inBatchesOfAnySize(NetworkConfig network) throws IOException {
      List<CellImage> images = DrawnModels.images(70, 32, 3);
      try (LeukemiaClassifier classifier = open(bundle(network))) {
        List<Prediction> alone = images.stream().map(classifier::classify).toList();
        for (int size : new int[] {2, 3, 5, 8, 17, 70}) {
          assertThat(inBatches(classifier, images, size)).isEqualTo(alone);
        }
      }
    }

    @ParameterizedTest
    @MethodSource("io.github.leukemia4j.tf.LoadTest#networks")
    void inBatchesOfAnySizeOfEightViews(NetworkConfig network) throws IOException {
      List<CellImage> images = DrawnModels.images(70, 32, 3);
      try (LeukemiaClassifier classifier = open(eightViews(network))) {
        List<Prediction> alone = images.stream().map(classifier::classify).toList();
        for (int size : new int[] {2, 3, 5, 8, 17, 70}) {
          assertThat(inBatches(classifier, images, size)).isEqualTo(alone);
        }
      }
    }

    @ParameterizedTest
    @MethodSource("io.github.leukemia4j.tf.LoadTest#networks")
    void atAnyPlaceAmongOthers(NetworkConfig network) throws IOException {
      CellImage one = DrawnModels.image(32, 32, 1);
      List<CellImage> others = DrawnModels.images(33, 32, 5);
      try (LeukemiaClassifier classifier = open(bundle(network))) {
        Prediction alone = classifier.classify(one);
        for (int size : new int[] {8, 33}) {
          assertThat(classifier.classifyAll(Collections.nCopies(size, one)))
              .containsOnly(alone)
              .hasSize(size);
          for (int place = 0; place < size; place++) {
            List<CellImage> mixed = new ArrayList<>(others.subList(0, size));
            mixed.set(place, one);
            assertThat(classifier.classifyAll(mixed)).element(place).isEqualTo(alone);
          }
        }
      }
    }

    @Test
    void ofEightViewsAreTheMeanOfEachViewsLogits() throws IOException {
      CellImage image = DrawnModels.image(32, 32, 3);
      ModelBundle plain =
          DrawnModels.bundle(
              directory.resolve("plain"), CELL, ABNORMAL, NetworkConfig.small(), 32, 7);
      try (LeukemiaClassifier one = open(plain);
          LeukemiaClassifier eight = open(eightViews(NetworkConfig.small()))) {
        double[] mean = new double[one.labels().size()];
        for (Prediction view : one.classifyAll(views(image))) {
          double[] probabilities = view.probabilities();
          for (int i = 0; i < mean.length; i++) {
            mean[i] += Math.log(probabilities[i]) / 8;
          }
        }
        // A softmax of mean log probabilities is one of mean logits.
        double[] expected = Arrays.stream(mean).map(Math::exp).toArray();
        double sum = Arrays.stream(expected).sum();
        double[] found = eight.classify(image).probabilities();
        for (int i = 0; i < found.length; i++) {
          assertThat(found[i]).isCloseTo(expected[i] / sum, within(1e-5));
        }
      }
    }

    private List<CellImage> views(CellImage image) {
      int side = image.width();
      List<CellImage> views = new ArrayList<>();
      for (int view = 0; view < 8; view++) {
        byte[] rgb = new byte[side * side * 3];
        for (int i = 0; i < rgb.length; i++) {
          int row = i / 3 / side;
          int column = i / 3 % side;
          int y = (view & 1) == 0 ? row : side - 1 - row;
          int x = (view & 2) == 0 ? column : side - 1 - column;
          rgb[i] = (byte) ((view & 4) == 0 ? image.value(y, x, i % 3) : image.value(x, y, i % 3));
        }
        views.add(CellImage.ofRgb(side, side, rgb));
      }
      return views;
    }

    @Test
    void onManyThreads() throws Exception {
      int count = Integer.getInteger("leukemia4j.images", 1600);
      try (LeukemiaClassifier classifier = open(bundle(NetworkConfig.small()))) {
        classifyOnManyThreads(classifier, count);
      }
    }

    @Test
    void ofEightViewsOnManyThreads() throws Exception {
      int count = Integer.getInteger("leukemia4j.images", 1600) / 4;
      try (LeukemiaClassifier classifier = open(eightViews(NetworkConfig.small()))) {
        classifyOnManyThreads(classifier, count);
      }
    }

    private void classifyOnManyThreads(LeukemiaClassifier classifier, int count) throws Exception {
      List<CellImage> images = DrawnModels.images(200, 32, 3);
      List<Prediction> expected = images.stream().map(classifier::classify).toList();
      runOn(
          32,
          thread -> {
            for (int i = thread; i < count; i += 32) {
              int at = i % 190;
              int size = 1 + i % 10;
              assertThat(classifier.classifyAll(images.subList(at, at + size)))
                  .isEqualTo(expected.subList(at, at + size));
            }
            return null;
          });
    }

    @Test
    void throughTheService() throws Exception {
      List<CellImage> images = DrawnModels.images(200, 32, 3);
      try (LeukemiaClassifier classifier = open(bundle(NetworkConfig.small()));
          ClassificationService<Prediction> service =
              ClassificationService.of(classifier, ServiceOptions.DEFAULT, ServiceListener.NONE)) {
        service.warmUp();
        List<Prediction> expected = images.stream().map(classifier::classify).toList();
        runOn(
            32,
            thread -> {
              for (int i = thread; i < 200; i += 8) {
                assertThat(service.classify(images.get(i)).join()).isEqualTo(expected.get(i));
              }
              return null;
            });
      }
    }
  }

  @Nested
  class Closing {
    @Test
    void whileThreadsClassifyGivesRightResultsOrSaysSo() throws Exception {
      int rounds = Integer.getInteger("leukemia4j.rounds", 15);
      List<CellImage> images = DrawnModels.images(16, 32, 3);
      ModelBundle bundle = bundle(NetworkConfig.small());
      List<Prediction> expected;
      try (LeukemiaClassifier classifier = open(bundle)) {
        expected = classifier.classifyAll(images);
      }
      for (int round = 0; round < rounds; round++) {
        LeukemiaClassifier classifier = open(bundle);
        CountDownLatch running = new CountDownLatch(1 + round % 16);
        ExecutorService closer = Executors.newSingleThreadExecutor();
        Future<?> closed =
            closer.submit(
                () -> {
                  running.await();
                  classifier.close();
                  return null;
                });
        try {
          runOn(16, thread -> classifyUntilClosed(classifier, images, expected, thread, running));
          closed.get();
        } finally {
          closer.shutdownNow();
          classifier.close();
        }
      }
    }

    private Void classifyUntilClosed(
        LeukemiaClassifier classifier,
        List<CellImage> images,
        List<Prediction> expected,
        int thread,
        CountDownLatch running) {
      while (true) {
        try {
          assertThat(classifier.classify(images.get(thread))).isEqualTo(expected.get(thread));
        } catch (IllegalStateException e) {
          assertThat(e).hasMessageContaining("it was closed");
          return null;
        }
        running.countDown();
      }
    }
  }

  @Test
  void leavesNothingOpenWhereTheBundleHasNoNetwork() throws IOException {
    ModelBundle whole = bundle(NetworkConfig.small());
    ModelBundle empty =
        ModelBundle.create(directory.resolve("empty"), whole.manifest(), place -> {});
    assertThatThrownBy(() -> open(empty))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("saved_model.pb");
    assertThat(TfScope.live()).isEqualTo(scopes);
  }

  @ParameterizedTest
  @ValueSource(ints = {64, 258, 300})
  void standardisesExactlyAtAnyHeight(int side) throws IOException {
    // Above 258 rows the sums of a column no longer fit single precision.
    NetworkConfig network = NetworkConfig.plain(16, List.of(16), List.of(), 0);
    ModelBundle bundle =
        DrawnModels.bundle(directory.resolve("m"), CELL, ABNORMAL, network, side, 7);
    CellImage white = DrawnModels.image(side, side, 1);
    byte[] rgb = white.rgb();
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) (i % 7 == 0 ? 250 : 255);
    }
    CellImage bright = CellImage.ofRgb(side, side, rgb);
    try (LeukemiaClassifier classifier = open(bundle)) {
      Prediction alone = classifier.classify(bright);
      assertThat(classifier.classifyAll(List.of(white, white, bright, white, bright)))
          .element(2)
          .isEqualTo(alone);
    }
  }

  private static List<Prediction> inBatches(
      LeukemiaClassifier classifier, List<CellImage> images, int size) {
    List<Prediction> all = new ArrayList<>();
    for (int from = 0; from < images.size(); from += size) {
      all.addAll(
          classifier.classifyAll(images.subList(from, Math.min(images.size(), from + size))));
    }
    return all;
  }

  /** A task that knows its number. */
  private interface Numbered {
    Void run(int thread) throws Exception;
  }

  private static void runOn(int threads, Numbered task) throws Exception {
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      List<Callable<Void>> tasks = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        int thread = t;
        tasks.add(() -> task.run(thread));
      }
      for (Future<Void> one : executor.invokeAll(tasks)) {
        one.get();
      }
    } finally {
      executor.shutdownNow();
    }
  }
}
