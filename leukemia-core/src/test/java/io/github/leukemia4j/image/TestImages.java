package io.github.leukemia4j.image;

import io.github.leukemia4j.CellImage;
import java.awt.Graphics2D;
import java.awt.Point;
import java.awt.RenderingHints;
import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferUShort;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.SplittableRandom;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/** Images drawn for the tests. */
public final class TestImages {
  private TestImages() {}

  /** A purple disc with grains on a pale ground: something like a stained cell. */
  public static CellImage cell(int height, int width, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] rgb = new byte[height * width * 3];
    double radius = Math.min(height, width) * (0.25 + 0.1 * random.nextDouble());
    double cy = height * (0.45 + 0.1 * random.nextDouble());
    double cx = width * (0.45 + 0.1 * random.nextDouble());
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        boolean inside = Math.hypot(y - cy, x - cx) < radius;
        int grain = random.nextInt(24) - 12;
        int at = (y * width + x) * 3;
        rgb[at] = (byte) ((inside ? 120 : 225) + grain);
        rgb[at + 1] = (byte) ((inside ? 70 : 210) + grain);
        rgb[at + 2] = (byte) ((inside ? 150 : 228) + grain);
      }
    }
    return CellImage.ofRgb(height, width, rgb);
  }

  /** Independent uniform values. */
  public static byte[] noise(int length, long seed) {
    byte[] noise = new byte[length];
    new java.util.Random(seed).nextBytes(noise);
    return noise;
  }

  public static BufferedImage buffered(CellImage image) {
    BufferedImage buffered =
        new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < image.height(); y++) {
      for (int x = 0; x < image.width(); x++) {
        buffered.setRGB(
            x, y, image.value(y, x, 0) << 16 | image.value(y, x, 1) << 8 | image.value(y, x, 2));
      }
    }
    return buffered;
  }

  /** The same colours in another layout, as far as it can hold them. */
  public static BufferedImage as(int type, BufferedImage image) {
    BufferedImage other = new BufferedImage(image.getWidth(), image.getHeight(), type);
    Graphics2D graphics = other.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_DITHERING, RenderingHints.VALUE_DITHER_DISABLE);
    graphics.drawImage(image, 0, 0, null);
    graphics.dispose();
    return other;
  }

  /** Samples of 16 bits, interleaved; 1 grey, 2 grey with alpha, 3 RGB or 4 RGBA channels. */
  public static BufferedImage of16Bits(int height, int width, int channels, int... samples) {
    short[] data = new short[samples.length];
    for (int i = 0; i < data.length; i++) {
      data[i] = (short) samples[i];
    }
    int[] offsets = java.util.stream.IntStream.range(0, channels).toArray();
    boolean alpha = channels % 2 == 0;
    ComponentColorModel model =
        new ComponentColorModel(
            ColorSpace.getInstance(channels < 3 ? ColorSpace.CS_GRAY : ColorSpace.CS_sRGB),
            alpha,
            false,
            alpha ? Transparency.TRANSLUCENT : Transparency.OPAQUE,
            DataBuffer.TYPE_USHORT);
    return new BufferedImage(
        model,
        Raster.createWritableRaster(
            new PixelInterleavedSampleModel(
                DataBuffer.TYPE_USHORT, width, height, channels, width * channels, offsets),
            new DataBufferUShort(data, data.length),
            new Point()),
        false,
        null);
  }

  public static byte[] encode(BufferedImage image, String format) {
    return encode(image, format, null, false);
  }

  /**
   * @param compression as the writer calls it, or null for its own choice
   */
  public static byte[] encode(
      BufferedImage image, String format, String compression, boolean progressive) {
    ImageWriter writer =
        ImageIO.getImageWriters(ImageTypeSpecifier.createFromRenderedImage(image), format).next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = new javax.imageio.stream.MemoryCacheImageOutputStream(bytes)) {
      ImageWriteParam param = writer.getDefaultWriteParam();
      if (compression != null) {
        param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        param.setCompressionType(compression);
      }
      if (progressive) {
        param.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
      }
      writer.setOutput(out);
      writer.write(null, new IIOImage(image, null, null), param);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }
}
