package io.github.leukemia4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.leukemia4j.image.augment.Augmentation;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What every {@link Augmentation} that text can name must do. Extend it in the tests of one:
 *
 * <pre>{@code
 * class MyAugmentationTest extends AugmentationContract {
 *   @Override
 *   protected String text() {
 *     return "mine(0.1)";
 *   }
 * }
 * }</pre>
 */
public abstract class AugmentationContract {
  private static final int[][] SIZES = {{1, 1}, {2, 5}, {16, 16}, {31, 17}};
  private static final int DRAWS = 20;

  /** For subclasses. */
  protected AugmentationContract() {}

  /** What asks for it, such as {@code mine(0.1)}; at these settings it must change most images. */
  protected abstract String text();

  private static byte[] image(int height, int width) {
    byte[] rgb = new byte[height * width * 3];
    new Random(7).nextBytes(rgb);
    return rgb;
  }

  private byte[] changed(int height, int width, int draw) {
    byte[] rgb = image(height, width);
    Augmentation.parse(text()).apply(rgb, height, width, Augmentation.random(1, 0, draw));
    return rgb;
  }

  /** Text: what is stored with a model must make the same augmentation again. */
  @Test
  final void isReadFromWhatItSaysOfItself() {
    Augmentation read = Augmentation.parse(text());
    Augmentation again = Augmentation.parse(read.describe());
    assertThat(again.describe()).isEqualTo(read.describe());
    byte[] one = image(16, 16);
    byte[] other = image(16, 16);
    read.apply(one, 16, 16, Augmentation.random(1, 0, 0));
    again.apply(other, 16, 16, Augmentation.random(1, 0, 0));
    assertThat(other).isEqualTo(one);
  }

  /** Chance: the generator is its only source. */
  @Test
  final void drawsFromTheGeneratorAlone() {
    for (int[] size : SIZES) {
      for (int draw = 0; draw < DRAWS; draw++) {
        assertThat(changed(size[0], size[1], draw))
            .as("%d x %d, draw %d", size[0], size[1], draw)
            .isEqualTo(changed(size[0], size[1], draw));
      }
    }
  }

  /** Threads: images that are changed at the same time are changed as if alone. */
  @Test
  final void changesManyImagesAtOnceAsOneByOne() {
    Augmentation one = Augmentation.parse(text());
    IntStream.range(0, 8 * DRAWS)
        .parallel()
        .forEach(
            draw -> {
              byte[] rgb = image(31, 17);
              one.apply(rgb, 31, 17, Augmentation.random(1, 0, draw));
              assertThat(rgb).as("draw %d", draw).isEqualTo(changed(31, 17, draw));
            });
  }

  /** Effect: it changes images, and not all in the same way. */
  @Test
  final void changesImagesInDifferentWays() {
    byte[] first = changed(16, 16, 0);
    assertThat(IntStream.range(1, DRAWS).mapToObj(draw -> changed(16, 16, draw)))
        .as("other draws than the first")
        .anyMatch(other -> !Arrays.equals(other, first));
  }

  /** Shapes. */
  @Test
  final void refusesAnArrayOfAnotherSize() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                Augmentation.parse(text()).apply(new byte[5], 2, 2, Augmentation.random(1, 0, 0)));
  }
}
