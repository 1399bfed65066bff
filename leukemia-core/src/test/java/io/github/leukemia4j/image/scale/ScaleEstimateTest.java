package io.github.leukemia4j.image.scale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.leukemia4j.CellImage;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Ellipse2D;
import java.awt.image.BufferedImage;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ScaleEstimateTest {
  private static final Color SLIDE = new Color(250, 226, 205);
  private static final Color RED_CELL = new Color(200, 150, 150);
  private static final Color PALE = new Color(240, 215, 200);
  private static final Color NUCLEUS = new Color(80, 40, 130);

  /** An empty slide on which cells are drawn. */
  private static final class Smear {
    private final BufferedImage image = new BufferedImage(360, 360, BufferedImage.TYPE_INT_RGB);
    private final Graphics2D pen = image.createGraphics();

    Smear() {
      pen.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      pen.setColor(SLIDE);
      pen.fillRect(0, 0, 360, 360);
      disc(NUCLEUS, 180, 180, 90, 90);
    }

    Smear disc(Color colour, double x, double y, double across, double down) {
      pen.setColor(colour);
      pen.fill(new Ellipse2D.Double(x - across / 2, y - down / 2, across, down));
      return this;
    }

    Smear redCell(double x, double y, double across) {
      return disc(RED_CELL, x, y, across, across).disc(PALE, x, y, across / 3, across / 3);
    }

    List<Double> measured() {
      return ScaleEstimate.redCells(CellImage.of(image));
    }
  }

  @Nested
  class RedCells {
    @Test
    void areMeasuredWithTheirPaleMiddle() {
      assertThat(new Smear().redCell(60, 60, 72).redCell(290, 70, 66).measured())
          .satisfiesExactly(
              first -> assertThat(first).isCloseTo(72, within(0.7)),
              second -> assertThat(second).isCloseTo(66, within(0.7)));
    }

    @Test
    void areNeitherCutByTheBorderNorTouchingNorOvalNorNucleated() {
      assertThat(
              new Smear()
                  .redCell(60, 20, 72)
                  .redCell(60, 250, 72)
                  .redCell(60, 320, 72)
                  .disc(RED_CELL, 300, 60, 90, 60)
                  .disc(RED_CELL, 290, 290, 80, 80)
                  .disc(NUCLEUS, 290, 290, 30, 30)
                  .measured())
          .isEmpty();
    }

    @Test
    void areNotFoundOnABlankImage() {
      assertThat(ScaleEstimate.redCells(CellImage.ofRgb(8, 8, new byte[192]))).isEmpty();
    }
  }

  private static Optional<ScaleEstimate> estimate(List<List<Double>> diameters) {
    return ScaleEstimate.of(diameters, Collections.nCopies(diameters.size(), Optional.empty()));
  }

  @Test
  void isSevenPointTwoMicrometresOverTheMedianOfTheImages() {
    // Medians of the images: 71.5, 72, 72.5, ..., 81.5; the one in the middle is 76.5.
    List<List<Double>> diameters =
        IntStream.rangeClosed(0, 20)
            .mapToObj(i -> List.of(70 + i / 2.0, 73 + i / 2.0, 60.0, 85.0))
            .toList();

    ScaleEstimate found = estimate(diameters).orElseThrow();

    assertThat(found.micrometresPerPixel()).isCloseTo(7.2 / 76.5, within(1e-12));
    assertThat(found.images()).isEqualTo(21);
    assertThat(found.cells()).isEqualTo(84);
    assertThat(found.interval().contains(7.2 / 76.5)).isTrue();
    assertThat(found.interval().lower()).isGreaterThan(7.2 / 81.5);
    assertThat(found.interval().upper()).isLessThan(7.2 / 71.5);
  }

  @Test
  void leavesPlateletsAndImagesWithoutCellsOut() {
    List<List<Double>> diameters =
        IntStream.range(0, 30)
            .mapToObj(i -> i % 3 == 0 ? List.<Double>of() : List.of(72.0, 20.0, 72.0))
            .toList();

    assertThat(estimate(diameters))
        .hasValueSatisfying(
            found -> {
              assertThat(found.micrometresPerPixel()).isCloseTo(0.1, within(1e-12));
              assertThat(found.images()).isEqualTo(20);
              assertThat(found.cells()).isEqualTo(40);
            });
  }

  @Test
  void isNotMadeOfFewImages() {
    assertThat(estimate(Collections.nCopies(9, List.of(72.0)))).isEmpty();
    assertThat(estimate(Collections.nCopies(10, List.of(72.0)))).isPresent();
    assertThat(estimate(List.of())).isEmpty();
  }

  @Test
  void isLessCertainWhereFewPatientsHaveManyImages() {
    List<List<Double>> diameters =
        IntStream.range(0, 200).mapToObj(i -> List.of(65.0 + i / 40 * 3 + i % 3)).toList();
    List<Optional<String>> patients =
        IntStream.range(0, 200).mapToObj(i -> Optional.of("P" + i / 40)).toList();

    ScaleEstimate byImage = estimate(diameters).orElseThrow();
    ScaleEstimate byPatient = ScaleEstimate.of(diameters, patients).orElseThrow();

    assertThat(byPatient.micrometresPerPixel()).isEqualTo(byImage.micrometresPerPixel());
    assertThat(byPatient.interval().upper() - byPatient.interval().lower())
        .isGreaterThan(3 * (byImage.interval().upper() - byImage.interval().lower()));
  }
}
