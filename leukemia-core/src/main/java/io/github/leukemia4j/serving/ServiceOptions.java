package io.github.leukemia4j.serving;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * How a {@link ClassificationService} gathers images.
 *
 * @param maxBatch the maximum number of images that are classified at once, 1 to 65536
 * @param maxDelay the longest time that an image waits for others to join its batch, 0 to one
 *     minute; a full batch does not wait
 * @param maxWaiting the maximum number of images that wait at once, from {@code maxBatch} to
 *     1048576; the service rejects a further one
 * @param maxBytes the maximum memory of all images that wait or are being classified, at 3 bytes a
 *     pixel, at least 1; the service rejects an image that would exceed it. Images are held in
 *     their own size, so that their number alone does not bound the memory
 */
public record ServiceOptions(int maxBatch, Duration maxDelay, int maxWaiting, long maxBytes) {
  private static final int LARGEST_BATCH = 1 << 16;
  private static final int LONGEST_QUEUE = 1 << 20;
  private static final Duration LONGEST_DELAY = Duration.ofMinutes(1);

  /**
   * The service classifies at most 32 images at once, gathered within 2 milliseconds. At most 1024
   * wait. Together they take at most a quarter of the largest heap that this JVM may have.
   */
  public static final ServiceOptions DEFAULT =
      new ServiceOptions(32, Duration.ofMillis(2), 1024, Runtime.getRuntime().maxMemory() / 4);

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if a value is out of its range; the message names each
   */
  public ServiceOptions {
    Objects.requireNonNull(maxDelay, "maxDelay");
    List<String> faults = new ArrayList<>();
    if (maxBatch < 1 || maxBatch > LARGEST_BATCH) {
      faults.add("maxBatch must be 1 to " + LARGEST_BATCH + "; found " + maxBatch);
    }
    if (maxDelay.isNegative() || maxDelay.compareTo(LONGEST_DELAY) > 0) {
      faults.add("maxDelay must be 0 to " + LONGEST_DELAY + "; found " + maxDelay);
    }
    if (maxWaiting < maxBatch || maxWaiting > LONGEST_QUEUE) {
      faults.add(
          "maxWaiting must be at least maxBatch and at most %s; found %s"
              .formatted(LONGEST_QUEUE, maxWaiting));
    }
    if (maxBytes < 1) {
      faults.add("maxBytes must be at least 1; found " + maxBytes);
    }
    if (!faults.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", faults) + ".");
    }
  }

  /** Returns these options with another maximum number of waiting images. */
  public ServiceOptions withMaxWaiting(int images) {
    return new ServiceOptions(maxBatch, maxDelay, images, maxBytes);
  }

  /** Returns these options with another limit of memory. */
  public ServiceOptions withMaxBytes(long bytes) {
    return new ServiceOptions(maxBatch, maxDelay, maxWaiting, bytes);
  }

  /**
   * Is told what a {@link ClassificationService} does, to count and time it. Called on the threads
   * that ask and on the service's own, several at once: implementations must be thread-safe and
   * quick. What they throw is logged and changes nothing.
   */
  public interface ServiceListener {
    /** Listens to nothing. */
    ServiceListener NONE = new ServiceListener() {};

    /**
     * An image was taken in.
     *
     * @param waiting how many wait now, this one included
     */
    default void accepted(int waiting) {}

    /**
     * An image was turned away because as many wait as may, or because of their memory.
     *
     * @param waiting how many wait
     */
    default void rejected(int waiting) {}

    /**
     * Some images were classified together.
     *
     * @param images how many
     * @param computing how long the classifier took
     */
    default void classified(int images, Duration computing) {}

    /**
     * An image's result is there.
     *
     * @param latency since it was taken in
     */
    default void answered(Duration latency) {}

    /**
     * An image got no result.
     *
     * @param latency since it was taken in
     * @param reason what the classifier threw
     */
    default void failed(Duration latency, Throwable reason) {}
  }
}
