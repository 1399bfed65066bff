package io.github.leukemia4j.serving;

import java.time.Duration;

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
