package io.github.leukemia4j.image.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.DataException;
import io.github.leukemia4j.image.TestImages;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.NodeList;

/** Files whose colours the JDK's decoders take for others than the file says. */
class StoredColoursTest {
  private static SortedMap<Integer, int[]> tag(int number, int... values) {
    return new TreeMap<>(Map.of(number, values));
  }

  @Nested
  class AFourthChannelOfATiff {
    private static final int EXTRA_SAMPLES = 338;
    private static final int[] BITS = {8, 8, 8, 8};

    /** Two pixels, the first with 0 in its fourth channel. */
    private static final byte[] PIXELS = {10, 20, 30, 0, 40, 50, 60, (byte) 255};

    @Test
    void thatIsNotSaidToBeOpacityIsLeftOut() {
      byte[] tiff = ImageDecoderTest.Tiff.of(2, 1, 2, BITS, PIXELS, tag(EXTRA_SAMPLES, 0));
      assertThat(CellImage.decode(tiff).rgb()).containsExactly(10, 20, 30, 40, 50, 60);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void thatIsSaidToBeOpacityIsLaidOverWhite(int kind) {
      byte[] tiff = ImageDecoderTest.Tiff.of(2, 1, 2, BITS, PIXELS, tag(EXTRA_SAMPLES, kind));
      // Associated colours (1) are multiplied by the opacity already: 10 + 255.
      assertThat(CellImage.decode(tiff).rgb()).containsExactly(255, 255, 255, 40, 50, 60);
    }

    @Test
    void ofWhichNothingIsSaidIsRefusedWhereItMatters() {
      byte[] tiff = ImageDecoderTest.Tiff.of(2, 1, 2, BITS, PIXELS);
      assertThatThrownBy(() -> CellImage.decode(tiff))
          .isInstanceOf(DataException.class)
          .hasMessageContainingAll("ExtraSamples", "Save it as RGB");
      byte[] full = PIXELS.clone();
      full[3] = (byte) 255;
      assertThat(CellImage.decode(ImageDecoderTest.Tiff.of(2, 1, 2, BITS, full)).rgb())
          .containsExactly(10, 20, 30, 40, 50, 60);
    }

    @Test
    void besideGreyIsLeftOutToo() {
      byte[] tiff =
          ImageDecoderTest.Tiff.of(
              2, 1, 1, new int[] {8, 8}, new byte[] {70, 0, 80, 9}, tag(EXTRA_SAMPLES, 0));
      assertThat(CellImage.decode(tiff).rgb()).containsExactly(70, 70, 70, 80, 80, 80);
    }
  }

  @Nested
  class ThePaletteOfATiff {
    private static final int COLOUR_MAP = 320;

    /** A byte v is written as v * 257 by the standard, as v * 256 by libtiff, as v by some. */
    @ParameterizedTest
    @ValueSource(ints = {257, 256, 1})
    void keepsEveryValue(int factor) {
      int[] map = new int[3 * 256];
      for (int i = 0; i < 256; i++) {
        map[i] = factor * i;
        map[256 + i] = factor * (255 - i);
        map[512 + i] = factor * (i ^ 1);
      }
      byte[] indices = new byte[256];
      IntStream.range(0, 256).forEach(i -> indices[i] = (byte) i);
      CellImage decoded =
          CellImage.decode(
              ImageDecoderTest.Tiff.of(256, 1, 3, new int[] {8}, indices, tag(COLOUR_MAP, map)));
      for (int i = 0; i < 256; i++) {
        assertThat(decoded.value(0, i, 0)).isEqualTo(i);
        assertThat(decoded.value(0, i, 1)).isEqualTo(255 - i);
        assertThat(decoded.value(0, i, 2)).isEqualTo(i ^ 1);
      }
    }

    @Test
    void ofTheWrongLengthIsRefused() {
      byte[] tiff =
          ImageDecoderTest.Tiff.of(
              1, 1, 3, new int[] {8}, new byte[] {0}, tag(COLOUR_MAP, 1, 2, 3));
      assertThatThrownBy(() -> CellImage.decode(tiff))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("a colour map of 3 values for 256 colours");
    }
  }

  @Nested
  class AnImageOf16Bits {
    @ParameterizedTest
    @ValueSource(strings = {"png", "tiff"})
    void thatHoldsTwelveIsRefusedInsteadOfComingOutBlack(String format) {
      byte[] grey = TestImages.encode(TestImages.of16Bits(1, 2, 1, 300, 4095), format);
      assertThatThrownBy(() -> CellImage.decode(grey))
          .isInstanceOf(DataException.class)
          .hasMessageContainingAll("no value above 4095", "scale them to 16 or 8 bits");
      byte[] used = TestImages.encode(TestImages.of16Bits(1, 2, 1, 300, 4096), format);
      // 4096 / 257 = 15.9
      assertThat(CellImage.decode(used).value(0, 1, 0)).isEqualTo(16);
    }

