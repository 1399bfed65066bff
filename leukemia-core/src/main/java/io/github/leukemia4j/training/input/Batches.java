package io.github.leukemia4j.training.input;

import io.github.leukemia4j.backend.Network.Head;
import io.github.leukemia4j.backend.TrainableNetwork.Batch;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.parallel.Parallel;
import io.github.leukemia4j.image.augment.Augmentation;
import io.github.leukemia4j.image.pixels.Mixup;
import io.github.leukemia4j.training.BatchConfig;
import io.github.leukemia4j.training.BatchConfig.Sampling;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * The batches of a training, epoch by epoch, prepared ahead on worker threads. What they hold
 * depends on the seed, the epoch and the samples, and neither on the number of threads nor on time.
 * One thread uses an instance, and closes it before the cache.
 *
 * <pre>{@code
 * try (Batches batches = new Batches(cache, split.train(), List.of(), config.batches(), threads)) {
 *   for (int epoch = 0; epoch < 20; epoch++) {
 *     Batches.Epoch steps = batches.epoch(epoch);
 *     while (steps.hasNext()) {
 *       Batch batch = steps.next();
 *     }
 *   }
 * }
 * }</pre>
 */
public final class Batches implements AutoCloseable {
  /** Batches that are prepared ahead. */
  private static final int PREFETCH = 4;

  private final ImageCache cache;
  private final HeadTargets targets;
  private final int[] cacheIndexOf;
  private final SampleOrder order;
  private final BatchConfig config;
  private final Optional<Mixup> mixup;
  private final int prefetch;
  private final ExecutorService workers;
  private final Deque<Buffer> free = new ArrayDeque<>();
  private Epoch current;
  private boolean closed;

  /**
   * @param cache that has the part's images; it stays the caller's
   * @param part of a split; each inner node of its taxonomy is a head of the network. A part from
   *     {@link Dataset#forStage} may have one
   * @param further heads after those of the stages
   * @param config what a batch is
   * @param threads that prepare batches, at least 1
   * @throws IllegalArgumentException where a sample reaches no head, or the cache lacks a sample
   */
  public Batches(
      ImageCache cache, Dataset part, List<Head> further, BatchConfig config, int threads) {
    this(cache, part, further, config, threads, PREFETCH);
  }

  /**
   * @param prefetch how many batches are prepared ahead, at least 1
   */
  Batches(
      ImageCache cache,
      Dataset part,
      List<Head> further,
      BatchConfig config,
      int threads,
      int prefetch) {
    this.cache = cache;
    this.config = config;
    this.targets =
        new HeadTargets(part, further, config.sampling() == Sampling.BALANCED_BY_LABORATORY);
    targets
        .firstWithoutHead()
        .ifPresent(
            sample -> {
              throw new IllegalArgumentException(
                  "Every sample of a batch must be labelled with a label below %s, or reach another head; found %s that does not."
                      .formatted(part.taxonomy().root(), part.samples().get(sample).id()));
            });
    this.cacheIndexOf = part.samples().stream().mapToInt(s -> cache.indexOf(s.id())).toArray();
    this.order =
        new SampleOrder(config.sampling(), targets.stratumOf(), targets.turn(), config.seed());
    this.mixup = config.mixup() == 0 ? Optional.empty() : Optional.of(new Mixup(config.mixup()));
    this.prefetch = prefetch;
    this.workers = Executors.newFixedThreadPool(threads, Parallel.daemons("leukemia4j-batches"));
    addBuffers();
  }

  /** Adds a buffer for each batch that is being prepared, and one for the batch in use. */
  private void addBuffers() {
    while (free.size() <= prefetch) {
      int size = Math.min(config.size(), Math.max(1, order.length()));
      free.add(new Buffer(size, cache.imageBytes(), targets));
    }
  }

  private static final class Buffer {
    private final byte[] images;
    private final int[] samples;
    private final HeadTargets.Rows rows;

    Buffer(int size, int imageBytes, HeadTargets targets) {
      images = new byte[Math.multiplyExact(size, imageBytes)];
      samples = new int[size];
      rows = targets.new Rows(size);
    }
  }

  private record Pending(Buffer buffer, Future<Batch> batch) {}

  /** Returns how many batches an epoch has. */
  public int batchesPerEpoch() {
    return (order.length() + config.size() - 1) / config.size();
  }

  /**
   * Begins an epoch and ends the one before it, if that is still under way.
   *
   * @param number from 0; the order and the augmentation differ from epoch to epoch
   * @throws IllegalStateException where the batches are closed
   */
  public Epoch epoch(int number) {
    return epoch(number, 0);
  }

