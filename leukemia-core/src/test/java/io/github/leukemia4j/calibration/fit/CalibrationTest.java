package io.github.leukemia4j.calibration.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.calibration.Calibration;
import io.github.leukemia4j.metric.ReliabilityBin;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CalibrationTest {
  private static final LabelSet CELL = LabelSet.of("normal", "abnormal");

  /** Logits three times too large, of 300 cells. */
  private static CalibrationSamples overconfident(int patients, int unknown) {
    Random random = new Random(3);
    double[][] logits = new double[300][2];
    List<Label> truth = new ArrayList<>();
    List<Optional<String>> whose = new ArrayList<>();
    for (int i = 0; i < logits.length; i++) {
      double logOdds = 2 * random.nextGaussian();
      logits[i][1] = 3 * logOdds;
      truth.add(CELL.get(random.nextDouble() < 1 / (1 + Math.exp(-logOdds)) ? 1 : 0));
      whose.add(i < unknown ? Optional.empty() : Optional.of("p" + i % patients));
    }
    return CalibrationSamples.of("cells", CELL, logits, truth, whose);
  }

  @Test
  void showsWhatTheTemperatureBrings() {
    Calibration found = overconfident(60, 0).fit(1);
    assertThat(found.temperature().accepted()).isTrue();
    assertThat(found.temperature().value()).isCloseTo(3, within(0.6));
    assertThat(found.temperature().patients()).isEqualTo(60);
    assertThat(found.expectedCalibrationErrorAfter())
        .isLessThan(found.expectedCalibrationErrorBefore() / 2);
    assertThat(found.expectedCalibrationErrorBefore())
        .isEqualTo(ReliabilityBin.expectedCalibrationError(found.reliabilityBefore()));
    assertThat(found.reliabilityAfter()).hasSize(Calibration.BINS);
    assertThat(found.dataset()).isEqualTo("cells");
  }

  @Test
  void changesNothingWhereTheTemperatureIsRightAlready() {
    double right = overconfident(60, 0).fit(1).temperature().value();
    Calibration again = overconfident(60, 0).fit(right);
    // The fitted ones of four fifths are worse on the rest than the one of all, which is present.
    assertThat(again.temperature().accepted()).isFalse();
    assertThat(again.temperature().value()).isEqualTo(right);
    assertThat(again.temperature().reason()).startsWith("does not lower the log loss");
  }

  @Test
  void keepsThePresentTemperatureOnFewPatients() {
    Calibration found = overconfident(9, 0).fit(1.5);
    assertThat(found.temperature().accepted()).isFalse();
    assertThat(found.temperature().value()).isEqualTo(1.5);
    assertThat(found.reliabilityAfter()).isEqualTo(found.reliabilityBefore());
    assertThat(found.temperature().logLossAfter()).isEqualTo(found.temperature().logLossBefore());
  }

  @Test
  void countsCellsOfUnknownPatientsAsPatients() {
    Calibration found = overconfident(9, 20).fit(1);
    assertThat(found.samplesWithoutPatient()).isEqualTo(20);
    assertThat(found.temperature().patients()).isEqualTo(29);
  }

  @Test
  void rejectsBinsOfOtherSamples() {
    Calibration made = overconfident(60, 0).fit(1);
    assertThatThrownBy(
            () ->
                new Calibration(
                    "cells",
                    made.temperature(),
                    null,
                    0,
                    0.1,
                    0.1,
                    List.of(),
                    made.reliabilityAfter()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("bins that hold all samples; found 0 of 300");
  }
}
