package io.github.leukemia4j.image.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.DataException;
import io.github.leukemia4j.image.TestImages;
import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Mutated images of every format give an image or a DataException, and nothing else. {@code
 * -Dleukemia4j.fuzz=10000} tries more of them than the usual run does.
 */
class ImageDecoderFuzzTest {
  private static final int COUNT = Integer.getInteger("leukemia4j.fuzz", 600);
  private static final long SEED = Long.getLong("leukemia4j.fuzz.seed", 1);
  // The images are small, so that each may allocate but little; the JDK's readers need some.
  private static final long MOST_BYTES = 64L << 20;

  @Test
  @Timeout(600)
  void everyMutatedImageIsAnImageOrADataException() {
    Map<String, byte[]> originals = originals();
    List<String> names = new ArrayList<>(originals.keySet());
    List<String> failures = new ArrayList<>();
    int images = 0;
    for (int i = 0; i < COUNT; i++) {
      String name = names.get(i % names.size());
      SplittableRandom random = new SplittableRandom(SEED * 1_000_003 + i);
      byte[] mutated = mutate(originals.get(name), name, random);
      long before = allocated();
      try {
        CellImage image = CellImage.decode(mutated);
        images++;
        assertThat(image.height() * image.width()).isPositive();
      } catch (DataException e) {
        assertThat(e).hasMessageContaining("found").hasMessageMatching("(?s).{30,}");
      } catch (RuntimeException | Error e) {
        failures.add(name + ", " + i + ": " + e);
      }
      long used = allocated() - before;
      if (used > MOST_BYTES) {
        failures.add(name + ", " + i + ": allocated " + used + " bytes");
      }
    }
    assertThat(failures).isEmpty();
    // Both outcomes must occur, or the test would test nothing.
    assertThat(images).isBetween(COUNT / 50, COUNT * 9 / 10);
  }

  private static long allocated() {
    return ((com.sun.management.ThreadMXBean)
            java.lang.management.ManagementFactory.getThreadMXBean())
        .getCurrentThreadAllocatedBytes();
  }

  private static Map<String, byte[]> originals() {
    BufferedImage colour = TestImages.buffered(TestImages.cell(40, 48, 1));
    Map<String, byte[]> originals = new LinkedHashMap<>();
    for (String format : List.of("jpeg", "png", "bmp", "tiff")) {
      originals.put(format, TestImages.encode(colour, format));
    }
    originals.put("jpeg progressive", TestImages.encode(colour, "jpeg", null, true));
    BufferedImage grey = TestImages.as(BufferedImage.TYPE_BYTE_GRAY, colour);
    BufferedImage palette = TestImages.as(BufferedImage.TYPE_BYTE_INDEXED, colour);
    originals.put("jpeg grey", TestImages.encode(grey, "jpeg"));
    originals.put("png palette", TestImages.encode(palette, "png"));
    originals.put(
        "png alpha", TestImages.encode(TestImages.as(BufferedImage.TYPE_INT_ARGB, colour), "png"));
    originals.put("png interlaced", TestImages.encode(colour, "png", null, true));
    originals.put("bmp palette", TestImages.encode(palette, "bmp"));
    originals.put("bmp run lengths", TestImages.encode(palette, "bmp", "BI_RLE8", false));
    for (String compression : List.of("LZW", "ZLib", "PackBits", "JPEG")) {
      originals.put("tiff " + compression, TestImages.encode(colour, "tiff", compression, false));
    }
    originals.put("tiff palette", TestImages.encode(palette, "tiff"));
    return originals;
  }

  private static byte[] mutate(byte[] original, String name, SplittableRandom random) {
    byte[] content = original.clone();
    switch (random.nextInt(6)) {
      case 0 -> flip(content, 1 + random.nextInt(3), content.length, random);
      case 1 -> flip(content, 1 + random.nextInt(20), Math.min(80, content.length), random);
      case 2 -> content = Arrays.copyOf(content, random.nextInt(content.length));
      case 3 -> content = withoutAPart(content, random);
      case 4 -> rewriteNumber(content, random);
      default -> {
        flip(content, 1, content.length, random);
        rewriteNumber(content, random);
      }
    }
    // Half of the PNGs get right checksums again, so that what lies behind them is reached.
    if (name.startsWith("png") && random.nextBoolean()) {
      repairChecksums(content);
    }
    return content;
  }

  private static void flip(byte[] content, int count, int within, SplittableRandom random) {
    for (int i = 0; i < count; i++) {
      content[random.nextInt(within)] ^= (byte) (1 << random.nextInt(8));
    }
  }

  private static byte[] withoutAPart(byte[] content, SplittableRandom random) {
    int from = random.nextInt(content.length);
    int to = Math.min(content.length, from + 1 + random.nextInt(200));
    byte[] shorter = Arrays.copyOf(content, content.length - (to - from));
    System.arraycopy(content, to, shorter, from, content.length - to);
    return shorter;
  }

  /** Lengths, sizes, counts and offsets are numbers of two or four bytes, mostly near the start. */
  private static void rewriteNumber(byte[] content, SplittableRandom random) {
    ByteBuffer buffer =
        ByteBuffer.wrap(content)
            .order(random.nextBoolean() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    boolean fromTheEnd = random.nextBoolean();
    int within = Math.min(random.nextBoolean() ? 200 : content.length, content.length - 4);
    int at = random.nextInt(within);
    at = fromTheEnd ? content.length - 4 - at : at;
    int[] values = {
      0, 1, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, 0xFFFF, 0x7FFF, 1 << 20, 1 << 28, 9_000
    };
    int value = random.nextInt(4) == 0 ? random.nextInt() : values[random.nextInt(values.length)];
    if (random.nextBoolean()) {
      buffer.putInt(at, value);
    } else {
      buffer.putShort(at, (short) value);
    }
  }

  private static void repairChecksums(byte[] png) {
    ByteBuffer buffer = ByteBuffer.wrap(png);
    int at = 8;
    while (at + 12 <= png.length) {
      int length = buffer.getInt(at);
      if (length < 0 || at + 12L + length > png.length) {
        return;
      }
      CRC32 checksum = new CRC32();
      checksum.update(png, at + 4, length + 4);
      buffer.putInt(at + 8 + length, (int) checksum.getValue());
      at += 12 + length;
    }
  }
}
