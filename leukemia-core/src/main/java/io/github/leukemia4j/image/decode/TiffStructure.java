package io.github.leukemia4j.image.decode;

import io.github.leukemia4j.DataException;
import io.github.leukemia4j.image.decode.ImageHeader.Channels;
import io.github.leukemia4j.image.decode.ImageHeader.Spare;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The first directory of a TIFF file: that everything it points at is there, and that its colours
 * have one meaning (grey, palette, RGB, YCbCr; whole numbers of up to 16 bits).
 */
final class TiffStructure {
  private static final String TIFF = "TIFF";
  private static final int WIDTH = 256;
  private static final int HEIGHT = 257;
  private static final int BITS = 258;
  private static final int COMPRESSION = 259;
  private static final int PHOTOMETRIC = 262;
  private static final int STRIP_OFFSETS = 273;
  private static final int SAMPLES = 277;
  private static final int STRIP_BYTES = 279;
  private static final int COLOUR_MAP = 320;
  private static final int TILE_WIDTH = 322;
  private static final int TILE_HEIGHT = 323;
  private static final int TILE_OFFSETS = 324;
  private static final int TILE_BYTES = 325;
  private static final int EXTRA_SAMPLES = 338;
  private static final int SAMPLE_FORMAT = 339;
  private static final int PALETTE = 3;
  private static final int ASSOCIATED_ALPHA = 1;
  private static final int UNASSOCIATED_ALPHA = 2;
  // Bytes of one value, by the type's number from 0.
  private static final int[] TYPE_BYTES = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4};
  // LZW can expand a byte to about 1335, deflate to 1032.
  private static final long MOST_EXPANSION = 1400;
  private static final int SMALL_TILE = 1 << 20;

  private final ByteBuffer file;
  private final Map<Integer, long[]> fields = new HashMap<>();

  private TiffStructure(byte[] content) {
    file =
        ByteBuffer.wrap(content)
            .order(content[0] == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
  }

  static ImageHeader check(byte[] content) {
    TiffStructure structure = new TiffStructure(content);
    structure.readDirectory();
    structure.checkColours();
    structure.checkPixels();
    return new ImageHeader(
        "tiff",
        (int) structure.number(WIDTH, 0),
        (int) structure.number(HEIGHT, 0),
        content,
        new Channels(structure.palette(), structure.spare()));
  }

  /** Of a channel behind the colours the JDK takes any for opacity, whatever the file says. */
  private Spare spare() {
    long[] extra = fields.get(EXTRA_SAMPLES);
    if (extra == null || extra.length == 0) {
      return Spare.UNSAID;
    }
    return extra[0] == ASSOCIATED_ALPHA || extra[0] == UNASSOCIATED_ALPHA
        ? Spare.OPACITY
        : Spare.NO_COLOUR;
  }

  /**
   * The colour map as libtiff reads it. Its values have 16 bits, but some programs write 8, and
   * others 8 with zeros behind them, of which the JDK makes one less.
   */
  private int[] palette() {
    if (number(PHOTOMETRIC, -1) != PALETTE) {
      return new int[0];
    }
    long[] map = fields.getOrDefault(COLOUR_MAP, new long[0]);
    int colours = 1 << number(BITS, 1);
    if (map.length != 3 * colours) {
      throw ImageHeader.damaged(
          TIFF, "a colour map of %d values for %d colours".formatted(map.length, colours));
    }
    int shift = Arrays.stream(map).allMatch(value -> value < 256) ? 0 : 8;
    int[] palette = new int[colours];
    for (int i = 0; i < colours; i++) {
      long red = map[i] >> shift;
      long green = map[colours + i] >> shift;
      long blue = map[2 * colours + i] >> shift;
      palette[i] = (int) (0xFFL << 24 | red << 16 | green << 8 | blue);
    }
    return palette;
  }

  private void readDirectory() {
    if (file.limit() < 8) {
      throw ImageHeader.damaged(TIFF, "a header that is not complete");
    }
    long at = Integer.toUnsignedLong(file.getInt(4));
    if (at < 8 || at + 2 > file.limit()) {
      throw ImageHeader.damaged(TIFF, "a directory outside the file, at byte " + at);
    }
    int entries = file.getShort((int) at) & 0xFFFF;
    if (at + 2 + 12L * entries > file.limit()) {
      throw ImageHeader.damaged(TIFF, "a directory that ends after the file");
    }
    for (int i = 0; i < entries; i++) {
      readEntry((int) at + 2 + 12 * i);
    }
  }

  private void readEntry(int at) {
    int tag = file.getShort(at) & 0xFFFF;
    int type = file.getShort(at + 2) & 0xFFFF;
    long count = Integer.toUnsignedLong(file.getInt(at + 4));
    if (type == 0 || type >= TYPE_BYTES.length) {
      throw ImageHeader.damaged(TIFF, "the unknown type " + type + " of tag " + tag);
    }
    long bytes = count * TYPE_BYTES[type];
    long from = bytes <= 4 ? at + 8 : Integer.toUnsignedLong(file.getInt(at + 8));
    if (from + bytes > file.limit()) {
      throw ImageHeader.damaged(TIFF, "tag " + tag + ", which points outside the file");
    }
    if (type == 3 || type == 4) {
      long[] values = new long[(int) count];
      for (int i = 0; i < count; i++) {
        values[i] =
            type == 3
                ? file.getShort((int) from + 2 * i) & 0xFFFF
                : Integer.toUnsignedLong(file.getInt((int) from + 4 * i));
      }
      fields.put(tag, values);
    }
  }

  private void checkColours() {
    long photometric = number(PHOTOMETRIC, -1);
    if (photometric < 0
        || photometric > 6
        || photometric == 4
        || photometric == 5
        || number(SAMPLES, 1) > 4
        || number(SAMPLES, 1) < 1) {
      throw new DataException(
          "A TIFF must be grey, palette, RGB or YCbCr; found photometric interpretation %s%s with %s samples per pixel. Convert it to RGB."
              .formatted(
                  photometric,
                  photometric == 5 ? " (CMYK, whose colours depend on the printer)" : "",
                  number(SAMPLES, 1)));
    }
    long[] bits = fields.getOrDefault(BITS, new long[] {1});
    long[] formats = fields.getOrDefault(SAMPLE_FORMAT, new long[] {1});
    if (Arrays.stream(bits).anyMatch(b -> b < 1 || b > 16)
        || Arrays.stream(formats).anyMatch(f -> f != 1)) {
      throw new DataException(
          "A TIFF must hold whole numbers from 0, of at most 16 bits; found %s bits in sample format %s, where white is not defined. Scale it to 8 or 16 bits."
              .formatted(Arrays.toString(bits), Arrays.toString(formats)));
    }
  }

  private void checkPixels() {
    long width = number(WIDTH, 0);
    long height = number(HEIGHT, 0);
    boolean tiled = fields.containsKey(TILE_WIDTH) || fields.containsKey(TILE_OFFSETS);
    long[] offsets = fields.get(tiled ? TILE_OFFSETS : STRIP_OFFSETS);
    long[] bytes = fields.get(tiled ? TILE_BYTES : STRIP_BYTES);
    if (offsets == null || bytes == null || offsets.length != bytes.length) {
      throw ImageHeader.damaged(TIFF, "no places or lengths of the pixels, or not of all");
    }
    for (int i = 0; i < offsets.length; i++) {
      if (offsets[i] + bytes[i] > file.limit()) {
        throw ImageHeader.damaged(
            TIFF,
            "pixels up to byte %s in a file of %s bytes"
                .formatted(offsets[i] + bytes[i], file.limit()));
      }
    }
    long bits =
        number(SAMPLES, 1)
            * Arrays.stream(fields.getOrDefault(BITS, new long[] {1})).max().orElse(1);
    long pixelBits = Arrays.stream(bytes).sum() * 8;
    long expansion = number(COMPRESSION, 1) == 1 ? 1 : MOST_EXPANSION;
    // Uncompressed YCbCr stores two of its three channels at a lower resolution.
    long subsampled = number(PHOTOMETRIC, 0) == 6 ? 8 : 1;
    ImageHeader.checkSize(
        TIFF, width, height, pixelBits * expansion * subsampled / bits, file.limit());
    if (tiled) {
      long tile = number(TILE_WIDTH, 0) * number(TILE_HEIGHT, 0);
      if (tile < 1 || tile > Math.max(SMALL_TILE, 4 * width * height)) {
        throw ImageHeader.damaged(
            TIFF,
            "tiles of %s x %s pixels in an image of %s x %s"
                .formatted(number(TILE_WIDTH, 0), number(TILE_HEIGHT, 0), width, height));
      }
    }
  }

  private long number(int tag, long otherwise) {
    long[] values = fields.get(tag);
    return values == null || values.length == 0 ? otherwise : values[0];
  }
}
