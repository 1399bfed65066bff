package io.github.leukemia4j.tf;

import io.github.leukemia4j.BackendException;
import io.github.leukemia4j.Device;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;

/**
 * The devices that TensorFlow sees. A GPU is looked for only once somebody may want one: to look
 * for it takes memory on it, and fails where others hold all of that. Thread-safe.
 */
final class TfDevices {
  private static final Logger LOG = System.getLogger(TfDevices.class.getName());

  private final Lister lister;
  private List<String> seen = List.of();
  private boolean started;
  private boolean sought;
  private BackendException failure;

  /** Asks TensorFlow. */
  interface Lister {
    /**
     * Names such as CPU:0 and GPU:0.
     *
     * @param gpu whether to look for GPUs too
     * @throws BackendException where TensorFlow cannot tell
     */
    List<String> list(boolean gpu);
  }

  TfDevices(Lister lister) {
    this.lister = lister;
  }

  /**
   * Loads the native library where it is not loaded yet.
   *
   * @throws BackendException where there is none
   */
  synchronized void start() {
    if (!started) {
      seen = List.copyOf(lister.list(false));
      started = true;
    }
  }

  /** What was seen so far: no GPU before one is looked for, nothing before the start. */
  synchronized List<String> seen() {
    return seen;
  }

  /**
   * The GPU to run on; empty for {@link Device#CPU}, and where a GPU that was not demanded cannot
   * be used.
   *
   * @throws BackendException where {@link Device#GPU} is demanded and there is none
   */
  synchronized Optional<String> gpu(Device wish) {
    if (wish == Device.CPU) {
      return Optional.empty();
    }
    start();
    if (!sought) {
      seek();
    }
    Optional<String> gpu = seen.stream().filter(device -> device.contains("GPU")).findFirst();
    if (wish == Device.GPU && gpu.isEmpty()) {
      throw new BackendException(
          """
          The device gpu needs a GPU that TensorFlow can use; found only %s%s. Put \
          tensorflow-core-native with the classifier linux-x86_64-gpu on the class path, install \
          the driver, CUDA 12 and cuDNN 9, or choose the device auto or cpu."""
              .formatted(seen, failure == null ? "" : " (" + failure.getMessage() + ")"),
          failure);
    }
    return gpu;
  }

  private void seek() {
    sought = true;
    try {
      seen = List.copyOf(lister.list(true));
    } catch (BackendException e) {
      failure = e;
      LOG.log(Level.WARNING, "No GPU can be used: " + e.getMessage());
    }
  }
}
