package io.github.leukemia4j.image.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.image.TestImages;
import io.github.leukemia4j.image.pixels.Mixup;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AugmentationTest {
  private static final String ALL =
      "dihedral, affine(15, 0.1, 0.05), cutout(0.3), brightness(0.1), contrast(0.2), stain(0.6),"
          + " hsv(0.05, 0.2, 0.1), blur(1.5), noise(8)";
  // Every draw of a double is just below 1, so that a change is its largest; or 0: its smallest.
  private static final RandomGenerator LARGEST = () -> -1L;
  private static final RandomGenerator SMALLEST = () -> 0L;

  @Nested
  class Chance {
    @Test
    void isAFunctionOfSeedEpochAndSampleAlone() {
      Augmentation all = Augmentation.parse(ALL);
      CellImage cell = TestImages.cell(32, 32, 1);
      List<byte[]> inOrder =
          IntStream.range(0, 200).mapToObj(i -> augmented(all, cell, 7, 2, i)).toList();
      List<byte[]> inParallel =
          IntStream.range(0, 200)
              .parallel()
              .map(i -> 199 - i)
              .mapToObj(i -> augmented(all, cell, 7, 2, i))
              .toList();
      for (int i = 0; i < 200; i++) {
        assertThat(inParallel.get(199 - i)).isEqualTo(inOrder.get(i));
      }
    }

    @Test
    void differsBetweenSeedsEpochsAndSamples() {
      Set<Long> first = new HashSet<>();
      for (int seed = 0; seed < 10; seed++) {
        for (int epoch = 0; epoch < 10; epoch++) {
          for (int sample = 0; sample < 10; sample++) {
            first.add(Augmentation.random(seed, epoch, sample).nextLong());
          }
        }
      }
      assertThat(first).hasSize(1000);
    }
  }

  @Nested
  class Dihedral {
    @Test
    void reachesTheEightImagesOfASquareEquallyOften() {
      byte[] source = TestImages.noise(5 * 5 * 3, 1);
      Collection<Long> counts =
          IntStream.range(0, 8000)
              .mapToObj(i -> ByteBuffer.wrap(apply(Augmentation.dihedral(), source, 5, 5, i)))
              .collect(Collectors.groupingBy(b -> b, Collectors.counting()))
              .values();
      // Binomial(8000, 1/8) has a standard deviation of 30.
      assertThat(counts).hasSize(8).allMatch(count -> Math.abs(count - 1000) < 150);
    }

    @Test
    void isTurnsAndFlips() {
      // a b      a and d stay on one diagonal, b and c on the other.
      // c d
      byte[] source = {1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4};
      Set<List<Byte>> seen = new HashSet<>();
      for (int i = 0; i < 100; i++) {
        byte[] image = apply(Augmentation.dihedral(), source, 2, 2, i);
        seen.add(List.of(image[0], image[3], image[6], image[9]));
      }
      assertThat(seen)
          .containsExactlyInAnyOrder(
              bytes(1, 2, 3, 4),
              bytes(2, 1, 4, 3),
              bytes(3, 4, 1, 2),
              bytes(4, 3, 2, 1),
              bytes(1, 3, 2, 4),
              bytes(3, 1, 4, 2),
              bytes(2, 4, 1, 3),
              bytes(4, 2, 3, 1));
    }

    @Test
    void onlyFlipsWhatIsNotSquare() {
      byte[] source = TestImages.noise(3 * 4 * 3, 1);
      Set<ByteBuffer> seen = new HashSet<>();
      for (int i = 0; i < 100; i++) {
        seen.add(ByteBuffer.wrap(apply(Augmentation.dihedral(), source, 3, 4, i)));
      }
      assertThat(seen).hasSize(4);
    }
  }

  @Nested
  class Affine {
    @Test
    void byAQuarterTurnIsExact() {
      byte[] source = TestImages.noise(7 * 7 * 3, 3);
      byte[] turned = source.clone();
      Augmentation.rotation(90).apply(turned, 7, 7, LARGEST);
      for (int y = 0; y < 7; y++) {
        for (int x = 0; x < 7; x++) {
          // (y, x) about the centre comes from (-x, y) or, turned the other way, (x, -y).
          assertThat(turned[(y * 7 + x) * 3]).isEqualTo(source[((6 - x) * 7 + y) * 3]);
        }
      }
    }

    @Test
    void movesAndReflectsAtTheBorder() {
      byte[] row = {10, 10, 10, 20, 20, 20, 30, 30, 30, 40, 40, 40};
      Augmentation.translation(0.5).apply(row, 1, 4, LARGEST);
      // Two to the right; the mirror before the first pixel shows 10, 20, ...
      assertThat(row).containsExactly(20, 20, 20, 10, 10, 10, 10, 10, 10, 20, 20, 20);
    }

    @Test
    void enlargesAboutTheCentre() {
      byte[] row = {0, 0, 0, 100, 100, 100, 50, 50, 50, 0, 0, 0, 80, 80, 80};
      Augmentation.scale(0.5).apply(row, 1, 5, SMALLEST);
      // To half: the middle stays, its neighbours come from two further out.
      assertThat(new byte[] {row[3], row[6], row[9]}).containsExactly(0, 50, 80);
    }

    @Test
    void leavesAConstantImageConstant() {
      byte[] image = new byte[20 * 30 * 3];
      Arrays.fill(image, (byte) 201);
      assertThat(apply(Augmentation.affine(180, 0.5, 0.5), image, 20, 30, 1))
          .containsOnly((byte) 201);
    }
  }

  @Nested
  class Cutout {
    @Test
    void coversWithTheMeanColour() {
      byte[] image = {10, 20, 30, 30, 40, 50};
      Augmentation.cutout(1).apply(image, 1, 2, LARGEST);
      assertThat(image).containsExactly(20, 30, 40, 20, 30, 40);
    }

    @Test
    void coversNoMoreThanItsPart() {
      byte[] source = TestImages.noise(40 * 40 * 3, 9);
      for (int i = 0; i < 50; i++) {
        byte[] image = apply(Augmentation.cutout(0.5), source, 40, 40, i);
        int changed = 0;
        for (int at = 0; at < image.length; at += 3) {
          changed += image[at] != source[at] ? 1 : 0;
        }
        assertThat(changed).isLessThanOrEqualTo(400);
      }
    }
  }

  @Nested
  class Colour {
    @Test
    void brightnessMultipliesAndClips() {
      byte[] image = {0, 100, (byte) 250};
      Augmentation.brightness(0.1).apply(image, 1, 1, LARGEST);
      assertThat(image).containsExactly(0, 110, 255);
    }

    @Test
    void contrastStretchesAboutTheMean() {
      byte[] image = {90, 100, 110};
      Augmentation.contrast(0.5).apply(image, 1, 1, LARGEST);
      assertThat(image).containsExactly(85, 100, 115);
    }

    @Test
    void stainOfNoStrengthLeavesEveryValue() {
      byte[] image = new byte[256 * 3];
      for (int i = 0; i < image.length; i++) {
        image[i] = (byte) (i / 3 + i % 3 * 85);
      }
      assertThat(apply(Augmentation.stain(1e-9), image, 16, 16, 1)).isEqualTo(image);
    }

    @Test
    void stainFollowsItsFormula() {
      byte[] image = TestImages.noise(16 * 16 * 3, 4);
      byte[] stained = image.clone();
      Augmentation.stain(0.6).apply(stained, 16, 16, LARGEST);
      // Diagonal 1 + 0.3 * 0.6, elsewhere 0.1 * 0.6, offset 0.1 * 0.6.
      for (int i = 0; i < image.length; i += 3) {
        double[] density = new double[3];
        for (int c = 0; c < 3; c++) {
          density[c] = -Math.log(((image[i + c] & 0xFF) + 1) / 256.0);
        }
        for (int c = 0; c < 3; c++) {
          double mixed =
              1.18 * density[c] + 0.06 * (density[(c + 1) % 3] + density[(c + 2) % 3]) + 0.06;
          double expected = Math.max(0, 256 * Math.exp(-mixed) - 1);
          assertThat((double) (stained[i + c] & 0xFF)).isCloseTo(expected, within(0.8));
        }
      }
    }

    @Test
    void hueTurnsBetweenPrimaries() {
      byte[] image = {(byte) 200, 50, 50, 50, (byte) 200, 50, 50, 50, (byte) 200, 77, 77, 77};
      // A third of the circle: red to green, green to blue, blue to red; grey has no hue.
      byte[] turned = image.clone();
      Augmentation.hsv(1.0 / 3, 0, 0).apply(turned, 1, 4, LARGEST);
      assertThat(turned).containsExactly(50, 200, 50, 50, 50, 200, 200, 50, 50, 77, 77, 77);
    }

    @Test
    void saturationAndValueScale() {
      byte[] image = {100, 50, 50};
      Augmentation.hsv(0, 0.5, 0).apply(image, 1, 1, LARGEST);
      // Saturation 0.5 becomes 0.75.
      assertThat(image).containsExactly(100, 25, 25);
      Augmentation.hsv(0, 0, 0.5).apply(image, 1, 1, SMALLEST);
      assertThat(image).containsExactly(50, 13, 13);
    }
  }

  @Nested
  class Sharpness {
    @Test
    void blurSpreadsAPointAsAGaussian() {
      byte[] image = new byte[21 * 21 * 3];
      image[(10 * 21 + 10) * 3] = (byte) 255;
      Filtering.blur(image, 21, 21, 1);
      // Gauss of deviation 1, cut at 3: 0.3991 in the middle, 0.2420 beside it (R: dnorm(-3:3)).
      assertThat(image[(10 * 21 + 10) * 3] & 0xFF).isEqualTo(41);
      assertThat(image[(10 * 21 + 11) * 3] & 0xFF).isEqualTo(25);
      assertThat(image[(9 * 21 + 11) * 3] & 0xFF).isEqualTo(15);
      assertThat(image[(10 * 21 + 10) * 3 + 1]).isZero();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.01, 0.7, 5})
    void blurLeavesAConstantImageConstant(double deviation) {
      byte[] image = new byte[9 * 4 * 3];
      Arrays.fill(image, (byte) 255);
      Filtering.blur(image, 9, 4, deviation);
      assertThat(image).containsOnly((byte) 255);
    }

    @Test
    void noiseHasItsDeviation() {
      byte[] image = new byte[100 * 100 * 3];
      Arrays.fill(image, (byte) 128);
      // The first draw sets the deviation to 10, the others are the noise.
      RandomGenerator random = Augmentation.random(1, 0, 0);
      boolean[] first = {true};
      Augmentation.noise(10)
          .apply(
              image,
              100,
              100,
              () -> {
                long bits = first[0] ? -1L : random.nextLong();
                first[0] = false;
                return bits;
              });
      double mean = IntStream.range(0, 30000).map(i -> image[i] & 0xFF).average().orElseThrow();
      double square =
          IntStream.range(0, 30000)
              .mapToDouble(i -> Math.pow((image[i] & 0xFF) - mean, 2))
              .average()
              .orElseThrow();
      // Standard errors: 10 / sqrt(30000) = 0.06 and 10 / sqrt(60000) = 0.04.
      assertThat(mean).isCloseTo(128, within(0.25));
      assertThat(Math.sqrt(square)).isCloseTo(10, within(0.2));
    }
  }

  @Nested
  class Text {
    @Test
    void isReadBackAsTheSame() {
      Augmentation all = Augmentation.parse(ALL);
      assertThat(all.describe()).isEqualTo(ALL);
      assertThat(Augmentation.parse(all.describe())).isEqualTo(all);
    }

    @Test
    void namesPresets() {
      assertThat(Augmentation.parse("none")).isEqualTo(Augmentation.none());
      assertThat(Augmentation.parse(" Cells ")).isEqualTo(Augmentation.cells());
      assertThat(Augmentation.parse("fields, noise(3)"))
          .isEqualTo(Augmentation.sequence(Augmentation.fields(), Augmentation.noise(3)));
      assertThat(Augmentation.none().describe()).isEqualTo("none");
      assertThat(Augmentation.cells().describe())
          .isEqualTo("dihedral, stain(0.6), brightness(0.1)");
      assertThat(Augmentation.fields().describe())
          .isEqualTo("dihedral, affine(0, 0, 0.1), stain(0.6), brightness(0.1)");
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "",
          "turn",
          "stain",
          "stain(a)",
          "stain(0.6",
          "stain(1, 2)",
          "cells,",
          "cells x"
        })
    void thatIsNoneIsRefusedWithTheNames(String text) {
      assertThatThrownBy(() -> Augmentation.parse(text))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("none, cells, fields, or a list of dihedral")
          .hasMessageEndingWith("found \"" + text + "\".");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "stain(0)",
        "stain(4)",
        "brightness(1)",
        "contrast(-0.1)",
        "affine(0, 0, 0)",
        "rotation(181)",
        "scale(1)",
        "cutout(1.5)",
        "hsv(0.6, 0, 0)",
        "blur(21)",
        "noise(NaN)"
      })
  void settingsOutOfRangeAreRefused(String text) {
    assertThatThrownBy(() -> Augmentation.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("ugmentation")
        .hasMessageContaining("found ");
  }

  @Test
  void anImageOfAnotherSizeIsRefused() {
    for (String name : ALL.split("(?<=\\)|l), ")) {
      assertThatThrownBy(() -> Augmentation.parse(name).apply(new byte[11], 2, 2, LARGEST))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("found 11");
    }
  }

  @Nested
  class OneOfYourOwn {
    @Test
    void takesPartInSequences() {
      Augmentation inverted =
          new Augmentation() {
            @Override
            public void apply(byte[] rgb, int height, int width, RandomGenerator random) {
              for (int i = 0; i < rgb.length; i++) {
                rgb[i] = (byte) ~rgb[i];
              }
            }

            @Override
            public String describe() {
              return "inverted";
            }
          };
      Augmentation both = Augmentation.sequence(inverted, Augmentation.brightness(0.1));
      byte[] image = {(byte) 155, (byte) 155, (byte) 155};
      both.apply(image, 1, 1, LARGEST);
      assertThat(image).containsOnly(110);
      assertThat(both.describe()).isEqualTo("inverted, brightness(0.1)");
    }
  }

  @Nested
  class Mixing {
    @Test
    void mixesPixelsAndTargetsAlike() {
      byte[] image = {100, 0, (byte) 200};
      double[] targets = {1, 0};
      Mixup.mix(image, targets, new byte[] {0, 100, 0}, new double[] {0, 1}, 0.75);
      assertThat(image).containsExactly(75, 25, 150);
      assertThat(targets).containsExactly(0.75, 0.25);
    }

    @Test
    void drawsSharesOfABetaDistribution() {
      Mixup mixup = new Mixup(1);
      RandomGenerator random = Augmentation.random(3, 0, 0);
      double mean =
          IntStream.range(0, 4000).mapToDouble(i -> mixup.share(random)).average().orElseThrow();
      // Beta(1, 1) is uniform; its larger part has the mean 3/4, standard error 0.0023.
      assertThat(mean).isCloseTo(0.75, within(0.01));
    }

    @Test
    void refusesWhatDoesNotFit() {
      assertThatThrownBy(() -> new Mixup(0)).hasMessageContaining("found 0.0");
      assertThatThrownBy(
              () -> Mixup.mix(new byte[3], new double[2], new byte[6], new double[2], 0.5))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("3 and 6 bytes");
      assertThatThrownBy(
              () -> Mixup.mix(new byte[3], new double[2], new byte[3], new double[2], 1.5))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("found 1.5");
    }
  }

  private static byte[] augmented(
      Augmentation augmentation, CellImage image, long seed, int epoch, int sample) {
    byte[] rgb = image.rgb();
    augmentation.apply(
        rgb, image.height(), image.width(), Augmentation.random(seed, epoch, sample));
    return rgb;
  }

  private static byte[] apply(
      Augmentation augmentation, byte[] source, int height, int width, int sample) {
    byte[] rgb = source.clone();
    augmentation.apply(rgb, height, width, Augmentation.random(1, 0, sample));
    return rgb;
  }

  private static List<Byte> bytes(int... values) {
    return IntStream.of(values).mapToObj(v -> (byte) v).toList();
  }
}
