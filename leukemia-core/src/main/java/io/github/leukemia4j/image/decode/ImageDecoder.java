package io.github.leukemia4j.image.decode;

import io.github.leukemia4j.BackendException;
import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.DataException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;

/**
 * Decodes JPEG, PNG, BMP and TIFF, the same way in training, evaluation and use. An image is read
 * whole or refused: a file that is cut short, whose checksums are wrong, or at which the decoder as
 * much as warns, is a {@link DataException}.
 *
 * <ul>
 *   <li>Grey keeps its values in all three channels; palettes are looked up; transparency is laid
 *       over white, the colour of an empty slide; a channel of a TIFF that is not said to be
 *       transparency is left out; 16 bits are scaled to 8 with rounding, and refused where they
 *       hold 12 or fewer.
 *   <li>CMYK, floating-point and signed values are refused, since they have no one meaning in RGB.
 *   <li>Embedded colour profiles, gamma and the Exif orientation are not applied: pixels are taken
 *       as they are stored, as TensorFlow and OpenCV's colour handling do, and a cell has no up.
 *   <li>Of a TIFF with several pages the first is read.
 *   <li>A size is checked before a pixel is decoded, against {@link #MAX_PIXELS} and against what
 *       the file's bytes can hold at most, so that a small file cannot claim much memory.
 * </ul>
 *
 * <p>Only the JDK's own decoders are used, whatever plug-ins the application has, so that a model
 * sees the pixels that it was trained on. Safe to use from several threads; no files are written.
 */
public final class ImageDecoder {
  /** The most pixels that an image may have. */
  public static final long MAX_PIXELS = 100_000_000;

  /** The longest side that an image may have, in pixels. */
  public static final int MAX_SIDE = 1_000_000;

  /** The largest file that is read, in bytes. */
  public static final long MAX_BYTES = 1L << 30;

  /** What the decoder holds, and the image that is made of it. */
  private static final int BYTES_A_PIXEL = 3 + 3;

  private static final Map<String, ImageReaderSpi> DECODERS = new ConcurrentHashMap<>();

  /** Of pictures, of the formats that are read and of those that are refused with the reason. */
  private static final Set<String> EXTENSIONS =
      Set.of(
          ("jpg jpeg jpe jfif png bmp dib tif tiff"
                  + " gif webp jp2 j2k jpf jpx jxl heic heif avif ppm pgm pbm pnm tga dcm svs ndpi czi")
              .split(" "));

  private ImageDecoder() {}

  /**
   * Whether a file's name says that it is a picture, by its extension in any case. Pictures of
   * formats that are not read, such as GIF and WebP, count as well: they are then refused by name
   * when they are read, and not passed over in silence.
   */
  public static boolean isNamedAsImage(Path file) {
    String name = file.getFileName() == null ? "" : file.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return dot >= 0 && EXTENSIONS.contains(name.substring(dot + 1).toLowerCase(Locale.ROOT));
  }

