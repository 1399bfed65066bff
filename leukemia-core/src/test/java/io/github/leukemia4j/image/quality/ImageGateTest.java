package io.github.leukemia4j.image.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.leukemia4j.CellImage;
import io.github.leukemia4j.Prediction.Finding;
import io.github.leukemia4j.image.GateThresholds;
import io.github.leukemia4j.image.SharedData;
import io.github.leukemia4j.image.TestImages;
import io.github.leukemia4j.image.augment.Augmentation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ImageGateTest {
  private static final List<ImageStatistics> TRAINING =
      IntStream.range(0, 200)
          .mapToObj(i -> ImageStatistics.of(stained(TestImages.cell(120, 120, i), i)))
          .toList();
  private static final GateThresholds THRESHOLDS = ImageGate.learn(TRAINING);
  private static final ImageGate GATE = new ImageGate(THRESHOLDS);

  @Nested
  class Findings {
    @Test
    void areRareOnImagesLikeTheTrainingImages() {
      long found =
          IntStream.range(1000, 1200)
              .filter(i -> !findings(stained(TestImages.cell(120, 120, i), i)).isEmpty())
              .count();
      assertThat(found).isLessThanOrEqualTo(6);
    }

    @Test
    void areNoneOnAnotherSizeThatIsLargeEnough() {
      assertThat(findings(TestImages.cell(70, 90, 3))).doesNotContain(Finding.TOO_SMALL);
    }

    @Test
    void includeTooSmall() {
      assertThat(findings(TestImages.cell(59, 120, 3))).contains(Finding.TOO_SMALL);
    }

    @Test
    void includeBlankAndThenNeitherFocusNorStain() {
      byte[] pale = new byte[120 * 120 * 3];
      Arrays.fill(pale, (byte) 220);
      assertThat(findings(CellImage.ofRgb(120, 120, pale))).containsExactly(Finding.BLANK);
    }

    @Test
    void includeOutOfFocus() {
      assertThat(findings(blurred(TestImages.cell(120, 120, 3), 4))).contains(Finding.OUT_OF_FOCUS);
    }

    @Test
    void includeClipped() {
      byte[] rgb = TestImages.cell(120, 120, 3).rgb();
      for (int i = 0; i < rgb.length; i++) {
        rgb[i] = (byte) Math.min(255, (rgb[i] & 0xFF) * 1.3);
      }
      assertThat(findings(CellImage.ofRgb(120, 120, rgb))).contains(Finding.CLIPPED);
    }

    @Test
    void includeUnusualStain() {
      // Red and green exchanged: a green cell.
      byte[] rgb = TestImages.cell(120, 120, 3).rgb();
      for (int i = 0; i < rgb.length; i += 3) {
        byte red = rgb[i];
        rgb[i] = rgb[i + 1];
        rgb[i + 1] = red;
      }
      assertThat(findings(CellImage.ofRgb(120, 120, rgb))).containsExactly(Finding.UNUSUAL_STAIN);
    }

    @Test
    void cannotBeChanged() {
      assertThatThrownBy(() -> GATE.check(TRAINING.get(0)).add(Finding.BLANK))
          .isInstanceOf(UnsupportedOperationException.class);
    }
  }

  @Nested
  class Thresholds {
    @Test
    void doNotDependOnTheOrder() {
      List<ImageStatistics> shuffled = new ArrayList<>(TRAINING);
      Collections.shuffle(shuffled, new Random(1));
      assertThat(ImageGate.learn(shuffled)).isEqualTo(THRESHOLDS);
    }

    @Test
    void areNotMovedByASingleBadImage() {
      List<ImageStatistics> withBlack = new ArrayList<>(TRAINING);
      withBlack.add(ImageStatistics.of(CellImage.ofRgb(8, 8, new byte[8 * 8 * 3])));
      GateThresholds thresholds = ImageGate.learn(withBlack);
      assertThat(thresholds.smallestSide()).isEqualTo(60);
      assertThat(thresholds.leastFocus())
          .isCloseTo(THRESHOLDS.leastFocus(), within(0.1 * thresholds.leastFocus()));
      assertThat(
              new ImageGate(thresholds)
                  .check(ImageStatistics.of(CellImage.ofRgb(64, 64, new byte[64 * 64 * 3]))))
          .contains(Finding.BLANK, Finding.CLIPPED);
    }

    @Test
    void areLearntFromImagesThatAreAllAlike() {
      GateThresholds thresholds = ImageGate.learn(Collections.nCopies(20, TRAINING.get(0)));
      assertThat(new ImageGate(thresholds).check(TRAINING.get(0))).isEmpty();
    }

    @Test
    void stainDistanceIsAboutSixSquaredOverTheTrainingImages() {
      double mean =
          TRAINING.stream()
              .mapToDouble(i -> Math.pow(GATE.stainDistance(i), 2))
              .average()
              .orElseThrow();
      assertThat(mean).isBetween(2.0, 9.0);
    }

    @Test
    void areTheSameAfterJson() throws IOException {
      ObjectMapper json = new ObjectMapper();
      String text = json.writeValueAsString(THRESHOLDS);
      assertThat(json.readValue(text, GateThresholds.class)).isEqualTo(THRESHOLDS);
    }

    @Test
    void needTwentyImages() {
      assertThatThrownBy(() -> ImageGate.learn(TRAINING.subList(0, 19)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("at least 20 images; found 19");
    }

    @Test
    void thatAreWrongAreAllNamed() {
      assertThatThrownBy(
              () ->
                  new GateThresholds(
                      0, -1, 1, Double.NaN, List.of(), Collections.nCopies(36, 1.0), 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("smallestSide")
          .hasMessageContaining("leastContrast")
          .hasMessageContaining("mostClipped")
          .hasMessageContaining("stainCentre must be 6 finite numbers")
          .hasMessageNotContainingAny("leastFocus", "stainPrecision", "mostStainDistance");
    }
  }

  @Nested
  class RealCells {
    @Test
    void areToldFromBlurredOnesAndOtherStains() throws IOException {
      List<Path> files = SharedData.images(SharedData.folder("deepapl"));
      List<Path> others = SharedData.images(SharedData.folder("wbc_jtsc"));
      ImageGate gate = new ImageGate(ImageGate.learn(statistics(every(4, 0, files), i -> i)));
      List<ImageStatistics> unseen = statistics(every(4, 2, files), i -> i);
      double clean = share(unseen, i -> !gate.check(i).isEmpty());
      List<Path> some = every(16, 2, files);
      double blurred2 =
          share(
              statistics(some, i -> blurred(i, 2)),
              i -> gate.check(i).contains(Finding.OUT_OF_FOCUS));
      double blurred4 =
          share(
              statistics(some, i -> blurred(i, 4)),
              i -> gate.check(i).contains(Finding.OUT_OF_FOCUS));
      double otherStain =
          share(statistics(others, i -> i), i -> gate.check(i).contains(Finding.UNUSUAL_STAIN));
      Files.writeString(
          Path.of("target", "gate-deepapl.txt"),
          "any finding on unseen images "
              + clean
              + ", out of focus after blur of 2 px "
              + blurred2
              + " and of 4 px "
              + blurred4
              + ", unusual stain on wbc_jtsc "
              + otherStain);
      assertThat(clean).isLessThan(0.04);
      assertThat(blurred2).isGreaterThan(0.7);
      assertThat(blurred4).isGreaterThan(0.9);
      assertThat(otherStain).isGreaterThan(0.7);
    }

    private static List<Path> every(int step, int from, List<Path> files) {
      return IntStream.range(0, files.size())
          .filter(i -> i % step == from)
          .mapToObj(files::get)
          .toList();
    }

    private static List<ImageStatistics> statistics(
        List<Path> files, UnaryOperator<CellImage> change) {
      return files.parallelStream()
          .map(
              file -> {
                try {
                  return ImageStatistics.of(change.apply(CellImage.read(file)));
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              })
          .toList();
    }

    private static double share(
        List<ImageStatistics> images, Predicate<ImageStatistics> condition) {
      return (double) images.stream().filter(condition).count() / images.size();
    }
  }

  private static Set<Finding> findings(CellImage image) {
    return GATE.check(ImageStatistics.of(image));
  }

  private static CellImage blurred(CellImage image, double deviation) {
    byte[] rgb = image.rgb();
    // The largest draw that there is: the deviation itself.
    Augmentation.blur(deviation).apply(rgb, image.height(), image.width(), () -> -1L);
    return CellImage.ofRgb(image.height(), image.width(), rgb);
  }

  private static CellImage stained(CellImage image, long seed) {
    byte[] rgb = image.rgb();
    Augmentation.stain(0.2)
        .apply(rgb, image.height(), image.width(), Augmentation.random(seed, 0, 0));
    return CellImage.ofRgb(image.height(), image.width(), rgb);
  }
}
