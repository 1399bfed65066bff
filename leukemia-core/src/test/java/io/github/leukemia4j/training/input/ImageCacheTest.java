package io.github.leukemia4j.training.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.DataException;
import io.github.leukemia4j.Label;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.ImageSource;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.data.TestData;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageCacheTest {
  private static final int BYTES = 3 * 4 * 5;

  private static Dataset noise(int images) {
    Random random = new Random(1);
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < images; i++) {
      byte[] rgb = new byte[3 * 8 * (5 + i % 3)];
      random.nextBytes(rgb);
      samples.add(TestData.sample("i" + i, "normal", null, CellImage.ofRgb(8, 5 + i % 3, rgb)));
    }
    return Dataset.of("noise", TestData.CELLS, samples);
  }

  private static ImageCache.Options options(int threads, long memoryBytes) {
    return new ImageCache.Options(threads, memoryBytes, done -> {});
  }

  @Nested
  class Images {
    @ParameterizedTest
    @CsvSource({"1, 0", "3, 0", "1, 600", "2, 659", "3, 1000000"})
    void areTheResizedOnesWhereverTheyAreHeld(int threads, long budget) throws Exception {
      Dataset dataset = noise(25);
      try (ImageCache cache = ImageCache.load(dataset, 4, 5, options(threads, budget))) {
        assertThat(cache.dataset().size()).isEqualTo(25);
        assertThat(cache.imageBytes()).isEqualTo(BYTES);
        for (int i = 0; i < 25; i++) {
          byte[] target = new byte[BYTES + 2];
          cache.copyTo(i, target, 1);
          byte[] expected = dataset.samples().get(i).source().read().resize(4, 5).rgb();
          assertThat(Arrays.copyOfRange(target, 1, BYTES + 1)).isEqualTo(expected);
          assertThat(target[0]).isZero();
          assertThat(target[BYTES + 1]).isZero();
        }
      }
    }

    @Test
    void areFoundByTheirIds() throws Exception {
      try (ImageCache cache = ImageCache.load(noise(3), 4, 5, options(1, 0))) {
        assertThat(cache.indexOf("i2")).isEqualTo(2);
        assertThatThrownBy(() -> cache.indexOf("x"))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContainingAll("images of noise", "lacks x");
      }
    }

    @Test
    void areReadOnceAndVerifiedOnTheWay() throws Exception {
      AtomicInteger reads = new AtomicInteger();
      CellImage image = TestData.image(4, 5, 7);
      ImageSource counting =
          new ImageSource() {
            @Override
            public String name() {
              return "counting";
            }

            @Override
            public CellImage read() {
              reads.incrementAndGet();
              return image;
            }
          };
      List<Sample> samples =
          IntStream.range(0, 2)
              .mapToObj(i -> new Sample("s" + i, counting, Label.of("normal"), Optional.empty()))
              .toList();
      Dataset dataset = Dataset.of("twins", TestData.CELLS, samples);
      try (ImageCache cache = ImageCache.load(dataset, 4, 5, options(1, 0))) {
        assertThat(reads).hasValue(2);
        assertThat(cache.verification().identical()).containsExactly(samples);
      }
    }
  }

  @Nested
  class Changing {
    private CellImage negative(CellImage image) {
      byte[] rgb = image.rgb();
      for (int i = 0; i < rgb.length; i++) {
        rgb[i] = (byte) ~rgb[i];
      }
      return CellImage.ofRgb(image.height(), image.width(), rgb);
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "3, 600", "2, 1000000"})
    void makesAnotherCacheOfSomeAndLeavesItsOwnAlone(int threads, long budget) throws Exception {
      Dataset dataset = noise(25);
      try (ImageCache cache = ImageCache.load(dataset, 4, 5, options(threads, budget))) {
        Dataset some = dataset.withSamples(dataset.samples().subList(5, 20));
        try (ImageCache made = cache.changed(some, this::negative, options(threads, budget))) {
          for (int i = 0; i < 15; i++) {
            CellImage resized = some.samples().get(i).source().read().resize(4, 5);
            byte[] found = new byte[BYTES];
            made.copyTo(i, found, 0);
            assertThat(found).isEqualTo(negative(resized).rgb());
            cache.copyTo(5 + i, found, 0);
            assertThat(found).isEqualTo(resized.rgb());
          }
        }
      }
    }

    @Test
    void refusesAnotherSize() throws Exception {
      try (ImageCache cache = ImageCache.load(noise(3), 4, 5, options(1, 0))) {
        assertThatThrownBy(
                () -> cache.changed(noise(3), image -> image.resize(5, 4), options(1, 0)))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage("A cached image must stay 4 x 5 pixels; found 5 x 4.");
      }
    }

    @Test
    void isRefusedAfterClosing() throws Exception {
      ImageCache cache = ImageCache.load(noise(3), 4, 5, options(1, 1000));
      cache.close();
      assertThatThrownBy(() -> cache.changed(noise(3), image -> image, options(1, 0)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("closed");
    }
  }

  @Nested
  class Unreadable {
    @TempDir Path dir;

    private Sample sample(String name) {
      return new Sample(
          name, ImageSource.file(dir.resolve(name)), Label.of("normal"), Optional.empty());
    }

    @Test
    void thatCannotBeReadAreAllListed() throws IOException {
      ImageIO.write(
          new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB),
          "png",
          dir.resolve("good.png").toFile());
      Files.writeString(dir.resolve("text.png"), "no image at all");
      Files.createFile(dir.resolve("zero.jpg"));
      Dataset dataset =
          Dataset.of(
              "bad",
              TestData.CELLS,
              List.of(
                  sample("good.png"), sample("text.png"), sample("zero.jpg"), sample("gone.bmp")));
      assertThatThrownBy(() -> ImageCache.load(dataset, 4, 4, options(2, 0)))
          .isInstanceOf(DataException.class)
          .hasMessageContainingAll(
              "found 3 of 4",
              dir.resolve("text.png").toString(),
              dir.resolve("zero.jpg").toString(),
              dir.resolve("gone.bmp") + ": no such file")
          .hasMessageNotContaining("good.png");
    }

    @Test
    void thatAreDamagedAreListed() throws IOException {
      Path damaged = TestData.shared("damaged");
      List<Sample> samples;
      try (var files = Files.list(damaged)) {
        samples =
            files
                .filter(io.github.leukemia4j.image.decode.ImageDecoder::isNamedAsImage)
                .map(
                    f ->
                        new Sample(
                            f.getFileName().toString(),
                            ImageSource.file(f),
                            Label.of("normal"),
                            Optional.empty()))
                .toList();
      }
      Dataset dataset = Dataset.of("damaged", TestData.CELLS, samples);
      assertThatThrownBy(() -> ImageCache.load(dataset, 64, 64, options(1, 1 << 20)))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("found 6 of 6")
          .satisfies(e -> assertThat(((DataException) e).problems()).hasSize(6));
    }
  }

  @Nested
  class Closing {
    @Test
    void freesAndIsFinal() throws Exception {
      ImageCache cache = ImageCache.load(noise(3), 4, 5, options(1, BYTES));
      cache.close();
      cache.close();
      for (int index : new int[] {0, 2}) {
        assertThatThrownBy(() -> cache.copyTo(index, new byte[BYTES], 0))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("closed");
      }
    }

    @Test
    void leavesNoTemporaryFile() throws Exception {
      Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
      ImageCache.load(noise(3), 4, 5, options(1, 0)).close();
      try (var files = Files.newDirectoryStream(temporary, "leukemia4j-images*.cache")) {
        assertThat(files).isEmpty();
      }
    }
  }

  @Nested
  class Settings {
    @Test
    void areChecked() {
      assertThatThrownBy(() -> options(0, 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("at least 1 thread");
      assertThatThrownBy(() -> options(1, -1)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> ImageCache.load(noise(1), 0, 5, options(1, 1)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("at least 1 x 1");
    }
  }
}
