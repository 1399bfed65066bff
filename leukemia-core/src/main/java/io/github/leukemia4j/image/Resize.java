package io.github.leukemia4j.image;

/** Resizing of interleaved 8-bit RGB. */
public final class Resize {
  private Resize() {}

  /**
   * Area-averages where a side shrinks, interpolates linearly where it grows.
   *
   * @param source [height, width, 3]
   * @param target receives [newHeight, newWidth, 3] from {@code offset}
   */
  public static void resize(
      byte[] source,
      int height,
      int width,
      byte[] target,
      int offset,
      int newHeight,
      int newWidth) {
    throw new UnsupportedOperationException("placeholder until the image package lands");
  }
}
