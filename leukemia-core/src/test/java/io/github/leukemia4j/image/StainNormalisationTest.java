package io.github.leukemia4j.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.image.augment.Augmentation;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StainNormalisationTest {
  private static final CellImage CELL = TestImages.cell(60, 50, 1);

  @Test
  void givesAnImageTheColoursOfTheReference() {
    byte[] rgb = TestImages.cell(80, 90, 2).rgb();
    Augmentation.stain(0.6).apply(rgb, 80, 90, Augmentation.random(1, 0, 0));
    CellImage other = CellImage.ofRgb(80, 90, rgb);
    StainNormalisation target = StainNormalisation.of(CELL);
    StainNormalisation reached = StainNormalisation.of(target.apply(other));
    for (int axis = 0; axis < 3; axis++) {
      // Rounding to 8 bits and clipping at white leave a little.
      assertThat(reached.mean().get(axis)).isCloseTo(target.mean().get(axis), within(0.01));
      assertThat(reached.deviation().get(axis))
          .isCloseTo(target.deviation().get(axis), within(0.01));
    }
  }

  @Test
  void bringsARestainedCopyNearToTheOriginal() {
    CellImage original = TestImages.cell(60, 50, 3);
    StainNormalisation target = StainNormalisation.of(CELL);
    for (int sample = 0; sample < 20; sample++) {
      byte[] rgb = original.rgb();
      Augmentation.stain(1).apply(rgb, 60, 50, Augmentation.random(2, 0, sample));
      CellImage copy = CellImage.ofRgb(60, 50, rgb);
      assertThat(distance(target.apply(original), target.apply(copy)))
          .isLessThan(0.6 * distance(original, copy));
    }
  }

  /** The mean difference of values, in levels of 255. */
  private static double distance(CellImage one, CellImage other) {
    byte[] a = one.rgb();
    byte[] b = other.rgb();
    return IntStream.range(0, a.length)
        .map(i -> Math.abs((a[i] & 0xFF) - (b[i] & 0xFF)))
        .average()
        .orElseThrow();
  }

  @Test
  void leavesTheReferenceAsItIs() {
    byte[] normalised = StainNormalisation.of(CELL).apply(CELL).rgb();
    byte[] original = CELL.rgb();
    assertThat(
            IntStream.range(0, original.length)
                .map(i -> Math.abs((original[i] & 0xFF) - (normalised[i] & 0xFF)))
                .max()
                .orElseThrow())
        .isLessThanOrEqualTo(1);
  }

  @Test
  void movesAConstantImageToTheMeanColour() {
    byte[] grey = new byte[4 * 4 * 3];
    Arrays.fill(grey, (byte) 60);
    byte[] constant = new byte[4 * 4 * 3];
    Arrays.fill(constant, (byte) 200);
    StainNormalisation target = StainNormalisation.of(CellImage.ofRgb(4, 4, constant));
    assertThat(target.apply(CellImage.ofRgb(4, 4, grey)).rgb()).containsOnly((byte) 200);
  }

  @Test
  void isLearntAsTheMedian() {
    StainNormalisation a = new StainNormalisation(List.of(1.0, 2.0, 3.0), List.of(1.0, 1.0, 1.0));
    StainNormalisation b = new StainNormalisation(List.of(2.0, 3.0, 1.0), List.of(1.0, 2.0, 3.0));
    StainNormalisation c = new StainNormalisation(List.of(3.0, 1.0, 2.0), List.of(0.0, 3.0, 5.0));
    assertThat(StainNormalisation.learn(List.of(a, b, c)))
        .isEqualTo(new StainNormalisation(List.of(2.0, 2.0, 2.0), List.of(1.0, 2.0, 3.0)));
    assertThatThrownBy(() -> StainNormalisation.learn(List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("found none");
  }

  @Test
  void isTheSameAfterJson() throws IOException {
    ObjectMapper json = new ObjectMapper();
    StainNormalisation target = StainNormalisation.of(CELL);
    assertThat(json.readValue(json.writeValueAsString(target), StainNormalisation.class))
        .isEqualTo(target);
  }

  @Test
  void refusesWhatIsNoTarget() {
    assertThatThrownBy(() -> new StainNormalisation(List.of(1.0, 2.0), List.of(1.0, 1.0, 1.0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("found [1.0, 2.0] and [1.0, 1.0, 1.0]");
    assertThatThrownBy(
            () -> new StainNormalisation(List.of(1.0, 2.0, Double.NaN), List.of(1.0, 1.0, 1.0)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> new StainNormalisation(List.of(1.0, 2.0, 3.0), List.of(1.0, 1.0, -1.0)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
