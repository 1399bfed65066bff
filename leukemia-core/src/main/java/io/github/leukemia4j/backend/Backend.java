package io.github.leukemia4j.backend;

import io.github.leukemia4j.BackendException;
import io.github.leukemia4j.ModelFormatException;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.model.ModelManifest;
import java.io.IOException;
import java.util.Optional;

/**
 * Opens model bundles, and may train them. Found by {@link java.util.ServiceLoader}: an
 * implementation names itself in {@code META-INF/services/io.github.leukemia4j.backend.Backend}.
 * Thread-safe. Making an instance must be cheap and load nothing native.
 */
public interface Backend {
  /** A short name, such as {@code tensorflow}, by which options can ask for it. */
  String name();

  /** Whether bundles of this kind can be opened. */
  boolean canOpen(ModelManifest manifest);

  /**
   * Opens the network of a bundle whose digests were verified.
   *
   * @param options of which a backend follows the device and the threads
   * @return what the caller closes
   * @throws IOException where a file of the bundle cannot be read
   * @throws ModelFormatException where a file is damaged, or holds more than arithmetic
   * @throws BackendException where the backend fails, or there is too little memory
   */
  Network open(ModelBundle bundle, OpenOptions options) throws IOException;

  /** What makes networks to be trained; empty for a backend that only infers. */
  default Optional<NetworkFactory> training() {
    return Optional.empty();
  }
}
