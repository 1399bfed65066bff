package io.github.leukemia4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CellImageTest {
  /** Two rows of three pixels; every byte is its own index, and the last one 255. */
  private static final byte[] BYTES = {
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, (byte) 255
  };

  @Nested
  class OfRgb {
    @Test
    void becomesAnImageOfTheJdkAndIsTheSameAgain() {
      CellImage image = CellImage.ofRgb(2, 3, BYTES);

      assertThat(image.toBufferedImage().getRGB(2, 1))
          .isEqualTo(0xFF000000 | 15 << 16 | 16 << 8 | 255);
      assertThat(CellImage.of(image.toBufferedImage())).isEqualTo(image);
    }

    @Test
    void hasRowsFromTheTopAndChannelsRedGreenBlue() {
      CellImage image = CellImage.ofRgb(2, 3, BYTES);
      assertThat(image.height()).isEqualTo(2);
      assertThat(image.width()).isEqualTo(3);
      assertThat(image.value(0, 0, 0)).isZero();
      assertThat(image.value(0, 2, 1)).isEqualTo(7);
      assertThat(image.value(1, 0, 2)).isEqualTo(11);
      assertThat(image.value(1, 2, 2)).isEqualTo(255);
      assertThat(image).hasToString("CellImage[2 x 3]");
    }

    @Test
    void copiesInAndOut() {
      byte[] given = BYTES.clone();
      CellImage image = CellImage.ofRgb(2, 3, given);
      given[0] = 99;
      image.rgb()[1] = 99;
      assertThat(image.rgb()).isEqualTo(BYTES);
      byte[] target = new byte[20];
      image.copyTo(target, 2);
      assertThat(target).startsWith(0, 0, 0, 1, 2).endsWith(16, 255);
    }

    @Test
    void rejectsWrongLengthsAndEmptySides() {
      for (int[] sides : new int[][] {{2, 2}, {0, 3}, {-2, -3}, {3, 3}, {1 << 30, 1 << 30}}) {
        assertThatThrownBy(() -> CellImage.ofRgb(sides[0], sides[1], BYTES))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("An RGB image of " + sides[0] + " x " + sides[1])
            .hasMessageContaining("found 18 bytes");
      }
      assertThatNullPointerException()
          .isThrownBy(() -> CellImage.ofRgb(1, 1, null))
          .withMessage("rgb");
    }

    @Test
    void hasNoPixelOutside() {
      CellImage image = CellImage.ofRgb(2, 3, BYTES);
      for (int[] at : new int[][] {{2, 0, 0}, {0, 3, 0}, {0, 0, 3}, {-1, 0, 0}}) {
        assertThatThrownBy(() -> image.value(at[0], at[1], at[2]))
            .isInstanceOf(IndexOutOfBoundsException.class);
      }
    }

    @Test
    void isEqualBySizeAndPixels() {
      CellImage image = CellImage.ofRgb(2, 3, BYTES);
      assertThat(image)
          .isEqualTo(CellImage.ofRgb(2, 3, BYTES))
          .hasSameHashCodeAs(CellImage.ofRgb(2, 3, BYTES))
          .isNotEqualTo(CellImage.ofRgb(3, 2, BYTES))
          .isNotEqualTo(CellImage.ofRgb(2, 3, new byte[18]));
    }
  }

  @Nested
  class Resizing {
    @Test
    void averagesAreasWhereItShrinks() {
      CellImage image = CellImage.ofRgb(2, 3, BYTES);
      // Means of the six pixels: red (0+3+6+9+12+15)/6 = 7.5, green 8.5, and for blue
      // (2+5+8+11+14+255)/6 = 49.2.
      CellImage one = image.resize(1, 1);
      assertThat(one.value(0, 0, 0)).isBetween(7, 8);
      assertThat(one.value(0, 0, 1)).isBetween(8, 9);
      assertThat(one.value(0, 0, 2)).isEqualTo(49);
    }

    @Test
    void isTheSameImageAtItsOwnSize() {
      CellImage image = CellImage.ofRgb(2, 3, BYTES);
      assertThat(image.resize(2, 3)).isSameAs(image);
      assertThat(image.resize(5, 7).height()).isEqualTo(5);
      assertThat(image.resize(5, 7).width()).isEqualTo(7);
    }

    @Test
    void rejectsEmptySides() {
      assertThatThrownBy(() -> CellImage.ofRgb(2, 3, BYTES).resize(0, 3))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Nested
  class Cropping {
    private final CellImage image = CellImage.ofRgb(3, 4, numbered());

    private static byte[] numbered() {
      byte[] rgb = new byte[3 * 3 * 4];
      for (int i = 0; i < rgb.length; i++) {
        rgb[i] = (byte) i;
      }
      return rgb;
    }

    @Test
    void keepsTheMiddle() {
      // Sides 3 and 4 times 0.5 are 2 (rounded) and 2; nothing above, one column to the left.
      CellImage middle = image.centre(0.5);
      assertThat(middle.height()).isEqualTo(2);
      assertThat(middle.width()).isEqualTo(2);
      assertThat(middle.rgb()).containsExactly(3, 4, 5, 6, 7, 8, 15, 16, 17, 18, 19, 20);
    }

    @Test
    void keepsAPixelAtLeastAndTheWholeAtMost() {
      assertThat(image.centre(0.01).rgb()).containsExactly(15, 16, 17);
      assertThat(image.centre(1)).isSameAs(image);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -0.5, 1.01, Double.NaN})
    void rejectsSharesThatAreNone(double share) {
      assertThatThrownBy(() -> image.centre(share))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("above 0 and at most 1; found " + share);
    }
  }

  @Nested
  class AtAScale {
    /** Rows and columns are told from the values: 10 * row + column in red. */
    private static CellImage square(int side) {
      byte[] rgb = new byte[3 * side * side];
      for (int i = 0; i < side * side; i++) {
        rgb[3 * i] = (byte) (10 * (i / side) + i % side);
      }
      return CellImage.ofRgb(side, side, rgb);
    }

    private static int[] reds(CellImage image) {
      return IntStream.range(0, image.height() * image.width())
          .map(i -> image.value(i / image.width(), i % image.width(), 0))
          .toArray();
    }

    @Test
    void showsAsMuchOfTheSlideAsAnotherImage() {
      CellImage image = square(4).withMicrometresPerPixel(0.1);

      assertThat(reds(image.centre(2, 2, 0.1))).containsExactly(11, 12, 21, 22);
      assertThat(image.centre(2, 2, 0.2).withMicrometresPerPixel(0.1)).isEqualTo(image);
      assertThat(reds(image.centre(1, 2, 0.1))).containsExactly(11, 12);
      assertThat(reds(image.centre(1, 1, 0.001))).containsExactly(11);
    }

    @Test
    void goesOnAsInAMirrorWhereItShowsLess() {
      CellImage image = square(2).withMicrometresPerPixel(0.1);

      assertThat(reds(image.centre(2, 3, 0.2)))
          .containsExactly(
              1, 0, 0, 1, 1, 0, //
              1, 0, 0, 1, 1, 0, //
              11, 10, 10, 11, 11, 10, //
              11, 10, 10, 11, 11, 10);
    }

    @Test
    void keepsTheScaleOfACropAndForgetsThatOfAResizedImage() {
      CellImage image = square(4).withMicrometresPerPixel(0.1);

      assertThat(image.centre(0.5).micrometresPerPixel()).hasValue(0.1);
      assertThat(image.centre(2, 2, 0.1).micrometresPerPixel()).hasValue(0.1);
      assertThat(image.resize(2, 2).micrometresPerPixel()).isEmpty();
      assertThat(image).isNotEqualTo(square(4));
      assertThat(image.digest()).isEqualTo(square(4).digest());
    }

    @Test
    void mustBeKnownAndAboveZero() {
      assertThatThrownBy(() -> square(4).centre(2, 2, 0.1))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("The image must know its micrometres per pixel.");
      assertThatThrownBy(() -> square(4).withMicrometresPerPixel(0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("The micrometres per pixel must be above 0 and finite; found 0.0.");
    }
  }

  @Nested
  class Reading {
    @TempDir Path folder;

    @Test
    void areReadAsTheyAreDecodedAndConverted() throws IOException {
      BufferedImage pixels = new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB);
      pixels.setRGB(2, 1, 0x0A141E);
      ByteArrayOutputStream png = new ByteArrayOutputStream();
      ImageIO.write(pixels, "png", png);
      Path file = Files.write(folder.resolve("cell.bmp"), png.toByteArray());
      CellImage image = CellImage.read(file);
      assertThat(image)
          .isEqualTo(CellImage.decode(png.toByteArray()))
          .isEqualTo(CellImage.of(pixels));
      assertThat(image.height()).isEqualTo(2);
      assertThat(image.value(1, 2, 0)).isEqualTo(10);
      assertThat(image.value(1, 2, 2)).isEqualTo(30);
    }

    @Test
    void thatAreMissingAreAnIoException() {
      assertThatThrownBy(() -> CellImage.read(folder.resolve("none.png")))
          .isInstanceOf(NoSuchFileException.class)
          .hasMessageContaining("none.png");
    }

    @Test
    void thatAreNoImagesAreNamed() throws IOException {
      Path text = Files.writeString(folder.resolve("text.png"), "no image");
      assertThatThrownBy(() -> CellImage.read(text))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("text.png");
    }
  }
}
