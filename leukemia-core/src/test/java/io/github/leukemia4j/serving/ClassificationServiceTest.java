package io.github.leukemia4j.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.leukemia4j.BackendException;
import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.LeukemiaClassifier;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import io.github.leukemia4j.pipeline.MultilevelResult;
import io.github.leukemia4j.serving.ServiceOptions.ServiceListener;
import java.time.Duration;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ClassificationServiceTest {
  private static final Label ABNORMAL = Label.of("abnormal");
  private static final Duration LONG = Duration.ofSeconds(30);

  private static ServiceOptions options(int maxBatch, Duration delay, int maxWaiting) {
    return new ServiceOptions(maxBatch, delay, maxWaiting, 1 << 20);
  }

  private static ClassificationService<Prediction> service(
      HandMade classifier, ServiceOptions options) {
    return ClassificationService.of(classifier, options, ServiceListener.NONE);
  }

  @Nested
  class Gathering {
    @Test
    void givesEveryThreadTheResultOfItsOwnImage() throws Exception {
      HandMade classifier = HandMade.free();
      ExecutorService threads = Executors.newFixedThreadPool(16);
      try (MultilevelPipeline pipeline = classifier.pipeline();
          ClassificationService<MultilevelResult> service =
              ClassificationService.of(pipeline, ServiceOptions.DEFAULT, ServiceListener.NONE)) {
        List<Future<?>> running = new ArrayList<>();
        for (int t = 0; t < 16; t++) {
          int first = t;
          running.add(
              threads.submit(
                  () -> {
                    for (int i = 0; i < 200; i++) {
                      int red = 20 + (first * 31 + i * 7) % 200;
                      MultilevelResult result = service.classify(HandMade.image(red)).join();
                      assertThat(result.stages().get(Label.of("cell")).probabilityOf(ABNORMAL))
                          .isEqualTo(HandMade.expected(red));
                    }
                  }));
        }
        for (Future<?> one : running) {
          one.get();
        }
      } finally {
        threads.shutdownNow();
      }
      assertThat(classifier.batches.stream().mapToInt(n -> n).sum()).isEqualTo(16 * 200);
    }

    @Test
    void startsAFullBatchWithoutWaitingForTheDelay() {
      HandMade classifier = HandMade.free();
      try (var service = service(classifier, options(4, LONG, 8))) {
        List<CompletableFuture<Prediction>> four = classify(service, 4);
        four.forEach(CompletableFuture::join);
        assertThat(classifier.batches).containsExactly(4);
      }
    }

    @Test
    void startsABatchThatIsNotFullAfterTheDelay() {
      HandMade classifier = HandMade.free();
      try (var service = service(classifier, options(4, Duration.ofMillis(1), 8))) {
        assertThat(service.classify(HandMade.image(51)).join().probabilityOf(ABNORMAL))
            .isEqualTo(0.2);
      }
    }

    @Test
    void gathersWhileABatchIsClassified() throws Exception {
      HandMade classifier = HandMade.held();
      try (var service = service(classifier, options(8, Duration.ZERO, 8))) {
        CompletableFuture<Prediction> first = service.classify(HandMade.image(1));
        classifier.entered.acquire();
        List<CompletableFuture<Prediction>> more = classify(service, 5);
        assertThat(service.waiting()).isEqualTo(5);
        classifier.let(2);
        first.join();
        more.forEach(CompletableFuture::join);
        assertThat(classifier.batches).containsExactly(1, 5);
      }
    }

    @Test
    void leavesOutWhatWasCancelled() throws Exception {
      HandMade classifier = HandMade.held();
      try (var service = service(classifier, options(8, Duration.ZERO, 8))) {
        service.classify(HandMade.image(1));
        classifier.entered.acquire();
        List<CompletableFuture<Prediction>> more = classify(service, 3);
        more.get(1).cancel(false);
        classifier.let(2);
        more.get(2).join();
        assertThat(classifier.batches).containsExactly(1, 2);
      }
    }
  }

  @Nested
  class BackPressure {
    @Test
    void rejectsAtOnceWhereTheQueueIsFull() throws Exception {
      HandMade classifier = HandMade.held();
      AtomicInteger rejected = new AtomicInteger();
      ServiceListener listener =
          new ServiceListener() {
            @Override
            public void rejected(int waiting) {
              rejected.addAndGet(waiting);
            }
          };
      try (var service =
          ClassificationService.of(classifier, options(2, Duration.ZERO, 2), listener)) {
        service.classify(HandMade.image(1));
        classifier.entered.acquire();
        List<CompletableFuture<Prediction>> waiting = classify(service, 2);
        assertThatThrownBy(() -> service.classify(HandMade.image(1)))
            .isInstanceOf(RejectedExecutionException.class)
            .hasMessageContaining("At most 2 images may wait");
        assertThat(rejected).hasValue(2);
        classifier.let(2);
        waiting.forEach(CompletableFuture::join);
        classifier.let(1);
        assertThat(service.classify(HandMade.image(255)).join().label()).isEqualTo(ABNORMAL);
      }
    }
  }

  @Nested
  class Failures {
    @Test
    void failTheFuturesOfTheirBatchAndNoOther() {
      HandMade classifier = HandMade.free();
      try (var service = service(classifier, options(2, LONG, 8))) {
        CompletableFuture<Prediction> poisoned = service.classify(HandMade.image(HandMade.POISON));
        CompletableFuture<Prediction> neighbour = service.classify(HandMade.image(1));
        assertThatThrownBy(poisoned::join)
            .isInstanceOf(CompletionException.class)
            .hasCauseInstanceOf(BackendException.class);
        assertThatThrownBy(neighbour::join).hasCauseInstanceOf(BackendException.class);
        assertThat(classify(service, 2)).allSatisfy(f -> assertThat(f.join()).isNotNull());
      }
    }

    @Test
    void ofAListenerChangeNothing() {
      ServiceListener broken =
          new ServiceListener() {
            @Override
            public void answered(Duration latency) {
              throw new IllegalArgumentException("a listener's own fault");
            }
          };
      try (var service = ClassificationService.of(HandMade.free(), options(1, LONG, 8), broken)) {
        assertThat(classify(service, 3)).allSatisfy(f -> assertThat(f.join()).isNotNull());
      }
    }
  }

  /** What may go wrong on the service's own thread besides classifying. */
  @Nested
  class Errors {
    private final ServiceListener failing =
        new ServiceListener() {
          @Override
          public void classified(int images, Duration computing) {
            throw new AssertionError("a listener's own fault");
          }
        };

    @Test
    void ofAListenerChangeNothing() {
      try (var service = ClassificationService.of(HandMade.free(), options(1, LONG, 8), failing)) {
        assertThat(classify(service, 3)).allSatisfy(f -> assertThat(f).succeedsWithin(LONG));
      }
    }

    @Test
    void ofAResultFailItsBatchAndNoOther() {
      AtomicInteger calls = new AtomicInteger();
      LeukemiaClassifier hollow =
          new LeukemiaClassifier() {
            @Override
            public LabelSet labels() {
              return LabelSet.of("normal", "abnormal");
            }

            @Override
            public List<Prediction> classifyAll(List<CellImage> images) {
              Prediction prediction = Prediction.of(labels(), 0.5, 0.5);
              boolean first = calls.getAndIncrement() == 0;
              return new AbstractList<>() {
                @Override
                public Prediction get(int index) {
                  if (first) {
                    throw new AssertionError("an empty shell");
                  }
                  return prediction;
                }

                @Override
                public int size() {
                  return images.size();
                }
              };
            }

            @Override
            public void close() {}
          };
      try (var service =
          ClassificationService.of(hollow, options(1, LONG, 8), ServiceListener.NONE)) {
        assertThat(service.classify(HandMade.image(1)))
            .failsWithin(LONG)
            .withThrowableOfType(ExecutionException.class)
            .withMessageContaining("an empty shell");
        assertThat(service.classify(HandMade.image(1))).succeedsWithin(LONG);
      }
    }

    /** An interrupt is logged, and here the logger fails: nothing is left to go on with. */
    @Test
    void thatEndTheThreadLeaveNobodyWaiting() throws Exception {
      Logger logger = Logger.getLogger(ClassificationService.class.getName());
      Handler broken =
          new Handler() {
            @Override
            public void publish(LogRecord entry) {
              throw new AssertionError("the logger's own fault");
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
          };
      HandMade classifier = HandMade.held();
      logger.addHandler(broken);
      logger.setUseParentHandlers(false);
      try (var service = service(classifier, options(2, LONG, 8))) {
        List<CompletableFuture<Prediction>> three = classify(service, 3);
        classifier.entered.acquire();
        CompletableFuture<Void> interrupting =
            three.get(0).thenRun(() -> Thread.currentThread().interrupt());
        classifier.let(9);
        interrupting.get(30, TimeUnit.SECONDS);
        assertThat(three.get(2)).failsWithin(LONG);
        assertThatThrownBy(() -> service.classify(HandMade.image(1)))
            .isInstanceOf(IllegalStateException.class);
      } finally {
        logger.removeHandler(broken);
        logger.setUseParentHandlers(true);
      }
    }
  }

  @Nested
  class Listening {
    @Test
    void hearsOfEveryImage() {
      AtomicInteger accepted = new AtomicInteger();
      AtomicInteger classified = new AtomicInteger();
      AtomicInteger answered = new AtomicInteger();
      AtomicInteger failed = new AtomicInteger();
      ServiceListener listener =
          new ServiceListener() {
            @Override
            public void accepted(int waiting) {
              accepted.incrementAndGet();
            }

            @Override
            public void classified(int images, Duration computing) {
              assertThat(computing).isPositive();
              classified.addAndGet(images);
            }

            @Override
            public void answered(Duration latency) {
              assertThat(latency).isPositive();
              answered.incrementAndGet();
            }

            @Override
            public void failed(Duration latency, Throwable reason) {
              assertThat(reason).isInstanceOf(BackendException.class);
              failed.incrementAndGet();
            }
          };
      try (var service = ClassificationService.of(HandMade.free(), options(2, LONG, 8), listener)) {
        classify(service, 4);
        service.classify(HandMade.image(HandMade.POISON));
        service.classify(HandMade.image(1));
      }
      assertThat(List.of(accepted.get(), classified.get(), answered.get(), failed.get()))
          .containsExactly(6, 4, 4, 2);
    }
  }

  @Nested
  class Closing {
    @Test
    void classifiesWhatWaits() throws Exception {
      HandMade classifier = HandMade.held();
      ClassificationService<Prediction> service = service(classifier, options(2, LONG, 16));
      List<CompletableFuture<Prediction>> all = classify(service, 7);
      classifier.let(4);
      service.close();
      assertThat(all).allSatisfy(f -> assertThat(f).isCompleted());
      assertThat(classifier.batches).containsExactly(2, 2, 2, 1);
    }

    @Test
    void refusesWhatComesLater() {
      ClassificationService<Prediction> service = service(HandMade.free(), ServiceOptions.DEFAULT);
      service.close();
      service.close();
      assertThatThrownBy(() -> service.classify(HandMade.image(1)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("it was closed");
      assertThatThrownBy(service::warmUp).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void mayBeCalledFromAFuture() throws Exception {
      ClassificationService<Prediction> service = service(HandMade.free(), options(1, LONG, 8));
      CompletableFuture<Void> chained =
          service.classify(HandMade.image(1)).thenAccept(result -> service.close());
      chained.get(30, TimeUnit.SECONDS);
      service.close();
    }
  }

  @Nested
  class HealthChecks {
    @Test
    void sayThatAllIsWell() throws Exception {
      try (var service = service(HandMade.free(), ServiceOptions.DEFAULT)) {
        assertThat(service.check(LONG).ok()).isTrue();
      }
    }

    @Test
    void sayWhatTheClassifierThrew() throws Exception {
      HandMade classifier = HandMade.free();
      classifier.close();
      try (var service = service(classifier, ServiceOptions.DEFAULT)) {
        assertThat(service.check(LONG).problem().orElseThrow())
            .contains("could not be classified", "closed");
      }
    }

    @Test
    void sayThatNoAnswerCame() throws Exception {
      HandMade classifier = HandMade.held();
      try (var service = service(classifier, ServiceOptions.DEFAULT)) {
        assertThat(service.check(Duration.ofMillis(20)).problem().orElseThrow())
            .contains("within 20 ms; it was not");
        classifier.let(10);
      }
    }

    @Test
    void sayThatTheServiceIsClosedOrFull() throws Exception {
      HandMade classifier = HandMade.held();
      ClassificationService<Prediction> service = service(classifier, options(1, Duration.ZERO, 1));
      service.classify(HandMade.image(1));
      classifier.entered.acquire();
      service.classify(HandMade.image(1));
      assertThat(service.check(LONG).problem().orElseThrow()).contains("At most 1 images");
      classifier.let(2);
      service.close();
      assertThat(service.check(LONG).problem().orElseThrow()).contains("it was closed");
    }

    @Test
    void warmUpRunsOneImageAndAFullBatch() {
      HandMade classifier = HandMade.free();
      try (var service = service(classifier, options(5, LONG, 8))) {
        service.warmUp();
      }
      assertThat(classifier.batches).containsExactly(1, 5);
    }
  }

  @Nested
  class Memory {
    private final ServiceOptions thirtyBytes =
        options(8, Duration.ZERO, 1000).withMaxBytes(30); // of images of 3 bytes

    @Test
    void boundsWhatWaitsAndWhatIsBeingClassifiedTogether() throws Exception {
      HandMade classifier = HandMade.held();
      try (var service = service(classifier, thirtyBytes)) {
        service.classify(HandMade.image(1));
        classifier.entered.acquire();
        classify(service, 9);
        assertThatThrownBy(() -> service.classify(HandMade.image(2)))
            .isInstanceOf(RejectedExecutionException.class)
            .hasMessageContaining("must take at most 30 bytes")
            .hasMessageContaining("take 30, and one more of 3 came")
            .hasMessageEndingWith("raise maxBytes.");
        assertThat(service.check(LONG).problem().orElseThrow()).contains("at most 30 bytes");
        classifier.let(3);
      }
    }

    @Test
    void isFreeAgainWhenAnImageIsAnsweredWhateverCameOfIt() throws Exception {
      HandMade classifier = HandMade.held();
      try (var service = service(classifier, thirtyBytes)) {
        for (int round = 0; round < 30; round++) {
          CompletableFuture<Prediction> poison = service.classify(HandMade.image(HandMade.POISON));
          classifier.entered.acquire();
          List<CompletableFuture<Prediction>> more = classify(service, 9);
          more.forEach(one -> one.cancel(false));
          classifier.let(1);
          assertThatThrownBy(poison::join).hasCauseInstanceOf(BackendException.class);
          // All that were cancelled are taken out of the queue before this one is.
          CompletableFuture<Prediction> last = classifyWhenFree(service, HandMade.image(51));
          classifier.entered.acquire();
          classifier.let(1);
          assertThat(last.join().probabilityOf(ABNORMAL)).isEqualTo(0.2);
        }
      }
    }

    @Test
    void isRefusedToAnImageThatIsTooLargeAlone() {
      try (var service = service(HandMade.free(), thirtyBytes)) {
        assertThatThrownBy(() -> service.classify(CellImage.ofRgb(1, 11, new byte[33])))
            .isInstanceOf(RejectedExecutionException.class)
            .hasMessageContaining("found one of CellImage[1 x 11], which takes 33 alone");
      }
    }

    @Test
    void isByDefaultAQuarterOfTheLargestHeap() {
      assertThat(ServiceOptions.DEFAULT.maxBytes()).isEqualTo(Runtime.getRuntime().maxMemory() / 4);
    }

    private static CompletableFuture<Prediction> classifyWhenFree(
        ClassificationService<Prediction> service, CellImage image) throws InterruptedException {
      while (true) {
        try {
          return service.classify(image);
        } catch (RejectedExecutionException e) {
          Thread.sleep(1);
        }
      }
    }
  }

  @Nested
  class Arguments {
    @Test
    void thatAreNullAreNamed() {
      try (var service = service(HandMade.free(), ServiceOptions.DEFAULT)) {
        assertThatThrownBy(() -> service.classify(null))
            .isInstanceOf(NullPointerException.class)
            .hasMessage("The image to classify must not be null.");
      }
    }
  }

  @Nested
  class Options {
    @Test
    void nameEveryFault() {
      assertThatThrownBy(() -> new ServiceOptions(0, Duration.ofDays(1), -1, 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("maxBatch must be 1 to 65536; found 0")
          .hasMessageContaining("maxDelay must be 0 to PT1M; found PT24H")
          .hasMessageContaining("maxWaiting must be at least maxBatch")
          .hasMessageContaining("maxBytes must be at least 1; found 0");
    }
  }

  private static List<CompletableFuture<Prediction>> classify(
      ClassificationService<Prediction> service, int count) {
    List<CompletableFuture<Prediction>> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(service.classify(HandMade.image(100 + i)));
    }
    return all;
  }
}
