package io.github.leukemia4j.image.decode;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/** The chunks of a PNG file and their checksums, which ImageIO does not look at. */
final class PngStructure {
  private static final String PNG = "PNG";
  // The most that deflate can expand a byte to.
  private static final long DEFLATE = 1032;

  private PngStructure() {}

  static ImageHeader check(byte[] content) {
    ByteBuffer file = ByteBuffer.wrap(content);
    if (content.length < 33 || file.getLong(0) != 0x89504E470D0A1A0AL) {
      throw ImageHeader.damaged(PNG, "a signature or header that is not complete");
    }
    int width = file.getInt(16);
    int height = file.getInt(20);
    int bits = bitsPerPixel(content[24] & 0xFF, content[25] & 0xFF);
    ImageHeader.checkSize(PNG, width, height, content.length * DEFLATE * 8 / bits, content.length);
    boolean pixels = false;
    int at = 8;
    while (true) {
      if (at + 12L > content.length) {
        throw ImageHeader.damaged(PNG, "no end chunk within its " + content.length + " bytes");
      }
      int length = file.getInt(at);
      String type = new String(content, at + 4, 4, StandardCharsets.ISO_8859_1);
      if (length < 0 || at + 12L + length > content.length) {
        throw ImageHeader.damaged(
            PNG, "a chunk " + type + " at byte " + at + " that ends after the file");
      }
      if ((at == 8) != type.equals("IHDR")) {
        throw ImageHeader.damaged(PNG, "the chunk " + type + " at byte " + at + ", out of place");
      }
      // Chunks with a small first letter are not needed for the pixels, but for transparency.
      if (Character.isUpperCase(type.charAt(0)) || type.equals("tRNS")) {
        CRC32 checksum = new CRC32();
        checksum.update(content, at + 4, length + 4);
        if ((int) checksum.getValue() != file.getInt(at + 8 + length)) {
          throw ImageHeader.damaged(
              PNG, "a wrong checksum in the chunk " + type + " at byte " + at);
        }
      }
      pixels |= type.equals("IDAT");
      if (type.equals("IEND")) {
        break;
      }
      at += 12 + length;
    }
    if (!pixels) {
      throw ImageHeader.damaged(PNG, "no pixels before the end chunk");
    }
    return new ImageHeader("png", width, height, content);
  }

  private static int bitsPerPixel(int depth, int colourType) {
    int channels =
        switch (colourType) {
          case 0, 3 -> 1;
          case 2 -> 3;
          case 4 -> 2;
          case 6 -> 4;
          default -> throw ImageHeader.damaged(PNG, "the unknown colour type " + colourType);
        };
    if (depth != 1 && depth != 2 && depth != 4 && depth != 8 && depth != 16) {
      throw ImageHeader.damaged(PNG, depth + " bits per colour value");
    }
    return channels * depth;
  }
}
