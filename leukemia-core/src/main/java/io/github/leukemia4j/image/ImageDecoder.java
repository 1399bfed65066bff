package io.github.leukemia4j.image;

import io.github.leukemia4j.CellImage;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;

/** Decodes image files. */
public final class ImageDecoder {
  /** The most pixels that an image may have. */
  public static final long MAX_PIXELS = 100_000_000;

  private ImageDecoder() {}

  public static CellImage read(Path file) throws IOException {
    throw new UnsupportedOperationException("placeholder until the image package lands");
  }

  public static CellImage decode(byte[] content) {
    throw new UnsupportedOperationException("placeholder until the image package lands");
  }

  public static CellImage convert(BufferedImage image) {
    throw new UnsupportedOperationException("placeholder until the image package lands");
  }
}