    @Test
    void thatIsBlackIsRead() {
      byte[] png = TestImages.encode(TestImages.of16Bits(1, 2, 1, 0, 0), "png");
      assertThat(CellImage.decode(png).rgb()).containsOnly(0);
    }
  }

  @Nested
  class AJpeg {
    private static final int GREEN = 0x20C040;

    /** One colour, every component of full size, without a marker of the colours. */
    private static byte[] unmarked(int... names) {
      BufferedImage image = new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB);
      IntStream.range(0, 256).forEach(i -> image.setRGB(i % 16, i / 16, GREEN));
      byte[] jpeg = unsubsampled(image);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      out.write(jpeg, 0, 2);
      for (int at = 2; ; ) {
        int marker = jpeg[at + 1] & 0xFF;
        int length = (jpeg[at + 2] & 0xFF) << 8 | jpeg[at + 3] & 0xFF;
        for (int c = 0; c < 3; c++) {
          if (marker == 0xC0) {
            jpeg[at + 10 + 3 * c] = (byte) names[c];
            assertThat(jpeg[at + 11 + 3 * c]).isEqualTo((byte) 0x11);
          } else if (marker == 0xDA) {
            jpeg[at + 5 + 2 * c] = (byte) names[c];
          }
        }
        if (marker == 0xDA) {
          out.write(jpeg, at, jpeg.length - at);
          return out.toByteArray();
        }
        if (marker != 0xE0) {
          out.write(jpeg, at, 2 + length);
        }
        at += 2 + length;
      }
    }

    private static byte[] unsubsampled(BufferedImage image) {
      ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
      IIOMetadata metadata =
          writer.getDefaultImageMetadata(ImageTypeSpecifier.createFromRenderedImage(image), null);
      IIOMetadataNode tree = (IIOMetadataNode) metadata.getAsTree("javax_imageio_jpeg_image_1.0");
      NodeList components = tree.getElementsByTagName("componentSpec");
      for (int i = 0; i < components.getLength(); i++) {
        ((IIOMetadataNode) components.item(i)).setAttribute("HsamplingFactor", "1");
        ((IIOMetadataNode) components.item(i)).setAttribute("VsamplingFactor", "1");
      }
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (ImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
        metadata.setFromTree("javax_imageio_jpeg_image_1.0", tree);
        writer.setOutput(out);
        writer.write(null, new IIOImage(image, null, metadata), null);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } finally {
        writer.dispose();
      }
      return bytes.toByteArray();
    }

    private static void assertNear(int value, int expected) {
      assertThat(value).isCloseTo(expected, Offset.offset(3));
    }

    @ParameterizedTest
    @CsvSource({"0, 1, 2", "1, 2, 3", "3, 4, 5", "89, 67, 99"})
    void withoutAMarkerOfItsColoursIsYcbcrAsInLibjpeg(int first, int second, int third) {
      CellImage decoded = CellImage.decode(unmarked(first, second, third));
      assertNear(decoded.value(3, 3, 0), 0x20);
      assertNear(decoded.value(3, 3, 1), 0xC0);
      assertNear(decoded.value(3, 3, 2), 0x40);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void withTheMarkersOfJfifAndOfAdobeIsWhatJfifSaysAsInLibjpeg(boolean jfifFirst) {
      byte[] plain = unmarked(1, 2, 3);
      String jfif = "FFE000104A46494600010100000100010000";
      // Transform 0: RGB.
      String adobe = "FFEE000E41646F626500640000000000";
      ByteArrayOutputStream both = new ByteArrayOutputStream();
      both.write(plain, 0, 2);
      both.writeBytes(HexFormat.of().parseHex(jfifFirst ? jfif + adobe : adobe + jfif));
      both.write(plain, 2, plain.length - 2);
      assertThat(CellImage.decode(both.toByteArray())).isEqualTo(CellImage.decode(plain));
    }

    @Test
    void whoseComponentsAreCalledRgbIsRgb() {
      CellImage decoded = CellImage.decode(unmarked('R', 'G', 'B'));
      // ITU-T T.871: Y = 0.299 R + 0.587 G + 0.114 B = 129.6 of 32, 192, 64.
      assertNear(decoded.value(3, 3, 0), 130);
    }
  }
}