  /**
   * Whether a file begins as a JPEG, a PNG or a TIFF does, whatever its name.
   *
   * @throws IOException where it cannot be read
   */
  public static boolean startsAsImage(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return false;
    }
    try (InputStream in = Files.newInputStream(file)) {
      return ImageHeader.isUnmistakable(in.readNBytes(4));
    }
  }

  /**
   * Reads and decodes a file of at most {@link #MAX_PIXELS} pixels.
   *
   * @throws NoSuchFileException where it does not exist
   * @throws IOException where it is a folder or cannot be read
   * @throws DataException where its content is not a whole image; the message begins with the path
   * @throws BackendException where memory is too short for it; the message begins with the path
   */
  public static CellImage read(Path file) throws IOException {
    return read(file, MAX_PIXELS);
  }

  /**
   * Reads and decodes a file.
   *
   * @param maxPixels what an image may have at most, 1 to {@link #MAX_PIXELS}
   * @throws NoSuchFileException where it does not exist
   * @throws IOException where it is a folder or cannot be read
   * @throws DataException where its content is not a whole image, or has more pixels; the message
   *     begins with the path
   * @throws BackendException where memory is too short for it; the message begins with the path
   */
  public static CellImage read(Path file, long maxPixels) throws IOException {
    if (!Files.isRegularFile(file)) {
      if (Files.exists(file)) {
        throw new FileSystemException(
            file.toString(), null, "must be an image file; found a folder or a device");
      }
      throw new NoSuchFileException(
          file.toString(), null, "no such file; check the path and the working directory");
    }
    long size = Files.size(file);
    if (size > MAX_BYTES) {
      throw new DataException(
          file + ": An image file must have at most " + MAX_BYTES + " bytes; found " + size + ".");
    }
    try {
      return decode(Files.readAllBytes(file), maxPixels);
    } catch (DataException e) {
      throw new DataException(file + ": " + e.getMessage(), e);
    } catch (BackendException e) {
      throw new BackendException(file + ": " + e.getMessage(), e);
    } catch (OutOfMemoryError e) {
      throw new BackendException(
          file + ": " + tooLittleMemory("a file of " + size + " bytes", size), e);
    }
  }

  /**
   * Decodes the content of a file of at most {@link #MAX_PIXELS} pixels.
   *
   * @throws DataException where it is not a whole image
   * @throws BackendException where memory is too short for it
   */
  public static CellImage decode(byte[] content) {
    return decode(content, MAX_PIXELS);
  }

  /**
   * Decodes the content of a file.
   *
   * @param maxPixels what an image may have at most, 1 to {@link #MAX_PIXELS}; checked before a
   *     pixel is decoded
   * @throws DataException where it is not a whole image, or has more pixels
   * @throws BackendException where memory is too short for it
   */
  public static CellImage decode(byte[] content, long maxPixels) {
    if (maxPixels < 1 || maxPixels > MAX_PIXELS) {
      throw new IllegalArgumentException(
          "The most pixels of an image must be 1 to %d; found %d."
              .formatted(MAX_PIXELS, maxPixels));
    }
    ImageHeader header = ImageHeader.parse(content);
    header.requireAtMost(maxPixels);
    try {
      BufferedImage image = decode(header);
      if (image.getWidth() != header.width() || image.getHeight() != header.height()) {
        throw ImageHeader.damaged(
            header.name(), "sizes that contradict each other in its header and its pixels");
      }
      return Pixels.toCellImage(image, header.channels());
    } catch (OutOfMemoryError e) {
      long bytes = (long) header.width() * header.height() * BYTES_A_PIXEL;
      throw new BackendException(
          tooLittleMemory(
              "an image of %d x %d pixels".formatted(header.width(), header.height()), bytes),
          e);
    }
  }

  private static String tooLittleMemory(String what, long bytes) {
    return """
        There must be memory for %s, about %d MB while it is read; the heap of at most %d MB had not so \
        much left. Give the JVM more with -Xmx, read fewer images at once, or set a lower limit of pixels."""
        .formatted(what, Math.max(1, bytes >> 20), Runtime.getRuntime().maxMemory() >> 20);
  }

  /**
   * Converts an image that is already decoded.
   *
   * @throws DataException where it is neither grey nor sRGB
   */
  public static CellImage convert(BufferedImage image) {
    Pixels.requireGreyOrStandardRgb(image.getColorModel().getColorSpace());
    return Pixels.toCellImage(image, ImageHeader.Channels.AS_DECODED);
  }

  private static BufferedImage decode(ImageHeader header) {
    List<String> warnings = new ArrayList<>();
    ImageReader reader = null;
    try (ByteArrayImageInputStream stream = new ByteArrayImageInputStream(header.content())) {
      reader = decoder(header.format()).createReaderInstance(null);
      reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
      reader.setInput(stream, true, true);
      BufferedImage image = reader.read(0, redFirst(reader, header.format()));
      if (!warnings.isEmpty()) {
        throw ImageHeader.damaged(header.name(), "what the decoder warns of: " + warnings.get(0));
      }
      return image;
    } catch (DataException e) {
      throw e;
    } catch (IOException | RuntimeException | StackOverflowError | InternalError e) {
      rethrowLackOfMemory(e);
      // On damaged files the JDK's decoders throw almost anything.
      throw new DataException(
          "A %s must be whole and of a usual kind; found what the decoder refuses: %s. The file is damaged or unusual: get it again, or convert it to PNG."
              .formatted(
                  header.name(),
                  e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage()),
          e);
    } finally {
      if (reader != null) {
        reader.dispose();
      }
    }
  }

  /** Has the decoder of JPEG put colours in this library's order: it then copies whole rows. */
  private static ImageReadParam redFirst(ImageReader reader, String format) throws IOException {
    ImageReadParam param = reader.getDefaultReadParam();
    if (format.equals("jpeg")
        && reader.getImageTypes(0).next().getBufferedImageType() == BufferedImage.TYPE_3BYTE_BGR) {
      param.setDestination(Pixels.redFirst(reader.getWidth(0), reader.getHeight(0)));
    }
    return param;
  }

  /** The decoders wrap it in an exception of their own, and the file is blameless. */
  private static void rethrowLackOfMemory(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof OutOfMemoryError lack) {
        throw lack;
      }
    }
  }

  private static ImageReaderSpi decoder(String format) {
    return DECODERS.computeIfAbsent(
        format,
        f -> {
          Iterator<ImageReaderSpi> found =
              IIORegistry.getDefaultInstance()
                  .getServiceProviders(
                      ImageReaderSpi.class,
                      provider ->
                          provider.getClass().getName().startsWith("com.sun.imageio.")
                              && List.of(((ImageReaderSpi) provider).getFormatNames()).contains(f),
                      true);
          if (!found.hasNext()) {
            throw new IllegalStateException(
                "The JDK's decoder for %s must be there; found none. Use a Java runtime with the module java.desktop."
                    .formatted(f));
          }
          return found.next();
        });
  }
}
