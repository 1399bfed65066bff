package io.github.leukemia4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.leukemia4j.Prediction.Finding;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PredictionTest {
  private static final LabelSet LABELS = LabelSet.of("normal", "AML", "APL");

  @Nested
  class Probabilities {
    @ParameterizedTest
    @ValueSource(doubles = {-1e-9, 1.0000001, Double.NaN, Double.POSITIVE_INFINITY})
    void mustEachLieBetweenZeroAndOne(double wrong) {
      assertThatThrownBy(() -> Prediction.of(LABELS, wrong, 0.5, 0.5))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("Each probability must lie in [0, 1]; found [" + wrong);
    }

    @Test
    void mustSumToOneWithinTheTolerance() {
      assertThat(Prediction.of(LABELS, 0.2, 0.3, 0.50009).confidence())
          .isCloseTo(0.50009, within(0.0));
      for (double last : new double[] {0.4998, 0.5002}) {
        assertThatThrownBy(() -> Prediction.of(LABELS, 0.2, 0.3, last))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("must sum to 1")
            .hasMessageContaining("which sum to");
      }
    }

    @Test
    void mustBeAsManyAsLabels() {
      assertThatThrownBy(() -> Prediction.of(LABELS, 0.5, 0.5))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("There must be one probability for each of [normal, AML, APL]; found 2.");
    }

    @Test
    void areCopiedInAndOut() {
      double[] given = {0.1, 0.7, 0.2};
      Prediction prediction = Prediction.of(LABELS, given);
      given[1] = 0;
      prediction.probabilities()[1] = 0;
      assertThat(prediction.probabilities()).containsExactly(0.1, 0.7, 0.2);
    }

    @Test
    void areKnownByLabel() {
      Prediction prediction = Prediction.of(LABELS, 0.1, 0.7, 0.2);
      assertThat(prediction.probabilityOf(Label.of("APL"))).isEqualTo(0.2);
      assertThatThrownBy(() -> prediction.probabilityOf(Label.of("ALL")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("found ALL");
    }
  }

  @Nested
  class Decision {
    @Test
    void isTheMostProbableLabel() {
      Prediction prediction = Prediction.of(LABELS, 0.1, 0.2, 0.7);
      assertThat(prediction.label()).isEqualTo(Label.of("APL"));
      assertThat(prediction.confidence()).isEqualTo(0.7);
    }

    @Test
    void isTheFirstOfEquallyProbableLabels() {
      assertThat(Prediction.of(LABELS, 0.2, 0.4, 0.4).label()).isEqualTo(Label.of("AML"));
    }
  }

  @Nested
  class Findings {
    private final Prediction plain = Prediction.of(LABELS, 0.1, 0.7, 0.2);

    @Test
    void areNoneAtFirst() {
      assertThat(plain.findings()).isEmpty();
    }

    @Test
    void replaceThoseBeforeAndLeaveTheOriginalAsItWas() {
      Prediction blank = plain.withFindings(List.of(Finding.BLANK, Finding.CLIPPED));
      assertThat(blank.withFindings(Set.of(Finding.TOO_SMALL)).findings())
          .containsExactly(Finding.TOO_SMALL);
      assertThat(blank.withFindings(List.of()).findings()).isEmpty();
      assertThat(plain.findings()).isEmpty();
      assertThat(blank.findings()).isUnmodifiable().hasSize(2);
      assertThat(blank.probabilities()).isEqualTo(plain.probabilities());
      assertThat(blank).isNotEqualTo(plain).hasToString(plain + "[BLANK, CLIPPED]");
    }

    @Test
    void areCopied() {
      Set<Finding> given = EnumSet.of(Finding.BLANK);
      Prediction blank = plain.withFindings(given);
      given.clear();
      assertThat(blank.findings()).containsExactly(Finding.BLANK);
    }
  }

  @Test
  void isEqualByValue() {
    Prediction one = Prediction.of(LABELS, 0.1, 0.7, 0.2);
    assertThat(one)
        .isEqualTo(Prediction.of(LABELS, 0.1, 0.7, 0.2))
        .hasSameHashCodeAs(Prediction.of(LABELS, 0.1, 0.7, 0.2))
        .isNotEqualTo(Prediction.of(LABELS, 0.1, 0.2, 0.7))
        .isNotEqualTo(Prediction.of(LabelSet.of("a", "b", "c"), 0.1, 0.7, 0.2))
        .hasToString("Prediction[normal 0.1, AML 0.7, APL 0.2]");
  }
}
