package io.github.leukemia4j.serving;

import com.fasterxml.jackson.annotation.JsonValue;
import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.LeukemiaClassifier;
import io.github.leukemia4j.Prediction;
import io.github.leukemia4j.pipeline.MultilevelPipeline;
import io.github.leukemia4j.pipeline.MultilevelResult;
import io.github.leukemia4j.serving.ServiceOptions.ServiceListener;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Takes single images from many threads and classifies them in batches, on one thread of its own.
 * An image waits until its batch is full or the delay is over. While one batch is classified, the
 * next one gathers. Thread-safe.
 *
 * <p>Memory is bounded: at most {@link ServiceOptions#maxWaiting()} images wait, and all that the
 * service holds take at most {@link ServiceOptions#maxBytes()}. A further image is rejected at once
 * with a {@link RejectedExecutionException}, so that a caller can answer "too busy" or try later.
 * {@link #classify} never blocks.
 *
 * <p>A service does not own its classifier or pipeline: close the service first, then the pipeline.
 *
 * <pre>{@code
 * try (MultilevelPipeline pipeline = MultilevelPipeline.load(directory);
 *     ClassificationService<MultilevelResult> service =
 *         ClassificationService.of(pipeline, ServiceOptions.DEFAULT, ServiceListener.NONE)) {
 *   service.warmUp();
 *   CompletableFuture<MultilevelResult> result = service.classify(image);
 * }
 * }</pre>
 *
 * @param <R> the type of a result: {@link MultilevelResult} or {@link Prediction}
 */
public final class ClassificationService<R> implements AutoCloseable {
  private static final Logger LOG = System.getLogger(ClassificationService.class.getName());
  private static final int BLANK_SIDE = 64;

  private final ServiceOptions options;
  private final ServiceListener listener;
  private final Function<List<CellImage>, List<R>> classifier;
  private final Consumer<List<CellImage>> warming;
  private final Thread worker;

  // Guarded by itself, as are the other two.
  private final Deque<Request<R>> waiting = new ArrayDeque<>();
  private long held; // bytes of the images that wait or are being classified
  private boolean closed;

  private record Request<R>(CellImage image, CompletableFuture<R> answer, long accepted) {
    Duration latency() {
      return Duration.ofNanos(System.nanoTime() - accepted);
    }

    long bytes() {
      return 3L * image.height() * image.width();
    }
  }

  private ClassificationService(
      Function<List<CellImage>, List<R>> classifier,
      Consumer<List<CellImage>> warming,
      ServiceOptions options,
      ServiceListener listener) {
    this.classifier = classifier;
    this.warming = warming;
    this.options = Objects.requireNonNull(options, "options");
    this.listener = Objects.requireNonNull(listener, "listener");
    this.worker = new Thread(this::work, "leukemia4j-service");
    worker.setDaemon(true);
    worker.start();
  }

  /** Starts a service in front of a pipeline, which the caller closes. */
  public static ClassificationService<MultilevelResult> of(
      MultilevelPipeline pipeline, ServiceOptions options, ServiceListener listener) {
    return new ClassificationService<>(
        pipeline::classifyAll, pipeline::classifyAtAllStages, options, listener);
  }

  /** Starts a service in front of one classifier, which the caller closes. */
  public static ClassificationService<Prediction> of(
      LeukemiaClassifier classifier, ServiceOptions options, ServiceListener listener) {
    return new ClassificationService<>(
        classifier::classifyAll, classifier::classifyAll, options, listener);
  }

  /**
   * Takes an image in and returns at once. An image whose future is cancelled before its batch
   * starts is not classified. Work that is chained to the future by a method other than the {@code
   * Async} ones runs on the service's thread, and other images wait for it.
   *
   * @return a future that completes with the result, or with what the classifier threw
   * @throws RejectedExecutionException if the maximum number of images wait, or the images would
   *     take more than the maximum memory
   * @throws IllegalStateException if the service is closed
   */
  public CompletableFuture<R> classify(CellImage image) {
    Objects.requireNonNull(image, "The image to classify must not be null.");
    Request<R> request = new Request<>(image, new CompletableFuture<>(), System.nanoTime());
    int size;
    String full;
    synchronized (waiting) {
      if (closed) {
        throw closedService();
      }
      full = reasonToReject(request);
      if (full == null) {
        held += request.bytes();
        waiting.add(request);
        waiting.notifyAll();
      }
      size = waiting.size();
    }
    if (full != null) {
      tell(told -> told.rejected(size));
      throw new RejectedExecutionException(full);
    }
    tell(told -> told.accepted(size));
    return request.answer();
  }

  /** Returns why an image is rejected, or null if it is not. */
  private String reasonToReject(Request<R> request) {
    if (waiting.size() >= options.maxWaiting()) {
      return "At most %s images may wait to be classified, and as many do. Try again later, send fewer at once, or raise maxWaiting."
          .formatted(options.maxWaiting());
    }
    if (request.bytes() > options.maxBytes()) {
      return """
      The images that a service holds must take at most %d bytes; found one of %s, which takes %d \
      alone. Shrink it, or raise maxBytes.\
      """
          .formatted(options.maxBytes(), request.image(), request.bytes());
    }
    if (request.bytes() > options.maxBytes() - held) {
      return """
      The images that a service holds must take at most %d bytes; those that wait or are being \
      classified take %d, and one more of %d came. Try again later, send fewer at once, or raise \
      maxBytes.\
      """
          .formatted(options.maxBytes(), held, request.bytes());
    }
    return null;
  }

  /** Returns how many images wait now. */
  public int waiting() {
    synchronized (waiting) {
      return waiting.size();
    }
  }

  /**
   * Classifies one blank image and then a full batch of them by every stage, on the calling thread.
   * The first calls of a backend take longer; after this, no image has to wait for them.
   *
   * @throws IllegalStateException if the service or its classifier is closed
   */
  public void warmUp() {
    synchronized (waiting) {
      if (closed) {
        throw closedService();
      }
    }
    warming.accept(List.of(blank()));
    warming.accept(Collections.nCopies(options.maxBatch(), blank()));
  }

  /**
   * Sends a blank image the way of all others and waits for its result.
   *
   * @param patience how long to wait
   * @return whether the service answers, and if not why: it is closed, too busy or too slow, or the
   *     classifier threw an exception
   * @throws InterruptedException if the calling thread is interrupted
   */
  public Health check(Duration patience) throws InterruptedException {
    long start = System.nanoTime();
    String problem = null;
    CompletableFuture<R> answer = null;
    try {
      answer = classify(blank());
      answer.get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException | IllegalStateException e) {
      problem = e.getMessage();
    } catch (TimeoutException e) {
      answer.cancel(false);
      problem =
          "A blank image must be classified within %s ms; it was not. %s images wait."
              .formatted(patience.toMillis(), waiting());
    } catch (ExecutionException e) {
      problem = "A blank image could not be classified: " + e.getCause();
    }
    return new Health(Optional.ofNullable(problem), Duration.ofNanos(System.nanoTime() - start));
  }

  /**
   * Takes in no further image, classifies those that wait, and returns when each has its result. A
   * second call does nothing. Work that is chained to a future may call this; the call then does
   * not wait.
   */
  @Override
  public void close() {
    synchronized (waiting) {
      closed = true;
      waiting.notifyAll();
    }
    boolean interrupted = false;
    while (Thread.currentThread() != worker && worker.isAlive()) {
      try {
        worker.join();
      } catch (InterruptedException e) {
        // Nobody may free the classifier under a running batch; the interrupt is passed on.
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void work() {
    try {
      List<Request<R>> batch;
      do {
        batch = next();
        try {
          answer(batch);
        } catch (RuntimeException | Error e) {
          fail(batch, e);
        }
      } while (!batch.isEmpty());
    } finally {
      // Empty where the service was closed; else this thread dies, and nobody may wait for it.
      List<Request<R>> left;
      synchronized (waiting) {
        closed = true;
        left = List.copyOf(waiting);
        waiting.clear();
      }
      fail(left, new IllegalStateException("The service's thread has ended. Start another one."));
    }
  }

  private void fail(List<Request<R>> requests, Throwable reason) {
    requests.forEach(request -> request.answer().completeExceptionally(reason));
  }

  /** Returns the next batch, which is empty if the service is closed and nothing waits. */
  private List<Request<R>> next() {
    synchronized (waiting) {
      while (true) {
        long left = untilBatch();
        if (left <= 0) {
          break;
        }
        try {
          TimeUnit.NANOSECONDS.timedWait(waiting, left);
        } catch (InterruptedException e) {
          // Only code chained to a future can have interrupted this thread; close() ends it.
          LOG.log(Level.WARNING, "The service's thread was interrupted; it goes on", e);
        }
      }
      List<Request<R>> batch = new ArrayList<>(Math.min(waiting.size(), options.maxBatch()));
      while (!waiting.isEmpty() && batch.size() < options.maxBatch()) {
        batch.add(waiting.poll());
      }
      return batch;
    }
  }

  /** Returns how many nanoseconds to wait before the next batch starts. */
  private long untilBatch() {
    if (closed || waiting.size() >= options.maxBatch()) {
      return 0;
    }
    if (waiting.isEmpty()) {
      return Long.MAX_VALUE;
    }
    return options.maxDelay().toNanos() - (System.nanoTime() - waiting.peek().accepted());
  }

  private void answer(List<Request<R>> batch) {
    List<Request<R>> wanted = batch.stream().filter(r -> !r.answer().isDone()).toList();
    if (wanted.isEmpty()) {
      release(batch);
      return;
    }
    long start = System.nanoTime();
    List<R> results;
    try {
      results = classifyAll(wanted);
    } catch (RuntimeException | Error e) {
      release(batch);
      for (Request<R> request : wanted) {
        tell(told -> told.failed(request.latency(), e));
        request.answer().completeExceptionally(e);
      }
      return;
    }
    release(batch);
    Duration computing = Duration.ofNanos(System.nanoTime() - start);
    tell(told -> told.classified(wanted.size(), computing));
    for (int i = 0; i < wanted.size(); i++) {
      Request<R> request = wanted.get(i);
      tell(told -> told.answered(request.latency()));
      request.answer().complete(results.get(i));
    }
  }

  private List<R> classifyAll(List<Request<R>> batch) {
    List<R> results = classifier.apply(batch.stream().map(Request::image).toList());
    if (results.size() != batch.size()) {
      throw new IllegalStateException(
          "The classifier must return one result for each of %s images; found %s."
              .formatted(batch.size(), results.size()));
    }
    return results;
  }

  /** Frees the memory of a batch before its futures complete, so that new images can come. */
  private void release(List<Request<R>> batch) {
    synchronized (waiting) {
      batch.forEach(request -> held -= request.bytes());
    }
  }

  private void tell(Consumer<ServiceListener> event) {
    try {
      event.accept(listener);
    } catch (RuntimeException | Error e) {
      // Also an Error, such as a failed assertion: a listener only watches.
      LOG.log(Level.WARNING, "A listener failed; the service goes on", e);
    }
  }

  private static IllegalStateException closedService() {
    return new IllegalStateException(
        "The classification service must be open; it was closed. Start another one.");
  }

  private static CellImage blank() {
    return CellImage.ofRgb(BLANK_SIDE, BLANK_SIDE, new byte[BLANK_SIDE * BLANK_SIDE * 3]);
  }

  /**
   * Whether a service answers. Any Jackson mapper writes it, as {@code {"ok": true, "problem":
   * null, "tookMillis": 12}}.
   *
   * @param problem what is wrong; empty where nothing is
   * @param took how long the blank image took, or how long it was waited for
   */
  public record Health(Optional<String> problem, Duration took) {
    /** Checks nothing but null. */
    public Health {
      Objects.requireNonNull(problem, "problem");
      Objects.requireNonNull(took, "took");
    }

    /** Whether nothing is wrong. */
    public boolean ok() {
      return problem.isEmpty();
    }

    private record Document(boolean ok, String problem, long tookMillis) {}

    @JsonValue
    private Document document() {
      return new Document(ok(), problem.orElse(null), took.toMillis());
    }
  }
}
