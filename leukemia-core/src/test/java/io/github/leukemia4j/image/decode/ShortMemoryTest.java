package io.github.leukemia4j.image.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.DataException;
import io.github.leukemia4j.image.TestImages;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole images that are too large for the memory, or for what the caller wants. */
class ShortMemoryTest {
  private static final BufferedImage LARGE =
      new BufferedImage(4000, 3000, BufferedImage.TYPE_3BYTE_BGR);

  @TempDir Path folder;

  /** Reads a file in a JVM of little memory. */
  public static final class Reader {
    private Reader() {}

    /**
     * @param arguments the file
     */
    public static void main(String... arguments) throws IOException {
      for (int i = 0; i < 2; i++) {
        try {
          System.out.println(CellImage.read(Path.of(arguments[0])));
        } catch (RuntimeException e) {
          System.out.println(e);
        }
      }
      System.out.println(CellImage.read(Path.of(arguments[1])));
    }
  }

  /** 4000 x 3000 pixels take 36 MB for the decoder, and 36 MB more for the image. */
  @ParameterizedTest
  @ValueSource(strings = {"png", "jpeg", "bmp", "tiff"})
  void isNeverCalledDamageOfTheFile(String format) throws Exception {
    Path large = folder.resolve("large." + format);
    Files.write(large, TestImages.encode(LARGE, format));
    Path small = folder.resolve("small." + format);
    Files.write(small, TestImages.encode(TestImages.buffered(TestImages.cell(40, 48, 1)), format));
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx32m",
                "-cp",
                System.getProperty("java.class.path"),
                Reader.class.getName(),
                large.toString(),
                small.toString())
            .redirectErrorStream(true)
            .start();
    List<String> lines = process.inputReader().lines().toList();
    assertThat(process.waitFor()).as("%s", lines).isZero();
    assertThat(lines).last().isEqualTo("CellImage[40 x 48]");
    assertThat(String.join("\n", lines))
        .contains("io.github.leukemia4j.BackendException: " + large + ": There must be memory for")
        .contains("the heap of at most 32 MB")
        .contains("-Xmx")
        .doesNotContain("damaged");
    if (List.of("png", "jpeg").contains(format)) { // whose files are small
      assertThat(lines.get(0)).contains("an image of 4000 x 3000 pixels, about 68 MB");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpeg", "bmp", "tiff"})
  void isAvoidedByALimitOfPixels(String format) throws IOException {
    byte[] content = TestImages.encode(LARGE, format);
    assertThat(CellImage.decode(content, 12_000_000).width()).isEqualTo(4000);
    assertThatThrownBy(() -> CellImage.decode(content, 11_999_999))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("at most 11999999 pixels")
        .hasMessageContaining("4000 x 3000 pixels");
    Path file = Files.write(folder.resolve("large"), content);
    assertThatThrownBy(() -> ImageDecoder.read(file, 1000))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(file + ": An image must have at most 1000 pixels");
  }

  @Test
  void noLimitIsAboveTheLibrarys() {
    byte[] content = TestImages.encode(LARGE, "png");
    for (long limit : new long[] {0, -1, ImageDecoder.MAX_PIXELS + 1}) {
      assertThatThrownBy(() -> CellImage.decode(content, limit))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("must be 1 to 100000000; found " + limit);
    }
  }
}
