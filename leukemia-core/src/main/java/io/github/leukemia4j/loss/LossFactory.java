package io.github.leukemia4j.loss;

import java.util.Map;

/**
 * Makes losses of one kind by name, so that {@link Loss#parse}, and with it a configuration file or
 * a command line, can ask for a loss of your own: {@code NAME(key=value,...)}. Found by {@link
 * java.util.ServiceLoader}. Stateless and thread-safe.
 */
public interface LossFactory {
  /** What text calls the loss: letters and hyphens; none of the built-in names. */
  String name();

  /**
   * Makes the loss.
   *
   * @param arguments as they were written, by name; may be empty
   * @return a loss whose text is what this reads
   * @throws IllegalArgumentException where an argument is unknown or out of its range
   */
  Loss of(Map<String, String> arguments);
}
