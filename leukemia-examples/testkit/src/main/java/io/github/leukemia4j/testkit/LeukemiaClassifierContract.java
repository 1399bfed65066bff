package io.github.leukemia4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.LeukemiaClassifier;
import io.github.leukemia4j.Prediction;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every {@link LeukemiaClassifier} must do. Extend it in the tests of an implementation and
 * say how one is opened:
 *
 * <pre>{@code
 * class MyClassifierTest extends LeukemiaClassifierContract {
 *   @Override
 *   protected LeukemiaClassifier open() {
 *     return new MyClassifier();
 *   }
 * }
 * }</pre>
 */
public abstract class LeukemiaClassifierContract {
  private static final int THREADS = 4;

  private LeukemiaClassifier classifier;

  /** For subclasses. */
  protected LeukemiaClassifierContract() {}

  /** A new open classifier, which always says the same of the same image; closed by the kit. */
  protected abstract LeukemiaClassifier open() throws IOException;

  /** How far a probability may be from that of the same image in another list; 1e-6. */
  protected double tolerance() {
    return 1e-6;
  }

  /** Different images of different sizes and shapes, at least two. */
  protected List<CellImage> images() {
    int[][] sides = {{16, 16}, {24, 24}, {16, 24}, {31, 17}, {64, 64}, {1, 1}, {2, 50}, {16, 16}};
    SplittableRandom random = new SplittableRandom(5);
    return Stream.of(sides)
        .map(
            side -> {
              byte[] rgb = new byte[3 * side[0] * side[1]];
              random.nextBytes(rgb);
              return CellImage.ofRgb(side[0], side[1], rgb);
            })
        .toList();
  }

  @BeforeEach
  final void openClassifier() throws IOException {
    classifier = open();
  }

  @AfterEach
  final void closeClassifier() {
    if (classifier != null) {
      classifier.close();
    }
  }

  /** Labels. */
  @Test
  final void predictsAmongItsLabels() {
    for (Prediction prediction : classifier.classifyAll(images())) {
      assertThat(prediction.labels()).isEqualTo(classifier.labels());
      assertThat(Arrays.stream(prediction.probabilities()).sum())
          .isCloseTo(1, org.assertj.core.api.Assertions.within(Prediction.SUM_TOLERANCE));
    }
  }

  /** Labels. */
  @Test
  final void saysOfItsLabelsWhatItsManifestSays() {
    classifier.head().ifPresent(h -> assertThat(h.labelSet()).isEqualTo(classifier.labels()));
    assertThat(classifier.head().stream().toList())
        .isSubsetOf(classifier.bundle().map(b -> b.manifest().heads()).orElse(List.of()));
  }

  /** Order and size. */
  @Test
  final void givesEachImageItsOwnPredictionInTheSameOrder() {
    List<CellImage> images = images();
    List<Prediction> all = classifier.classifyAll(images);
    assertThat(all).hasSameSizeAs(images);
    for (int i = 0; i < images.size(); i++) {
      requireClose(all.get(i), classifier.classify(images.get(i)), "image " + i + " alone");
    }
    List<CellImage> reversed = new ArrayList<>(images);
    java.util.Collections.reverse(reversed);
    List<Prediction> backwards = classifier.classifyAll(reversed);
    for (int i = 0; i < images.size(); i++) {
      requireClose(backwards.get(images.size() - 1 - i), all.get(i), "image " + i + " reversed");
    }
  }

  /** Order and size. */
  @Test
  final void givesNoPredictionsForNoImages() {
    assertThat(classifier.classifyAll(List.of())).isEmpty();
  }

  /** The list that it returns belongs to the caller as it is. */
  @Test
  final void saysTheSameOfTheSameImageAgain() {
    List<CellImage> images = images();
    assertThat(classifier.classifyAll(images)).isEqualTo(classifier.classifyAll(images));
  }

  /** Null. */
  @Test
  final void rejectsNull() {
    assertThatNullPointerException().isThrownBy(() -> classifier.classifyAll(null));
    assertThatNullPointerException().isThrownBy(() -> classifier.classify(null));
    List<CellImage> withNull = new ArrayList<>(images());
    withNull.set(1, null);
    assertThatNullPointerException().isThrownBy(() -> classifier.classifyAll(withNull));
    assertThatCode(() -> classifier.classifyAll(images())).doesNotThrowAnyException();
  }

  /** Close. */
  @Test
  final void refusesToClassifyWhenClosed() {
    classifier.close();
    List<CellImage> images = images();
    for (ThrowingCallable call :
        List.<ThrowingCallable>of(
            () -> classifier.classifyAll(images),
            () -> classifier.classify(images.get(0)),
            () -> classifier.classifyAll(List.of()))) {
      assertThatThrownBy(call).isInstanceOf(IllegalStateException.class).hasMessageContaining(" ");
    }
  }

  /** Close. */
  @Test
  final void closesTwiceAndStillKnowsItsLabels() {
    LabelSet labels = classifier.labels();
    classifier.close();
    assertThatCode(classifier::close).doesNotThrowAnyException();
    assertThat(classifier.labels()).isEqualTo(labels);
  }

  /** Threads. */
  @Test
  final void saysTheSameToManyThreads() throws Exception {
    List<CellImage> images = images();
    List<Prediction> expected = classifier.classifyAll(images);
    inThreads(
        thread -> {
          for (int round = 0; round < 5; round++) {
            requireClose(classifier.classifyAll(images), expected);
          }
        });
  }

  /** Threads and close: a call is answered rightly or refused, and never anything else. */
  @Test
  final void answersRightlyOrRefusesWhileItIsClosed() throws Exception {
    List<CellImage> images = images();
    List<Prediction> expected = classifier.classifyAll(images);
    inThreads(
        thread -> {
          for (int round = 0; round < 50; round++) {
            if (thread == 0 && round == 3) {
              classifier.close();
            }
            try {
              requireClose(classifier.classifyAll(images), expected);
            } catch (IllegalStateException e) {
              return;
            }
          }
        });
    assertThatThrownBy(() -> classifier.classifyAll(images))
        .isInstanceOf(IllegalStateException.class);
  }

  /** What each of several threads does. */
  interface Work {
    void run(int thread) throws Exception;
  }

  /** Runs the work in several threads at once, and throws what one of them threw. */
  static void inThreads(Work work) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      CountDownLatch start = new CountDownLatch(THREADS);
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        int thread = i;
        running.add(
            threads.submit(
                () -> {
                  start.countDown();
                  start.await();
                  work.run(thread);
                  return null;
                }));
      }
      for (Future<?> one : running) {
        one.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private void requireClose(List<Prediction> found, List<Prediction> expected) {
    assertThat(found).hasSameSizeAs(expected);
    IntStream.range(0, found.size())
        .forEach(i -> requireClose(found.get(i), expected.get(i), "image " + i));
  }

  private void requireClose(Prediction found, Prediction expected, String of) {
    assertThat(found.probabilities())
        .as(of)
        .containsExactly(
            expected.probabilities(), org.assertj.core.data.Offset.offset(tolerance()));
  }
}
