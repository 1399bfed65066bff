package io.github.leukemia4j.spark;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.DataException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;

/** An image file's content that is not decoded yet. */
interface EncodedImage {
  /**
   * The content of an image file.
   *
   * @return null where there is none
   */
  byte[] content() throws IOException;

  /** What messages call it; null where it has no name. */
  String name();

  /**
   * An image, or why there is none.
   *
   * @param image null where it cannot be decoded
   * @param error null where it can
   */
  record Decoded(CellImage image, String error) {}

  /**
   * Decodes the image; what is wrong with it is the error.
   *
   * @throws io.github.leukemia4j.BackendException where memory is too short for it
   */
  default Decoded decode(long maxPixels) {
    try {
      byte[] content = content();
      return content == null
          ? failed("there is no content")
          : new Decoded(CellImage.decode(content, maxPixels), null);
    } catch (NoSuchFileException | FileNotFoundException e) {
      return failed("no such file");
    } catch (IOException | DataException e) {
      return failed(e.getMessage() == null ? e.toString() : e.getMessage());
    }
  }

  private Decoded failed(String reason) {
    return new Decoded(
        null, name() == null || reason.contains(name()) ? reason : name() + ": " + reason);
  }
}
