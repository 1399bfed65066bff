package io.github.leukemia4j.image.decode;

import io.github.leukemia4j.DataException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The header of a BMP file, and that its rows are all there. */
final class BmpStructure {
  private static final String BMP = "BMP";
  private static final int OLD_HEADER = 12;

  private BmpStructure() {}

  static ImageHeader check(byte[] content) {
    ByteBuffer file = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    if (content.length < 26) {
      throw ImageHeader.damaged(BMP, "a header that is not complete");
    }
    long offset = Integer.toUnsignedLong(file.getInt(10));
    boolean old = file.getInt(14) == OLD_HEADER;
    if (!old && content.length < 54) {
      throw ImageHeader.damaged(BMP, "a header that is not complete");
    }
    long width = old ? file.getShort(18) & 0xFFFF : file.getInt(18);
    // A negative height means rows from the top.
    long height = old ? file.getShort(20) & 0xFFFF : Math.abs((long) file.getInt(22));
    int bits = file.getShort(old ? 24 : 28) & 0xFFFF;
    int compression = old ? 0 : file.getInt(30);
    if (bits != 1 && bits != 4 && bits != 8 && bits != 16 && bits != 24 && bits != 32) {
      throw ImageHeader.damaged(BMP, bits + " bits per pixel");
    }
    switch (compression) {
      case 0, 3 -> {
        long row = (Math.max(0, width) * bits + 31) / 32 * 4;
        ImageHeader.checkSize(BMP, width, height, Long.MAX_VALUE, content.length);
        // Writers may leave out the padding of the last row.
        if (offset + row * height - 3 > content.length) {
          throw ImageHeader.damaged(
              BMP,
              "%s bytes where %s x %s pixels need %s"
                  .formatted(content.length, width, height, offset + row * height));
        }
      }
      // Run lengths: two bytes for at most 255 pixels.
      case 1, 2 -> ImageHeader.checkSize(BMP, width, height, content.length * 128L, content.length);
      default ->
          throw new DataException(
              "A BMP must be uncompressed or run-length encoded; found compression %s. Convert it to PNG."
                  .formatted(compression));
    }
    return new ImageHeader("bmp", (int) width, (int) height, content);
  }
}
