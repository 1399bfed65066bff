package io.github.leukemia4j.image.decode;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.DataException;
import io.github.leukemia4j.image.decode.ImageHeader.Channels;
import io.github.leukemia4j.image.decode.ImageHeader.Spare;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.ComponentSampleModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.util.Arrays;
import javax.imageio.ImageTypeSpecifier;

/**
 * From a raster of any layout to interleaved 8-bit RGB. {@link BufferedImage#getRGB} is avoided: it
 * is slow, and it brightens grey, which it takes for linear light.
 */
final class Pixels {
  private static final int[] RED_FIRST = {0, 1, 2};

  private Pixels() {}

  /** Cameras of 12 bits have none above it, and files of 16 bits for them no way to say so. */
  private static final int MOST_OF_12_BITS = 4095;

  static CellImage toCellImage(BufferedImage image, Channels channels) {
    int width = image.getWidth();
    int height = image.getHeight();
    Raster raster = image.getRaster();
    int size = Math.multiplyExact(3, Math.multiplyExact(width, height));
    if (isInterleavedRgb(image)) {
      return CellImage.ofRgb(height, width, fromInterleaved(raster, size));
    }
    byte[] rgb = new byte[size];
    if (image.getColorModel() instanceof IndexColorModel palette) {
      fromPalette(raster, colours(palette, channels), rgb);
    } else {
      fromSamples(raster, image.getColorModel(), channels.spare(), rgb);
    }
    return CellImage.ofRgb(height, width, rgb);
  }

  /** An image for a decoder to fill, whose colours come in this library's order. */
  static BufferedImage redFirst(int width, int height) {
    ColorSpace space = ColorSpace.getInstance(ColorSpace.CS_sRGB);
    return ImageTypeSpecifier.createInterleaved(
            space, RED_FIRST, DataBuffer.TYPE_BYTE, false, false)
        .createBufferedImage(width, height);
  }

  static void requireGreyOrStandardRgb(ColorSpace space) {
    if (space.getType() != ColorSpace.TYPE_GRAY && !space.isCS_sRGB()) {
      throw new DataException(
          "An image must be grey or sRGB; found another colour space of type %s. Convert it with java.awt.image.ColorConvertOp."
              .formatted(space.getType()));
    }
  }

  /** Whether each pixel is three bytes in a raster that is not a part of a larger one. */
  private static boolean isInterleavedRgb(BufferedImage image) {
    Raster raster = image.getRaster();
    return raster.getSampleModel() instanceof ComponentSampleModel layout
        && layout.getPixelStride() == 3
        && layout.getNumBands() == 3
        && raster.getDataBuffer() instanceof DataBufferByte
        && image.getColorModel() instanceof ComponentColorModel model
        && model.getNumComponents() == 3
        && model.getComponentSize(0) == 8
        && model.getColorSpace().getType() == ColorSpace.TYPE_RGB
        && raster.getParent() == null
        && raster.getSampleModelTranslateX() == 0
        && raster.getSampleModelTranslateY() == 0
        && raster.getDataBuffer().getOffset() == 0;
  }

  /** The raster's own values, where they are in the right order already. */
  private static byte[] fromInterleaved(Raster raster, int size) {
    byte[] values = ((DataBufferByte) raster.getDataBuffer()).getData();
    ComponentSampleModel layout = (ComponentSampleModel) raster.getSampleModel();
    int[] at = layout.getBandOffsets();
    int row = 3 * raster.getWidth();
    if (Arrays.equals(at, RED_FIRST)
        && layout.getScanlineStride() == row
        && values.length == size) {
      return values;
    }
    byte[] rgb = new byte[size];
    for (int y = 0; y < raster.getHeight(); y++) {
      int from = y * layout.getScanlineStride();
      int to = y * row;
      for (int x = 0; x < row; x += 3) {
        rgb[to + x] = values[from + x + at[0]];
        rgb[to + x + 1] = values[from + x + at[1]];
        rgb[to + x + 2] = values[from + x + at[2]];
      }
    }
    return rgb;
  }

