package io.github.leukemia4j.evaluation.inspection;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.data.Dataset;
import io.github.leukemia4j.data.Datasets;
import io.github.leukemia4j.data.Sample;
import io.github.leukemia4j.data.TestData;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectionTest {
  /** Smooth blotches, different for every seed. */
  private static CellImage blotches(long seed, int side) {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] coarse = new byte[6 * 6 * 3];
    random.nextBytes(coarse);
    return CellImage.ofRgb(6, 6, coarse).resize(side, side);
  }

  /** A dark disc on white, as cells that were cut out; within it, blotches of its own. */
  private static CellImage disc(long seed) {
    byte[] rgb = blotches(seed, 64).rgb();
    for (int i = 0; i < rgb.length; i++) {
      int y = i / 3 / 64 - 32;
      int x = i / 3 % 64 - 32;
      rgb[i] = x * x + y * y > 24 * 24 ? (byte) 255 : (byte) ((rgb[i] & 0xFF) * 3 / 4);
    }
    return CellImage.ofRgb(64, 64, rgb);
  }

  private static CellImage brighter(CellImage image, int by) {
    byte[] rgb = image.rgb();
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) Math.min(255, (rgb[i] & 0xFF) / 2 + by);
    }
    return CellImage.ofRgb(image.height(), image.width(), rgb);
  }

  private static Inspection inspect(int threads, Sample... samples) throws InterruptedException {
    return Inspection.of(
        Dataset.of("cells", TestData.CELLS, List.of(samples)), threads, done -> {});
  }

  @Nested
  class NearDuplicatesAre {
    @Test
    void copiesAtAnotherSizeAndBrightness() throws InterruptedException {
      Inspection found =
          inspect(
              2,
              TestData.sample("a", "normal", "P", blotches(1, 64)),
              TestData.sample("b", "normal", "P", blotches(2, 64)),
              TestData.sample("c", "normal", "P", blotches(1, 40)),
              TestData.sample("d", "normal", "P", brighter(blotches(1, 64), 60)));
      assertThat(found.nearDuplicates())
          .extracting(pair -> pair.first().id() + pair.second().id())
          .containsExactlyInAnyOrder("ac", "ad", "cd");
      assertThat(found.nearDuplicates())
          .allSatisfy(
              pair -> {
                assertThat(pair.distance()).isLessThanOrEqualTo(10);
                assertThat(pair.correlation()).isBetween(0.93, 1.0);
              });
    }

    @Test
    void listedWithContradictingLabelsFirstThenAcrossPatients() throws InterruptedException {
      Inspection found =
          inspect(
              1,
              TestData.sample("a", "normal", "P", blotches(1, 64)),
              TestData.sample("b", "normal", "P", blotches(1, 60)),
              TestData.sample("c", "AML", "P", blotches(2, 64)),
              TestData.sample("d", "abnormal", "Q", blotches(2, 60)),
              TestData.sample("e", "normal", null, blotches(3, 64)),
              TestData.sample("f", "APL", "Q", blotches(3, 60)));
      assertThat(found.nearDuplicates())
          .extracting(
              pair -> pair.first().id() + pair.contradicting() + " " + pair.acrossPatients())
          .containsExactly("etrue false", "cfalse true", "afalse false");
    }

    @Test
    void notCellsOfTheSameOutlineAlone() throws InterruptedException {
      assertThat(
              inspect(
                      1,
                      TestData.sample("a", "normal", "P", disc(3)),
                      TestData.sample("b", "normal", "P", disc(2)))
                  .nearDuplicates())
          .isEmpty();
      assertThat(Long.bitCount(Fingerprint.of(disc(3)).hash() ^ Fingerprint.of(disc(2)).hash()))
          .isLessThanOrEqualTo(10);
    }

    @Test
    void notIdenticalFilesNorBlankOnes() throws InterruptedException {
      Inspection found =
          inspect(
              1,
              TestData.sample("a", "normal", "P", blotches(1, 64)),
              TestData.sample("b", "normal", "P", blotches(1, 64)),
              TestData.sample("c", "normal", "P", TestData.image(8, 8, 10)),
              TestData.sample("d", "normal", "P", TestData.image(8, 8, 200)));
      assertThat(found.nearDuplicates()).isEmpty();
      assertThat(found.verification().identical()).hasSize(1);
    }

    @Test
    void listedForOneImageAHundredTimesAtMost() throws InterruptedException {
      List<Sample> copies = new ArrayList<>();
      for (int i = 0; i < 105; i++) {
        copies.add(TestData.sample(String.format("%03d", i), "normal", "P", blotches(1, 40 + i)));
      }
      // The image at place i has i partners before it: 0 + 1 + ... + 99, then 100 for each.
      assertThat(inspect(2, copies.toArray(Sample[]::new)).nearDuplicates())
          .hasSize(99 * 100 / 2 + 5 * 100);
    }
  }

  @Nested
  class Hash {
    @Test
    void hasABitForEachRisingStep() {
      byte[] rising = new byte[8 * 9 * 3];
      for (int i = 0; i < rising.length; i++) {
        rising[i] = (byte) (i / 3 % 9 * 10);
      }
      assertThat(Fingerprint.of(CellImage.ofRgb(8, 9, rising)).hash()).isEqualTo(-1L);
      assertThat(Fingerprint.of(TestData.image(30, 20, 7)).hash()).isZero();
    }
  }

  @Nested
  class Statistics {
    @TempDir private Path folder;

    @Test
    void leaveUnreadableFilesOut() throws Exception {
      Files.createDirectories(folder.resolve("normal"));
      Files.createDirectories(folder.resolve("abnormal"));
      BufferedImage image = new BufferedImage(7, 5, BufferedImage.TYPE_INT_RGB);
      ImageIO.write(image, "png", folder.resolve("normal/a.png").toFile());
      ImageIO.write(image, "bmp", folder.resolve("abnormal/b.bmp").toFile());
      Files.writeString(folder.resolve("abnormal/c.png"), "no image");
      Inspection found = Inspection.of(Datasets.open(folder));
      assertThat(found.statistics().keySet()).containsExactly("abnormal/b.bmp", "normal/a.png");
      assertThat(found.statistics().get("normal/a.png").width()).isEqualTo(7);
      assertThat(found.formats())
          .containsEntry("abnormal/b.bmp", "BMP")
          .containsEntry("normal/a.png", "PNG");
      assertThat(found.verification().unreadable()).containsOnlyKeys("abnormal/c.png");
    }

    @Test
    void doNotDependOnThreads() throws InterruptedException {
      Sample[] samples = new Sample[40];
      for (int i = 0; i < samples.length; i++) {
        samples[i] =
            TestData.sample(
                "s" + i, i % 3 == 0 ? "normal" : "AML", "P" + i % 4, blotches(i / 2, 30 + i));
      }
      Inspection one = inspect(1, samples);
      Inspection many = inspect(5, samples);
      assertThat(many.statistics()).isEqualTo(one.statistics());
      assertThat(many.nearDuplicates()).isNotEmpty().isEqualTo(one.nearDuplicates());
    }
  }
}
