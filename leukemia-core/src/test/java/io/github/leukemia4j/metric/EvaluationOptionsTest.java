package io.github.leukemia4j.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class EvaluationOptionsTest {
  @Test
  void listAllFaultsAtOnce() {
    assertThatThrownBy(
            () -> new EvaluationOptions(1, -1, 0, List.of(named("brier"), named("of two words"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Evaluation options: the level must lie in (0, 1); found 1.0; resamples must be 0 or"
                + " more; found -1; no two metrics may have the same id; found twice brier; the id"
                + " of a metric must be letters and digits; found of two words.");
  }

  @Test
  void haveTheDocumentedDefaults() {
    assertThat(EvaluationOptions.defaults())
        .isEqualTo(new EvaluationOptions(0.95, 1000, 0, Metrics.installed()));
  }

  @Test
  void putMetricsOfOnesOwnBehindTheBuiltInOnes() {
    StageMetric own = named("own");
    EvaluationOptions options = EvaluationOptions.defaults().withMetrics(List.of(own));
    assertThat(options.ofStage()).startsWith(Metrics.ACCURACY).endsWith(own).hasSize(24);
    assertThat(options.headlines()).isEqualTo(Metrics.HEADLINES);
  }

  private static StageMetric named(String id) {
    return new StageMetric() {
      @Override
      public String id() {
        return id;
      }

      @Override
      public String title() {
        return id;
      }

      @Override
      public OptionalDouble of(StageScores scores) {
        return OptionalDouble.empty();
      }
    };
  }
}
