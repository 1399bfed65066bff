package io.github.leukemia4j.image.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.DataException;
import io.github.leukemia4j.image.SharedData;
import io.github.leukemia4j.image.TestImages;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorConvertOp;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageDecoderTest {
  private static final CellImage CELL = TestImages.cell(37, 41, 1);
  private static final BufferedImage BUFFERED = TestImages.buffered(CELL);

  @TempDir Path folder;

  @Nested
  class Formats {
    @ParameterizedTest
    @ValueSource(strings = {"png", "bmp", "tiff"})
    void keepEveryValueWhereTheFormatDoes(String format) {
      assertThat(CellImage.decode(TestImages.encode(BUFFERED, format))).isEqualTo(CELL);
    }

    @ParameterizedTest
    @ValueSource(strings = {"LZW", "ZLib", "PackBits", "Deflate"})
    void includeCompressedTiff(String compression) {
      assertThat(CellImage.decode(TestImages.encode(BUFFERED, "tiff", compression, false)))
          .isEqualTo(CELL);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void includeJpegBaselineAndProgressive(boolean progressive) {
      CellImage smooth = CELL.resize(8, 8).resize(64, 48);
      byte[] jpeg = TestImages.encode(TestImages.buffered(smooth), "jpeg", null, progressive);
      CellImage decoded = CellImage.decode(jpeg);
      assertThat(decoded.height()).isEqualTo(64);
      assertThat(decoded.width()).isEqualTo(48);
      // Quality 0.75 changes a smooth image by few levels.
      assertThat(meanDifference(decoded, smooth)).isLessThan(4);
    }

    @Test
    void areJudgedByContentAndNotByName() throws IOException {
      Path file = folder.resolve("cell.jpg");
      Files.write(file, TestImages.encode(BUFFERED, "png"));
      assertThat(CellImage.read(file)).isEqualTo(CELL);
    }

    @Test
    void areTheSameFromManyThreads() {
      byte[] jpeg = TestImages.encode(BUFFERED, "jpeg");
      CellImage expected = CellImage.decode(jpeg);
      assertThat(
              IntStream.range(0, 400)
                  .parallel()
                  .mapToObj(i -> CellImage.decode(jpeg))
                  .allMatch(expected::equals))
          .isTrue();
    }
  }

  @Nested
  class Colours {
    @ParameterizedTest
    @ValueSource(strings = {"png", "bmp", "tiff"})
    void ofGreyImagesKeepTheirValues(String format) {
      // A detour over linear light would turn 100 into 166.
      BufferedImage grey = new BufferedImage(256, 1, BufferedImage.TYPE_BYTE_GRAY);
      IntStream.range(0, 256).forEach(x -> grey.getRaster().setSample(x, 0, 0, x));
      CellImage decoded = CellImage.decode(TestImages.encode(grey, format));
      for (int x = 0; x < 256; x++) {
        for (int channel = 0; channel < 3; channel++) {
          assertThat(decoded.value(0, x, channel)).isEqualTo(x);
        }
      }
    }

    @Test
    void ofGreyJpegKeepTheirValues() {
      BufferedImage grey = new BufferedImage(16, 16, BufferedImage.TYPE_BYTE_GRAY);
      grey.getRaster().setSamples(0, 0, 16, 16, 0, filled(256, 100));
      CellImage decoded = CellImage.decode(TestImages.encode(grey, "jpeg"));
      assertThat(decoded.value(5, 5, 0)).isBetween(99, 101);
      assertThat(decoded.value(5, 5, 2)).isEqualTo(decoded.value(5, 5, 0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "tiff"})
    void of16BitsAreRoundedToTheNearestOf8(String format) {
      // v * 255 / 65535 = v / 257: 128 / 257 < 0.5 <= 129 / 257; 32896 = 128 * 257.
      BufferedImage grey = TestImages.of16Bits(1, 6, 1, 0, 128, 129, 257, 32896, 65535);
      CellImage decoded = CellImage.decode(TestImages.encode(grey, format));
      assertThat(IntStream.range(0, 6).map(x -> decoded.value(0, x, 1)))
          .containsExactly(0, 0, 1, 1, 128, 255);
      CellImage colour =
          CellImage.decode(
              TestImages.encode(TestImages.of16Bits(1, 1, 3, 65535, 32896, 129), format));
      assertThat(colour.rgb()).containsExactly(255, 128, 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "tiff"})
    void underTransparencyAreLaidOverWhite(String format) {
      BufferedImage image = new BufferedImage(3, 1, BufferedImage.TYPE_INT_ARGB);
      image.setRGB(0, 0, 0x00102030);
      image.setRGB(1, 0, 0xFF102030);
      image.setRGB(2, 0, 0x80FF0000);
      // 0x80 = 128 of 255: 255 * (255 - 128) / 255 = 127.
      assertThat(CellImage.decode(TestImages.encode(image, format)).rgb())
          .containsExactly(255, 255, 255, 16, 32, 48, 255, 127, 127);
    }

    @Test
    void of16BitsUnderTransparencyAreLaidOverWhite() {
      byte[] png = TestImages.encode(TestImages.of16Bits(1, 2, 2, 0, 32896, 0, 65535), "png");
      assertThat(CellImage.decode(png).rgb()).containsExactly(127, 127, 127, 0, 0, 0);
    }

    @Test
    void ofPalettesAreLookedUp() {
      byte[] red = {10, (byte) 200, 30, 40};
      byte[] green = {50, 60, 70, 80};
      byte[] blue = {90, 100, 110, 120};
      for (int bits : new int[] {2, 8}) {
        IndexColorModel palette = new IndexColorModel(bits, 4, red, green, blue, 2);
        BufferedImage image =
            new BufferedImage(
                4,
                1,
                bits == 8 ? BufferedImage.TYPE_BYTE_INDEXED : BufferedImage.TYPE_BYTE_BINARY,
                palette);
        IntStream.range(0, 4).forEach(x -> image.getRaster().setSample(x, 0, 0, x));
        // The third colour is transparent.
        assertThat(CellImage.decode(TestImages.encode(image, "png")).rgb())
            .containsExactly(10, 50, 90, 200, 60, 100, 255, 255, 255, 40, 80, 120);
      }
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "bmp", "tiff"})
    void ofOneBitAreBlackAndWhite(String format) {
      BufferedImage image = new BufferedImage(9, 1, BufferedImage.TYPE_BYTE_BINARY);
      image.getRaster().setSample(8, 0, 0, 1);
      CellImage decoded = CellImage.decode(TestImages.encode(image, format));
      assertThat(decoded.value(0, 7, 0)).isZero();
      assertThat(decoded.value(0, 8, 0)).isEqualTo(255);
    }

    @Test
    void ofTiffWhereZeroIsWhiteAreInverted() {
      byte[] tiff = Tiff.of(3, 1, 0, new int[] {8}, new byte[] {0, 100, (byte) 255});
      assertThat(CellImage.decode(tiff).rgb())
          .containsExactly(255, 255, 255, 155, 155, 155, 0, 0, 0);
    }

    @Test
    void ofCmykTiffAreRefused() {
      byte[] tiff = Tiff.of(1, 1, 5, new int[] {8, 8, 8, 8}, new byte[] {1, 2, 3, 4});
      assertThatThrownBy(() -> CellImage.decode(tiff))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("CMYK")
          .hasMessageContaining("Convert it to RGB");
    }

    @Test
    void ofFloatingPointTiffAreRefused() {
      byte[] tiff = Tiff.of(1, 1, 1, new int[] {32}, new byte[] {0, 0, 0, 0});
      assertThatThrownBy(() -> CellImage.decode(tiff))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("at most 16 bits; found [32]");
    }

    @Test
    void ofCmykJpegAreRefused() {
      byte[] jpeg = TestImages.encode(BUFFERED, "jpeg");
      int frame = indexOf(jpeg, 0xFF, 0xC0);
      jpeg[frame + 9] = 4;
      assertThatThrownBy(() -> CellImage.decode(jpeg))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("found 4 (CMYK or YCCK")
          .hasMessageContaining("Convert it to RGB");
    }
  }

  @Nested
  class BufferedImages {
    @ParameterizedTest
    @ValueSource(
        ints = {
          BufferedImage.TYPE_INT_RGB,
          BufferedImage.TYPE_INT_ARGB,
          BufferedImage.TYPE_INT_ARGB_PRE,
          BufferedImage.TYPE_INT_BGR,
          BufferedImage.TYPE_3BYTE_BGR,
          BufferedImage.TYPE_4BYTE_ABGR,
          BufferedImage.TYPE_4BYTE_ABGR_PRE
        })
    void keepTheirColoursInEveryLayout(int type) {
      BufferedImage image = TestImages.as(type, BUFFERED);
      assertThat(CellImage.of(image)).isEqualTo(CELL);
    }

    @Test
    void agreeWithTheSlowWayOnFewBits() {
      BufferedImage image = TestImages.as(BufferedImage.TYPE_USHORT_565_RGB, BUFFERED);
      CellImage converted = CellImage.of(image);
      for (int y = 0; y < 37; y++) {
        for (int x = 0; x < 41; x++) {
          assertThat(converted.value(y, x, 0)).isEqualTo(image.getRGB(x, y) >> 16 & 0xFF);
        }
      }
    }

    @ParameterizedTest
    @ValueSource(ints = {BufferedImage.TYPE_INT_RGB, BufferedImage.TYPE_3BYTE_BGR})
    void mayBePartsOfLargerOnes(int type) {
      BufferedImage part = TestImages.as(type, BUFFERED).getSubimage(5, 7, 11, 13);
      CellImage converted = CellImage.of(part);
      assertThat(converted.height()).isEqualTo(13);
      assertThat(converted.value(2, 3, 1)).isEqualTo(CELL.value(9, 8, 1));
    }

    @Test
    void premultipliedAreLaidOverWhite() {
      BufferedImage image = new BufferedImage(1, 1, BufferedImage.TYPE_INT_ARGB_PRE);
      image.getRaster().setPixel(0, 0, new int[] {128, 0, 0, 128});
      assertThat(CellImage.of(image).rgb()).containsExactly(255, 127, 127);
    }

    @Test
    void inLinearLightAreRefused() {
      BufferedImage linear =
          new ColorConvertOp(ColorSpace.getInstance(ColorSpace.CS_LINEAR_RGB), null)
              .filter(
                  BUFFERED,
                  new BufferedImage(
                      new java.awt.image.DirectColorModel(
                          ColorSpace.getInstance(ColorSpace.CS_LINEAR_RGB),
                          24,
                          0xFF0000,
                          0xFF00,
                          0xFF,
                          0,
                          false,
                          java.awt.image.DataBuffer.TYPE_INT),
                      BUFFERED.getRaster().createCompatibleWritableRaster(),
                      false,
                      null));
      assertThatThrownBy(() -> CellImage.of(linear))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("grey or sRGB")
          .hasMessageContaining("ColorConvertOp");
    }
  }

  @Nested
  class Sizes {
    @ParameterizedTest
    @CsvSource({"png,16", "bmp,18"})
    void areCheckedBeforeAnyPixelIsDecoded(String format, int widthAt) {
      byte[] content = TestImages.encode(BUFFERED, format);
      ByteBuffer header = ByteBuffer.wrap(content);
      header.order(format.equals("png") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
      header.putInt(widthAt, 20_000).putInt(widthAt + 4, 20_000);
      assertThatThrownBy(() -> CellImage.decode(content))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("at most 100000000 pixels")
          .hasMessageContaining("20000 x 20000");
    }

    @Test
    void thatTheFileCannotHoldAreRefused() {
      byte[] png = TestImages.encode(BUFFERED, "png");
      ByteBuffer.wrap(png).putInt(16, 9_999).putInt(20, 9_999);
      assertThatThrownBy(() -> CellImage.decode(png))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("cannot hold the pixels that it claims");

      byte[] jpeg = TestImages.encode(BUFFERED, "jpeg");
      ByteBuffer.wrap(jpeg).putShort(indexOf(jpeg, 0xFF, 0xC0) + 5, (short) 9_999);
      ByteBuffer.wrap(jpeg).putShort(indexOf(jpeg, 0xFF, 0xC0) + 7, (short) 9_999);
      assertThatThrownBy(() -> CellImage.decode(jpeg))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("cannot hold the pixels that it claims");
    }

    @Test
    void ofBlankImagesAreNotTakenForImplausible() {
      BufferedImage blank = new BufferedImage(3000, 3000, BufferedImage.TYPE_BYTE_GRAY);
      for (String format : List.of("png", "jpeg")) {
        assertThat(CellImage.decode(TestImages.encode(blank, format)).width()).isEqualTo(3000);
      }
      byte[] tiff = TestImages.encode(blank, "tiff", "LZW", false);
      assertThat(CellImage.decode(tiff).width()).isEqualTo(3000);
    }
  }

  @Nested
  class DamagedFiles {
    @ParameterizedTest
    @CsvSource({
      "jpeg,0.3",
      "jpeg,0.6",
      "jpeg,0.99",
      "png,0.3",
      "png,0.6",
      "png,0.99",
      "bmp,0.3",
      "bmp,0.6",
      "bmp,0.99",
      "tiff,0.3",
      "tiff,0.6",
      "tiff,0.99"
    })
    void cutShortAreRefusedAndNotGreyed(String format, double part) {
      byte[] whole = TestImages.encode(BUFFERED, format);
      byte[] cut = Arrays.copyOf(whole, (int) (whole.length * part));
      assertThatThrownBy(() -> CellImage.decode(cut))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("damaged");
    }

    @Test
    void cutProgressiveJpegAreRefused() {
      byte[] whole = TestImages.encode(BUFFERED, "jpeg", null, true);
      assertThatThrownBy(() -> CellImage.decode(Arrays.copyOf(whole, whole.length * 6 / 10)))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("no end marker");
    }

    @Test
    void thatOnlyMakeTheDecoderWarnAreRefused() {
      // Cut, with an end marker put after the cut: libjpeg fills up with grey and warns.
      byte[] whole = TestImages.encode(BUFFERED, "jpeg");
      byte[] cut = Arrays.copyOf(whole, whole.length * 6 / 10);
      cut[cut.length - 2] = (byte) 0xFF;
      cut[cut.length - 1] = (byte) 0xD9;
      assertThatThrownBy(() -> CellImage.decode(cut))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("what the decoder warns of");
    }

    @Test
    void includePngWithAWrongChecksum() {
      byte[] png = TestImages.encode(BUFFERED, "png");
      png[indexOf(png, 'I', 'D', 'A', 'T') + 20] ^= 1;
      assertThatThrownBy(() -> CellImage.decode(png))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("a wrong checksum in the chunk IDAT");
    }

    @Test
    void includePngWithTooFewPixels() {
      byte[] png = TestImages.encode(BUFFERED, "png");
      ByteBuffer header = ByteBuffer.wrap(png);
      header.putInt(20, 40);
      CRC32 checksum = new CRC32();
      checksum.update(png, 12, 17);
      header.putInt(29, (int) checksum.getValue());
      assertThatThrownBy(() -> CellImage.decode(png)).isInstanceOf(DataException.class);
    }

    @Test
    void ofDamagedMetadataAloneAreStillRead() {
      byte[] jpeg = TestImages.encode(BUFFERED, "jpeg");
      ByteArrayOutputStream withProfile = new ByteArrayOutputStream();
      withProfile.write(jpeg, 0, 2);
      byte[] profile = "....ICC_PROFILE\0\1\1nonsense".getBytes(StandardCharsets.ISO_8859_1);
      profile[0] = (byte) 0xFF;
      profile[1] = (byte) 0xE2;
      profile[2] = 0;
      profile[3] = (byte) (profile.length - 2);
      withProfile.writeBytes(profile);
      withProfile.write(jpeg, 2, jpeg.length - 2);
      assertThat(CellImage.decode(withProfile.toByteArray())).isEqualTo(CellImage.decode(jpeg));
    }

    @Test
    void doNotIncludeBytesAfterTheEnd() {
      for (String format : List.of("jpeg", "png", "bmp", "tiff")) {
        byte[] whole = TestImages.encode(BUFFERED, format);
        assertThat(CellImage.decode(Arrays.copyOf(whole, whole.length + 100)))
            .isEqualTo(CellImage.decode(whole));
      }
    }
  }

  @Nested
  class Paths {
    @Test
    void thatAreMissingAreAnIoException() {
      assertThatThrownBy(() -> CellImage.read(folder.resolve("none.png")))
          .isInstanceOf(NoSuchFileException.class)
          .hasMessageContaining("none.png")
          .hasMessageContaining("no such file");
    }

    @Test
    void thatAreFoldersAreAnIoException() {
      assertThatThrownBy(() -> CellImage.read(folder))
          .isInstanceOf(FileSystemException.class)
          .hasMessageContaining(folder.toString())
          .hasMessageContaining("found a folder");
    }

    @Test
    void withoutAnyBytesAreNamed() throws IOException {
      Path file = Files.createFile(folder.resolve("empty.png"));
      assertThatThrownBy(() -> CellImage.read(file))
          .isInstanceOf(DataException.class)
          .hasMessageStartingWith(file.toString())
          .hasMessageContaining("no bytes at all");
    }

    @Test
    void ofTextWithAnImagesNameAreNamed() throws IOException {
      Path file = Files.writeString(folder.resolve("text.png"), "Hello, I am no image.");
      assertThatThrownBy(() -> CellImage.read(file))
          .isInstanceOf(DataException.class)
          .hasMessageStartingWith(file.toString())
          .hasMessageContaining("JPEG, PNG, BMP or TIFF")
          .hasMessageContaining("\"Hello, I\"");
    }
  }

  @Nested
  class RealFiles {
    @ParameterizedTest
    @ValueSource(strings = {"deepapl", "all4", "wbc_bccd_fields", "wbc_jtsc"})
    void allDecode(String set) {
      List<Path> files = SharedData.images(SharedData.folder(set));
      assertThat(files).isNotEmpty();
      assertThat(files.parallelStream().map(RealFiles::problem).filter(p -> !p.isEmpty()))
          .isEmpty();
    }

    @Test
    void thatAreDamagedAreAllRefusedByName() {
      List<Path> files = SharedData.images(SharedData.folder("damaged"));
      assertThat(files).hasSize(6);
      for (Path file : files) {
        assertThatThrownBy(() -> CellImage.read(file))
            .isInstanceOf(DataException.class)
            .hasMessageStartingWith(file + ": ");
      }
    }

    private static String problem(Path file) {
      try {
        CellImage.read(file);
        return "";
      } catch (IOException | DataException e) {
        return e.getMessage();
      }
    }
  }

  /** The smallest TIFF: one strip, little endian, uncompressed. */
  static final class Tiff {
    private Tiff() {}

    static byte[] of(int width, int height, int photometric, int[] bits, byte[] pixels) {
      return of(width, height, photometric, bits, pixels, new TreeMap<>());
    }

    /**
     * @param more values of 16 bits of further tags, whose numbers are above 279
     */
    static byte[] of(
        int width,
        int height,
        int photometric,
        int[] bits,
        byte[] pixels,
        SortedMap<Integer, int[]> more) {
      int entries = 9 + more.size();
      int bitsAt = 8 + 2 + 12 * entries + 4;
      int moreAt = bitsAt + 2 * bits.length;
      int pixelsAt = moreAt + more.values().stream().mapToInt(values -> 2 * values.length).sum();
      ByteBuffer out = ByteBuffer.allocate(pixelsAt + pixels.length).order(ByteOrder.LITTLE_ENDIAN);
      out.put((byte) 'I').put((byte) 'I').putShort((short) 42).putInt(8).putShort((short) entries);
      entry(out, 256, 1, width);
      entry(out, 257, 1, height);
      entry(out, 258, bits.length, inline(bits, bitsAt));
      entry(out, 259, 1, 1);
      entry(out, 262, 1, photometric);
      entry(out, 273, 1, pixelsAt);
      entry(out, 277, 1, bits.length);
      entry(out, 278, 1, height);
      entry(out, 279, 1, pixels.length);
      for (Map.Entry<Integer, int[]> tag : more.entrySet()) {
        entry(out, tag.getKey(), tag.getValue().length, inline(tag.getValue(), moreAt));
        moreAt += 2 * tag.getValue().length;
      }
      out.putInt(0);
      for (int b : bits) {
        out.putShort((short) b);
      }
      more.values().forEach(values -> Arrays.stream(values).forEach(v -> out.putShort((short) v)));
      return out.put(pixels).array();
    }

    /** Up to two values stand in the place of the address. */
    private static int inline(int[] values, int address) {
      return switch (values.length) {
        case 1 -> values[0];
        case 2 -> values[0] | values[1] << 16;
        default -> address;
      };
    }

    private static void entry(ByteBuffer out, int tag, int count, int value) {
      out.putShort((short) tag).putShort((short) 3).putInt(count).putInt(value);
    }
  }

  private static int[] filled(int length, int value) {
    int[] values = new int[length];
    Arrays.fill(values, value);
    return values;
  }

  private static double meanDifference(CellImage one, CellImage other) {
    byte[] a = one.rgb();
    byte[] b = other.rgb();
    return IntStream.range(0, a.length)
        .mapToDouble(i -> Math.abs((a[i] & 0xFF) - (b[i] & 0xFF)))
        .average()
        .orElseThrow();
  }

  private static int indexOf(byte[] content, int... wanted) {
    return IntStream.range(0, content.length - wanted.length)
        .filter(
            at ->
                IntStream.range(0, wanted.length)
                    .allMatch(i -> (content[at + i] & 0xFF) == wanted[i]))
        .findFirst()
        .orElseThrow();
  }
}
