package io.github.leukemia4j;

import io.github.leukemia4j.image.decode.ImageDecoder;
import io.github.leukemia4j.image.pixels.Resize;
import io.github.leukemia4j.store.Sha256;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Objects;
import java.util.OptionalDouble;

/**
 * An image of a cell: 8-bit sRGB, shape [height, width, 3], rows from the top, channels red, green,
 * blue. Immutable, and so safe to share between threads.
 */
public final class CellImage {
  private final int height;
  private final int width;
  private final byte[] rgb;
  private final OptionalDouble micrometresPerPixel;
  private final Whole whole;

  private CellImage(int height, int width, byte[] rgb, OptionalDouble micrometresPerPixel) {
    this(height, width, rgb, micrometresPerPixel, new Whole(height, width, 1));
  }

  private CellImage(
      int height, int width, byte[] rgb, OptionalDouble micrometresPerPixel, Whole whole) {
    this.height = height;
    this.width = width;
    this.rgb = rgb;
    this.micrometresPerPixel = micrometresPerPixel;
    this.whole = whole;
  }

  /**
   * The image that this one is the resized middle of.
   *
   * @param height in pixels
   * @param width in pixels
   * @param centreCrop the share of its sides that was kept, see {@link #centre}
   */
  public record Whole(int height, int width, double centreCrop) {}

  /**
   * Reads a JPEG, PNG, BMP or TIFF file, judged by its content and not by its name.
   *
   * @throws IOException where the file is missing or cannot be read
   * @throws DataException where its content is not an image that this library reads whole and
   *     faithfully, or has more than {@link ImageDecoder#MAX_PIXELS} pixels; names the file
   * @throws BackendException where memory is too short for it; names the file
   */
  public static CellImage read(Path file) throws IOException {
    return ImageDecoder.read(file);
  }

  /**
   * Decodes the content of a JPEG, PNG, BMP or TIFF file.
   *
   * @throws DataException as in {@link #read(Path)}
   * @throws BackendException where memory is too short for it
   */
  public static CellImage decode(byte[] content) {
    return ImageDecoder.decode(content);
  }

  /**
   * Decodes the content of a JPEG, PNG, BMP or TIFF file that somebody else sent: a small file can
   * hold a large image, whose memory the sender chooses. A pixel takes 3 bytes, twice that while it
   * is decoded.
   *
   * @param maxPixels what an image may have at most, 1 to {@link ImageDecoder#MAX_PIXELS}; checked
   *     before a pixel is decoded
   * @throws DataException as in {@link #read(Path)}, and where it has more pixels
   * @throws BackendException where memory is too short for it
   */
  public static CellImage decode(byte[] content, long maxPixels) {
    return ImageDecoder.decode(content, maxPixels);
  }

  /**
   * Converts an image that is already decoded; transparent parts are laid over white.
   *
   * @throws DataException where its colours cannot be converted faithfully
   */
  public static CellImage of(BufferedImage image) {
    return ImageDecoder.convert(image);
  }

  /**
   * @param height in pixels, at least 1
   * @param width in pixels, at least 1
   * @param rgb [height, width, 3] in one array, each byte 0 to 255 unsigned; copied
   * @throws IllegalArgumentException where the array's length is not height * width * 3
   */
  public static CellImage ofRgb(int height, int width, byte[] rgb) {
    return ofRgb(height, width, rgb, new Whole(height, width, 1));
  }

  /**
   * An image that was cropped and resized for a network before, and that such a network takes as it
   * is: the same as {@code image.centre(share).resize(height, width)} of an image that is not there
   * any more. No other network takes it.
   *
   * @param height in pixels, at least 1
   * @param width in pixels, at least 1
   * @param rgb [height, width, 3] in one array, each byte 0 to 255 unsigned; copied
   * @param whole what the image was before
   * @throws IllegalArgumentException where the array's length is not height * width * 3
   */
  public static CellImage ofRgb(int height, int width, byte[] rgb, Whole whole) {
    Objects.requireNonNull(rgb, "rgb");
    if (height < 1 || width < 1 || rgb.length != 3L * height * width) {
      throw new IllegalArgumentException(
          "An RGB image of %s x %s pixels must have both sides at least 1 and height * width * 3 bytes; found %s bytes."
              .formatted(height, width, rgb.length));
    }
    return new CellImage(height, width, rgb.clone(), OptionalDouble.empty(), whole);
  }

