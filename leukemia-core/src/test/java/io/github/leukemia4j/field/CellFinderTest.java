package io.github.leukemia4j.field;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.leukemia4j.CellImage;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CellFinderTest {
  @Nested
  class PaintedFields {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 20, 40})
    void findsEveryCellWhereItIs(int white) {
      PaintedField field = PaintedField.of(700, 900, white, white);
      CellFinder.Found found = CellFinder.find(field.image());
      assertThat(found.cells()).hasSameSizeAs(field.centres());
      for (double[] centre : field.centres()) {
        FoundCell nearest = nearest(found.cells(), centre);
        assertThat(Math.hypot(nearest.x() - centre[0], nearest.y() - centre[1])).isLessThan(2);
      }
      assertThat(found.clumps()).isZero();
      assertThat(found.micrometresPerPixel()).isCloseTo(0.2, within(0.03));
    }

    @Test
    void tellsNucleusFromCytoplasm() {
      PaintedField field = PaintedField.of(300, 300, 1, 5);
      FoundCell cell = CellFinder.find(field.image()).cells().get(0);
      double[] centre = field.centres().get(0);
      int x = (int) centre[0];
      int y = (int) centre[1];
      assertThat(cell.part(x, y)).isEqualTo(FoundCell.Part.NUCLEUS);
      assertThat(cell.part(x + 21, y)).isEqualTo(FoundCell.Part.CYTOPLASM);
      assertThat(cell.part(x + 30, y)).isEqualTo(FoundCell.Part.OUTSIDE);
      assertThat(cell.outline(FoundCell.Part.CYTOPLASM))
          .allSatisfy(
              corner ->
                  assertThat(Math.hypot(corner[0] - centre[0], corner[1] - centre[1]))
                      .isBetween(21.0, 29.0));
    }

    @Test
    void saysTheSameOfTheSamePixels() {
      CellImage field = PaintedField.of(400, 400, 9, 3).image();
      List<FoundCell> first = CellFinder.find(field).cells();
      List<FoundCell> second = CellFinder.find(field).cells();
      assertThat(second.stream().map(FoundCell::box))
          .isEqualTo(first.stream().map(FoundCell::box).toList());
    }

    @Test
    void cropsAsMuchOfTheSlideAsWished() {
      PaintedField field = PaintedField.of(400, 400, 3, 8);
      CellImage known = field.image().withMicrometresPerPixel(0.2);
      for (FoundCell cell : CellFinder.find(known).cells()) {
        CellImage crop = cell.crop(known, 24);
        assertThat(crop.height()).isEqualTo(120);
        assertThat(crop.width()).isEqualTo(120);
        assertThat(crop.micrometresPerPixel()).hasValueCloseTo(0.2, within(1e-9));
        assertThat(crop.value(60, 60, 1)).isLessThan(80); // in the nucleus
      }
      FoundCell cell = CellFinder.find(known).cells().get(0);
      assertThatThrownBy(() -> cell.crop(known, 0))
          .hasMessage("The side of a crop must be above 0 micrometres and finite; found 0.0.");
    }

    @Test
    void measuresDiscs() {
      CellImage known = PaintedField.of(300, 300, 1, 5).image().withMicrometresPerPixel(0.2);
      CellFeatures features = CellFeatures.of(known, CellFinder.find(known).cells().get(0));
      assertThat(features.value("nucleus area")).isCloseTo(Math.PI * 3.6 * 3.6, within(3.0));
      assertThat(features.value("cell area")).isCloseTo(Math.PI * 25, within(8.0));
      assertThat(features.value("nucleus solidity")).isGreaterThan(0.94);
      assertThat(features.value("nucleus elongation")).isLessThan(1.1);
      assertThat(features.value("lobes")).isEqualTo(1);
      assertThat(features.value("nucleus green")).isCloseTo(42, within(6.0));
      assertThat(features.value("cytoplasm blue")).isCloseTo(214, within(10.0));
      assertThatThrownBy(() -> features.value("size"))
          .hasMessageStartingWith("A feature must be one of [nucleus area, cell area,")
          .hasMessageEndingWith("found size.");
    }
  }

  @Nested
  class WhatIsNoSmear {
    @Test
    void hasNoCell() {
      for (int[] size : new int[][] {{1, 1}, {1, 20_000}, {20_000, 1}, {7, 3}, {300, 300}}) {
        for (int value : new int[] {0, 128, 255}) {
          byte[] rgb = new byte[3 * size[0] * size[1]];
          Arrays.fill(rgb, (byte) value);
          assertThat(CellFinder.find(CellImage.ofRgb(size[0], size[1], rgb)).cells()).isEmpty();
        }
      }
      byte[] purple = new byte[3 * 200 * 200];
      for (int i = 0; i < purple.length; i++) {
        purple[i] = (byte) new int[] {92, 42, 128}[i % 3];
      }
      assertThat(CellFinder.find(CellImage.ofRgb(200, 200, purple)).cells()).isEmpty();
    }

    /**
     * Cut, stretched, overwritten, of a wrong scale; -Dleukemia4j.fields=2000 for the long form.
     */
    @Test
    void givesAResultAllTheSame() {
      int fields = Integer.getInteger("leukemia4j.fields", 60);
      for (int seed = 0; seed < fields; seed++) {
        SplittableRandom random = new SplittableRandom(seed);
        CellImage field = mutated(random);
        CellFinder.Found found = CellFinder.find(field);
        for (FoundCell cell : found.cells()) {
          FoundCell.Box box = cell.box();
          assertThat(box.left()).isNotNegative();
          assertThat(box.top()).isNotNegative();
          assertThat(box.left() + box.width()).isLessThanOrEqualTo(field.width());
          assertThat(box.top() + box.height()).isLessThanOrEqualTo(field.height());
          assertThat(CellFeatures.of(field, cell).values()).allMatch(Double::isFinite);
        }
        found.cells().stream().limit(3).forEach(cell -> cell.crop(field, 24));
      }
    }

    private CellImage mutated(SplittableRandom random) {
      int height = 1 + random.nextInt(random.nextInt(4) == 0 ? 400 : 150);
      int width = 1 + random.nextInt(random.nextInt(4) == 0 ? 400 : 150);
      byte[] rgb = new byte[3 * height * width];
      int kind = random.nextInt(4);
      if (kind == 0) {
        random.nextBytes(rgb);
      } else {
        PaintedField.of(240, 240, random.nextInt(9), random.nextLong())
            .image()
            .resize(height, width)
            .copyTo(rgb, 0);
        for (int times = random.nextInt(6); times > 0; times--) {
          int from = random.nextInt(rgb.length);
          Arrays.fill(
              rgb,
              from,
              Math.min(rgb.length, from + random.nextInt(20_000)),
              (byte) random.nextInt());
        }
        if (kind == 1) {
          for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) ~rgb[i];
          }
        }
      }
      CellImage field = CellImage.ofRgb(height, width, rgb);
      return random.nextInt(3) == 0
          ? field.withMicrometresPerPixel(Math.pow(10, random.nextDouble(-9, 9)))
          : field;
    }
  }

  static FoundCell nearest(List<FoundCell> cells, double[] centre) {
    return cells.stream()
        .min(
            Comparator.comparingDouble(
                cell -> Math.hypot(cell.x() - centre[0], cell.y() - centre[1])))
        .orElseThrow();
  }
}
