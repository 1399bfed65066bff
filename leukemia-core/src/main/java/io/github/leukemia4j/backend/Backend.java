package io.github.leukemia4j.backend;

import io.github.leukemia4j.BackendException;
import io.github.leukemia4j.LeukemiaClassifier;
import io.github.leukemia4j.model.ModelBundle;
import io.github.leukemia4j.model.ModelManifest;
import java.io.IOException;
import java.nio.file.Path;
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
   * Opens a bundle whose digests were verified.
   *
   * @return a classifier that the caller closes
   * @throws IOException where a file of the bundle cannot be read
   * @throws BackendException where the backend fails
   */
  LeukemiaClassifier open(ModelBundle bundle, OpenOptions options) throws IOException;

  /**
   * Brings the copied files of a bundle into line with a manifest that has another temperature. To
   * be implemented where these files hold the temperature for other programs; by default, nothing
   * is done.
   *
   * @param directory holds the files, without a manifest
   * @param manifest the new one
   * @throws IOException where a file cannot be read or written
   */
  default void recalibrate(Path directory, ModelManifest manifest) throws IOException {}

  /** What makes networks to be trained; empty for a backend that only infers. */
  default Optional<NetworkFactory> training() {
    return Optional.empty();
  }
}
