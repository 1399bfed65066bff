package io.github.leukemia4j.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class EvaluationOptionsTest {
  @Test
  void listAllFaultsAtOnce() {
    assertThatThrownBy(
            () ->
                EvaluationOptions.builder()
                    .level(1)
                    .resamples(-1)
                    .calibrationBins(0)
                    .beta(Double.NaN)
                    .atSpecificity(1.5)
                    .atSensitivity(-1)
                    .build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Evaluation options: the level must lie in (0, 1); found 1.0; resamples must be 0 or"
                + " more; found -1; there must be at least one calibration bin; found 0; beta must"
                + " be above 0; found NaN; atSpecificity must lie in [0, 1]; found 1.5;"
                + " atSensitivity must lie in [0, 1]; found -1.0.");
  }

  @Test
  void haveTheDocumentedDefaults() {
    assertThat(EvaluationOptions.defaults())
        .isEqualTo(new EvaluationOptions(0.95, 1000, 0, 15, 2, 0.95, 0.95));
  }
}