  /**
   * Begins an epoch after its first batches, as if they had been taken.
   *
   * @param number from 0; the order and the augmentation differ from epoch to epoch
   * @param first the first batch to give, from 0 to {@link #batchesPerEpoch}
   * @throws IllegalArgumentException where the epoch has fewer batches
   * @throws IllegalStateException where the batches are closed
   */
  public Epoch epoch(int number, int first) {
    if (first < 0 || first > batchesPerEpoch()) {
      throw new IllegalArgumentException(
          "The first batch must be 0 to " + batchesPerEpoch() + "; found " + first + ".");
    }
    if (closed) {
      throw new IllegalStateException("The batches are closed.");
    }
    if (current != null) {
      current.end();
    }
    current = new Epoch(number, first);
    return current;
  }

  /** Stops the preparation of batches and ends the worker threads. */
  @Override
  public void close() {
    closed = true;
    if (current != null) {
      current.end();
    }
    workers.shutdownNow();
    boolean interrupted = false;
    boolean ended = false;
    while (!ended) {
      try {
        ended = workers.awaitTermination(1, TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** The batches of one epoch, in order. All are of the same size, give or take one image. */
  public final class Epoch {
    private final int number;
    private final SampleOrder.Draws draws;
    private final Deque<Pending> pending = new ArrayDeque<>();
    private Buffer inUse;
    private int submitted;
    private int given;
    private volatile boolean ended;

    private Epoch(int number, int first) {
      this.number = number;
      this.draws = order.draws(number);
      this.submitted = first;
      this.given = first;
      submit();
    }

    /** Returns how many batches the epoch has. */
    public int size() {
      return batchesPerEpoch();
    }

    /** Returns whether there is a further batch. */
    public boolean hasNext() {
      return given < size();
    }

    /**
     * Returns the next batch, and waits until it is prepared. The arrays of the batch before are
     * used again.
     *
     * @throws NoSuchElementException where there is none
     * @throws IllegalStateException where another epoch was begun, or the batches were closed
     * @throws InterruptedException where the calling thread is interrupted
     */
    public Batch next() throws InterruptedException {
      if (ended) {
        throw new IllegalStateException(
            "Batches must be taken from the epoch begun last, before closing.");
      }
      if (!hasNext()) {
        throw new NoSuchElementException("The epoch has " + size() + " batches; all are given.");
      }
      recycle();
      submit();
      Batch batch = Parallel.await(pending.element().batch());
      inUse = pending.remove().buffer();
      given++;
      return batch;
    }

    private void recycle() {
      if (inUse != null) {
        free.add(inUse);
        inUse = null;
      }
    }

    private void submit() {
      while (submitted < size() && pending.size() < prefetch) {
        int step = submitted++;
        Buffer buffer = free.remove();
        pending.add(new Pending(buffer, workers.submit(() -> prepare(buffer, step))));
      }
    }

    private Batch prepare(Buffer buffer, int step) {
      int from = start(step);
      int size = start(step + 1) - from;
      byte[] image = new byte[cache.imageBytes()];
      buffer.rows.clear();
      for (int i = 0; i < size; i++) {
        if (ended) {
          throw new CancellationException();
        }
        int sample = draws.sample(from + i);
        RandomGenerator random = Augmentation.random(config.seed(), number, draws.stream(from + i));
        load(sample, image, random);
        double[] target = targets.of(sample);
        int other = mixup.isPresent() ? mixIn(mixup.get(), image, target, random) : sample;
        System.arraycopy(image, 0, buffer.images, i * image.length, image.length);
        buffer.rows.add(i, target, sample, other);
        buffer.samples[i] = sample;
      }
      return new Batch(buffer.images, buffer.samples, size, buffer.rows.targets());
    }

    private void load(int sample, byte[] image, RandomGenerator random) {
      cache.copyTo(cacheIndexOf[sample], image, 0);
      config.augmentation().apply(image, cache.height(), cache.width(), random);
    }

    /**
     * Goes on with the generator of the first image, which is augmented as without mixing.
     *
     * @return the sample that was mixed in
     */
    private int mixIn(Mixup mixture, byte[] image, double[] target, RandomGenerator random) {
      double share = mixture.share(random);
      int other = draws.sample(random.nextInt(order.length()));
      byte[] otherImage = new byte[image.length];
      load(other, otherImage, random);
      Mixup.mix(image, target, otherImage, targets.of(other), share);
      return other;
    }

    /** Makes batches of nearly equal size: a last one of few images would upset statistics. */
    private int start(int step) {
      return (int) ((long) step * order.length() / size());
    }

    private void end() {
      ended = true;
      recycle();
      pending.forEach(task -> task.batch().cancel(false));
      pending.clear();
      // A worker may still be writing into a buffer that was pending: those are not used again.
      addBuffers();
    }
  }
}
