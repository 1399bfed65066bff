package io.github.leukemia4j.training.input;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.backend.Batch;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.data.parallel.Parallel;
import io.github.leukemia4j.image.augment.Augmentation;
import io.github.leukemia4j.image.pixels.Mixup;
import io.github.leukemia4j.training.Sampling;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * The batches of a training, epoch by epoch, prepared ahead on worker threads. What they hold
 * depends on the seed, the epoch and the samples, and neither on the number of threads nor on time.
 * One thread uses an instance, and closes it before the cache.
 *
 * <pre>{@code
 * try (Batches batches = Batches.builder(cache, split.forStage(stage).train()).seed(7).build()) {
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
  private final ImageCache cache;
  private final HeadTargets targets;
  private final int[] cacheIndexOf;
  private final SampleOrder order;
  private final int batchSize;
  private final Augmentation augmentation;
  private final Optional<Mixup> mixup;
  private final long seed;
  private final int prefetch;
  private final ExecutorService workers;
  private final Deque<Buffer> free = new ArrayDeque<>();
  private Epoch current;
  private boolean closed;

  private Batches(Builder builder) {
    this.cache = builder.cache;
    this.targets = builder.targets;
    List<Sample> samples = builder.part.samples();
    this.cacheIndexOf = samples.stream().mapToInt(s -> cache.indexOf(s.id())).toArray();
    this.order =
        new SampleOrder(builder.sampling, targets.stratumOf(), targets.turn(), builder.seed);
    this.batchSize = builder.batchSize;
    this.augmentation = builder.augmentation;
    this.mixup = builder.mixup == 0 ? Optional.empty() : Optional.of(new Mixup(builder.mixup));
    this.seed = builder.seed;
    this.prefetch = builder.prefetch;
    this.workers =
        Executors.newFixedThreadPool(builder.threads, Parallel.daemons("leukemia4j-batches"));
    addBuffers();
  }

  /** Adds a buffer for each batch that is being prepared, and one for the batch in use. */
  private void addBuffers() {
    while (free.size() <= prefetch) {
      int size = Math.min(batchSize, Math.max(1, order.length()));
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

  /**
   * @param cache a cache that has the part's images; it stays the caller's
   * @param part a part of a split; each inner node of its taxonomy is a head of the network. A part
   *     from {@link Dataset#forStage} has one
   */
  public static Builder builder(ImageCache cache, Dataset part) {
    return new Builder(cache, part);
  }

  /** Settings of batches; each has a default. */
  public static final class Builder {
    private final ImageCache cache;
    private final Dataset part;
    private int batchSize = 32;
    private Sampling sampling = Sampling.NATURAL;
    private Augmentation augmentation = Augmentation.none();
    private double mixup;
    private long seed;
    private int threads = Runtime.getRuntime().availableProcessors();
    private int prefetch = 4;
    private final List<HeadTargets.Further> further = new ArrayList<>();
    private HeadTargets targets;

    private Builder(ImageCache cache, Dataset part) {
      this.cache = Objects.requireNonNull(cache, "cache");
      this.part = Objects.requireNonNull(part, "part");
    }

    /**
     * Adds a head after those of the stages.
     *
     * @param answer one of the labels, or none where a sample does not reach the head
     */
    public Builder head(LabelSet labels, Function<Sample, Optional<Label>> answer) {
      further.add(new HeadTargets.Further(labels, answer));
      return this;
    }

    /** Specifies the maximum number of images in a batch, at least 1; 32 by default. */
    public Builder batchSize(int images) {
      this.batchSize = images;
      return this;
    }

    /** Specifies which samples make an epoch; {@link Sampling#NATURAL} by default. */
    public Builder sampling(Sampling wanted) {
      this.sampling = Objects.requireNonNull(wanted, "sampling");
      return this;
    }

    /** Specifies how images are augmented; they are not by default. */
    public Builder augmentation(Augmentation wanted) {
      this.augmentation = Objects.requireNonNull(wanted, "augmentation");
      return this;
    }

    /**
     * Mixes another sample of the epoch, drawn at random, into each sample after both are
     * augmented; see {@link Mixup}.
     *
     * @param alpha the parameter of the mixture's distribution; 0, the default, mixes nothing
     */
    public Builder mixup(double alpha) {
      this.mixup = alpha;
      return this;
    }

    /** Specifies the seed of the order, the augmentation and the mixing; 0 by default. */
    public Builder seed(long wanted) {
      this.seed = wanted;
      return this;
    }

    /** Specifies how many threads prepare batches, at least 1; all processors by default. */
    public Builder threads(int count) {
      this.threads = count;
      return this;
    }

    /** Specifies how many batches are prepared ahead, at least 1; 4 by default. */
    public Builder prefetch(int count) {
      this.prefetch = count;
      return this;
    }

    /**
     * @throws IllegalArgumentException if a setting is out of range, a sample reaches no head, or
     *     the cache lacks a sample; the message lists all settings that are out of range
     */
    public Batches build() {
      List<String> faults = new ArrayList<>();
      if (batchSize < 1) {
        faults.add("the batch size must be at least 1; found " + batchSize);
      }
      if (threads < 1) {
        faults.add("there must be at least 1 thread; found " + threads);
      }
      if (prefetch < 1) {
        faults.add("at least 1 batch must be prepared ahead; found " + prefetch);
      }
      if (mixup != 0) {
        try {
          new Mixup(mixup);
        } catch (IllegalArgumentException e) {
          faults.add(e.getMessage());
        }
      }
      targets = new HeadTargets(part, further, sampling == Sampling.BALANCED_BY_LABORATORY);
      targets
          .firstWithoutHead()
          .ifPresent(
              sample ->
                  faults.add(
                      "every sample must be labelled with a label below %s, or reach another head; found %s that does not"
                          .formatted(part.taxonomy().root(), part.samples().get(sample).id())));
      if (!faults.isEmpty()) {
        throw new IllegalArgumentException("Batches: " + String.join("; ", faults) + ".");
      }
      return new Batches(this);
    }
  }

  /** Returns the labels of each head: of each inner node, from the root down, and of the others. */
  public List<LabelSet> labels() {
    return targets.labels();
  }

  /** Returns how many samples of each label a head has, in the order of {@link #labels}. */
  public int[] classCounts(int head) {
    return targets.counts(head);
  }

  /** Returns how many batches an epoch has. */
  public int batchesPerEpoch() {
    return (order.length() + batchSize - 1) / batchSize;
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
        RandomGenerator random = Augmentation.random(seed, number, draws.stream(from + i));
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
      augmentation.apply(image, cache.height(), cache.width(), random);
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
