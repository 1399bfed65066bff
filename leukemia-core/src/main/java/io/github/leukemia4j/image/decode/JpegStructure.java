package io.github.leukemia4j.image.decode;

import io.github.leukemia4j.DataException;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * The markers of a JPEG file (ITU-T T.81, annex B). ImageIO decodes a file that was cut short
 * without complaint, so that the end marker has to be sought here.
 */
final class JpegStructure {
  private static final String JPEG = "JPEG";
  // An 8 x 8 block takes at least one bit.
  private static final long PIXELS_PER_BYTE = 8 * 64;
  // Progressive files have about ten; each costs a pass over the whole image.
  private static final int MOST_SCANS = 100;

  // Version 1.1, no unit, density 1 x 1, no thumbnail.
  private static final byte[] JFIF = {
    (byte) 0xFF, (byte) 0xE0, 0, 16, 'J', 'F', 'I', 'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0
  };

  private JpegStructure() {}

  static ImageHeader check(byte[] content) {
    // Comments, Exif, colour profiles and thumbnails do not bear on the pixels as this library
    // reads them, but damage in them makes ImageIO warn or fail.
    ByteArrayOutputStream kept = new ByteArrayOutputStream(content.length);
    kept.write(content, 0, 2);
    int width = 0;
    int height = 0;
    int scans = 0;
    boolean jfif = false;
    byte[] adobe = {};
    boolean rgb = false;
    int at = 2;
    while (true) {
      if (at >= content.length) {
        throw cut(content.length);
      }
      if (unsigned(content, at) != 0xFF) {
        throw ImageHeader.damaged(JPEG, "no marker at byte " + at + " where one must be");
      }
      int start = at;
      while (at < content.length && unsigned(content, at) == 0xFF) {
        at++;
      }
      if (at >= content.length) {
        throw cut(content.length);
      }
      int marker = unsigned(content, at++);
      if (marker == 0xD9) {
        kept.write(0xFF);
        kept.write(marker);
        break;
      }
      if (marker == 0x01 || (marker >= 0xD0 && marker <= 0xD8) || marker == 0) {
        throw ImageHeader.damaged(
            JPEG, String.format("the marker %02x at byte %d, out of place", marker, start));
      }
      if (at + 2 > content.length) {
        throw cut(content.length);
      }
      int length = short16(content, at);
      if (length < 2 || at + length > content.length) {
        throw cut(content.length);
      }
      boolean keep = true;
      if (isFrame(marker)) {
        if (width != 0) {
          throw ImageHeader.damaged(JPEG, "a second frame at byte " + start);
        }
        checkFrame(content, at, length);
        rgb = isNamedRgb(content, at);
        height = short16(content, at + 3);
        width = short16(content, at + 5);
        ImageHeader.checkSize(
            JPEG, width, height, content.length * PIXELS_PER_BYTE, content.length);
      } else if (marker == 0xE0) {
        keep = !jfif && isJfif(content, at, length);
        jfif |= keep;
      } else {
        keep = (marker < 0xE1 || marker > 0xEF) && marker != 0xFE;
        if (marker == 0xEE) {
          adobe = Arrays.copyOfRange(content, start, at + length);
        }
      }
      if (keep) {
        kept.write(0xFF);
        kept.write(marker);
        kept.write(content, at, length);
      }
      at += length;
      if (marker == 0xDA) {
        if (width == 0) {
          throw ImageHeader.damaged(JPEG, "no frame header before the pixels");
        }
        if (++scans > MOST_SCANS) {
          throw ImageHeader.damaged(JPEG, "more than " + MOST_SCANS + " scans");
        }
        int end = endOfScan(content, at);
        kept.write(content, at, end - at);
        at = end;
      }
    }
    if (scans == 0) {
      throw ImageHeader.damaged(JPEG, "no pixels before the end marker");
    }
    // Where both are there, JFIF's YCbCr holds, as in libjpeg. Without either the colours are YCbCr
    // too, unless the components are called R, G and B; the JDK takes them for RGB where they have
    // other names than 1, 2 and 3.
    byte[] colours =
        jfif || adobe.length == 0 && rgb ? new byte[0] : adobe.length > 0 ? adobe : JFIF;
    return new ImageHeader("jpeg", width, height, insert(kept.toByteArray(), colours));
  }

  /** Behind the marker of the start. */
  private static byte[] insert(byte[] content, byte[] marker) {
    ByteArrayOutputStream marked = new ByteArrayOutputStream(content.length + marker.length);
    marked.write(content, 0, 2);
    marked.writeBytes(marker);
    marked.write(content, 2, content.length - 2);
    return marked.toByteArray();
  }

  private static boolean isNamedRgb(byte[] content, int at) {
    return unsigned(content, at + 7) == 3
        && content[at + 8] == 'R'
        && content[at + 11] == 'G'
        && content[at + 14] == 'B';
  }

  private static void checkFrame(byte[] content, int at, int length) {
    if (length < 8) {
      throw ImageHeader.damaged(JPEG, "a frame header of " + length + " bytes");
    }
    int precision = unsigned(content, at + 2);
    int components = unsigned(content, at + 7);
    if (precision != 8) {
      throw new DataException(
          "A JPEG must have 8 bits per colour value; found %s. Convert it to a 16-bit PNG or TIFF."
              .formatted(precision));
    }
    if (components != 1 && components != 3) {
      throw new DataException(
          "A JPEG must be grey (1 component) or colour (3 components); found %s%s. Convert it to RGB."
              .formatted(
                  components,
                  components == 4 ? " (CMYK or YCCK, whose colours depend on the printer)" : ""));
    }
    if (length < 8 + 3 * components) {
      throw ImageHeader.damaged(
          JPEG, "a frame header of %d bytes for %d components".formatted(length, components));
    }
  }

  /** The next marker that is neither a stuffed byte nor a restart. */
  private static int endOfScan(byte[] content, int from) {
    for (int at = from; at + 1 < content.length; at++) {
      if (content[at] == (byte) 0xFF) {
        int next = unsigned(content, at + 1);
        if (next != 0 && next != 0xFF && (next < 0xD0 || next > 0xD7)) {
          return at;
        }
      }
    }
    throw cut(content.length);
  }

  private static boolean isFrame(int marker) {
    return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
  }

  private static boolean isJfif(byte[] content, int at, int length) {
    return length >= 16
        && content[at + 2] == 'J'
        && content[at + 3] == 'F'
        && content[at + 4] == 'I'
        && content[at + 5] == 'F'
        && content[at + 6] == 0;
  }

  private static DataException cut(int length) {
    return ImageHeader.damaged(JPEG, "no end marker within its " + length + " bytes");
  }

  private static int unsigned(byte[] content, int at) {
    return content[at] & 0xFF;
  }

  private static int short16(byte[] content, int at) {
    return unsigned(content, at) << 8 | unsigned(content, at + 1);
  }
}
