package io.github.leukemia4j.image.decode;

import io.github.leukemia4j.DataException;
import java.util.Locale;

/**
 * What a file says of itself and what its structure proves before a pixel is decoded.
 *
 * @param format as a plug-in of {@code javax.imageio} calls it
 * @param width in pixels
 * @param height in pixels
 * @param content what to decode: the file, perhaps without parts that do not bear on the pixels
 * @param channels what the file says of them
 */
record ImageHeader(String format, int width, int height, byte[] content, Channels channels) {
  /** Whose channels are what the decoder takes them for. */
  ImageHeader(String format, int width, int height, byte[] content) {
    this(format, width, height, content, Channels.AS_DECODED);
  }

  /** What the channel behind the colours is. */
  enum Spare {
    /** How opaque a pixel is. */
    OPACITY,
    /** Nothing that bears on the colours. */
    NO_COLOUR,
    /** The file does not say. */
    UNSAID
  }

  /**
   * What a file says of its channels and the decoder does not heed.
   *
   * @param palette the colours, red in bits 16 to 23; empty for those that the decoder gives
   * @param spare what the channel behind the colours is, if there is one
   */
  record Channels(int[] palette, Spare spare) {
    static final Channels AS_DECODED = new Channels(new int[0], Spare.OPACITY);
  }

  /**
   * Recognises the format by the first bytes and checks the structure.
   *
   * @throws DataException where the file is no whole image of a known format, or claims more pixels
   *     than are allowed or than its bytes can hold
   */
  static ImageHeader parse(byte[] content) {
    if (content.length == 0) {
      throw new DataException("The file must be an image; found no bytes at all.");
    }
    if (isJpeg(content)) {
      return JpegStructure.check(content);
    }
    if (isPng(content)) {
      return PngStructure.check(content);
    }
    if (startsWith(content, 'B', 'M')) {
      return BmpStructure.check(content);
    }
    if (isTiff(content)) {
      return TiffStructure.check(content);
    }
    throw new DataException(
        "The content must be a JPEG, PNG, BMP or TIFF image, whatever the name says; found a file that starts with %s. Convert it, or leave it out."
            .formatted(beginning(content)));
  }

  /** Whether a file begins as no other kind of file does; two letters of a BMP say too little. */
  static boolean isUnmistakable(byte[] start) {
    return isJpeg(start) || isPng(start) || isTiff(start);
  }

  private static boolean isJpeg(byte[] content) {
    return startsWith(content, 0xFF, 0xD8, 0xFF);
  }

  private static boolean isPng(byte[] content) {
    return startsWith(content, 0x89, 'P', 'N', 'G');
  }

  private static boolean isTiff(byte[] content) {
    return startsWith(content, 'I', 'I', 42, 0) || startsWith(content, 'M', 'M', 0, 42);
  }

  /**
   * Refuses sizes that are not allowed, and those that the file is too short for.
   *
   * @param mostPixels that the file's bytes can hold
   */
  static void checkSize(String format, long width, long height, long mostPixels, int bytes) {
    if (width < 1 || height < 1) {
      throw new DataException(
          "A " + format + " image must have at least one pixel; found " + size(width, height));
    }
    if (width > ImageDecoder.MAX_SIDE
        || height > ImageDecoder.MAX_SIDE
        || width * height > ImageDecoder.MAX_PIXELS) {
      throw new DataException(
          "An image must have at most %s pixels and no side above %s; found a %s of %s Cut the cells out of it, or shrink it."
              .formatted(
                  ImageDecoder.MAX_PIXELS, ImageDecoder.MAX_SIDE, format, size(width, height)));
    }
    if (width * height > mostPixels) {
      throw new DataException(
          "A %s of %s bytes cannot hold the pixels that it claims; found %s The file is cut short or damaged: get it again."
              .formatted(format, bytes, size(width, height)));
    }
  }

  /**
   * @throws DataException where the image has more pixels
   */
  void requireAtMost(long pixels) {
    if ((long) width * height > pixels) {
      throw new DataException(
          "An image must have at most %d pixels here; found a %s of %s Cut the cells out of it, or shrink it."
              .formatted(pixels, name(), size(width, height)));
    }
  }

  /** As messages call the format. */
  String name() {
    return format.toUpperCase(Locale.ROOT);
  }

  /** That a part of the file is missing or wrong. */
  static DataException damaged(String format, String found) {
    return new DataException(
        "A %s must be whole; found %s. The file is cut short or damaged: get it again, or leave it out."
            .formatted(format, found));
  }

  private static String size(long width, long height) {
    return width + " x " + height + " pixels.";
  }

  private static boolean startsWith(byte[] content, int... start) {
    if (content.length < start.length) {
      return false;
    }
    for (int i = 0; i < start.length; i++) {
      if ((content[i] & 0xFF) != start[i]) {
        return false;
      }
    }
    return true;
  }

  private static String beginning(byte[] content) {
    StringBuilder hex = new StringBuilder();
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < Math.min(8, content.length); i++) {
      hex.append(i == 0 ? "" : " ").append(String.format("%02x", content[i]));
      text.append(content[i] >= ' ' && content[i] < 127 ? (char) content[i] : '.');
    }
    return hex + " (\"" + text + "\")";
  }
}
