package io.github.leukemia4j.serving;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * How a {@link ClassificationService} gathers images.
 *
 * @param maxBatch the most images that are classified at once, 1 to 65536
 * @param maxDelay how long an image waits for others to join its batch, 0 to one minute; a batch
 *     that is full does not wait
 * @param maxWaiting how many images may wait at once, at least {@code maxBatch}, at most 1048576;
 *     one more is rejected
 * @param maxBytes what all images that wait or are being classified may take in memory, at 3 bytes
 *     a pixel, at least 1; one more is rejected. Images are held as large as they come, so that
 *     their number alone bounds nothing
 */
public record ServiceOptions(int maxBatch, Duration maxDelay, int maxWaiting, long maxBytes) {
  private static final int LARGEST_BATCH = 1 << 16;
  private static final int LONGEST_QUEUE = 1 << 20;
  private static final Duration LONGEST_DELAY = Duration.ofMinutes(1);

  /**
   * At most 32 images at once, gathered within 2 milliseconds; at most 1024 wait, and they take at
   * most a quarter of the largest heap that this JVM may have.
   */
  public static final ServiceOptions DEFAULT =
      new ServiceOptions(32, Duration.ofMillis(2), 1024, Runtime.getRuntime().maxMemory() / 4);

  /**
   * @throws IllegalArgumentException naming every value out of its range
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

  /** The same with another size of batches. */
  public ServiceOptions withMaxBatch(int images) {
    return new ServiceOptions(images, maxDelay, maxWaiting, maxBytes);
  }

  /** The same with another delay. */
  public ServiceOptions withMaxDelay(Duration delay) {
    return new ServiceOptions(maxBatch, delay, maxWaiting, maxBytes);
  }

  /** The same with another length of the queue. */
  public ServiceOptions withMaxWaiting(int images) {
    return new ServiceOptions(maxBatch, maxDelay, images, maxBytes);
  }

  /** The same with another limit of memory. */
  public ServiceOptions withMaxBytes(long bytes) {
    return new ServiceOptions(maxBatch, maxDelay, maxWaiting, bytes);
  }
}