  /** The image as one of the JDK's, of {@link BufferedImage#TYPE_INT_RGB}; the caller's own. */
  public BufferedImage toBufferedImage() {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    int[] samples = new int[rgb.length];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = rgb[i] & 0xFF;
    }
    image.getRaster().setPixels(0, 0, width, height, samples);
    return image;
  }

  /** In pixels. */
  public int height() {
    return height;
  }

  /** In pixels. */
  public int width() {
    return width;
  }

  /** How many micrometres of the slide a pixel shows; empty where that is not known. */
  public OptionalDouble micrometresPerPixel() {
    return micrometresPerPixel;
  }

  /**
   * The same pixels at a scale that is known.
   *
   * @param scale micrometres per pixel, above 0
   * @throws IllegalArgumentException where it is out of range
   */
  public CellImage withMicrometresPerPixel(double scale) {
    if (!(scale > 0 && Double.isFinite(scale))) {
      throw new IllegalArgumentException(
          "The micrometres per pixel must be above 0 and finite; found %s.".formatted(scale));
    }
    return new CellImage(height, width, rgb, OptionalDouble.of(scale), whole);
  }

  /** What the image was before it was cropped and resized; its own size and 1 where it was not. */
  public Whole whole() {
    return whole;
  }

  /**
   * One colour value.
   *
   * @param row from the top, from 0
   * @param column from the left, from 0
   * @param channel 0 red, 1 green, 2 blue
   * @return 0 to 255
   */
  public int value(int row, int column, int channel) {
    Objects.checkIndex(row, height);
    Objects.checkIndex(column, width);
    Objects.checkIndex(channel, 3);
    return rgb[(row * width + column) * 3 + channel] & 0xFF;
  }

  /** A copy of the pixels: [height, width, 3] in one array. */
  public byte[] rgb() {
    return rgb.clone();
  }

  /**
   * Copies the pixels, [height, width, 3], into an array.
   *
   * @param offset where in the target the first byte goes
   */
  public void copyTo(byte[] target, int offset) {
    System.arraycopy(rgb, 0, target, offset, rgb.length);
  }

  /**
   * The SHA-256, in hexadecimal, of the height and the width, 4 bytes each with the highest first,
   * and of the pixels. Two images with the same digest look the same, whatever files they were read
   * from.
   */
  public String digest() {
    MessageDigest digest = Sha256.begin();
    digest.update(ByteBuffer.allocate(8).putInt(height).putInt(width).flip());
    digest.update(rgb);
    return Sha256.end(digest);
  }

  /**
   * The middle of the image.
   *
   * @param share of each side that is kept, above 0 and at most 1; rounded to whole pixels, at
   *     least one
   * @throws IllegalArgumentException where the share is out of range
   */
  public CellImage centre(double share) {
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException(
          "The share of an image's sides that is kept must be above 0 and at most 1; found %s."
              .formatted(share));
    }
    int newHeight = (int) Math.max(1, Math.round(share * height));
    int newWidth = (int) Math.max(1, Math.round(share * width));
    if (newHeight == height && newWidth == width) {
      return this;
    }
    byte[] middle = new byte[3 * newHeight * newWidth];
    int left = (width - newWidth) / 2;
    int top = (height - newHeight) / 2;
    for (int row = 0; row < newHeight; row++) {
      System.arraycopy(
          rgb, 3 * ((top + row) * width + left), middle, 3 * row * newWidth, 3 * newWidth);
    }
    return new CellImage(newHeight, newWidth, middle, micrometresPerPixel);
  }

  /**
   * The middle of the image that shows as much of the slide as another image does. Where the image
   * shows less, it goes on as in a mirror at its borders, so that cells keep their size.
   *
   * @param otherHeight of the other image, in pixels
   * @param otherWidth of the other image, in pixels
   * @param otherScale of the other image, in micrometres per pixel
   * @throws IllegalStateException where this image does not know its scale
   */
  public CellImage centre(int otherHeight, int otherWidth, double otherScale) {
    double factor =
        otherScale
            / micrometresPerPixel.orElseThrow(
                () -> new IllegalStateException("The image must know its micrometres per pixel."));
    int newHeight = side(otherHeight * factor);
    int newWidth = side(otherWidth * factor);
    byte[] middle = new byte[3 * newHeight * newWidth];
    int top = Math.floorDiv(height - newHeight, 2);
    int left = Math.floorDiv(width - newWidth, 2);
    for (int row = 0; row < newHeight; row++) {
      int from = 3 * width * mirrored(top + row, height);
      for (int column = 0; column < newWidth; column++) {
        System.arraycopy(
            rgb,
            from + 3 * mirrored(left + column, width),
            middle,
            3 * (row * newWidth + column),
            3);
      }
    }
    return new CellImage(newHeight, newWidth, middle, micrometresPerPixel);
  }

  private static int side(double pixels) {
    return (int) Math.max(1, Math.min(ImageDecoder.MAX_SIDE, Math.round(pixels)));
  }

  private static int mirrored(int index, int size) {
    int within = Math.floorMod(index, 2 * size);
    return within < size ? within : 2 * size - 1 - within;
  }

  /**
   * The image at another size: area-averaged where it shrinks, bilinear where it grows. The aspect
   * ratio follows the wanted size, and the scale is no longer known.
   */
  public CellImage resize(int newHeight, int newWidth) {
    if (newHeight == height && newWidth == width) {
      return this;
    }
    byte[] resized = new byte[Math.multiplyExact(3, Math.multiplyExact(newHeight, newWidth))];
    Resize.resize(rgb, height, width, resized, 0, newHeight, newWidth);
    return new CellImage(newHeight, newWidth, resized, OptionalDouble.empty());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CellImage that
        && height == that.height
        && width == that.width
        && micrometresPerPixel.equals(that.micrometresPerPixel)
        && Arrays.equals(rgb, that.rgb);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * height + width) + Arrays.hashCode(rgb);
  }

  @Override
  public String toString() {
    return "CellImage[" + height + " x " + width + "]";
  }
}