  private static int[] colours(IndexColorModel palette, Channels channels) {
    if (channels.palette().length > 0) {
      return channels.palette();
    }
    int[] colours = new int[palette.getMapSize()];
    palette.getRGBs(colours);
    return colours;
  }

  private static void fromPalette(Raster raster, int[] colours, byte[] rgb) {
    int width = raster.getWidth();
    int[] row = new int[width];
    int to = 0;
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getSamples(raster.getMinX(), raster.getMinY() + y, width, 1, 0, row);
      for (int x = 0; x < width; x++) {
        if (row[x] >= colours.length) {
          throw ImageHeader.damaged(
              "palette image",
              "the index " + row[x] + " into a palette of " + colours.length + " colours");
        }
        int colour = colours[row[x]];
        int alpha = colour >>> 24;
        rgb[to++] = overWhite(colour >> 16 & 0xFF, alpha);
        rgb[to++] = overWhite(colour >> 8 & 0xFF, alpha);
        rgb[to++] = overWhite(colour & 0xFF, alpha);
      }
    }
  }

  private static void fromSamples(Raster raster, ColorModel model, Spare spare, byte[] rgb) {
    int channels = raster.getNumBands();
    int colours = model.getNumColorComponents();
    boolean grey = colours == 1;
    int type = model.getColorSpace().getType();
    if (channels != model.getNumComponents()
        || !(grey && type == ColorSpace.TYPE_GRAY || colours == 3 && type == ColorSpace.TYPE_RGB)) {
      throw new DataException(
          "An image must be grey or RGB, with or without transparency; found %s channels in a colour space of type %s. Convert it to RGB."
              .formatted(channels, type));
    }
    byte[][] scale = new byte[channels][];
    for (int c = 0; c < channels; c++) {
      scale[c] = to8Bits(model.getComponentSize(c));
    }
    boolean alpha = model.hasAlpha() && spare != Spare.NO_COLOUR;
    boolean premultiplied = model.isAlphaPremultiplied();
    int width = raster.getWidth();
    int[] row = new int[width * channels];
    int most = 0;
    int to = 0;
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
      for (int at = 0; at < row.length; at += channels) {
        int opacity = alpha ? scale[colours][row[at + colours]] & 0xFF : 255;
        if (opacity < 255 && spare == Spare.UNSAID) {
          throw new DataException(
              "An image with a channel beside its colours must say whether that is transparency"
                  + " (ExtraSamples); found one that does not. Save it as RGB, without that"
                  + " channel.");
        }
        for (int c = 0; c < 3; c++) {
          int channel = grey ? 0 : c;
          most = Math.max(most, row[at + channel]);
          int value = scale[channel][row[at + channel]] & 0xFF;
          rgb[to++] =
              premultiplied
                  ? (byte) Math.min(255, value + 255 - opacity)
                  : overWhite(value, opacity);
        }
      }
    }
    requireUseOf16Bits(model, most);
  }

  private static void requireUseOf16Bits(ColorModel model, int most) {
    if (model.getComponentSize(0) == 16 && most > 0 && most <= MOST_OF_12_BITS) {
      throw new DataException(
          "An image of 16 bits must use them: 65535 is white; found no value above %d. If it holds the values of a camera of 12 bits or fewer, scale them to 16 or 8 bits."
              .formatted(most));
    }
  }

  /** The nearest 8-bit value of each value of so many bits. */
  private static byte[] to8Bits(int bits) {
    if (bits < 1 || bits > 16) {
      throw new DataException(
          "An image must have 1 to 16 bits per colour value; found %s. Scale it to 8 or 16 bits."
              .formatted(bits));
    }
    int most = (1 << bits) - 1;
    byte[] table = new byte[most + 1];
    for (int value = 0; value <= most; value++) {
      table[value] = (byte) ((value * 255L + most / 2) / most);
    }
    return table;
  }

  private static byte overWhite(int value, int alpha) {
    return (byte) (alpha == 255 ? value : (value * alpha + 255 * (255 - alpha) + 127) / 255);
  }
}
