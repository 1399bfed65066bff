package io.github.leukemia4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class CellImageTest {
  private static final byte[] RGB = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, (byte) 250};
  private static final CellImage IMAGE = CellImage.ofRgb(2, 2, RGB);

  @Nested
  class Values {
    @Test
    void areAddressedByRowColumnAndChannel() {
      assertThat(IMAGE.value(0, 1, 0)).isEqualTo(4);
      assertThat(IMAGE.value(1, 0, 1)).isEqualTo(8);
      assertThat(IMAGE.value(1, 1, 2)).isEqualTo(250);
    }

    @Test
    void outsideAreRefused() {
      assertThatThrownBy(() -> IMAGE.value(2, 0, 0)).isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> IMAGE.value(0, -1, 0)).isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> IMAGE.value(0, 0, 3)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void cannotBeChangedFromOutside() {
      byte[] given = RGB.clone();
      CellImage image = CellImage.ofRgb(2, 2, given);
      given[0] = 99;
      image.rgb()[1] = 99;
      assertThat(image).isEqualTo(IMAGE);
    }

    @Test
    void areCopiedToAnOffset() {
      byte[] target = new byte[14];
      IMAGE.copyTo(target, 1);
      assertThat(target).startsWith(0, 1, 2).endsWith(11, 250, 0);
    }
  }

  @Test
  void needsThreeBytesForEachPixel() {
    assertThatThrownBy(() -> CellImage.ofRgb(2, 3, RGB))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2 x 3")
        .hasMessageContaining("found 12 bytes");
    assertThatThrownBy(() -> CellImage.ofRgb(0, 3, new byte[0]))
        .isInstanceOf(IllegalArgumentException.class);
    // 65536 * 65536 is 0 in 32 bits.
    assertThatThrownBy(() -> CellImage.ofRgb(65536, 65536, new byte[0]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void isEqualWhereSizeAndPixelsAre() {
    assertThat(IMAGE)
        .isEqualTo(CellImage.ofRgb(2, 2, RGB))
        .hasSameHashCodeAs(CellImage.ofRgb(2, 2, RGB))
        .isNotEqualTo(CellImage.ofRgb(1, 4, RGB))
        .hasToString("CellImage[2 x 2]");
  }

  @Test
  void shrinksToTheMeanOfItsPixels() {
    // (1 + 4 + 7 + 10) / 4 = 5.5 and (3 + 6 + 9 + 250) / 4 = 67, rounded half up.
    assertThat(IMAGE.resize(1, 1).rgb()).containsExactly(6, 7, 67);
  }
}
