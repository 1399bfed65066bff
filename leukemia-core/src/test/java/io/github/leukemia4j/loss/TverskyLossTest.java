package io.github.leukemia4j.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.leukemia4j.Label;
import io.github.leukemia4j.LabelSet;
import io.github.leukemia4j.loss.TverskyLoss.AbsentClasses;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TverskyLossTest {
  private static final LabelSet BINARY =
      LabelSet.of("normal", "abnormal").withPositive(Label.of("abnormal"));

  @Nested
  class Building {
    @Test
    void defaultsAreThoseOfTheRules() {
      TverskyLoss loss = TverskyLoss.builder().build();
      assertThat(loss.falsePositiveWeight()).isEqualTo(0.3);
      assertThat(loss.falseNegativeWeight()).isEqualTo(0.7);
      assertThat(loss.focalExponent()).isEqualTo(1);
      assertThat(loss.smoothing()).isEqualTo(1);
      assertThat(loss.logarithmic()).isFalse();
      assertThat(loss.classWeights()).isEmpty();
      assertThat(loss.absentClasses()).isEqualTo(AbsentClasses.EXCLUDED);
      assertThat(loss).isEqualTo(TverskyLoss.of(0.3, 0.7));
    }

    @Test
    void tellsAllFaultsInOneMessage() {
      assertThatThrownBy(
              () ->
                  TverskyLoss.builder()
                      .falsePositiveWeight(-0.1)
                      .falseNegativeWeight(Double.NaN)
                      .focalExponent(0)
                      .smoothing(-1)
                      .classWeights(0, 0)
                      .build())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "The Tversky loss cannot be built."
                  + " The false-positive weight must be finite and not negative; found -0.1."
                  + " The false-negative weight must be finite and not negative; found NaN."
                  + " The focal exponent must be greater than 0 and finite; found 0.0."
                  + " The smoothing must be finite and not negative; found -1.0."
                  + " At least one class weight must be greater than 0; found [0.0, 0.0].");
    }

    @Test
    void rejectsBothWeightsZero() {
      assertThatThrownBy(() -> TverskyLoss.of(0, 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("both are 0, so that no error would count");
    }

    @Test
    void rejectsNegativeAndUndefinedClassWeights() {
      assertThatThrownBy(() -> TverskyLoss.builder().classWeights(1, -1).build())
          .hasMessageContaining("Class weights must be finite and not negative; found [1.0, -1.0]");
      assertThatThrownBy(() -> TverskyLoss.builder().classWeights(1, Double.NaN).build())
          .hasMessageContaining("Class weights must be finite and not negative; found [1.0, NaN]");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
    void rejectsABetaOfTheFMeasureThatIsNotPositive(double beta) {
      assertThatThrownBy(() -> TverskyLoss.fBeta(beta))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("must be greater than 0 and finite; found " + beta);
    }

    @Test
    void fBetaWeighsRecallBetaTimes() {
      // 1 / (1 + 2^2) and 2^2 / (1 + 2^2)
      assertThat(TverskyLoss.fBeta(2).falsePositiveWeight()).isCloseTo(0.2, within(1e-15));
      assertThat(TverskyLoss.fBeta(2).falseNegativeWeight()).isCloseTo(0.8, within(1e-15));
      assertThat(TverskyLoss.fBeta(1)).isEqualTo(TverskyLoss.dice());
      assertThat(TverskyLoss.fBeta(1e200).falseNegativeWeight()).isEqualTo(1);
    }
  }

  @Nested
  class Index {
    @Test
    void isTheRatioOfTheDefinition() {
      // Class 1: TP = 0.8 + 0.4 = 1.2, FP = 0.3, FN = 0.2 + 0.6 = 0.8
      double[][] targets = {{0, 1}, {0, 1}, {1, 0}};
      double[][] probabilities = {{0.2, 0.8}, {0.6, 0.4}, {0.7, 0.3}};
      double expected = (1.2 + 1) / (1.2 + 0.3 * 0.3 + 0.7 * 0.8 + 1);
      assertThat(TverskyLoss.of(0.3, 0.7).index(targets, probabilities)[1])
          .isCloseTo(expected, within(1e-15));
    }

    @Test
    void isOneForAClassWithoutHitsAndErrors() {
      TverskyLoss loss = TverskyLoss.builder().smoothing(0).build();
      double[][] rows = {{1, 0, 0}, {0, 1, 0}};
      assertThat(loss.index(rows, rows)).containsExactly(1, 1, 1);
    }

    @Test
    void isZeroWhereAllIsWrongWithoutSmoothing() {
      TverskyLoss loss = TverskyLoss.builder().smoothing(0).build();
      double[][] targets = {{1, 0}, {0, 1}};
      double[][] wrong = {{0, 1}, {1, 0}};
      assertThat(loss.index(targets, wrong)).containsExactly(new double[] {0, 0}, within(1e-11));
      assertThat(loss.value(targets, wrong)).isCloseTo(1, within(1e-11));
    }

    @Test
    void liesBetweenZeroAndOneOnRandomBatches() {
      SplittableRandom random = new SplittableRandom(11);
      for (int k = 0; k < 200; k++) {
        RandomBatch batch = RandomBatch.draw(random, 1 + random.nextInt(40), 4, 4);
        TverskyLoss loss =
            TverskyLoss.builder()
                .falsePositiveWeight(random.nextDouble(3))
                .falseNegativeWeight(random.nextDouble(3))
                .smoothing(random.nextInt(3))
                .build();
        assertThat(Arrays.stream(loss.index(batch.targets(), batch.probabilities())))
            .allMatch(index -> index >= 0 && index <= 1);
      }
    }
  }

  @Nested
  class FocalExponent {
    @Test
    void belowOneHasNoGradientAtAPerfectClassInsteadOfAnInfiniteOne() {
      TverskyLoss loss = TverskyLoss.builder().focalExponent(0.75).build();
      double[][] rows = {{1, 0}, {0, 1}};
      // (1e-7)^0.75
      assertThat(loss.value(rows, rows)).isCloseTo(5.623413251903491e-6, within(1e-18));
      assertThat(loss.gradient(rows, rows)).isDeepEqualTo(new double[2][2]);
    }

    @Test
    void belowOneKeepsItsGradientNextToAPerfectClass() {
      TverskyLoss loss = TverskyLoss.builder().focalExponent(0.75).smoothing(0).build();
      double[][] targets = {{1, 0}, {0, 1}};
      double[][] nearly = {{1 - 1e-6, 1e-6}, {1e-6, 1 - 1e-6}};
      assertThat(loss.gradient(targets, nearly)[0][0]).isLessThan(-1);
    }
  }

  @Nested
  class AbsentClass {
    private final double[][] targets = {{1, 0, 0}, {0, 1, 0}};
    private final double[][] probabilities = {{0.6, 0.1, 0.3}, {0.2, 0.5, 0.3}};

    @Test
    void hasNoGradientWhereExcluded() {
      double[][] gradient = TverskyLoss.dice().gradient(targets, probabilities);
      assertThat(gradient[0][2]).isZero();
      assertThat(gradient[1][2]).isZero();
    }

    @Test
    void pushesItsProbabilityDownWhereIncluded() {
      TverskyLoss loss = TverskyLoss.builder().absentClasses(AbsentClasses.INCLUDED).build();
      assertThat(loss.gradient(targets, probabilities)[0][2]).isPositive();
    }

    @Test
    void givesValueAndGradientZeroWhereNoWeightedClassIsPresent() {
      TverskyLoss loss = TverskyLoss.builder().classWeights(0, 0, 1).build();
      assertThat(loss.value(targets, probabilities)).isZero();
      assertThat(loss.gradient(targets, probabilities)).isDeepEqualTo(new double[2][3]);
    }
  }

  @Nested
  class ForLabels {
    @Test
    void usesThePositiveColumnAlone() {
      Loss loss = TverskyLoss.of(0.3, 0.7).forLabels(BINARY);
      assertThat(loss).isEqualTo(TverskyLoss.builder().classWeights(0, 1).build());
      assertThat(loss.forLabels(BINARY)).isEqualTo(loss);
    }

    @Test
    void usesThePositiveColumnAloneAmongSeveral() {
      LabelSet labels = LabelSet.of("a", "b", "c").withPositive(Label.of("b"));
      assertThat(((TverskyLoss) TverskyLoss.dice().forLabels(labels)).classWeights())
          .containsExactly(0.0, 1.0, 0.0);
    }

    @Test
    void averagesAllColumnsWithoutAPositiveLabel() {
      TverskyLoss loss = TverskyLoss.dice();
      assertThat(
              warnings(() -> assertThat(loss.forLabels(LabelSet.of("a", "b", "c"))).isSameAs(loss)))
          .isEmpty();
    }

    @Test
    void keepsGivenWeights() {
      TverskyLoss loss = TverskyLoss.builder().classWeights(1, 0).build();
      assertThat(warnings(() -> assertThat(loss.forLabels(BINARY)).isSameAs(loss))).isEmpty();
    }

    @Test
    void warnsOfTwoAveragedColumnsButAllowsThem() {
      TverskyLoss loss = TverskyLoss.builder().classWeights(1, 1).build();
      assertThat(warnings(() -> assertThat(loss.forLabels(BINARY)).isSameAs(loss)))
          .singleElement()
          .asString()
          .contains("averages both columns", "[normal, abnormal+]", "Mark a positive label");
    }

    @Test
    void warnsOfTwoLabelsWithoutAPositiveOne() {
      assertThat(warnings(() -> TverskyLoss.dice().forLabels(LabelSet.of("a", "b")))).hasSize(1);
    }

    /** Two subtypes have no positive label, and who takes the default has chosen nothing. */
    @Test
    void doesNotWarnOfTheDefaultLoss() {
      LabelSet subtypes = LabelSet.of("AML", "ALL");
      Loss loss = Loss.defaultLoss();
      assertThat(warnings(() -> assertThat(loss.forLabels(subtypes)).isEqualTo(loss))).isEmpty();
      Loss chosen = MixtureLoss.of(1, CrossEntropyLoss.plain(), 1, TverskyLoss.of(0.3, 0.7));
      assertThat(warnings(() -> chosen.forLabels(subtypes))).hasSize(1);
    }

    @Test
    void rejectsAnotherNumberOfWeights() {
      TverskyLoss loss = TverskyLoss.builder().classWeights(1, 2, 3).build();
      assertThatThrownBy(() -> loss.forLabels(BINARY))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "There must be one class weight for each class; found 3 class weights"
                  + " [1.0, 2.0, 3.0] for [normal, abnormal+]. Give 2 weights, or none.");
      assertThatThrownBy(() -> loss.value(new double[][] {{1, 0}}, new double[][] {{1, 0}}))
          .hasMessageContaining("for 2 columns. Give 2 weights, or none.");
    }

    private List<String> warnings(Runnable action) {
      List<String> messages = new ArrayList<>();
      Handler handler =
          new Handler() {
            @Override
            public void publish(LogRecord record) {
              if (record.getLevel().equals(Level.WARNING)) {
                messages.add(new SimpleFormatter().formatMessage(record));
              }
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
          };
      Logger logger = Logger.getLogger("io.github.leukemia4j.loss");
      logger.addHandler(handler);
      try {
        action.run();
      } finally {
        logger.removeHandler(handler);
      }
      return messages;
    }
  }

  @Nested
  class Description {
    @Test
    void isTheFormulaWithItsNumbers() {
      assertThat(TverskyLoss.of(0.3, 0.7).describe())
          .isEqualTo(
              "Tversky loss: weighted mean over classes of 1 - index, index = (TP + 1) / (TP + 0.3"
                  + " FP + 0.7 FN + 1), sums over the batch per class; class weights equal; absent"
                  + " classes excluded");
      assertThat(
              TverskyLoss.builder()
                  .focalExponent(0.75)
                  .smoothing(0)
                  .logarithmic(true)
                  .classWeights(0, 1)
                  .absentClasses(AbsentClasses.INCLUDED)
                  .build()
                  .describe())
          .isEqualTo(
              "Tversky loss: weighted mean over classes of (-log(index))^0.75, index = TP / (TP +"
                  + " 0.3 FP + 0.7 FN), sums over the batch per class; class weights 0 : 1; absent"
                  + " classes included");
    }

    @Test
    void differsWhereANumberDiffers() {
      assertThat(TverskyLoss.of(0.3, 0.7).describe())
          .isNotEqualTo(TverskyLoss.of(0.3, 0.7000000000000001).describe());
    }
  }

  @Test
  void hugeClassWeightsDoNotOverflow() {
    TverskyLoss loss = TverskyLoss.builder().classWeights(1e308, 1e308).build();
    double[][] targets = {{1, 0}, {0, 1}};
    double[][] probabilities = {{0.7, 0.3}, {0.4, 0.6}};
    assertThat(loss.value(targets, probabilities))
        .isCloseTo(TverskyLoss.of(0.3, 0.7).value(targets, probabilities), within(1e-15));
    assertThatCode(() -> loss.gradient(targets, probabilities)).doesNotThrowAnyException();
  }
}
