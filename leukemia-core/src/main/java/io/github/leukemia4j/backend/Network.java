package io.github.leukemia4j.backend;

import io.github.leukemia4j.BackendException;
import io.github.leukemia4j.ModelFormatException;
import java.util.List;
import java.util.function.UnaryOperator;

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

  /**
   * A network that computes gradients of its logits, to show which pixels speak for a label.
   * Thread-safe.
   */
  interface Explainable extends Network {
    /**
     * Weighs the last block's channels by the mean gradient of a value with respect to them, and
     * cuts negative sums at 0 (Grad-CAM, Selvaraju et al. 2017).
     *
     * @param rgb one image, {@code [height, width, 3]}, as the network is fed
     * @param derivative from the logits of all heads, {@code [heads][labels]}, to the derivatives
     *     of the explained value with respect to them
     * @return {@code [rows][columns]} of the last block's output, 0 or more
     * @throws BackendException where the backend fails, or the network has no such block
     */
    double[][] gradCam(byte[] rgb, UnaryOperator<double[][]> derivative);

    /**
     * Integrates the gradients of a value along the straight way from an image of the mean colour
     * to this one, times the difference, summed over the colours (Sundararajan et al. 2017).
     *
     * @param rgb one image, {@code [height, width, 3]}, as the network is fed
     * @param derivative from the logits of all heads, {@code [heads][labels]}, to the derivatives
     *     of the explained value with respect to them
     * @return {@code [height][width]}; sums to the value of the image less that of the mean colour
     * @throws BackendException where the backend fails
     */
    double[][] integratedGradients(byte[] rgb, UnaryOperator<double[][]> derivative);
  }
}
