package io.github.leukemia4j.research.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.leukemia4j.CellImage;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class NucleusFeaturesTest {
  /** A dark ellipse on a light ground; the middle 0.6 of 200 pixels is what is looked at. */
  private static CellImage ellipse(double a, double b) {
    byte[] rgb = new byte[200 * 200 * 3];
    for (int i = 0; i < 200 * 200; i++) {
      double dy = (i / 200 - 99.5) / b;
      double dx = (i % 200 - 99.5) / a;
      boolean inside = dx * dx + dy * dy <= 1;
      rgb[3 * i] = (byte) (inside ? 90 : 230);
      rgb[3 * i + 1] = (byte) (inside ? 51 : 204);
      rgb[3 * i + 2] = (byte) (inside ? 140 : 220);
    }
    return CellImage.ofRgb(200, 200, rgb);
  }

  @Test
  void measureADisc() {
    double[] disc = NucleusFeatures.of(ellipse(30, 30));
    assertThat(disc).hasSize(NucleusFeatures.COUNT);
    assertThat(disc[0]).as("area").isCloseTo(Math.PI * 30 * 30 / (120 * 120), within(0.01));
    // The sides of pixels are 8 r long around a disc: pi / 4 squared instead of 1.
    assertThat(disc[1]).as("roundness").isCloseTo(Math.PI * Math.PI / 16, within(0.03));
    assertThat(disc[2]).as("eccentricity").isLessThan(0.15);
    assertThat(disc[3]).as("fill").isCloseTo(Math.PI / 4, within(0.03));
    assertThat(disc[4]).as("darkness").isCloseTo(0.8, within(0.02));
    assertThat(disc[5]).as("red").isCloseTo(90 / 255.0, within(0.02));
    assertThat(disc[12]).as("green around").isCloseTo(0.8, within(0.02));
    assertThat(Arrays.stream(disc, 14, 24).sum()).isCloseTo(1, within(1e-9));
  }

  @Test
  void knowALongNucleus() {
    double[] one = NucleusFeatures.of(ellipse(40, 20));
    assertThat(one[2]).isCloseTo(Math.sqrt(1 - 0.25), within(0.02));
  }

  @Test
  void areFiniteForAnyImage() {
    for (int value : new int[] {0, 128, 255}) {
      byte[] rgb = new byte[50 * 40 * 3];
      Arrays.fill(rgb, (byte) value);
      assertThat(Arrays.stream(NucleusFeatures.of(CellImage.ofRgb(50, 40, rgb))))
          .allMatch(Double::isFinite);
    }
  }
}
