package io.github.leukemia4j.backend;

import io.github.leukemia4j.BackendException;
import io.github.leukemia4j.ModelFormatException;
import java.util.List;

/**
 * The arithmetic of an opened bundle: pixels in, logits out. Thread-safe. The library resizes and
 * recolours images, cuts lists of them into chunks, limits how many chunks run at once, and closes
 * the network when no call is running; an implementation does none of that. {@code
 * io.github.leukemia4j.testkit.NetworkContract} proves one.
 */
public interface Network extends AutoCloseable {
  /** The questions that it answers, as the manifest lists them. At least one. */
  List<Head> heads();

  /**
   * Computes the logits of some images. May be called by several threads at once. On a CPU an
   * image's logits do not depend on the images beside it.
   *
   * @param rgb {@code [images, height, width, 3]} of the size that the manifest states, with the
   *     colours that the network is fed; it stays the caller's and is not changed
   * @param images how many there are, at least 1
   * @return one row for each head and image, {@code [heads][images][labels]}
   * @throws ModelFormatException where the network does not fit its manifest
   * @throws BackendException where the backend fails, or there is too little memory
   */
  Logits logits(byte[] rgb, int images);

  /**
   * How many calls of {@link #logits} may run at once: each holds what its layers compute. By
   * default as many as there are processors, and at least 2, so that one chunk is computed while
   * the next is prepared.
   */
  default int callsAtOnce() {
    return Math.max(2, Runtime.getRuntime().availableProcessors());
  }

  /** Frees what the network holds. Called once, when no other call is running. */
  @Override
  void close();
}
